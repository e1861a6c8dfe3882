"""Manners of the command line: quick help, data apart from talk, versioned JSON, exit codes as documented."""

from __future__ import annotations

import argparse
import csv
import io
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faces.inside import list_folder, run_inside
from tests.productions import command, read_events, run_cli, write_short_project

from workprint.faces.cli.parser import EPILOG, build_parser
from workprint.film import errors

HEAVY = ("numpy", "skia", "av", "sqlalchemy", "dbos", "pydantic", "yaml", "asyncio", "opentimelineio")
ESCAPE = "\x1b"


def find_verbs() -> dict[str, argparse.ArgumentParser]:
    """Every verb and its parser."""
    actions = build_parser()._subparsers
    assert actions is not None
    choices = actions._group_actions[0].choices
    assert choices is not None
    return dict(choices)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished project that nothing changes."""
    root = write_short_project(tmp_path_factory.mktemp("manners") / "short", name="Short \u202e film")
    result = run_inside("produce", cwd=root)
    assert result.returncode == 0, result.stderr
    return root


# -- help ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("--help",), ("produce", "--help"), ("--version",)])
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    """Help and version answer without loading what pictures, sound, records and jobs need."""
    code = "import sys; from workprint.faces.cli.main import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
    code += f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout.splitlines()[-1] == "loaded []"


def test_every_verb_explains_itself(tmp_path: Path) -> None:
    """`VERB --help` says what the verb does and what each argument is for; the first help shows examples."""
    verbs = find_verbs()
    assert len(verbs) == len(JSON_COMMANDS)
    for name, parser in verbs.items():
        shown = run_inside(name, "--help", cwd=tmp_path)
        assert shown.returncode == 0
        assert parser.description
        assert parser.description in " ".join(shown.stdout.split())
        assert all(action.help for action in parser._actions), name
    assert "examples:" in run_inside("--help", cwd=tmp_path).stdout


def test_documented_exit_codes_are_those_of_the_errors() -> None:
    """The codes in the help are 0, 3 and those of the error classes; the classes' own list agrees with the classes."""
    documented = {int(code) for code in re.findall(r"(?:^|\s)(\d+) [a-zA-Z]", EPILOG.split("exit codes:")[1])}
    classes = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.WorkprintError)
    ]
    assert documented == {0, 3} | {kind.exit_code for kind in classes}
    listed = dict(re.findall(r"(\w+) .*exit (\d+)", errors.__doc__ or ""))
    assert listed == {kind.__name__: str(kind.exit_code) for kind in classes if kind.__name__ in listed}
    assert {kind.__name__ for kind in classes} - set(listed) == {"WorkprintError", "NotYetKnown"}


def test_no_verb_or_an_unknown_one_is_wrong_use(tmp_path: Path) -> None:
    """Without a verb the help goes to standard error with exit 2; an unknown verb is exit 2 too."""
    bare = run_inside(cwd=tmp_path)
    assert (bare.returncode, bare.stdout) == (2, "")
    assert "examples:" in bare.stderr
    assert run_inside("prodcue", cwd=tmp_path).returncode == 2


# -- streams ---------------------------------------------------------------------------------------

JSON_COMMANDS = {
    "plan": ("plan",),
    "produce": ("produce",),
    "watch": ("watch",),
    "status": ("status",),
    "show": ("show", "S01"),
    "cost": ("cost",),
    "jobs": ("jobs",),
    "rehearse": ("rehearse", "--mood", "calm"),
    "serve": ("serve", "--hooks"),
    "approve": ("approve", "dailies"),
    "override": ("override", "dailies", "--reason", "so"),
    "lock": ("lock", "S01"),
    "unlock": ("unlock", "S01", "--reason", "so"),
    "deliver": ("deliver",),
    "verify": ("verify",),
    "doctor": ("doctor",),
    "backup": ("backup", "b.zip"),
    "restore": ("restore", "b.zip", "back"),
    "gc": ("gc", "--dry-run"),
    "vary": ("vary", "S01", "--yes"),
    "takes": ("takes", "S01"),
    "choose": ("choose", "S01", "2"),
    "restyle": ("restyle", "S01", "--palette", "warm", "--plan"),
    "extend": ("extend", "S01", "--seconds", "0.5", "--plan"),
    "replace": ("replace", "S01", "brief.yaml"),
    "family": ("family", "--aspects", "1:1"),
    "new": ("new", "a 6 second ad for a cup", "--into", "cup"),
}


def test_json_opens_with_its_version(finished: Path, tmp_path: Path) -> None:
    """With --json every verb writes JSON lines only; the first, and only the first, says the version."""
    assert set(JSON_COMMANDS) == set(find_verbs())
    root = Path(shutil.copytree(finished, tmp_path / "copy", symlinks=True))
    for verb, words in JSON_COMMANDS.items():
        result = run_inside(*words, "--json", cwd=root)
        events = read_events(result.stdout)
        assert [event["type"] for event in events].count("version") == 1, verb
        assert (events[0]["type"], events[0]["schema"]) == ("version", 1), verb
        assert len(events) >= 2, verb
        if result.returncode:
            assert events[-1]["type"] == "error", verb
            assert events[-1]["exit_code"] == result.returncode, verb


