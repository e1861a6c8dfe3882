"""Downloads over HTTP: only expected hosts, resumed by range, refused when a web page comes instead of media."""

from __future__ import annotations

import fnmatch
import ipaddress
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from workprint.lab.exchange import make_tls
from workprint.ports.downloads import DownloadFailed
from workprint.ports.provider import Output

LARGEST_BYTES = 4 * 1024**3
"""More than any clip that is sold; a stream that never ends stops here."""

CHUNK = 1 << 16
GONE = (401, 403, 404, 410)
"""Statuses of an address that will not work any more."""

PAGES = (b"<!doctype", b"<html", b"<?xml", b"<error", b'{"')
"""How bodies begin that are no media."""

TIMEOUT = httpx.Timeout(60, connect=10)


class HttpDownloads:
    """Implements `workprint.ports.downloads.Downloads`. Redirects are not followed: they could lead anywhere."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, verify=make_tls())

    async def fetch(self, output: Output, into: Path, hosts: Sequence[str]) -> None:
        """Fetch an output; on return the file is whole as far as its length is told, flushed, and no web page."""
        if output.data:
            _write_whole(into, output.data)
            return
        check_host(output.address, hosts)
        part = into.with_name(into.name + ".part")
        try:
            await self._stream(output, part)
        except httpx.HTTPError as error:
            raise DownloadFailed(f"the download broke off: {type(error).__name__} {error}") from error
        _refuse_page(part)
        part.replace(into)

    async def _stream(self, output: Output, part: Path) -> None:
        mark = part.with_name(part.name + ".etag")
        have = part.stat().st_size if part.exists() and mark.exists() else 0
        headers = dict(output.headers)
        if have:
            headers |= {"range": f"bytes={have}-", "if-range": mark.read_text(encoding="ascii")}
        async with self._client.stream("GET", output.address, headers=headers) as reply:
            if reply.status_code == 416 and have:
                mark.unlink(missing_ok=True)
                return  # everything was here already
            _check_status(reply)
            resumes = reply.status_code == 206 and have > 0
            _remember(mark, reply.headers)
            with part.open("ab" if resumes else "wb") as file:
                size = have if resumes else 0
                async for chunk in reply.aiter_bytes(CHUNK):
                    size += len(chunk)
                    if size > LARGEST_BYTES:
                        raise DownloadFailed(f"more than {LARGEST_BYTES} bytes came", is_gone=True)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        mark.unlink(missing_ok=True)
        if size == 0:
            raise DownloadFailed("nothing came")

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()


def check_host(address: str, hosts: Sequence[str]) -> None:
    """Refuse an address that is not https on an expected host. Loopback is only for a host named without a pattern.

    Raises DownloadFailed: a provider's answer must not send us to somewhere else, our own network least of all.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not any(fnmatch.fnmatchcase(host, pattern) for pattern in hosts):
        raise DownloadFailed(f"the result lies on a host that is not expected: {host or 'none'}", is_refused=True)
    if parts.scheme == "https":
        return
    if parts.scheme != "http" or not _is_loopback(host) or host not in hosts:
        raise DownloadFailed(f"the result's address is not https: {parts.scheme}://{host}", is_refused=True)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_status(reply: httpx.Response) -> None:
    if reply.status_code in GONE:
        raise DownloadFailed(f"HTTP {reply.status_code}: the address has expired or is wrong", is_gone=True)
    if reply.status_code not in (200, 206):
        raise DownloadFailed(f"HTTP {reply.status_code}")
    if reply.headers.get("content-type", "").startswith("text/html"):
        raise DownloadFailed("a web page came instead of the result", is_gone=True)


def _remember(mark: Path, headers: Mapping[str, str]) -> None:
    """Keep the strong validator of what comes: without one a broken download begins anew (RFC 9110, 13.1.5)."""
    etag = headers.get("etag", "")
    if etag and not etag.startswith("W/"):
        mark.write_text(etag, encoding="ascii", errors="ignore")
    else:
        mark.unlink(missing_ok=True)


def _refuse_page(part: Path) -> None:
    with part.open("rb") as file:
        head = file.read(64).lstrip().lower()
    if head.startswith(PAGES):
        part.unlink()
        raise DownloadFailed("a web page or an error message came instead of the result", is_gone=True)


def _write_whole(into: Path, data: bytes) -> None:
    with into.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
