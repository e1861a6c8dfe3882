"""The kinds of value a brief is made of: texts without control characters, colours, addresses, ids."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_COLOUR = re.compile(r"#?[0-9A-Fa-f]{6}")
_SCENE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HINT = re.compile(r"[a-z0-9_]+(/[A-Za-z0-9][A-Za-z0-9_./-]*)?")
MAX_URL = 300


def _find_control(text: str, allowed: str) -> str:
    """The first character no text may hold: controls, lone surrogates, the two non-characters of the base plane."""
    for char in text:
        if char not in allowed and (unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in "\ufffe\uffff"):
            return char
    return ""


def _refuse_control(text: str, allowed: str) -> str:
    found = _find_control(text, allowed)
    if found:
        raise PydanticCustomError("text-control", "holds the character U+{point}", {"point": f"{ord(found):04X}"})
    return text


def _check_line(text: str) -> str:
    return _refuse_control(text, "")


def _check_prose(text: str) -> str:
    return _refuse_control(text, "\n\t")


def _check_filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("text-empty", "is empty")
    return text


def _check_colour(value: Any) -> str:
    if isinstance(value, str) and _COLOUR.fullmatch(value):
        return "#" + value.removeprefix("#").upper()
    if value is None:
        raise PydanticCustomError("colour-invalid", "is empty; a bare # starts a comment")
    raise PydanticCustomError("colour-invalid", "is not a colour")


def _check_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_plain = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        is_plain = is_plain and (parts.port is None or parts.port > 0) and not re.search(r"[\s<>\"'\\]", text)
    except ValueError:
        is_plain = False
    if text and not is_plain:
        raise PydanticCustomError("url-refused", "is not a plain web address")
    return text


def _check_scene_id(text: str) -> str:
    if not _SCENE_ID.fullmatch(text):
        raise PydanticCustomError("scene-id-invalid", "is not a scene id")
    return text


def _check_hint(text: str) -> str:
    if not _HINT.fullmatch(text):
        raise PydanticCustomError("not-a-choice", "is not a provider hint")
    return text


def _check_language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise PydanticCustomError("not-a-choice", "is not a language code")
    return text


def _check_picture_choice(value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise PydanticCustomError("wrong-type", "is neither a file name nor a number")
    return value if isinstance(value, int) else _check_filled(_check_line(value))


Line = Annotated[str, AfterValidator(_check_line)]
"""One line of text."""

FilledLine = Annotated[Line, AfterValidator(_check_filled), Field(json_schema_extra={"pattern": r"\S"})]
"""One line of text with something on it."""

Prose = Annotated[str, AfterValidator(_check_prose)]
"""Text that may run over several lines."""

FilledProse = Annotated[Prose, AfterValidator(_check_filled), Field(json_schema_extra={"pattern": r"\S"})]
"""Text that may run over several lines, with something in it."""

FilePath = Annotated[FilledLine, Field(max_length=400)]
"""A file, named from the project folder with forward slashes."""

Colour = Annotated[
    str,
    PlainValidator(_check_colour),
    WithJsonSchema({"type": "string", "pattern": "^#?[0-9A-Fa-f]{6}$"}),
]
"""A colour as RRGGBB, with or without #; normalised to #RRGGBB in upper case."""

ProviderHint = Annotated[
    Line,
    AfterValidator(_check_hint),
    Field(max_length=120, json_schema_extra={"pattern": f"^{_HINT.pattern}$"}),
]
"""A word of the program's own, a provider's name, or a model's full name."""

WebAddress = Annotated[
    Line, Field(max_length=MAX_URL, json_schema_extra={"pattern": "^(https?://.+)?$"}), AfterValidator(_check_url)
]
"""A plain http or https address without a user name; empty for none."""

SceneId = Annotated[
    Line, AfterValidator(_check_scene_id), Field(json_schema_extra={"pattern": f"^{_SCENE_ID.pattern}$"})
]
"""Letters, digits, dash, underscore; at most 40."""

LanguageCode = Annotated[
    Line, AfterValidator(_check_language), Field(json_schema_extra={"pattern": f"^{_LANGUAGE.pattern}$"})
]
"""A language code such as en or pt-BR."""

PictureChoice = Annotated[
    int | str,
    PlainValidator(_check_picture_choice),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "minLength": 1}]}),
]
"""A reference picture by file name or by its place in the list, counted from 0."""
