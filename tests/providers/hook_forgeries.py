"""Forged webhooks made from a real one: what an attacker can change without the sender's key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workprint.ports.provider import HookRefused, Provider


@dataclass(frozen=True)
class Names:
    """Under which headers a provider sends its id, time and signature."""

    id: str
    time: str
    signature: str


Forgery = tuple[str, Mapping[str, str], bytes]


def list_forgeries(headers: Mapping[str, str], body: bytes, names: Names) -> Iterator[Forgery]:
    """What changed, the headers and the body of each forgery; at least 20."""
    for place in (0, len(body) // 3, len(body) // 2, len(body) - 1):
        for bit in (0, 5):
            yield f"body bit {bit} of byte {place}", headers, _flip(body, place, bit)
    yield "body shortened", headers, body[:-1]
    yield "body lengthened", headers, body + b" "
    yield "body empty", headers, b""
    yield "body re-serialised", headers, json.dumps(json.loads(body), indent=1).encode()
    yield "body replaced", headers, b'{"status": "succeeded"}'
    signature = headers[names.signature]
    for place in range(3, len(signature) - 3, max(1, len(signature) // 6)):
        for bit in (0, 2, 5):
            yield (
                f"signature bit {bit} of character {place}",
                _with(headers, names.signature, _turn(signature, place, bit)),
                body,
            )
    for name in (names.id, names.time, names.signature):
        yield f"without {name}", {key: value for key, value in headers.items() if key != name}, body
        yield f"{name} empty", _with(headers, name, ""), body
    yield "another id", _with(headers, names.id, headers[names.id] + "x"), body
    yield "the time one later", _with(headers, names.time, str(int(headers[names.time]) + 1)), body
    yield "the time with a zero before it", _with(headers, names.time, "0" + headers[names.time]), body
    yield "the time no number", _with(headers, names.time, "now"), body
    yield "the signature cut", _with(headers, names.signature, signature[:-2]), body
    yield "the signature of zeros", _with(headers, names.signature, "0" * len(signature)), body


def check_forgeries(provider: Provider, forgeries: Iterator[Forgery], now_s: float) -> int:
    """Every forgery is refused as the sender's fault; returns how many there were."""
    answers = {name: _ask(provider, headers, body, now_s) for name, headers, body in forgeries}
    assert {name: answer for name, answer in answers.items() if answer != "refused"} == {}
    return len(answers)


def _ask(provider: Provider, headers: Mapping[str, str], body: bytes, now_s: float) -> str:
    try:
        provider.verify_hook(headers, body, now_s)
    except HookRefused as refusal:
        return "taken for our own fault" if refusal.is_ours else "refused"
    return "accepted"


def _with(headers: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    return {**headers, name: value}


def _flip(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]


def _turn(text: str, place: int, bit: int) -> str:
    return _flip(text.encode(), place, bit).decode("latin-1")


def list_plain_forgeries(headers: Mapping[str, str], body: bytes) -> Iterator[Forgery]:
    """Forgeries of any signed webhook, whatever its headers are called: another statement, or a signature not its own.

    A body that says the same in other bytes is left out: a signature may cover what is said instead of how.
    """
    (name,) = (header for header in headers if header.endswith("signature"))
    bodies = {f"body bit {bit} of byte {place}": _flip(body, place, bit) for place, bit in _spread(len(body), 8)}
    bodies |= {"body shortened": body[:-1], "body empty": b"", "body replaced": b'{"status": "succeeded"}'}
    bodies |= {"body twice": body + body, "body in a list": b"[" + body + b"]"}
    for what, changed in bodies.items():
        if _read(changed) != _read(body):
            yield what, headers, changed
    signature = headers[name]
    for place, bit in _spread(len(signature), 12):
        turned = _turn(signature, place, bit)
        if turned.isprintable() and turned.isascii() and turned.strip() == turned:
            yield f"signature bit {bit} of character {place}", _with(headers, name, turned), body
    yield "no signature", {key: value for key, value in headers.items() if key != name}, body
    for what, changed in (
        ("empty", ""),
        ("cut", signature[:-2]),
        ("half", signature[: len(signature) // 2]),
        ("longer", signature + "0"),
        ("upside down", signature[::-1]),
        ("of zeros", "0" * len(signature)),
    ):
        yield f"signature {what}", _with(headers, name, changed), body


def _spread(length: int, count: int) -> Iterator[tuple[int, int]]:
    for number in range(count):
        yield (length - 1) * number // (count - 1), (0, 2)[number % 2]


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body
