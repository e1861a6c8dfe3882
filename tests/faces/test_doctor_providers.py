"""`workprint doctor` about providers: each key in words, by the name of its variable, without spending or waiting."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from tests.faces.buying_project import write_buying_project
from tests.faces.inside import run_inside
from tests.productions import read_events

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.turnstile_sqlite import SqliteTurnstile
from workprint.faces.cli.doctoring import examine_buying, find_package_checks
from workprint.film.settings import ProviderSettings
from workprint.ports.provider import Package
from workprint.testing.fakes.faults import Fault, break_after
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.replicate import FakeReplicate
from workprint.testing.fakes.runway import FakeRunway
from workprint.testing.fakes.studio import CANARY, FakeProvider
from workprint.testing.provider_contract import Pair, find_pairs
from workprint.wiring import Workspace, turnstile_file

FAKED = [pair for pair in find_pairs() if pair.make_fake is not None and pair.card.secrets]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder of its own, and no key but those of the project."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for pair in FAKED:
        for name in (*pair.card.secrets, pair.card.base_url_variable):
            monkeypatch.delenv(name, raising=False)


def ask(root: Path) -> tuple[dict[str, dict[str, object]], int, str]:
    """Every check by its name, the exit code, and all that was printed, as JSON and as text."""
    told = run_inside("doctor", "--json", cwd=root)
    shown = run_inside("doctor", cwd=root)
    assert told.returncode == shown.returncode
    checks = {str(event["name"]): event for event in read_events(told.stdout) if event["type"] == "check"}
    return checks, told.returncode, told.stdout + told.stderr + shown.stdout + shown.stderr


@pytest.mark.parametrize("pair", FAKED, ids=lambda pair: pair.card.name)
def test_each_key_is_told_by_name_and_asking_is_free(pair: Pair, tmp_path: Path) -> None:
    """A right key works, a wrong one is never said to work, an absent one is named; no value is shown."""
    assert pair.make_fake is not None
    with pair.make_fake() as fake:
        root = write_buying_project(tmp_path / "project", fake)
        checks, code, printed = ask(root)
        good = checks[f"provider {pair.card.name}"]
        assert (good["state"], code) == ("ok", 0), good
        assert str(good["detail"]).startswith(f"works: {', '.join(pair.card.secrets)}")
        assert CANARY not in printed

        env = (root / ".env").read_text().replace(CANARY, "wrong-value-0001")
        (root / ".env").write_text(env)
        checks, code, printed = ask(root)
        wrong = checks[f"provider {pair.card.name}"]
        assert not str(wrong["detail"]).startswith("works"), wrong
        assert (code == 1) == (wrong["state"] == "fault") == str(wrong["detail"]).startswith("refused")
        assert "wrong-value-0001" not in printed

        (root / ".env").write_text(f"{pair.card.base_url_variable}={fake.url}\n")
        checks, code, printed = ask(root)
        unset = checks[f"provider {pair.card.name}"]
        assert (unset["state"], code) == ("fault", 1)
        others = checks["other providers"]
        assert others["state"] == "note"
        assert f"{pair.card.name} (" not in str(others["detail"])
        assert str(unset["detail"]).startswith(f"not set: {pair.card.secrets[0]}")
        assert fake.billed == 0
        assert fake.count("submit") == 0


def test_a_refused_key_is_a_fault(tmp_path: Path) -> None:
    """A key that the provider refuses ends the command with 1, and says where to look."""
    with FakeRunway() as fake:
        root = write_buying_project(tmp_path / "project", fake)
        (root / ".env").write_text((root / ".env").read_text().replace(CANARY, "wrong-value-0001"))
        checks, code, _ = ask(root)
    assert (checks["provider runway"]["state"], code) == ("fault", 1)
    assert "RUNWAYML_API_SECRET" in str(checks["provider runway"]["remedy"])


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    """Where nobody listens a key cannot be tried: a note, no fault."""
    fake = FakeKling()
    fake.start()
    fake.stop()
    root = write_buying_project(tmp_path / "project", fake)
    checks, code, _ = ask(root)
    assert (checks["provider kling"]["state"], code) == ("note", 0)
    assert str(checks["provider kling"]["detail"]).startswith("cannot be reached: KLING_ACCESS_KEY, KLING_SECRET_KEY")


def test_who_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    """A server that takes the connection and says nothing is given up after the time-out of the checkup."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        fake = FakeKling()
        root = write_buying_project(tmp_path / "project", fake)
        env = (root / ".env").read_text().replace(fake.url, f"http://127.0.0.1:{silent.getsockname()[1]}")
        (root / ".env").write_text(env)
        (check, *_) = examine_buying(Workspace(root), longest_s=0.2)
    assert (check.state, check.detail.partition(":")[0]) == ("note", "cannot be reached")
    assert "no answer within 0.2 s" in check.detail


