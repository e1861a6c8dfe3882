"""Keys from the environment and from .env: found, refused when they cannot be right, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from workprint.adapters.secrets_env import EnvironmentSecrets
from workprint.film.errors import MissingKey


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    """A key of the environment wins over one of .env; an empty one does not count."""
    (tmp_path / ".env").write_text('A_KEY="from-the-file"\nexport B_KEY=also # from there\n# C_KEY=no\n')
    secrets = EnvironmentSecrets({"A_KEY": "from-outside", "B_KEY": ""}, tmp_path, ("A_KEY", "B_KEY", "C_KEY"))
    assert (secrets.secret("A_KEY"), secrets.secret("B_KEY")) == ("from-outside", "also")
    assert not secrets.has("C_KEY")
    assert "from-outside" not in repr(secrets)
    assert secrets.scrub("the key from-outside is wrong") == "the key [secret] is wrong"


@pytest.mark.parametrize(
    "value", ["sk-\u201ccurly\u201d", "sk-two\nlines", "sk-two words", "sk-\x01control", "sk-b\u00fccher"]
)
def test_a_key_that_no_request_can_carry_is_refused_before_anything_is_sent(value: str, tmp_path: Path) -> None:
    """Curly marks, spaces and line breaks are told by the name of the key, and its value is not shown."""
    with pytest.raises(MissingKey) as refused:
        EnvironmentSecrets({"A_KEY": value}, tmp_path, ("A_KEY",)).secret("A_KEY")
    assert "A_KEY" in refused.value.message
    assert value not in refused.value.message
    assert refused.value.remedy is not None


def test_a_key_that_is_not_set_is_named(tmp_path: Path) -> None:
    """The error names the key and where to write it."""
    with pytest.raises(MissingKey, match="The key A_KEY is not set"):
        EnvironmentSecrets({}, tmp_path, ("A_KEY",)).secret("A_KEY")
