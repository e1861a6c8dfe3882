"""`[providers]` in project.toml about stills, voice, music and effects: what is taken, and what refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from workprint.adapters.project_toml import TEMPLATE, read_settings
from workprint.film.errors import BriefRejected
from workprint.film.settings import ProviderSettings


def read(folder: Path, text: str) -> ProviderSettings:
    """The provider settings of a project.toml with this table."""
    path = folder / "project.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, "somebody").providers


def test_nothing_is_wished_for_until_a_line_says_so(tmp_path: Path) -> None:
    """Not by naming providers, not in a new project's file, not by saying previz."""
    assert read(tmp_path, '[providers]\nuse = ["elevenlabs"]\nmusic = "previz"\n').wishes == {}
    assert read(tmp_path, TEMPLATE.format(approve="auto")).wishes == {}


def test_each_setting_is_a_wish_for_its_medium(tmp_path: Path) -> None:
    """Auto, a provider, or a model with slashes and dots in its name."""
    lines = (
        'stills = "fal/fal-ai/flux-2-pro/edit"\nvoice = "elevenlabs"\nmusic = "auto"\neffects = "auto"\nspeaker = "a-1"'
    )
    settings = read(tmp_path, f"[providers]\n{lines}\n")
    assert settings.wishes == {
        "image": "fal/fal-ai/flux-2-pro/edit",
        "voice": "elevenlabs",
        "music": "auto",
        "effect": "auto",
    }
    assert settings.speaker == "a-1"


@pytest.mark.parametrize(
    "line",
    ["voice = 7", 'music = "Two Words"', 'stills = ["fal"]', 'speaker = "a/../b"', 'effects = ""', 'vocie = "auto"'],
)
def test_what_is_no_wish_is_a_finding_of_its_own(line: str, tmp_path: Path) -> None:
    """The setting is named, and what could stand there."""
    with pytest.raises(BriefRejected) as caught:
        read(tmp_path, f"[providers]\n{line}\n")
    (finding,) = caught.value.findings
    assert finding.path == f"providers.{line.partition(' ')[0]}"
    assert finding.remedy


def test_what_is_bought_has_no_house_price(tmp_path: Path) -> None:
    """A price that only the plan would believe is refused, and the place for it is named."""
    with pytest.raises(BriefRejected) as caught:
        read(tmp_path, "[prices]\nclip = 0.01\nbought_clip = 0\n")
    (finding,) = caught.value.findings
    assert finding.path == "prices.bought_clip"
    assert "providers.prices" in finding.remedy
