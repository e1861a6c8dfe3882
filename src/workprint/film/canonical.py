"""One canonical JSON form for every noun, and the digest that names it.

The form is stable: keys sorted, no spaces, whole numbers and text only where it matters. A dataclass
becomes an object of its fields; decoding rebuilds it from its type hints.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

type_hints = cache(typing.get_type_hints)

Json = Any
"""Anything the json module writes: None, bool, int, float, str, list, dict with text keys."""

Noun = TypeVar("Noun")


@cache
def _field_names(noun: type, whole: bool) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(noun) if whole or field.metadata.get("digest", True))


@cache
def _list_unset(noun: type) -> tuple[tuple[str, Json], ...]:
    """Fields marked `digest: "if-set"` with the form of their defaults: one added later leaves older digests alone."""
    marked = (field for field in dataclasses.fields(noun) if field.metadata.get("digest") == "if-set")
    return tuple((field.name, encode(field.default)) for field in marked)


def _drop_unset(form: dict[str, Json], unset: tuple[tuple[str, Json], ...]) -> dict[str, Json]:
    left_out = {name for name, default in unset if form[name] == default}
    return {name: part for name, part in form.items() if name not in left_out} if left_out else form


def encode(value: object, *, whole: bool = False) -> Json:
    """Plain JSON data for a noun. Fields marked `digest: False` (names, times) are left out unless `whole`.

    So are those marked `digest: "if-set"` that have their default.
    """
    if isinstance(value, Enum):
        return encode(value.value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        # A whole float and the integer it equals are one value: 3.0 and 3 must not be two digests.
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, (tuple, list)):
        return [encode(item, whole=whole) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item, whole=whole) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        form = {name: encode(getattr(value, name), whole=whole) for name in _field_names(type(value), whole)}
        return form if whole else _drop_unset(form, _list_unset(type(value)))
    raise TypeError(f"{type(value).__name__} has no canonical form")


def to_text(data: Json) -> str:
    """Canonical JSON text of plain data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_bytes(data: bytes) -> str:
    """The sha256 of bytes as 64 hex digits: the name of a stored file."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: object) -> str:
    """The digest of a noun's canonical form."""
    return digest_bytes(to_text(encode(value)).encode())


def decode(kind: type[Noun], data: Json) -> Noun:
    """A noun rebuilt from plain JSON data by its type hints; raises ValueError where they disagree."""
    return typing.cast(Noun, _decode(kind, data, kind.__name__))


def _decode(kind: Any, data: Json, where: str) -> Any:
    origin = typing.get_origin(kind)
    if origin is not None:
        return _decode_generic(kind, origin, data, where)
    if kind is Any or kind is object:
        return data
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(typing.cast(type, kind), data, where)
    if issubclass(kind, Enum):
        return kind(data)
    if kind is float and isinstance(data, int):
        return float(data)
    if not isinstance(data, kind):
        raise ValueError(f"{where}: expected {kind.__name__}, found {type(data).__name__}")
    return data


def _decode_generic(kind: Any, origin: Any, data: Json, where: str) -> Any:
    if origin in (typing.Union, types.UnionType):
        return _decode_union(typing.get_args(kind), data, where)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), data, where)
    if issubclass(origin, Mapping):
        _, item = typing.get_args(kind)
        if not isinstance(data, dict):
            raise ValueError(f"{where}: expected an object")
        return {key: _decode(item, value, f"{where}.{key}") for key, value in data.items()}
    raise TypeError(f"{where}: {kind} has no canonical form")


def _decode_union(choices: tuple[Any, ...], data: Json, where: str) -> Any:
    if data is None and type(None) in choices:
        return None
    problems = []
    for choice in choices:
        if choice is type(None):
            continue
        try:
            return _decode(choice, data, where)
        except (ValueError, TypeError, KeyError) as problem:
            problems.append(str(problem))
    raise ValueError(f"{where}: {'; '.join(problems) or 'no choice fits'}")


def _decode_tuple(items: tuple[Any, ...], data: Json, where: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{where}: expected a list")
    if len(items) == 2 and items[1] is Ellipsis:
        return tuple(_decode(items[0], value, f"{where}[{i}]") for i, value in enumerate(data))
    if len(items) != len(data):
        raise ValueError(f"{where}: expected {len(items)} items, found {len(data)}")
    return tuple(_decode(kind, value, f"{where}[{i}]") for i, (kind, value) in enumerate(zip(items, data, strict=True)))


def _decode_dataclass(kind: type, data: Json, where: str) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"{where}: expected an object")
    hints = type_hints(kind)
    fields = {field.name for field in dataclasses.fields(kind)}
    unknown = sorted(key for key in data if key not in fields)
    if unknown:
        raise ValueError(f"{where}: unknown fields {unknown}")
    found = {key: _decode(hints[key], value, f"{where}.{key}") for key, value in data.items()}
    try:
        return kind(**found)
    except TypeError as error:
        raise ValueError(f"{where}: fields are missing") from error
