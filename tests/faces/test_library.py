"""The library face does what the command line does, typed, with exceptions instead of exit codes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import av
import pytest
from tests.faces.inside import list_folder, run_inside
from tests.productions import made_steps, plan_lines, write_short_project

import workprint
from workprint.film.errors import BriefRejected, GateStopped, PlanIsStale, ProjectBusy, UsageError
from workprint.film.money import NOTHING
from workprint.film.plan import Action, Plan


@pytest.fixture(scope="module")
def produced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan, workprint.Film]:
    """A project planned and produced by the library."""
    root = write_short_project(tmp_path_factory.mktemp("library") / "short")
    project = workprint.open_project(root)
    plan = project.plan()
    return root, plan, project.produce()


def test_the_plan_is_the_command_lines(produced: tuple[Path, Plan, workprint.Film], tmp_path: Path) -> None:
    """The plan has the lines `workprint plan --json` prints for the same project."""
    twin = write_short_project(tmp_path / "twin")
    printed = plan_lines(run_inside("plan", "--json", cwd=twin).stdout)
    lines = [(line.stage, line.step, line.name, line.action.value, line.recipe) for line in produced[1].lines]
    assert lines == [(line["stage"], line["step"], line["name"], line["action"], line["recipe"]) for line in printed]


def test_the_film_is_what_it_says(produced: tuple[Path, Plan, workprint.Film]) -> None:
    """Path, size, rate, length and loudness of the result are those of the decoded file; all planned was made."""
    _, plan, film = produced
    with av.open(str(film.path)) as container:
        video = container.streams.video[0]
        frames = sum(1 for _ in container.decode(video=0))
        assert (film.width, film.height) == (video.width, video.height) == (256, 144)
        assert (film.frames, film.fps) == (frames, float(video.average_rate or 0)) == (60, 30.0)
    assert film.duration_s == 2.0
    assert film.size_bytes == film.path.stat().st_size
    assert film.lufs == pytest.approx(-14, abs=0.5)
    assert film.true_peak_dbtp <= -1
    assert film.cost == NOTHING
    assert (film.made, film.kept) == (len(plan.lines), 0)
    assert film.contact_sheet is not None
    assert film.contact_sheet.is_file()


def test_library_and_command_line_work_on_one_project(produced: tuple[Path, Plan, workprint.Film]) -> None:
    """What the library made the command line keeps, and the other way round."""
    result = run_inside("produce", "--json", cwd=produced[0])
    assert result.returncode == 0
    assert made_steps(result.stdout) == []
    again = workprint.open_project(produced[0]).produce()
    assert (again.made, again.path) == (0, produced[2].path)


def test_events_reach_the_listener(produced: tuple[Path, Plan, workprint.Film]) -> None:
    """A listener hears the run begin, what is kept, and its end; there is a form for running loops."""
    heard = []

    async def work() -> workprint.Film:
        return await workprint.open_project(produced[0]).produce_async(listener=heard.append)

    film = asyncio.run(work())
    kinds = [event.kind for event in heard]
    assert (kinds[0], kinds[-1]) == ("run-started", "run-finished")
    assert kinds.count("order-kept") == film.kept
    assert len({event.trace for event in heard}) == 1


def test_errors_are_exceptions_of_one_tree(tmp_path: Path) -> None:
    """A gate, a wrong brief, an unknown scene and a missing project each raise their own class with a remedy."""
    with pytest.raises(UsageError, match=r"There is no brief\.yaml"):
        workprint.open_project(tmp_path)
    project = workprint.open_project(write_short_project(tmp_path / "two", pictures=2))
    with pytest.raises(UsageError, match="There is no scene `S09`"):
        project.plan("S09")
    with pytest.raises(GateStopped) as stopped:
        project.produce()
    assert stopped.value.gate == "contract"
    assert stopped.value.remedy is not None
    write_short_project(project.root, ground="brown")
    before = list_folder(project.root)
    with pytest.raises(BriefRejected) as rejected:
        project.produce()
    assert rejected.value.findings == project.check()
    assert list_folder(project.root) == before


def test_a_stale_plan_and_a_busy_project_are_refused(produced: tuple[Path, Plan, workprint.Film]) -> None:
    """A plan from before the work is stale; while somebody else produces, the project is theirs."""
    root, plan, _ = produced
    project = workprint.open_project(root)
    with pytest.raises(PlanIsStale):
        project.produce(saved=plan)
    with project.workspace.own("somebody else", "now"), pytest.raises(ProjectBusy, match="somebody else"):
        project.produce()
    assert {line.action for line in project.plan().lines} == {Action.KEEP}


def test_a_project_is_created_from_a_sentence(tmp_path: Path) -> None:
    """`create_project` makes a folder whose brief has no fault and can be planned as it is."""
    project = workprint.create_project(tmp_path / "cup", 'a 6 second ad for "Cup", calm, $9', cap_usd=0)
    assert [finding for finding in project.check() if finding.level == "error"] == []
    plan = project.plan()
    assert plan.count(Action.CREATE) == len(plan.lines) - plan.count(Action.LATER) > 20
    assert "hard" not in {gate.level for gate in plan.gates}


def test_importing_the_package_is_light() -> None:
    """`import workprint` loads the library face only when it is used."""
    code = "import sys, workprint; print(workprint.__version__, 'numpy' in sys.modules, 'sqlalchemy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.split() == [workprint.__version__, "False", "False"]
