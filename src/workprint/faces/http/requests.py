"""Reads one HTTP/1.1 request from a stranger: everything is bounded before it is read, and nothing is guessed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

LONGEST_HEAD = 16 * 1024
"""Bytes of a request line with its headers: a signed token of 2 kB fits several times."""

MOST_HEADERS = 100
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A method or the name of a header (RFC 9110, 5.6.2)."""

ENDLESS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""Signs that have no place in the value of a header."""


class BadRequest(Exception):
    """A request that is not answered with what it asks for; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(HTTPStatus(status).phrase)
        self.status = status


@dataclass(frozen=True)
class Head:
    """What comes before a body: names of headers in lower case; `path` is everything before `?`."""

    method: str
    path: str
    headers: Mapping[str, str]
    length: int

    @property
    def awaits_leave(self) -> bool:
        """Whether the sender waits for a word before it sends the body (RFC 9110, 10.1.1)."""
        return self.headers.get("expect", "").lower() == "100-continue"


async def read_head(reader: asyncio.StreamReader) -> Head:
    """The head of a request. The reader's own limit bounds it. Raises BadRequest, or IncompleteReadError at its end."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise BadRequest(431) from error
    first, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0") or not TOKEN.fullmatch(parts[0]):
        raise BadRequest(400)
    headers = read_headers(lines)
    return Head(parts[0], parts[1].partition("?")[0], headers, _read_length(headers))


def read_headers(lines: list[str]) -> Mapping[str, str]:
    """Headers by their names in lower case. One that comes twice could be read in two ways: refused."""
    if len(lines) > MOST_HEADERS:
        raise BadRequest(431)
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.fullmatch(name) or ENDLESS.search(value) or name.lower() in headers:
            raise BadRequest(400)
        headers[name.lower()] = value.strip(" \t")
    return headers


def _read_length(headers: Mapping[str, str]) -> int:
    """Bytes of the body as announced. A body of no announced length is refused: it could not be bounded beforehand."""
    if "transfer-encoding" in headers:
        raise BadRequest(411)
    told = headers.get("content-length", "0")
    if not re.fullmatch(r"[0-9]{1,15}", told):
        raise BadRequest(400)
    return int(told)


def write_answer(status: int, body: str = "", extra: Mapping[str, str] | None = None) -> bytes:
    """An answer that ends the connection."""
    content = body.encode()
    phrase = HTTPStatus(status).phrase
    headers = {
        "content-type": "application/json" if body.startswith("{") else "text/plain; charset=utf-8",
        "content-length": str(len(content)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "connection": "close",
        **(extra or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {phrase}\r\n{head}\r\n".encode("latin-1") + content