def test_an_error_after_events_is_one_stream(tmp_path: Path) -> None:
    """A produce that fails half way ends its JSON lines with the error, without a second version."""
    root = write_short_project(tmp_path / "two", pictures=2)
    result = run_inside("produce", "--json", cwd=root)
    kinds = [event["type"] for event in read_events(result.stdout)]
    assert (result.returncode, kinds[0], kinds[-1], kinds.count("version")) == (5, "version", "error", 1)


def test_data_and_talk_are_apart(finished: Path) -> None:
    """Results go to standard output, talk to standard error; without a terminal neither has an escape code."""
    for words in (("plan", "--all"), ("produce",), ("status",), ("show", "S01"), ("cost",), ("doctor",), ("watch",)):
        result = run_inside(*words, cwd=finished)
        assert result.returncode == 0, words
        assert ESCAPE not in result.stdout + result.stderr, words
        assert "next:" not in result.stdout or words == ("status",), words
        if words != ("watch",):
            assert result.stdout.strip(), words
    produced = run_inside("produce", cwd=finished)
    assert "made" in produced.stderr
    assert "made" not in produced.stdout
    unknown = run_inside("show", "S09", cwd=finished)
    assert (unknown.stdout, unknown.returncode) == ("", 2)


def test_what_a_user_wrote_never_steers_the_terminal(finished: Path, tmp_path: Path) -> None:
    """Control characters and direction overrides in names reach neither stream raw, as text or as JSON."""
    root = Path(shutil.copytree(finished, tmp_path / "e\x1b[31mvil", symlinks=True))
    (root / "project.toml").write_text(
        (root / "project.toml").read_text().replace("[people]\n", '[people]\nname = "a\\u001b[2Jnn\\u0085"\n')
    )
    assert run_inside("lock", "all", "--reason", "\x1b]0;title\x07", cwd=root).returncode == 0
    sly = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
    commands = (("status",), ("show", "S01"), ("produce",), ("plan", "--all"), ("lock", "all"), ("approve", "x\x1b[1m"))
    for words in commands:
        for more in ((), ("--json",)):
            result = run_inside(*words, *more, "-C", str(root), cwd=tmp_path)
            assert not sly.search(result.stdout + result.stderr), (words, more)
    status = read_events(run_inside("status", "--json", cwd=root).stdout)[1]
    locked_by = {shot["locked_by"] for shot in status["shots"]}  # type: ignore[attr-defined]
    assert locked_by == {"a\x1b[2Jnn\x85"}, "what was escaped is still the same text"


