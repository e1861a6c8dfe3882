"""Compares what an adapter sends with a readable file: `golden/<provider>/<name>.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"


def assert_golden(provider: str, name: str, body: Mapping[str, Any]) -> None:
    """The body is what the file says, to the letter. The message holds the body, to be looked at and stored."""
    path = GOLDEN / provider / f"{name}.json"
    written = json.dumps(body, indent=2, ensure_ascii=False)
    expected = path.read_text(encoding="utf-8").rstrip("\n") if path.exists() else ""
    assert written == expected, f"{path} differs; sent is\n{written}"
