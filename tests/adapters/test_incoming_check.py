"""What a provider sends is decoded before it is believed: what is no picture, clip or sound is told as that."""

from __future__ import annotations

from pathlib import Path

import pytest

from workprint.adapters.incoming_check import examine_file
from workprint.film.errors import OrderFailed
from workprint.testing.fakes.faults import HTML
from workprint.testing.fakes.media import make_media


@pytest.mark.parametrize("content", [HTML, b"", b"\x89PNG\r\n\x1a\n" + bytes(40)], ids=["page", "empty", "broken"])
def test_a_picture_that_is_none_fails_the_order(content: bytes, tmp_path: Path) -> None:
    """A web page, nothing, and a broken file under a picture's name fail the order instead of the program."""
    path = tmp_path / "made.png"
    path.write_bytes(content)
    with pytest.raises(OrderFailed, match="picture"):
        examine_file(path, "image/png", tmp_path)


def test_a_picture_is_measured(tmp_path: Path) -> None:
    """A real one gives its size."""
    path = tmp_path / "made.png"
    path.write_bytes(make_media("image", 48, 32, 0)[0])
    facts, _ = examine_file(path, "image/png", tmp_path)
    assert facts == {"width": 48, "height": 32}