def test_a_provider_with_trouble_of_its_own_does_not_blame_the_key(tmp_path: Path) -> None:
    """A server error says nothing about a key: it is unclear, not refused."""
    for fake in (FakeReplicate(), FakeRunway()):
        with fake:
            root = write_buying_project(tmp_path / fake.provider, fake)
            fake.misbehave(*_break_all(fake))
            (check, *_) = examine_buying(Workspace(root))
        assert check.state == "note", check
        assert not check.detail.startswith(("works", "refused")), check


def _break_all(fake: FakeProvider) -> tuple[Fault, ...]:
    return tuple(break_after(route.kind, 503) for route in fake.routes())


def test_packages_circuits_and_the_turnstile_are_shown(tmp_path: Path) -> None:
    """What a provider would use and is not installed, a service that is left alone, and where limits are counted."""
    with FakeReplicate() as fake:
        root = write_buying_project(tmp_path / "project", fake)
        checks, _, printed = ask(root)
        assert str(turnstile_file()) in str(checks["turnstile"]["detail"])
        assert not turnstile_file().exists()
        turnstile = SqliteTurnstile(turnstile_file(), SystemClock())
        for _ in range(7):
            turnstile.report("replicate-0123456789", works=False)
        checks, code, printed = ask(root)
    assert str(checks["circuit replicate"]["detail"]).startswith("failed 7 times in a row; asked again in ")
    assert "0123456789" not in printed
    assert code == 0


def test_an_absent_package_is_a_fault_only_where_webhooks_need_it() -> None:
    """Without hooks_url a missing package is a note; with it webhooks could not be verified, which is a fault."""
    card = next(pair.card for pair in find_pairs() if pair.card.name == "fal")
    lacking = replace(card, packages=(Package("no_such_package_here", "to verify its webhooks", checks_hooks=True),))
    told = {
        url: [(check.state, check.remedy) for check in find_package_checks(lacking, ProviderSettings(hooks_url=url))]
        for url in ("", "https://hooks.example")
    }
    install = "pip install 'workprint[providers]'"
    assert told == {"": [("note", install)], "https://hooks.example": [("fault", install)]}


def test_unknown_providers_and_a_broken_project_file_are_faults(tmp_path: Path) -> None:
    """A name nobody has written is a fault that lists the known ones; a project.toml that cannot be read is one too."""
    (tmp_path / "project.toml").write_text('[providers]\nuse = ["sora9"]\n')
    checks, code, _ = ask(tmp_path)
    assert (checks["provider sora9"]["state"], code) == ("fault", 1)
    assert "kling" in str(checks["provider sora9"]["remedy"])
    (tmp_path / "project.toml").write_text("[providers\n")
    checks, code, _ = ask(tmp_path)
    assert (checks["project.toml"]["state"], code) == ("fault", 1)


def test_a_new_project_keeps_keys_out_of_git_and_names_nobody(tmp_path: Path) -> None:
    """`new` writes a .gitignore with .env in it, and a project.toml that explains providers and buys from none."""
    assert run_inside("new", "a 6 second ad for a cup", "--into", "cup", cwd=tmp_path).returncode == 0
    assert ".env" in (tmp_path / "cup" / ".gitignore").read_text().splitlines()
    toml = (tmp_path / "cup" / "project.toml").read_text()
    assert "[providers]" in toml
    assert "# hooks_url" in toml
    checks, code, _ = ask(tmp_path / "cup")
    assert (code, [name for name in checks if name.startswith("provider")]) == (0, [])


def test_a_folder_without_providers_is_checked_as_before(tmp_path: Path) -> None:
    """Outside of a project, and in one that buys nothing, no provider is asked or mentioned."""
    checks, code, printed = ask(tmp_path)
    assert code == 0
    assert "provider" not in json.dumps(sorted(checks)), printed


def test_a_key_with_a_strange_sign_leaves_the_others_asked(tmp_path: Path) -> None:
    """A key copied with a curly quotation mark is a fault of its provider; the next provider is still asked."""
    with FakeRunway() as runway, FakeReplicate() as replicate:
        root = write_buying_project(tmp_path / "project", runway, replicate)
        env = (root / ".env").read_text().replace("RUNWAYML_API_SECRET=", "RUNWAYML_API_SECRET=\u201c")
        (root / ".env").write_text(env)
        checks, code, _ = ask(root)
        assert code == 1
        assert "holds a sign that no key has" in str(checks["provider runway"]["detail"])
        assert str(checks["provider replicate"]["detail"]).startswith("works")
