"""Taking secrets out of texts, in whatever form a server that logs too much may send them back."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 6
"""Characters below which a value is no secret worth hiding: it would be cut out of ordinary words."""

HIDDEN = "[secret]"


def hide(text: str, values: Iterable[str]) -> str:
    """A text without any of the values: as they are, as JSON, HTML or Python show them, in addresses, hex or base64.

    Shorten a text afterwards, never before: half of a secret is not recognised.
    """
    long = [value for value in values if len(value) >= SHORTEST_SECRET]
    if not long or not text:
        return text
    forms = {form for value in long for form in _list_forms(value)}
    # The longest first: a form may hold another. Case is ignored for the sake of %2f and hexadecimal.
    pattern = "|".join(
        [*map(_escape_loosely, long), *map(re.escape, sorted(forms, key=lambda form: (-len(form), form)))]
    )
    return re.sub(pattern, HIDDEN, text, flags=re.IGNORECASE)


def _escape_loosely(value: str) -> str:
    """A pattern of a value as it is, or quoted once or several times: JSON in JSON puts backslashes before signs."""
    return "".join(char if char.isalnum() else rf"\\*{re.escape(char)}" for char in value)


def _list_forms(value: str) -> Iterator[str]:
    raw = value.encode()
    yield json.dumps(value)[1:-1]
    yield repr(value)[1:-1]
    yield html.escape(value)
    yield quote(value)
    yield quote(value, safe="")
    yield quote_plus(value)
    yield raw.hex()
    for begin in range(3):
        # In base64 a value looks different at each of three places; signs shared with its neighbours stay.
        coded = base64.b64encode(bytes(begin) + raw).decode()
        inner = coded[(begin * 8 + 5) // 6 : (begin + len(raw)) * 8 // 6]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")
