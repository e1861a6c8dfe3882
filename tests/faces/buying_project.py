"""A project that buys from fakes: what a person would write into project.toml and .env."""

from __future__ import annotations

from pathlib import Path

from tests.productions import write_short_project

from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.provider_contract import find_pairs

PAIRS = {pair.card.name: pair for pair in find_pairs()}


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
