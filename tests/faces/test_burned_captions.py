"""A whole production with burned-in captions, through the command line."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from tests.productions import film_path, made_steps, plan_lines, run_cli, write_short_project

from workprint.lab.decode import read_frames
from workprint.lab.encode import to_rgb
from workprint.lab.safe_areas import find_safe_area

TIME = re.compile(r"(\d\d):(\d\d):(\d\d),(\d{3}) --> (\d\d):(\d\d):(\d\d),(\d{3})")
TIMES = {"duration_s: 2": "duration_s: 6", "end_s: 1,": "end_s: 3,", "start_s: 1, end_s: 2": "start_s: 3, end_s: 6"}


def write_project(root: Path) -> Path:
    """A film of six seconds that says a line in its second half."""
    write_short_project(root, voice="Take it home tonight.", short_side=180)
    brief = root / "brief.yaml"
    text = brief.read_text(encoding="utf-8")
    for old, new in TIMES.items():
        text = text.replace(old, new)
    brief.write_text(text, encoding="utf-8")
    return root


def burn(root: Path) -> None:
    """Ask for burned-in captions."""
    brief = root / "brief.yaml"
    text = brief.read_text(encoding="utf-8")
    brief.write_text(text.replace("audio: {mode: both", "audio: {captions: burned, mode: both"), encoding="utf-8")


def test_what_is_said_is_in_the_picture_while_the_side_file_says_so(tmp_path: Path) -> None:
    """Asked for later, captions remake the pieces they lie over and no clip; the delivered film shows a plate with ink
    while the .srt has a caption and neither before the first word."""
    root = write_project(tmp_path / "p")
    assert not any("caption_plates" in str(line) for line in plan_lines(run_cli("plan", "--json", cwd=root).stdout))
    plain = run_cli("produce", "--json", cwd=root)
    assert plain.returncode == 0, plain.stdout + plain.stderr
    burn(root)
    burned = run_cli("produce", "--json", cwd=root)
    assert burned.returncode == 0, burned.stdout + burned.stderr
    made = [step for step, _ in made_steps(burned.stdout)]
    assert "caption_plates" in made
    assert made.count("segment") == 1
    assert not {"clip", "still", "voice", "music", "mix"} & set(made)
    film = film_path(burned.stdout)
    marks = [int(part) for part in TIME.findall(film.with_suffix(".srt").read_text(encoding="utf-8"))[0]]
    start, end = (((h * 60 + m) * 60 + s) * 30 + ms * 30 // 1000 for h, m, s, ms in (marks[:4], marks[4:]))
    frames = [to_rgb(frame) for frame in read_frames(film)]
    height, width = frames[0].shape[:2]
    foot = find_safe_area("web", width, height).bottom
    part = slice(int(foot) - height // 12, int(foot) - 2), slice(width * 2 // 5, width * 3 // 5)
    shown, before = (frames[number][part] for number in ((start + end) // 2, start - 2))
    assert shown.max() >= 220
    assert np.quantile(shown, 0.3) < 40
    assert before.max() < 200
