"""Judges plain data against the models: every complaint becomes a finding, and a wrong value is stood in for.

Standing in lets the cross-field checks run on all the rest, so that a person sees everything at once.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from workprint.adapters.brief_yaml.codes import Findings, quote
from workprint.adapters.brief_yaml.schema import SCHEMA_NAME, Document
from workprint.film.canonical import Json

Loc = tuple[int | str, ...]

ALIASES: Mapping[str, str] = {
    "cta": "call_to_action",
    "call": "call_to_action",
    "target_audience": "audience",
    "music_bpm": "bpm",
    "audio_url": "music_file",
    "logo_url": "logo",
    "price": "price_text",
    "colors": "brand_colors",
    "colours": "brand_colors",
    "legal_disclaimer": "legal",
    "button": "button_text",
    "images": "reference_images",
    "segmap_urls": "segmaps",
    "depth_urls": "depths",
    "pose_or_traj_url": "pose",
    "length_s": "duration_s",
    "budget_usd": "cap_usd",
    "voiceover": "voice",
    "focal_length": "focal_length_mm",
}
"""Keys other brief formats use, and what they are called here."""

_CODES: Mapping[str, str] = {
    "missing": "missing-key",
    "extra_forbidden": "unknown-key",
    "literal_error": "not-a-choice",
    "finite_number": "number-not-finite",
    "greater_than": "number-range",
    "greater_than_equal": "number-range",
    "less_than": "number-range",
    "less_than_equal": "number-range",
    "string_too_long": "text-too-long",
    "string_too_short": "text-empty",
    "string_unicode": "text-control",
    "too_long": "list-length",
    "too_short": "list-length",
}

_WANTED: Mapping[str, str] = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "model_type": "a section with keys of its own",
    "model_attributes_type": "a section with keys of its own",
    "wrong-type": "a file name or a number",
}

_REMEDIES: Mapping[str, str] = {
    "text-control": "Delete that character; use a plain space instead of a line break.",
    "text-empty": "Write a text, or remove the key if it is optional.",
    "colour-invalid": 'Write six hexadecimal digits in quotes: "#D4AF37".',
    "url-refused": "Write the full address with https:// in front and nothing before the host name.",
    "scene-id-invalid": "Use up to 40 letters, digits, dashes and underscores.",
    "number-not-finite": "Write an ordinary number.",
}


def name_path(loc: Loc) -> str:
    """A place as findings name it: `scenes[2].end_s`."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def shape_document(data: Json, findings: Findings) -> Document | None:
    """The typed document, with examples standing in for wrong values (their paths are in `findings.broken`).

    None when not even the outline can be made out. `data` itself is not changed.
    """
    if not isinstance(data, dict) or not data:
        message = "The brief holds no settings." if not data else "The brief is not a set of sections."
        findings.error("brief-empty", findings.file, message, "Start from a new brief: workprint new.")
        return None
    tree = _drop_nothing(copy.deepcopy(data))
    for _ in range(2):
        try:
            return Document.model_validate(tree)
        except ValidationError as problem:
            for complaint in problem.errors(include_url=False):
                _report(complaint, tree, findings)
            for complaint in problem.errors(include_url=False, include_input=False):
                _stand_in(complaint, tree, findings)
    return None


def _drop_nothing(value: Json) -> Json:
    """Keys without a value count as not given: people leave `logo:` empty."""
    if isinstance(value, dict):
        return {key: _drop_nothing(item) for key, item in value.items() if item is not None}
    return [_drop_nothing(item) for item in value] if isinstance(value, list) else value


def _report(complaint: ErrorDetails, tree: Json, findings: Findings) -> None:
    kind, path = complaint["type"], name_path(complaint["loc"])
    field, owner = _find_field(complaint["loc"])
    if kind in _WANTED:
        message, remedy = _say_wrong_type(path, complaint, field)
        findings.error("wrong-type", path, message, remedy)
    elif kind == "missing":
        about = f" ({field.description.rstrip('.')})" if field and field.description else ""
        findings.error("missing-key", path, f"{quote(path)} is missing{about}.", f"Add {path} to the brief.")
    elif kind == "extra_forbidden":
        key = str(complaint["loc"][-1])
        findings.error("unknown-key", path, f"There is no key {quote(key)} here.", _suggest_key(key, owner, findings))
    elif kind == "literal_error":
        _report_choice(path, complaint, field, findings)
    else:
        _report_value(kind, path, complaint, findings)


def _say_wrong_type(path: str, complaint: ErrorDetails, field: FieldInfo | None) -> tuple[str, str]:
    wanted, found = _WANTED[complaint["type"]], complaint["input"]
    message = f"{quote(path, 200)} must be {wanted}, not {_name_type(found)}."
    remedy = f"Write {wanted}."
    if wanted == "text" and isinstance(found, (int, float)):
        remedy = f"Put it in quotes: {quote(found)}."
    elif isinstance(found, str) and wanted != "a list":
        remedy = f"Write {wanted}, without quotes or units."
    elif wanted == "a list":
        remedy = "Write a list: one item a line, each after a dash."
    return message, remedy


