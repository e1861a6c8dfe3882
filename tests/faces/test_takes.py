"""Takes of a shot by the command line: made beside the film, chosen for nothing, own footage with the edit kept."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.faces.buying_project import change_text, write_buying_project
from tests.faces.inside import run_inside
from tests.productions import command, made_steps, plan_lines, read_events, run_cli, write_short_project

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.engine.take_rulings import read_shelves
from workprint.engine.take_shelves import find_clip
from workprint.faces.library import Project
from workprint.lab.decode import count_frames
from workprint.lab.pictures import load
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.media import make_media
from workprint.wiring import Workspace

pytestmark = pytest.mark.slow

SHOT = "SC01_SH01"
FILM = "Short_2s_16x9"
HOSTILE = '"; <b>night</b> `x` {{7*7}} ../../etc \u202e neon'
CUT = {"draft_segment", "draft_transition", "draft", "segment", "transition", "master", "film_check", "poster", "sheet"}
"""Steps that depend on a shot's clip; nothing else of a film without titles over it does."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished film of two shots."""
    root = write_short_project(tmp_path_factory.mktemp("takes") / "film")
    assert run_cli("produce", cwd=root).returncode == 0
    return root


def ask(root: Path, *arguments: str) -> list[dict[str, object]]:
    """The events of a command that must succeed."""
    done = run_inside(*arguments, "--json", cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr
    return read_events(done.stdout)


def list_takes(root: Path, shot: str = SHOT) -> dict[int, dict[str, object]]:
    """The takes of a shot by number."""
    event = next(event for event in ask(root, "takes", shot) if event["type"] == "takes")
    rows = event["takes"]
    assert isinstance(rows, list)
    return {row["take"]: row for row in rows}


def produce(root: Path) -> set[str]:
    """Produce, and the steps of all that was made."""
    done = run_cli("produce", "--json", cwd=root)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return {step for step, _ in made_steps(done.stdout)}


def read_edit(root: Path) -> tuple[str, str]:
    """What the edit decides, for other editors: the decision list and the timeline."""
    return (root / "out" / f"{FILM}.edl").read_text(), (root / "out" / f"{FILM}.otio").read_text()


def clip_of(root: Path) -> bytes:
    """The bytes of the clip that is in the film."""
    return (root / "out" / "clips" / f"{SHOT}.mp4").read_bytes()


def put_film(path: Path, milliseconds: int, width: int = 320, height: int = 180) -> Path:
    """A small film in a file."""
    path.write_bytes(make_media("video", width, height, milliseconds, seed=9)[0])
    return path


def test_more_takes_stand_beside_the_film_until_one_is_chosen(film: Path) -> None:
    """Takes are made with seeds of their own and shown on one sheet; the film changes when one is chosen, and back."""
    before, edit = clip_of(film), read_edit(film)
    told = next(
        event for event in ask(film, "vary", SHOT, "--count", "2", "--reason", "calmer") if event["type"] == "takes"
    )
    assert clip_of(film) == before
    assert load(Path(str(told["sheet"]))).shape[1] == 2400
    takes = list_takes(film)
    first, second, third = (takes[number] for number in (1, 2, 3))
    assert first["in_film"]
    assert not second["in_film"]
    assert len({take["recipe"] for take in takes.values()}) == 3
    assert "seed changed" in str(second["differs"])
    assert "seed" in str(third["about"])
    assert (second["asked_by"], second["why"], second["state"]) != ("", "", "made")
    assert produce(film) == set(), "takes beside the film change nothing in it"

    ask(film, "choose", SHOT, "3", "--reason", "the light")
    assert clip_of(film) == before, "choosing makes nothing"
    made = produce(film)
    assert made >= {"segment", "master"}
    assert not made & {"clip", "still", "title", "mix", "music"}
    assert made <= CUT | {"panel", "board_sheet", "board_book", "document"}
    assert clip_of(film) != before
    assert read_edit(film) == edit
    status = next(event for event in ask(film, "status") if event["type"] == "status")
    shots = status["shots"]
    assert isinstance(shots, list)
    assert (shots[0]["in_film"], shots[0]["takes"]) == (3, 3)

    ask(film, "choose", SHOT, "1")
    assert produce(film) <= {"document"}, "the first take comes back with all that was cut from it"
    assert clip_of(film) == before
    history = next(event for event in ask(film, "takes", SHOT, "--history") if event["type"] == "takes")["history"]
    assert isinstance(history, list)
    assert [(line["deed"], line["take"], line["why"]) for line in history] == [
        ("asked", 2, "calmer"),
        ("asked", 3, "calmer"),
        ("chosen", 3, "the light"),
        ("chosen", 1, ""),
    ]
    assert run_inside("verify", "--deep", cwd=film).returncode == 0


def test_garbage_collection_leaves_every_take(film: Path) -> None:
    """However many takes a shot has, gc takes none of them."""
    ask(film, "vary", SHOT, "--count", "3")
    before = {number: str(take["path"]) for number, take in list_takes(film).items()}
    ask(film, "gc", "--keep-versions", "1")
    assert all(Path(path).is_file() for path in before.values())
    assert {number: str(take["path"]) for number, take in list_takes(film).items()} == before


def test_a_locked_shot_keeps_its_take(film: Path) -> None:
    """A take is not chosen over a person's lock, and nothing is that is not there."""
    ask(film, "vary", SHOT)
    assert run_inside("lock", SHOT, cwd=film).returncode == 0
    refused = run_inside("choose", SHOT, "2", cwd=film)
    assert refused.returncode == 2
    assert "locked by" in refused.stderr
    assert "unlock" in refused.stderr
    assert run_inside("unlock", SHOT, "--reason", "test", cwd=film).returncode == 0
    absent = run_inside("choose", SHOT, "77", cwd=film)
    assert absent.returncode == 2
    assert "has no take 77" in absent.stderr
    nowhere = run_inside("vary", "SC09_SH01", cwd=film)
    assert nowhere.returncode == 2
    assert "no shot" in nowhere.stderr


def test_a_style_swap_is_the_same_shot_in_another_light(film: Path, tmp_path: Path) -> None:
    """Words of style reach the prompt as text and set the light; the seed stays; hostile words are only words."""
    before = set(film.parent.rglob("*"))
    ask(film, "restyle", SHOT, "--style", HOSTILE, "--grade", "soft")
    take = list(list_takes(film).values())[-1]
    spec = next((film / "out" / "takes" / SHOT).glob(f"take-{take['take']:02d}/specs/{SHOT}.json"))
    prompt = json.loads(spec.read_text())["video"]["prompt"]
    assert "{{7*7}}" in prompt
    assert "Style: " in prompt
    assert "It is night" in prompt
    assert "seed" not in str(take["differs"])
    assert all(path.is_relative_to(film) for path in set(film.parent.rglob("*")) - before)
    shown = run_inside("takes", SHOT, cwd=film).stdout
    assert "\u202e" not in shown
    silent = run_inside("restyle", SHOT, "--style", "blue-ish", cwd=film)
    assert silent.returncode == 2
    assert "change nothing" in silent.stderr
    wrong = run_inside("restyle", SHOT, "--grade", "teal", cwd=film)
    assert wrong.returncode == 2
    assert "no grade" in wrong.stderr


def test_own_footage_takes_the_place_and_the_edit_stays(film: Path, tmp_path: Path) -> None:
    """A file is decoded, stored and made to fit; cuts, trims, titles and transitions are what they were."""
    edit, before = read_edit(film), clip_of(film)
    file = put_film(tmp_path / "mine.mp4", 2000, 180, 320)
    event = next(event for event in ask(film, "replace", SHOT, str(file)) if event["type"] == "take-chosen")
    assert float(str(event["cut_away"])) > 0.5
    file.unlink()
    made = produce(film)
    assert made <= CUT | {"conform", "check", "document", "panel", "board_sheet", "board_book"}
    assert read_edit(film) == edit
    assert count_frames(film / "out" / f"{FILM}.mp4") == 60
    assert clip_of(film) != before
    ask(film, "choose", SHOT, "1")
    produce(film)
    assert clip_of(film) == before


def test_footage_that_cannot_be_used_is_refused_with_the_reason(film: Path, tmp_path: Path) -> None:
    """Too short names the frames that are missing; no film, a playlist, a folder and a device are refused unread."""
    count = len(list_takes(film))
    short = run_inside("replace", SHOT, str(put_film(tmp_path / "short.mp4", 600)), cwd=film)
    assert short.returncode == 2
    assert "needs 37 frames" in short.stderr
    assert "frames are missing" in short.stderr
    playlist = tmp_path / "list.mp4"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
    folder = tmp_path / "folder.mp4"
    folder.mkdir()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(put_film(tmp_path / "whole.mp4", 2000).read_bytes()[:-4000])
    for path in (playlist, folder, cut, tmp_path / "absent.mp4", Path("/dev/zero"), tmp_path / "x.m3u8"):
        refused = run_inside("replace", SHOT, str(path), cwd=film)
        assert refused.returncode == 2, path
        assert "Traceback" not in refused.stderr
    assert len(list_takes(film)) == count
    assert run_inside("verify", "--deep", cwd=film).returncode == 0


@contextmanager
def bought_film(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, FakeKling]]:
    """A film whose first scene was bought at a fake as two shots, the second starting from the first one's end."""
    monkeypatch.setenv("XDG_STATE_HOME", str(root / "state"))
    with FakeKling(pace=(0, 0)) as fake:
        project = write_buying_project(root / "project", fake)
        brief = project / "brief.yaml"
        text = brief.read_text().replace("cap_usd: 0", "cap_usd: 50").replace("duration_s: 2", "duration_s: 7")
        text = text.replace("end_s: 1,", "end_s: 6,").replace("start_s: 1, end_s: 2", "start_s: 6, end_s: 7")
        brief.write_text(text)
        finish(project, "--yes")
        yield project, fake