def show_on_terminal(words: tuple[str, ...], root: Path, **more: str) -> str:
    """What a command shows on a terminal."""
    controller, terminal = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    environment.update(TERM="xterm", **more)
    process = subprocess.Popen(
        command(*words), cwd=root, env=environment, stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    shown = b""
    try:
        while data := os.read(controller, 65536):
            shown += data
    except OSError:
        pass  # the terminal's other end is closed: the command has ended
    os.close(controller)
    process.wait(timeout=60)
    return shown.decode()


def test_colour_is_for_terminals_that_want_it(finished: Path) -> None:
    """A terminal gets styles, and only styles, unless NO_COLOR is set."""
    words = ("status",)
    signs = re.findall(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x09\x0b\x0c\x0e-\x1f]", show_on_terminal(words, finished))
    assert signs
    assert set(signs) <= {f"\x1b[{style}m" for style in (0, 1, 2, 31, 32, 33, 36)}
    assert ESCAPE not in show_on_terminal(words, finished, NO_COLOR="1")


def test_a_reader_that_leaves_is_no_error(finished: Path) -> None:
    """`workprint plan --all | head -1` ends quietly with exit 0."""
    for words in (("plan", "--all"), ("--help",), ("show", "S01", "--json")):
        process = subprocess.Popen(command(*words), cwd=finished, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        talk = process.stderr.read()
        process.stderr.close()
        assert (process.wait(timeout=60), talk) == (0, b""), words


def test_a_production_outlives_its_reader(finished: Path, tmp_path: Path) -> None:
    """When who reads the events leaves, the film is made all the same."""
    root = Path(shutil.copytree(finished, tmp_path / "copy", symlinks=True))
    shutil.rmtree(root / "out")
    process = subprocess.Popen(
        command("produce", "--json"), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=120) == 0
    assert list((root / "out").glob("*.mp4"))


def test_a_production_outlives_a_reader_that_leaves_in_its_middle(tmp_path: Path) -> None:
    """`produce --json | head -1`: the pipe breaks while the film is made; it is made to its end, a take as well."""
    root = write_short_project(tmp_path / "film")
    for words in (("produce", "--json", "--yes"), ("vary", "SC01_SH01", "--json", "--yes")):
        process = subprocess.Popen(command(*words), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"version" in process.stdout.readline()
        process.stdout.close()
        talk = process.stderr.read()
        process.stderr.close()
        assert (process.wait(timeout=240), talk) == (0, b""), words
    assert list((root / "out").glob("*.mp4"))
    assert (root / "out" / "takes" / "SC01_SH01" / "takes.png").is_file()


# -- wrong use -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("approve", "dailys"),
        ("override", "nothing", "--reason", "so"),
        ("lock", "S09"),
        ("unlock", "S01_SH09", "--reason", "so"),
        ("unlock", "nothing", "--reason", "so"),
        ("show", "SC77_SH01_CLIP_x"),
        ("plan", "--only", "S09"),
        ("produce", "--only", "nothing"),
        ("produce", "no-such.plan"),
        ("produce", "brief.yaml"),
        ("gc", "--keep-versions", "0"),
        ("restore", "no-such.zip", "there"),
        ("backup", "brief.yaml"),
        ("plan", "--brief", "other.yaml"),
        ("plan", "--brief", "../brief.yaml"),
        ("status", "-C", "nowhere"),
    ],
)
def test_unknown_names_are_wrong_use_with_a_way_out(finished: Path, words: tuple[str, ...]) -> None:
    """A gate, scene, asset or file that is not there: exit 2, and what to do instead; nothing is made for it."""
    before = list_folder(finished)
    result = run_inside(*words, cwd=finished)
    assert result.returncode == 2, result.stderr
    assert "next:" in result.stderr
    after = list_folder(finished)
    assert [path for path in after if path not in before] == []


def test_spending_needs_a_yes(tmp_path: Path) -> None:
    """With a price, no --yes and no terminal, produce refuses with exit 2 before it makes or spends anything."""
    root = write_short_project(tmp_path / "priced", cap="5", prices="clip = 0.01")
    result = run_cli("produce", cwd=root)
    assert result.returncode == 2
    assert "0.74 USD" in result.stderr
    assert "workprint produce --yes" in result.stderr
    assert not (root / "out").exists()
    costs = read_events(run_inside("cost", "--json", cwd=root).stdout)[-1]
    assert (costs["spent"], costs["reserved"], costs["steps"]) == ("0.00", "0.00", [])


# -- views -----------------------------------------------------------------------------------------


def test_status_tells_what_there_is(finished: Path) -> None:
    """Status lists both shots with version, grade and lock, money, and the next command."""
    result = run_inside("status", cwd=finished).stdout
    assert re.search(r"SC01_SH01 +clip v1 +grade [A-D] +locked by auto", result)
    assert "SC02_SH01" in result
    assert "spent 0.00, reserved 0.00, cap 0.00 (USD)" in result
    assert "next: workprint deliver" in result


def test_show_tells_where_an_asset_comes_from(finished: Path) -> None:
    """A clip is shown with recipe, prompt, inputs and files that are really there."""
    events = read_events(run_inside("show", "SC01_SH01_CLIP_lifestyle", "--json", cwd=finished).stdout)
    clip = next(event for event in events if event.get("step") == "clip")
    assert "round thing" in str(clip["prompt"])
    assert set(clip["inputs"]) >= {"picture", "first_frame"}  # type: ignore[call-overload]
    assert all(Path(path).is_file() for path in clip["paths"])  # type: ignore[attr-defined]
    assert [version["number"] for version in clip["versions"]] == [1]  # type: ignore[attr-defined]


def test_costs_add_up(finished: Path) -> None:
    """The steps of `cost` are the settled lines of `cost --csv`, and each was reserved before."""
    report = read_events(run_inside("cost", "--json", cwd=finished).stdout)[-1]
    rows = list(csv.DictReader(io.StringIO(run_inside("cost", "--csv", cwd=finished).stdout)))
    settled = [row for row in rows if row["kind"] == "settle"]
    assert sum(step["orders"] for step in report["steps"]) == len(settled) > 20  # type: ignore[attr-defined]
    reserved = {row["reservation"] for row in rows if row["kind"] == "reserve"}
    assert all(row["reservation"] in reserved for row in settled)
    assert report["per_finished_minute"] == "0.00"


def test_doctor_and_gc_say_what_they_found(finished: Path) -> None:
    """Doctor checks this machine without a fault; gc has nothing to take from a fresh film."""
    checks = read_events(run_inside("doctor", "--json", cwd=finished).stdout)[1:]
    assert {"python", "sqlite", "disk"} <= {str(check["name"]) for check in checks}
    assert "fault" not in {check["state"] for check in checks}
    garbage = read_events(run_inside("gc", "--dry-run", "--json", cwd=finished).stdout)[-1]
    assert (garbage["files"], garbage["bytes"], garbage["dry_run"]) == (0, 0, True)


def test_next_commands_work_from_where_one_stands(tmp_path: Path) -> None:
    """Called with -C, what is printed as next carries the folder along."""
    root = write_short_project(tmp_path / "a b", pictures=2)
    run_inside("produce", "-C", str(root), cwd=tmp_path)
    result = run_inside("approve", "contract", "-C", str(root), cwd=tmp_path)
    assert f"workprint override contract --reason \"...\" -C '{root}'" in result.stderr
