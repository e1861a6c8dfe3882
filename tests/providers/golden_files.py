"""Request bodies as readable JSON files: what an adapter sends is compared with what was agreed on."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
LONGEST_TEXT = 80
"""Longer texts (base64 of pictures) are shortened in the file."""


def check_golden(name: str, body: object) -> None:
    """A body equals `golden/NAME.json`; a missing file is written once, and the check fails so that it is read."""
    path = FOLDER / f"{name}.json"
    text = json.dumps(_shorten(body), indent=2, ensure_ascii=False) + "\n"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        raise AssertionError(f"{path} was missing and is written now: read it")
    assert text == path.read_text(encoding="utf-8"), f"{name}: another body is sent"


def _shorten(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shorten(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shorten(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{value[:40]}... ({len(value)} characters)"
    return value
