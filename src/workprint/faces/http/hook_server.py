"""The door providers knock at: takes webhooks beside a production that runs, verifies them, and writes them down.

It owns nothing and decides nothing: a webhook that is kept only makes the production look sooner.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from workprint.engine.buying.hooks import LARGEST_BODY, HookAnswer, receive_hook
from workprint.faces.http.requests import LONGEST_HEAD, BadRequest, Head, read_head, write_answer
from workprint.faces.http.strikes import Strikes
from workprint.film.errors import WorkprintError
from workprint.ports.clock import Clock
from workprint.ports.provider import Provider
from workprint.ports.records import Records

HOOK_PATH = re.compile(r"/hooks/([a-z0-9_]{1,40})/([A-Za-z0-9_-]{1,64})")
"""A provider, and an attempt of ours. A webhook registered for a whole account names any word in its place."""

HEALTH_PATH = "/health"
LINGER_S = 1.0
CHUNK = 1 << 16
MOST_CHUNKS = 2 * LARGEST_BODY // CHUNK
"""How long, and how much of, a refused body is thrown away before the connection is closed over it."""

STRUCK = (401, 503)
"""Answers that count against a peer: forged, or not to be verified now, for which keys were fetched in vain."""

Told = Callable[[str, int, str], None]
"""Hears of each answer: the provider ("" when none was meant), the status, and what is wrong on our side, "" for
nothing. Never a body, never a header."""


def ignore_answer(provider: str, status: int, why: str) -> None:
    """The listener of who does not listen."""


@dataclass(frozen=True)
class Bounds:
    """How long a caller may take for head and body, in seconds, how many are served at once, and what counts as peer.

    `is_behind_proxy`: the peer is the last address of X-Forwarded-For, which the proxy in front has added.
    """

    head_s: float = 10.0
    body_s: float = 20.0
    at_once: int = 32
    is_behind_proxy: bool = False


@dataclass
class HookServer:
    """Answers POST /hooks/PROVIDER/ATTEMPT and GET /health. `port` 0 takes a free one; `start` says which."""

    records: Records
    clock: Clock
    providers: Mapping[str, Provider]
    told: Told = ignore_answer
    bounds: Bounds = Bounds()
    _server: asyncio.Server | None = None
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.strikes = Strikes(self.clock.monotonic)

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port. Raises OSError when the address cannot be had."""
        self._server = await asyncio.start_server(self._welcome, host, port, limit=LONGEST_HEAD, backlog=128)
        taken: int = self._server.sockets[0].getsockname()[1]
        return taken

    async def close(self) -> None:
        """Stop listening; who is being answered is cut off: providers send again."""
        if self._server is not None:
            self._server.close()
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._talks) >= self.bounds.at_once:
            writer.write(write_answer(503, extra={"retry-after": "1"}))
            writer.close()
            return
        talk = asyncio.create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        provider, answer, why = "", b"", ""
        try:
            async with asyncio.timeout(self.bounds.head_s):
                head = await read_head(reader)
            provider, answer, why = await self._answer(head, reader, writer)
        except TimeoutError:
            answer = write_answer(408)
        except BadRequest as refusal:
            answer = write_answer(refusal.status)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the caller went away: nobody is left to be answered
        finally:
            await _hang_up(reader, writer, answer)
        if answer:
            self.told(provider, int(answer[9:12]), why)

    async def _answer(
        self, head: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, bytes, str]:
        """The provider meant, what is sent back, and what is wrong on our side.

        Nothing of a body is read before all else is in order.
        """
        name, refusal = self._refuse_unread(head, writer)
        if refusal:
            return name, refusal, ""
        if head.awaits_leave:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        async with asyncio.timeout(self.bounds.body_s):
            body = await reader.readexactly(head.length)
        answer = await self._receive(name, head.path.rpartition("/")[2], head, body)
        if answer.status in STRUCK and not answer.why:
            self.strikes.add(self._name_peer(head, writer))
        return name, write_answer(answer.status, answer.body), answer.why

    def _refuse_unread(self, head: Head, writer: asyncio.StreamWriter) -> tuple[str, bytes]:
        """The provider meant, and the answer to a call whose body is not read; b"" for one that may go on."""
        meant = HOOK_PATH.fullmatch(head.path)
        if head.path == HEALTH_PATH:
            return "", write_answer(200, "ok\n") if head.method == "GET" else write_answer(405, extra={"allow": "GET"})
        if meant is None or meant[1] not in self.providers:
            return "", write_answer(404)
        name = meant[1]
        if head.method != "POST":
            return name, write_answer(405, extra={"allow": "POST"})
        wait_s = self.strikes.wait_s(self._name_peer(head, writer))
        if wait_s:
            return name, write_answer(429, extra={"retry-after": str(math.ceil(wait_s))})
        if head.length > LARGEST_BODY:
            return name, write_answer(413)
        return name, b""

    async def _receive(self, name: str, attempt: str, head: Head, body: bytes) -> HookAnswer:
        try:
            return await receive_hook(
                self.records,
                self.clock,
                name,
                self.providers[name],
                attempt=attempt,
                headers=head.headers,
                body=body,
            )
        except WorkprintError as error:
            # A secret is not set, a package is missing, or the disk refuses: our own fault, so it may come again.
            remedy = error.remedy.command or error.remedy.text if error.remedy else ""
            return HookAnswer(503, why=f"{error.message} {remedy}".strip())

    def _name_peer(self, head: Head, writer: asyncio.StreamWriter) -> str:
        """Who calls. Nothing a caller writes is believed, unless a proxy of ours stands in front and wrote it last."""
        if self.bounds.is_behind_proxy:
            return head.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        peer = writer.get_extra_info("peername")
        return str(peer[0]) if peer else ""


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes) -> None:
    """Answer and close, throwing away what still comes: closing over it would take the answer from the caller, too."""
    try:
        with suppress(ConnectionError, RuntimeError, TimeoutError):
            writer.write(answer)
            writer.write_eof()
            async with asyncio.timeout(LINGER_S):
                for _ in range(MOST_CHUNKS):
                    if not await reader.read(CHUNK):
                        return
    finally:
        writer.close()