def _name_type(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {quote(value)[1:-1]}"
    if isinstance(value, str):
        return f"the text {quote(value)}"
    return "a list" if isinstance(value, list) else "a section"


def _report_choice(path: str, complaint: ErrorDetails, field: FieldInfo | None, findings: Findings) -> None:
    choices = _choices_of(field)
    found = complaint["input"]
    near = difflib.get_close_matches(str(found).lower().replace(" ", "_"), choices, 1, 0.5)
    remedy = f"Use one of: {', '.join(choices)}."
    if near:
        remedy = f"Did you mean {near[0]}? {remedy}"
    code = "aspect-unsupported" if path.endswith(".aspect") else "not-a-choice"
    findings.error(code, path, f"{quote(path, 200)} cannot be {_name_type(found)}.", remedy)


def _choices_of(field: FieldInfo | None) -> list[str]:
    found: list[str] = []
    waiting = [field.annotation] if field else []
    while waiting:
        kind = waiting.pop(0)
        if isinstance(kind, (str, int)):
            found.append(str(kind))
        waiting.extend(item for item in get_args(kind))
    return found


def _report_value(kind: str, path: str, complaint: ErrorDetails, findings: Findings) -> None:
    code = _CODES.get(kind, kind)
    if code == "list-length" and isinstance(complaint["input"], str):
        code = "text-too-long"
    said = complaint["msg"][:1].lower() + complaint["msg"][1:]
    limits = complaint.get("ctx", {})
    if code == "list-length":
        count, most, least = limits["actual_length"], limits.get("max_length"), limits.get("min_length")
        said = f"holds {count} items; allowed: " + (f"at most {most}" if most is not None else f"at least {least}")
    if code == "text-too-long":
        said = f"is longer than {limits['max_length']} characters"
    if code == "number-range":
        said = f"is {_name_type(complaint['input'])}: {said}"
    fallback = f"Change it so that it fits: {said}."
    if code == "not-a-choice":
        fallback = "Write a language code: en, de, pt-BR, ..."
    findings.error(code, path, f"{quote(path, 200)} {said}.", _REMEDIES.get(code, fallback))


def _suggest_key(key: str, owner: type[BaseModel] | None, findings: Findings) -> str:
    """What the writer of an unknown key probably meant: a near key here, or the same key in another section."""
    here = _names_of(owner) if owner else {}
    wanted = ALIASES.get(key.lower(), key.lower().replace("-", "_"))
    near = [wanted] if wanted in here else []
    if not near and findings.may_guess():
        near = difflib.get_close_matches(wanted, list(here), 1, 0.6)
    if near:
        return f"Did you mean {near[0]}?"
    for section, field in _names_of(Document).items():
        part = _model_in(field.annotation)
        if part and wanted in _names_of(part):
            return f"{wanted} belongs under {section}."
    return f"Remove it. Known here: {', '.join(here)}." if here else "Remove it."


def _names_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The section a field holds, itself or as items of a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for item in get_args(annotation) if (found := _model_in(item))), None)


def _find_field(loc: Loc) -> tuple[FieldInfo | None, type[BaseModel] | None]:
    """The field a place belongs to, and the section it stands in."""
    owner: type[BaseModel] | None = Document
    inside: type[BaseModel] | None = Document
    field: FieldInfo | None = None
    for part in loc:
        if isinstance(part, int):
            continue
        owner = inside
        field = _names_of(owner).get(part) if owner else None
        inside = _model_in(field.annotation) if field else None
    return field, owner


def _stand_in(complaint: ErrorDetails, tree: Json, findings: Findings) -> None:
    """Put the field's example in place of a wrong value; drop what is unknown or optional."""
    loc = complaint["loc"]
    place = tree
    for part in loc[:-1]:
        place = place[part]
    field, _ = _find_field(loc)
    last: Any = loc[-1]
    if complaint["type"] != "extra_forbidden":
        findings.broken.add(name_path(loc))
    example = copy.deepcopy(field.examples[0]) if field and field.examples else None
    if isinstance(last, int):
        place[last] = example[0] if example else None
    elif example is not None:
        place[last] = example
    else:
        place.pop(last, None)


def check_schema_name(document: Document, findings: Findings) -> None:
    """Refuse a brief written for another version of the format."""
    if document.schema_name != SCHEMA_NAME:
        message = f"The brief says it is {quote(document.schema_name)}; this program reads {SCHEMA_NAME}."
        findings.error("schema-unsupported", "schema", message, f"Write: schema: {SCHEMA_NAME}")
