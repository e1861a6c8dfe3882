"""HTTP for providers: one paid POST that is never repeated, free calls, and replies told apart by what they prove.

Nothing here retries. httpx is used without redirects, without environment proxies for loopback, and with time-outs on
every phase, so that each failure says whether the request can have reached the other side.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import httpx

from workprint.film.canonical import Json
from workprint.lab.redaction import hide
from workprint.ports.provider import Account, AskFailed, NotSent, OutcomeUnknown, Rejected, Trouble

LONGEST_REPLY_BYTES = 64 * 1024 * 1024
"""A reply that is no media; inline results (base64) of synchronous models come below this."""

LONGEST_MESSAGE = 300
"""Characters kept of a provider's own words."""

LONGEST_EXCERPT_BYTES = 64 * 1024
"""Read of a body for a message: far more than is kept, so that a secret is found whole, and hidden, before the cut."""

CARRIERS = ("authorization", "cookie", "token", "key")
"""Parts of the names of headers that carry credentials."""

MOST_CARRIED = 64
"""Derived credentials kept in mind to hide them: signed tokens, tokens for uploads."""

NEVER_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Failures before the first byte left."""


@dataclass(frozen=True)
class Reply:
    """An answer: status, headers (names in lower case), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def fields(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one when it is anything else."""
        try:
            data = read_json(self.body)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}

    @property
    def retry_after_s(self) -> float | None:
        """What `Retry-After` asks for in seconds; None when it is missing, a date is not resolved to seconds."""
        return read_retry_after(self.headers)

    def excerpt(self) -> str:
        """The start of the body, printable, for a message: to be cleaned of secrets, and shortened, by `Exchange`."""
        text = self.body[:LONGEST_EXCERPT_BYTES].decode("utf-8", "replace")
        return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@lru_cache(maxsize=1)
def make_tls() -> ssl.SSLContext:
    """What servers are verified with, read once: reading the list of authorities costs as much CPU as the request."""
    return httpx.create_ssl_context()


class SealedHeaders(dict[str, str]):
    """Headers that carry a secret to whoever sends them, and show it to nobody who prints them."""

    def __repr__(self) -> str:
        return f"SealedHeaders({sorted(self)})"


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds: a number, or a date measured against the reply's own `Date` (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())


def read_json(data: bytes | str) -> Any:
    """What somebody else's JSON says. Raises ValueError, and nothing else, for what is none or is nested too deep."""
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def dig(data: Json, *keys: str | int) -> Any:
    """The value at a path of keys and indexes, None where the path ends early."""
    for key in keys:
        if isinstance(key, int) and isinstance(data, list):
            data = data[key] if -len(data) <= key < len(data) else None
        elif isinstance(data, dict):
            data = data.get(key)
        else:
            return None
    return data


class Exchange:
    """The connection to one provider. `sign` gives the headers of every request to its base address."""

    def __init__(self, account: Account, sign: Callable[[], Mapping[str, str]]) -> None:
        self._account = account
        self._sign = sign
        self._client: httpx.AsyncClient | None = None
        self._carried: dict[str, None] = {}

    @property
    def base_url(self) -> str:
        """The provider's address without a slash at its end."""
        return self._account.base_url.rstrip("/")

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            account = self._account
            timeout = httpx.Timeout(account.answer_s, connect=account.connect_s, pool=account.connect_s)
            limits = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=20)
            self._client = httpx.AsyncClient(
                timeout=timeout, limits=limits, follow_redirects=False, trust_env=True, verify=make_tls()
            )
        return self._client

    def address(self, path: str) -> str:
        """A path below the base address, or an absolute address as it is."""
        return path if path.startswith(("http://", "https://")) else f"{self.base_url}{path}"

    async def post_once(
        self,
        path: str,
        *,
        json: Json = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        answer_s: float | None = None,
    ) -> Reply:
        """The paid request: sent once on a fresh connection, whatever happens. Any status comes back as a Reply.

        Raises NotSent when no byte can have arrived, OutcomeUnknown when the answer is lost.
        """
        # A kept connection the server has just closed would fail after the request was written: always a fresh one.
        fresh = self._remember({"connection": "close", **self._sign(), **(headers or {})})
        timeout = httpx.Timeout(answer_s or self._account.answer_s, connect=self._account.connect_s)
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=False, verify=make_tls()) as client:
            try:
                reply = await client.post(
                    self.address(path), json=json, data=data, files=files, params=params, headers=fresh
                )
            except NEVER_REACHED as error:
                raise NotSent(self._words(f"no connection: {error}")) from error
            except httpx.HTTPError as error:
                raise OutcomeUnknown(self._words(f"no answer: {type(error).__name__} {error}")) from error
        return _to_reply(reply)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        json: Json = None,
        content: bytes | None = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        is_signed: bool = True,
    ) -> Reply:
        """A free call, once. Any status comes back as a Reply; raises AskFailed when there is no answer.

        `is_signed` False leaves our credentials out: for addresses that are not the provider's own.
        """
        sent = self._remember({**(self._sign() if is_signed else {}), **(headers or {})})
        try:
            reply = await self._open().request(
                method,
                self.address(path),
                json=json,
                content=content,
                data=data,
                files=files,
                params=params,
                headers=sent,
            )
        except httpx.TimeoutException as error:
            raise AskFailed(Trouble.TIMEOUT, self._words(f"no answer in time: {type(error).__name__}")) from error
        except httpx.HTTPError as error:
            raise AskFailed(Trouble.PROVIDER_ERROR, self._words(f"{type(error).__name__} {error}")) from error
        return _to_reply(reply)

    def _remember(self, headers: dict[str, str]) -> dict[str, str]:
        """Keep in mind what opens an account for a while, though it is no secret we were given, to hide it, too."""
        for name, value in headers.items():
            if any(part in name.lower() for part in CARRIERS):
                self._carried[value.rpartition(" ")[2]] = None
        while len(self._carried) > MOST_CARRIED:
            del self._carried[next(iter(self._carried))]
        return headers

    def _words(self, text: str) -> str:
        return hide(self._account.scrub(text), self._carried)[:LONGEST_MESSAGE]

    def refuse(self, reply: Reply, trouble: Trouble | None, message: str, code: str = "") -> Rejected | OutcomeUnknown:
        """The error a paid POST ends with for a reply that is no receipt: refused where the status proves it."""
        known = trouble or TROUBLES.get(reply.status)
        words = self._words(message or reply.excerpt() or f"HTTP {reply.status}")
        if known is None:
            return OutcomeUnknown(f"HTTP {reply.status}: {words}", code=self._words(code))
        return Rejected(known, words, code=self._words(code), retry_after_s=reply.retry_after_s)

    def fail(self, reply: Reply, trouble: Trouble | None = None, message: str = "", code: str = "") -> AskFailed:
        """The error a free call ends with for a reply it cannot use."""
        known = trouble or TROUBLES.get(reply.status, Trouble.PROVIDER_ERROR)
        words = self._words(message or reply.excerpt() or f"HTTP {reply.status}")
        return AskFailed(known, words, code=self._words(code), retry_after_s=reply.retry_after_s)

    def scrub(self, text: str) -> str:
        """A provider's words without secrets, shortened."""
        return self._words(text)

    async def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


TROUBLES: Mapping[int, Trouble] = {
    400: Trouble.INVALID_INPUT,
    401: Trouble.AUTH,
    402: Trouble.BUDGET,
    403: Trouble.AUTH,
    404: Trouble.INVALID_INPUT,
    405: Trouble.INVALID_INPUT,
    409: Trouble.INVALID_INPUT,
    413: Trouble.INVALID_INPUT,
    415: Trouble.INVALID_INPUT,
    422: Trouble.INVALID_INPUT,
    429: Trouble.RATE_LIMITED,
}
"""Statuses that prove a POST was not taken. All others (3xx, 408, 5xx, 200 without a receipt) prove nothing."""


def _to_reply(reply: httpx.Response) -> Reply:
    if len(reply.content) > LONGEST_REPLY_BYTES:
        return Reply(reply.status_code, {}, b"")
    headers = {key.lower(): value for key, value in reply.headers.items()}
    return Reply(reply.status_code, headers, reply.content)
