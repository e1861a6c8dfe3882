"""Longer takes by the command line: continuous frames, the film's duration kept, each tail paid once."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.faces.buying_project import change_text
from tests.faces.inside import run_inside
from tests.faces.test_takes import bought_film, finish, list_takes
from tests.productions import made_steps, plan_lines, run_cli, write_short_project

from workprint.lab.decode import count_frames, read_frames
from workprint.lab.encode import view_planes

pytestmark = pytest.mark.slow

FIRST, SECOND = "SC01_SH01", "SC01_SH02"
FILM = "Short_7s_16x9"
RIGHT_AT_REST = 1.5
"""Code values a pixel of two neighbouring frames may differ by on average where the camera rests; a cut is above 10."""


def write_longer_project(root: Path) -> Path:
    """A film of seven seconds whose first scene has two shots."""
    write_short_project(root)
    brief = root / "brief.yaml"
    text = brief.read_text().replace("duration_s: 2", "duration_s: 7").replace("end_s: 1,", "end_s: 6,")
    brief.write_text(text.replace("start_s: 1, end_s: 2", "start_s: 6, end_s: 7"))
    return root


def read_steps(path: Path) -> list[float]:
    """How much each frame of a film differs from the one before: the mean over its luma."""
    frames = [view_planes(frame)[0].astype(np.int16) for frame in read_frames(path)]
    return [float(np.abs(after - before).mean()) for before, after in pairwise(frames)]


def test_a_tail_goes_on_where_the_clip_ends_and_takes_time_within_its_scene(tmp_path: Path) -> None:
    """No jump at the joint; on screen the next shot starts later with the same clip; the film keeps its length."""
    film = write_longer_project(tmp_path / "film")
    assert run_cli("produce", cwd=film).returncode == 0
    master = film / "out" / f"{FILM}.mp4"
    frames, clip = count_frames(master), (film / "out" / "clips" / f"{SECOND}.mp4").read_bytes()

    late = run_inside("extend", SECOND, "--seconds", "1", "--on-screen", cwd=film)
    assert late.returncode == 2
    assert "last shot of its scene" in late.stderr
    long = run_inside("extend", FIRST, "--seconds", "9", "--on-screen", cwd=film)
    assert long.returncode == 2
    assert "can give 75 of its 90 frames" in long.stderr
    for seconds in ("0", "-1", "nan", "60"):
        assert run_inside("extend", FIRST, "--seconds", seconds, cwd=film).returncode == 2
    assert list(list_takes(film, FIRST)) == [1]

    assert run_inside("extend", FIRST, "--seconds", "0.5", "--on-screen", cwd=film).returncode == 0
    longer = film / "out" / "takes" / FIRST / "take-02" / "clips" / f"{FIRST}.mp4"
    steps = read_steps(longer)
    assert len(steps) + 1 == 105
    assert max(steps[85:]) < RIGHT_AT_REST

    assert run_inside("choose", FIRST, "2", cwd=film).returncode == 0
    done = run_cli("produce", "--json", cwd=film)
    assert done.returncode == 0, done.stderr
    assert not {step for step, _ in made_steps(done.stdout)} & {"still", "clip", "clip_tail", "splice", "music"}
    assert (film / "out" / "clips" / f"{SECOND}.mp4").read_bytes() == clip
    assert count_frames(master) == frames
    edl = (film / "out" / f"{FILM}.edl").read_text()
    assert "00:00:00:00 00:00:03:15 01:00:00:00 01:00:03:15" in edl
    assert "SC01SH02 V     C        00:00:00:15" in edl
    cuts = read_steps(master)
    assert cuts[104] == max(cuts[60:150]), "the cut stands where the tail ends"
    assert max(cuts[86:104]) < RIGHT_AT_REST

    assert run_inside("extend", FIRST, "--seconds", "0.3", cwd=film).returncode == 0
    again = film / "out" / "takes" / FIRST / "take-03" / "clips" / f"{FIRST}.mp4"
    assert len(read_steps(again)) + 1 == 114
    assert "24 frames longer, 15 of them on screen" in str(list_takes(film, FIRST)[3]["about"])


def test_a_bought_take_is_extended_by_buying_the_tail_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider is paid for the tail, from the clip's own last frame; choosing it pays nothing more."""
    with bought_film(tmp_path, monkeypatch) as (project, fake):
        before = fake.billed
        assert run_cli("extend", FIRST, "--seconds", "2", cwd=project).returncode == 2, "a price needs consent"
        assert run_cli("extend", FIRST, "--seconds", "2", "--yes", cwd=project).returncode == 0
        assert (fake.count("submit"), fake.billed > before) == (3, True)
        take = list_takes(project, FIRST)[2]
        assert (take["state"], take["frames"]) == ("made", 150)
        billed = fake.billed
        assert run_cli("choose", FIRST, "2", cwd=project).returncode == 0
        finish(project)
        assert (fake.count("submit"), fake.billed) == (3, billed)
        assert count_frames(project / "out" / f"{FILM}.mp4") == 210
        for more in (("vary", FIRST), ("restyle", FIRST, "--grade", "vivid")):
            lines = plan_lines(run_inside(*more, "--plan", "--json", cwd=project).stdout)
            priced = [line["name"] for line in lines if line["step"] == "bought_clip" and line["action"] == "create"]
            whole = [f"{FIRST}_CLIP_lifestyle", f"{FIRST}_CLIP_lifestyle-tail1"]
            assert priced == (whole if more[0] == "vary" else []), "tails stay; a grade alone buys nothing"


def test_a_locked_longer_take_is_not_bought_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked, a bought clip and its tail stay as they were paid for although the words of the scene have changed."""
    with bought_film(tmp_path, monkeypatch) as (project, fake):
        assert run_cli("extend", FIRST, "--seconds", "2", "--yes", cwd=project).returncode == 0
        assert run_cli("choose", FIRST, "2", cwd=project).returncode == 0
        finish(project)
        assert run_inside("lock", "S01", cwd=project).returncode == 0
        clip, billed = (project / "out" / "clips" / f"{FIRST}.mp4").read_bytes(), fake.billed
        change_text(project / "brief.yaml", ("A round thing in the evening", "A round thing at noon"))
        assert "Cost at most 0.00 USD" in run_inside("plan", cwd=project).stdout
        finish(project)
        assert fake.billed == billed
        assert (project / "out" / "clips" / f"{FIRST}.mp4").read_bytes() == clip
