"""Canaries: secrets that must be found in no byte that is written, and servers that try to have them written."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from workprint.testing.fakes.faults import Fault
from workprint.testing.fakes.loopback import Answer, Call
from workprint.testing.fakes.studio import FakeProvider

SHORTEST_PIECE = 12
"""Characters of a secret in a row that already count as found: a cut in its middle must not hide it."""

LONG = 64
"""Of something longer, such as a signed token, only every twelfth piece is looked for: there are many of both."""

MOST_CARRIED = 6

CARRIERS = ("authorization", "x-api-key", "xi-api-key", "x-goog-api-key", "api-key", "cookie")
"""Headers of a request that carry credentials."""


@lru_cache(maxsize=256)
def list_forms(secret: str) -> tuple[bytes, ...]:
    """How a secret may look in bytes: as it is, in pieces, as JSON, in addresses, in hexadecimal, in base64.

    In base64 it looks different at each of three places it can begin at; the signs shared with neighbours are left out.
    """
    raw = secret.encode()
    starts = range(0, max(1, len(raw) - SHORTEST_PIECE + 1), 1 if len(raw) <= LONG else SHORTEST_PIECE)
    pieces = {raw[start : start + SHORTEST_PIECE] for start in starts}
    forms = {*pieces, json.dumps(secret)[1:-1].encode(), quote(secret, safe="").encode(), quote_plus(secret).encode()}
    forms |= {raw.hex().encode(), raw.hex().upper().encode(), repr(secret)[1:-1].encode()}
    for begin in range(3):
        coded = base64.b64encode(bytes(begin) + raw)
        inner = coded[(begin * 8 + 5) // 6 : (begin + len(raw)) * 8 // 6]
        forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return tuple(sorted(form for form in forms if form))


def find_in_bytes(data: bytes, secrets: Iterable[str]) -> tuple[str, ...]:
    """The forms of secrets that stand in some bytes."""
    return _find(data, _list_all(secrets))


def find_in_tree(root: Path, secrets: Iterable[str], *, spared: tuple[str, ...] = (".env",)) -> tuple[str, ...]:
    """`path: form` of every secret in a file below a folder, or in an archive there; in file names, too."""
    forms, found = _list_all(secrets), []
    searched: set[bytes] = set()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        found += [f"name of {name}: {form}" for form in _find(name.encode(), forms)]
        if path.is_file() and path.name not in spared:
            for inside, data in _open(name, path.read_bytes()):
                content = hashlib.sha256(data).digest()  # a result lies in the vault, in out/ and in a backup
                if content not in searched:
                    searched.add(content)
                    found += [f"{inside}: {form}" for form in _find(data, forms)]
    return tuple(found)


def _list_all(secrets: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(sorted({form for secret in secrets for form in list_forms(secret)}))


def _find(data: bytes, forms: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(form.decode() for form in forms if form in data)


def _open(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file as it is, and what an archive holds."""
    yield name, data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield from _open(f"{name}!{info.filename}", archive.read(info))


def show_forms(secret: str) -> str:
    """A secret in every whole form, as a server that logs too much might send it."""
    raw = secret.encode()
    coded = [base64.b64encode(prefix + raw).decode() for prefix in (b"", b"a", b"ab")]
    plain = [secret, json.dumps(secret), quote(secret, safe=""), raw.hex(), raw.hex().upper(), repr(secret)]
    return " ".join([*plain, *coded, base64.urlsafe_b64encode(raw).decode()])


def echo_words(fake: FakeProvider, kind: str, status: int = 0, *, is_processed: bool = False) -> Fault:
    """The provider's own answer or refusal, with our credentials in every sentence of it and in some more fields."""

    def change(answer: Answer) -> Answer:
        told = " ".join(show_forms(secret) for secret in list_credentials(fake))
        try:
            body = json.dumps(_add_words(json.loads(answer.body), told)).encode()
        except ValueError:
            body = answer.body + told.encode()
        return replace(answer, body=body)

    return Fault(f"{kind} {status or 'answer'} that echoes credentials", kind, is_processed, change, status)


def echo_bare(fake: FakeProvider, kind: str, status: int, *, before: int = 0) -> Fault:
    """The work is done, and a bare error page shows our credentials, after so many other signs."""

    def change(answer: Answer) -> Answer:
        told = " ".join(show_forms(secret) for secret in list_credentials(fake))
        return Answer(status, ("x" * before + told).encode(), {"content-type": "text/plain"})

    return Fault(f"{kind} done, then {status} that shows credentials after {before} signs", kind, True, change)


def _add_words(data: Any, told: str) -> Any:
    if isinstance(data, Mapping):
        worded = {key: _add_words(value, told) for key, value in data.items()}
        return {**worded, "debug": told} if "debug" not in worded else worded
    if isinstance(data, list):
        return [_add_words(value, told) for value in data]
    return f"{data} {told}" if isinstance(data, str) and " " in data.strip() else data


def list_credentials(fake: FakeProvider) -> tuple[str, ...]:
    """Every secret of a fake, and what the last call carried: a signed token opens an account, too."""
    carried = _read_carried(fake.calls[-1][1]) if fake.calls else ()
    return (*fake.secrets.values(), *carried)


def list_carried(fake: FakeProvider) -> tuple[str, ...]:
    """The credentials that calls carried: the last of them, where they change."""
    carried = dict.fromkeys(carried for _, call in fake.calls for carried in _read_carried(call))
    return tuple(carried)[-MOST_CARRIED:]


def _read_carried(call: Call) -> tuple[str, ...]:
    values = (call.headers.get(name, "") for name in CARRIERS)
    return tuple(value.rpartition(" ")[2] for value in values if value)
