"""A project that buys from fakes: what a person would write into project.toml and .env."""

from __future__ import annotations

from pathlib import Path

from tests.productions import write_short_project

from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.provider_contract import find_pairs

PAIRS = {pair.card.name: pair for pair in find_pairs()}

TWO_SHOTS = (
    ("duration_s: 2", "duration_s: 6"),
    ("start_s: 0, end_s: 1", "start_s: 0, end_s: 5"),
    ("start_s: 1, end_s: 2", "start_s: 5, end_s: 6"),
)
"""Makes the first scene long enough for two shots of one picture, the second of which goes on where the first ends."""


def write_buying_project(root: Path, *fakes: FakeProvider, settings: str = "") -> Path:
    """A project that buys from fakes: their addresses and keys stand in .env, as a person would write them."""
    write_short_project(root)
    names = ", ".join(f'"{fake.provider}"' for fake in fakes)
    with (root / "project.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[providers]\nuse = [{names}]\n{settings}\n")
    lines = [f"{name}={value}" for fake in fakes for name, value in {**fake.secrets, **fake.settings}.items()]
    lines += [f"{PAIRS[fake.provider].card.base_url_variable}={fake.url}" for fake in fakes]
    (root / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def change_text(path: Path, *changes: tuple[str, str]) -> None:
    """Write other words into a file, as a person with an editor would; each must be there once."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def write_paid_film(root: Path, *fakes: FakeProvider, cap: str = "20", hint: str = "", settings: str = "") -> Path:
    """A buying project with money to spend. `hint` asks for a provider for the first scene."""
    write_buying_project(root, *fakes, settings=settings)
    change_text(root / "brief.yaml", ("cap_usd: 0", f"cap_usd: {cap}"))
    if hint:
        change_text(root / "brief.yaml", ("type: lifestyle,", f"type: lifestyle, provider_hint: {hint},"))
    return root
