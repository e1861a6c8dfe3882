"""Secrets by name: from the environment, else from the project's .env; their values are taken out of every text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from workprint.film.errors import MissingKey, Remedy
from workprint.lab.redaction import hide


class EnvironmentSecrets:
    """Reads secrets when they are asked for; keeps no copy but those of the .env file, and prints none."""

    def __init__(self, environment: Mapping[str, str], folder: Path, names: Iterable[str] = ()) -> None:
        self._environment = environment
        self._file = read_env(folder / ".env")
        self._names = tuple(names)

    def __repr__(self) -> str:
        return f"EnvironmentSecrets({len(self._names)} names)"

    def has(self, name: str) -> bool:
        """Whether a secret is set, and not empty."""
        return bool(self._find(name))

    def secret(self, name: str) -> str:
        """The value of a secret; raises MissingKey when it is not set, or holds signs no key has.

        A curly quotation mark or a line break that was copied along would fail in the middle of a paid request.
        """
        value = self._find(name)
        if not value:
            remedy = Remedy(f"set {name} in the environment, or write it into .env (which git must not see)")
            raise MissingKey(f"The key {name} is not set.", remedy=remedy)
        if not all("!" <= char <= "~" for char in value):
            remedy = Remedy(f"copy {name} once more, without quotation marks, spaces or line breaks around it")
            raise MissingKey(f"The key {name} holds a sign that no key has.", remedy=remedy)
        return value

    def setting(self, name: str) -> str:
        """A setting that is no secret; "" when it is not set."""
        return self._find(name)

    def scrub(self, text: str) -> str:
        """A text without the value of any secret, in any of the forms `lab.redaction` knows."""
        return hide(text, map(self._find, self._names))

    def _find(self, name: str) -> str:
        return (self._environment.get(name) or self._file.get(name) or "").strip()


def read_env(path: Path) -> dict[str, str]:
    """The variables of a .env file: NAME=value lines, with or without `export` and quotes; nothing is expanded."""
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        name, mark, value = line.strip().removeprefix("export ").partition("=")
        if not mark or name.startswith("#"):
            continue
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        else:
            value = value.partition(" #")[0].strip()
        found[name.strip()] = value
    return found
