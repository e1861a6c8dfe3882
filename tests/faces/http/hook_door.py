"""A door for webhooks opened inside a test: real records, fakes as providers, a client on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.faces.http.hook_server import Bounds, HookServer
from workprint.ports.provider import Provider
from workprint.ports.records import Records

NO_BOUNDS = Bounds()


@dataclass
class Door:
    """An open door. `heard` are the answers it told of, `whys` what it said was wrong on our side."""

    server: HookServer
    records: Records
    client: httpx.AsyncClient
    port: int = 0
    heard: list[tuple[str, int]] = field(default_factory=list)
    whys: list[str] = field(default_factory=list)

    async def knock(self, path: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        """POST a webhook."""
        return await self.client.post(path, headers=dict(headers), content=body)

    def kept(self, provider: str, ticket: str, attempt: str = "") -> int:
        """How many webhooks about a job lie in the records."""
        return len(self.records.hooks_about(provider, attempt, ticket))


@asynccontextmanager
async def open_door(
    folder: Path, providers: Mapping[str, Provider], bounds: Bounds = NO_BOUNDS, records: Records | None = None
) -> AsyncIterator[Door]:
    """Listen on a free port of loopback for the time of a block."""
    clock = SystemClock()
    book = records if records is not None else SqliteRecords(folder / "records.sqlite", clock)
    heard: list[tuple[str, int]] = []
    whys: list[str] = []

    def hear(name: str, status: int, why: str) -> None:
        heard.append((name, status))
        whys.append(why)

    server = HookServer(book, clock, providers, hear, bounds)
    port = await server.start("127.0.0.1", 0)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        try:
            yield Door(server, book, client, port, heard, whys)
        finally:
            await server.close()
            for provider in providers.values():
                await provider.close()
            if records is None:
                book.close()
