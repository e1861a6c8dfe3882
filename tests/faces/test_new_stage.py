"""A new stage, gate or maker is one new file: the engine finds it, nothing else is edited."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faces.inside import run_inside
from tests.productions import made_steps, plan_lines, write_short_project

import workprint

THUMBNAIL = '''\
"""A thumbnail: the first frame of the film."""

from dataclasses import dataclass

from workprint.film.cut_orders import PosterPayload
from workprint.film.edit import Master
from workprint.film.order import AnyTake, Input, Order
from workprint.film.shot_names import name_film
from workprint.ports.desk import Desk, stage


@dataclass(frozen=True)
class Thumbnail:
    """The first frame of the film."""

    take: AnyTake


@stage(version=1)
async def cut_thumbnail(master: Master, desk: Desk) -> Thumbnail:
    """Cut the first frame out of the film."""
    film = (Input("film", master.take),)
    order = Order("poster", name_film("STILL", "thumbnail"), PosterPayload(0), film, publish="thumbnail.png")
    return Thumbnail(await desk.render(order))
'''

CURFEW = '''\
"""Gate: nothing is mastered for products called Thing."""

from workprint.film.errors import Remedy
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate


@gate(name="curfew", guards=("stage:make_master",))
def curfew(view: GateView) -> Verdict:
    """The product is not called Thing."""
    name = view.brief.product.name
    if name != "Thing":
        return Verdict(Level.PASS, subject=name)
    return Verdict(Level.SOFT, ("It is called Thing.",), (Remedy("Agree.", "workprint approve curfew"),), subject=name)
'''

WORD_COUNT = '''\
"""Counts the words of a text."""

from dataclasses import dataclass
from pathlib import Path

from workprint.film.money import NOTHING
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard


@dataclass(frozen=True)
class WordPayload:
    """A text to count."""

    text: str


def count(bench: Bench) -> Made:
    """The number of words, as text."""
    path = Path(bench.scratch) / "count.txt"
    path.write_text(str(len(bench.payload.text.split())))
    return Made((MadeFile(path, "text/plain", "count.txt"),), {})


def say_tools() -> str:
    return "1"


def estimate(order) -> Estimate:
    return Estimate(NOTHING, 0.01)


MAKERS = (MakerCard("word_count", 1, WordPayload, "workprint.adapters.word_count:count", False, say_tools, estimate),)
'''

WORD_STAGE = '''\
"""How many words the headline has."""

from dataclasses import dataclass

from workprint.film.brief import Brief
from workprint.film.order import AnyTake, Order
from workprint.film.shot_names import name_film
from workprint.ports.desk import Desk, stage


@dataclass(frozen=True)
class Words:
    """A counted text."""

    text: str


@dataclass(frozen=True)
class WordCount:
    """The count of the headline's words."""

    take: AnyTake


@stage(version=1)
async def count_words(brief: Brief, desk: Desk) -> WordCount:
    """Count the headline's words."""
    payload = Words(brief.call.headline)
    return WordCount(await desk.measure(Order("word_count", name_film("TEXT", "words"), payload, publish="words.txt")))
'''


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film finished by the program as it is."""
    root = write_short_project(tmp_path_factory.mktemp("stages") / "short")
    assert run_inside("produce", cwd=root).returncode == 0
    return root


class Fork:
    """A copy of the program with new files, and a copy of a finished project to run it on."""

    def __init__(self, folder: Path, finished: Path, files: dict[str, str]) -> None:
        source = Path(workprint.__file__).parent
        self.source = folder / "src"
        shutil.copytree(source, self.source / "workprint")
        for name, text in files.items():
            place = self.source / "workprint" / name
            assert not place.exists()
            place.write_text(text, encoding="utf-8")
        self.project = Path(shutil.copytree(finished, folder / "project", symlinks=True))

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the copied program on the copied project."""
        environment = {**os.environ, "PYTHONPATH": str(self.source), "NO_COLOR": "1"}
        line = [sys.executable, "-m", "workprint", *words]
        return subprocess.run(
            line, cwd=self.project, env=environment, capture_output=True, text=True, timeout=240, check=False
        )

    def planned(self) -> list[tuple[str, str]]:
        """(step, name) of what a plan would make."""
        lines = plan_lines(self.run("plan", "--json").stdout)
        return [(str(line["step"]), str(line["name"])) for line in lines if line["action"] in ("create", "replace")]


def test_a_new_stage_file_is_planned_and_produced(finished: Path, tmp_path: Path) -> None:
    """One file below acts/: plan names its order, produce makes just that and publishes it."""
    fork = Fork(tmp_path, finished, {"acts/act6_deliver/thumbnail.py": THUMBNAIL})
    assert fork.planned() == [("poster", "SC00_SH00_STILL_thumbnail")]
    result = fork.run("produce", "--json")
    assert result.returncode == 0, result.stdout
    assert made_steps(result.stdout) == [("poster", "SC00_SH00_STILL_thumbnail")]
    assert (fork.project / "out" / "thumbnail.png").read_bytes().startswith(b"\x89PNG")


def test_a_new_gate_file_stops(finished: Path, tmp_path: Path) -> None:
    """One file below gates/: plan tells of it, produce stops there, and a ruling lets it go on."""
    fork = Fork(tmp_path, finished, {"gates/curfew.py": CURFEW})
    assert "gate curfew (soft): It is called Thing." in fork.run("plan").stdout
    result = fork.run("produce")
    assert result.returncode == 5
    assert "The curfew gate stops the production: It is called Thing." in result.stderr
    assert "workprint approve curfew" in result.stderr
    assert fork.run("approve", "curfew").returncode == 0
    assert fork.run("produce").returncode == 0


def test_a_new_adapter_file_serves_a_new_step(finished: Path, tmp_path: Path) -> None:
    """One file below adapters/ with a maker: a stage that orders its step is served."""
    files = {"adapters/word_count.py": WORD_COUNT, "acts/act1_develop/word_count.py": WORD_STAGE}
    fork = Fork(tmp_path, finished, files)
    assert fork.planned() == [("word_count", "SC00_SH00_TEXT_words")]
    assert fork.run("produce").returncode == 0
    assert (fork.project / "out" / "words.txt").read_text() == "3"
    (fork.source / "workprint" / "adapters" / "word_count.py").unlink()
    lost = fork.run("plan")
    assert lost.returncode == 1
    assert "Nobody here makes `word_count`" in lost.stderr