def finish(project: Path, *more: str) -> None:
    """Produce to the end; what the fake sends has frames that repeat, which a person lets pass."""
    for _ in range(2):
        if run_cli("produce", *more, cwd=project).returncode == 0:
            return
        brief = [part for part in more if part != "--yes"]
        assert run_cli("approve", "dailies", *brief, cwd=project).returncode == 0
    assert run_cli("produce", *more, cwd=project).returncode == 0


def test_bought_takes_are_paid_once_each_and_choosing_pays_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each take is one payment with consent; choosing, going back and producing again buy nothing."""
    with bought_film(tmp_path, monkeypatch) as (project, fake):
        assert fake.count("submit") == 2
        asked = run_inside("vary", SHOT, "--count", "2", cwd=project)
        assert asked.returncode == 2
        assert "nobody is here to ask" in asked.stderr
        assert "0.504" in asked.stdout, "the plan and its price come first"
        assert (fake.count("submit"), len(list_takes(project))) == (2, 1), "no consent, nothing written"
        told = ask(project, "vary", SHOT, "--plan")
        assert {line["step"] for line in plan_lines("\n".join(map(json.dumps, told)))} >= {"bought_clip", "take_sheet"}
        assert run_cli("vary", SHOT, "--count", "2", "--yes", cwd=project).returncode == 0
        assert fake.count("submit") == 4
        takes = list_takes(project)
        assert [takes[number]["cost_usd"] for number in (2, 3)] == ["0.252", "0.252"]
        billed = fake.billed

        ask(project, "choose", SHOT, "2")
        finish(project)
        ask(project, "choose", SHOT, "3")
        finish(project)
        ask(project, "choose", SHOT, "1")
        finish(project)
        ask(project, "replace", SHOT, str(put_film(tmp_path / "mine.mp4", 4000)))
        assert "Cost at most 0.00 USD" in run_inside("plan", cwd=project).stdout, "the next shot keeps its picture"
        assert (fake.count("submit"), fake.billed) == (4, billed)
        assert run_inside("verify", "--deep", cwd=project).returncode == 0


def test_after_the_brief_changed_choosing_still_buys_no_other_shot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next shot goes on from the picture it was bought from last, not from one the film showed before."""
    with bought_film(tmp_path, monkeypatch) as (project, fake):
        for shot in (SHOT, "SC01_SH02"):
            assert run_cli("vary", shot, "--yes", cwd=project).returncode == 0
        change_text(project / "brief.yaml", ("A round thing in the evening", "A round thing at noon"))
        finish(project, "--yes")
        assert fake.count("submit") == 6, "two shots, a take of each, and both shots for the new words"
        with Project(Workspace(project)).parts() as parts:
            shelves = read_shelves(parts.records)
        name = f"{SHOT}_CLIP_lifestyle"
        shown = find_clip(shelves.current, shelves.known, name)
        assert shown is not None
        assert shelves.clip(SHOT, 1) is shown

        ask(project, "choose", SHOT, "2")
        lines = plan_lines(run_inside("plan", "--json", cwd=project).stdout)
        buys = {line["name"] for line in lines if line["step"] == "bought_clip" and line["action"] != "keep"}
        assert buys == {name}, "only the take itself is made for the new words; the shot after it is kept"
        ask(project, "choose", SHOT, "1")
        assert "Cost at most 0.00 USD" in run_inside("plan", cwd=project).stdout


