"""A small HTTP server on loopback that can also do what a broken one does: say nothing, half of it, or too late."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Call:
    """A request as it came: names of headers in lower case, path decoded, query as a flat mapping."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def fields(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is none."""
        try:
            data = json.loads(self.body)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}

    def parts(self) -> dict[str, tuple[bytes, str]]:
        """The parts of a multipart body by name: content and file name."""
        kind = self.headers.get("content-type", "")
        message = BytesParser(policy=HTTP).parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + self.body)
        found: dict[str, tuple[bytes, str]] = {}
        for part in message.iter_parts() if message.is_multipart() else ():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            found[str(name)] = (content if isinstance(content, bytes) else b"", part.get_filename() or "")
        return found


@dataclass(frozen=True)
class Answer:
    """What is sent back. `drop` closes without a word; `cut` sends only that much of the body; `wait_s` waits first."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    cut: int | None = None
    wait_s: float = 0.0


def answer_json(data: object, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON; underscores in header names become dashes."""
    sent = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Answer(status, json.dumps(data).encode(), sent)


Handler = Callable[[Call], Answer]


class Loopback:
    """A server in a thread of its own. Use as a context, or call `start` and `stop`; it stops with the process."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True, name="loopback")
        self._ready = threading.Event()
        self._stopping: asyncio.Event | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Loopback:
        """Listen; returns itself when it does."""
        self._thread.start()
        self._ready.wait()
        return self

    def stop(self) -> None:
        """Stop listening and close what is open."""
        if self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(5)

    def __enter__(self) -> Loopback:
        return self.start()

    def __exit__(self, *unused: object) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=1 << 20, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (call := await _read_call(reader)) is not None:
                answer = self._handle(call)
                if answer.wait_s:
                    await asyncio.sleep(answer.wait_s)
                if answer.drop or not await _write(writer, call, answer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        except asyncio.CancelledError:
            pass  # the server stops; the streams of asyncio complain about a talk that ends cancelled
        finally:
            with suppress(ConnectionError, RuntimeError):
                writer.close()


async def _read_call(reader: asyncio.StreamReader) -> Call | None:
    """The next request of a connection; None when the other side has hung up."""
    line = await reader.readline()
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Call(method, unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


async def _write(writer: asyncio.StreamWriter, call: Call, answer: Answer) -> bool:
    """Send an answer; whether the connection may go on."""
    keep = answer.cut is None and call.headers.get("connection", "").lower() != "close"
    headers = {"content-length": str(len(answer.body)), "connection": "keep-alive" if keep else "close"}
    headers.update({name.lower(): value for name, value in answer.headers.items()})
    head = f"HTTP/1.1 {answer.status} {'OK' if answer.status < 400 else 'Refused'}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    body = b"" if call.method == "HEAD" else answer.body
    writer.write(head.encode("latin-1") + (body if answer.cut is None else body[: answer.cut]))
    await writer.drain()
    return keep