def test_a_broken_wish_stops_a_take_as_it_stops_the_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan shows the route gate, nothing is bought behind it, and one approval holds for take and film."""
    with bought_film(tmp_path, monkeypatch) as (project, fake):
        change_text(project / "project.toml", ('use = ["kling"]', 'use = ["kling"]\nstills = "fal"'))
        planned = run_inside("vary", SHOT, "--plan", cwd=project)
        assert planned.returncode == 0, planned.stderr
        assert 'gate route (soft): project.toml says stills = "fal", which cannot make it' in planned.stdout
        stopped = run_inside("vary", SHOT, "--yes", cwd=project)
        assert stopped.returncode == 5, stopped.stdout + stopped.stderr
        assert "The route gate stops the production" in stopped.stderr
        assert fake.count("submit") == 2
        assert list_takes(project)[2]["state"] == "not made"
        assert run_inside("approve", "route", cwd=project).returncode == 0
        assert run_cli("vary", SHOT, "--yes", cwd=project).returncode == 0
        assert (fake.count("submit"), list_takes(project)[2]["state"]) == (3, "made")
        assert "gate route" not in run_inside("plan", cwd=project).stdout, "the film has the same wish, let pass"


def test_a_kill_in_the_middle_of_vary_loses_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vary killed while its takes run is gone on with by the same command: no take twice, no payment twice."""
    with bought_film(tmp_path, monkeypatch) as (project, fake):
        line = command("vary", SHOT, "--count", "2", "--yes", "--json")
        with subprocess.Popen(line, cwd=project, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            running = next(event for event in map(json.loads, process.stdout) if event["type"] == "attempt-running")
            process.send_signal(signal.SIGKILL)
        assert running["subject"].startswith(SHOT)
        again = run_cli("vary", SHOT, "--count", "2", "--yes", cwd=project)
        assert again.returncode == 0, again.stderr
        takes = list_takes(project)
        assert {number: take["state"] for number, take in takes.items()} == {1: "made", 2: "made", 3: "made"}
        assert len(fake.jobs) == 4
        book = SqliteRecords(project / ".workprint" / "records.sqlite", SystemClock())
        with book.page() as page:
            assert page.balance().spent.micros == fake.billed
            assert page.balance().reserved.micros == 0
        book.close()
