"""The docs are true: what they show runs, what they generate is fresh, what they name is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.productions import plan_lines, read_events, write_short_project

from workprint.adapters.project_toml import KNOWN, TEMPLATE, read_settings
from workprint.faces.cli.parser import EPILOG
from workprint.film import errors
from workprint.film.grade import LOOKS
from workprint.film.model_card import PriceUnit
from workprint.film.money import Money
from workprint.film.people import Role
from workprint.film.settings import ProviderSettings
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.studio import CANARY

ROOT = Path(__file__).resolve().parents[2]
LARGEST_FILE = 5_000_000
LARGEST_FONTS = 5_000_000
LARGEST_STILL = 400_000
"""Bytes a file of the repository, all fonts, and the picture at the top of the README may have."""

BLOCK = re.compile(r"(?:<!-- (run|file): ([^\n]+?) -->\n)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
UNTRACKED = (".git", ".venv", "build", "dist", "__pycache__", ".workprint", "out", ".hypothesis")
CACHES = re.compile(r"\.[a-z_]+_cache$|\.egg-info$")
TICKED = re.compile(r"`([^`]+)`")
NOT_RUN = ("make demo", "make test")
"""Shell blocks that start with these are run by make itself, as they install."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: how it is marked (run or file, and what), its language and its text."""

    page: Path
    mark: str
    argument: str
    language: str
    text: str


def find_files() -> Iterator[Path]:
    """Every file that belongs to the repository: what a clone would have, whether or not it is committed yet."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in UNTRACKED and not CACHES.search(name))
        yield from (Path(folder) / name for name in sorted(names) if name != ".env")


def find_pages() -> tuple[Path, ...]:
    """Every page a person reads."""
    return tuple(path for path in find_files() if path.suffix == ".md")


def find_blocks() -> Iterator[Block]:
    """Every fenced block of every page."""
    for page in find_pages():
        for mark, argument, language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            yield Block(page, mark, argument, language, text)


def find_marked(mark: str, argument: str = "") -> tuple[Block, ...]:
    """The blocks with a mark."""
    return tuple(item for item in find_blocks() if item.mark == mark and argument in ("", item.argument))


def run(
    command: list[str],
    folder: Path,
    *,
    source: Path | None = None,
    text: str | None = None,
    more: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command; `workprint` is this installation, or the copy of the program in `source`.

    `more` are further variables.
    """
    tools = folder.parent / "bin"
    tools.mkdir(exist_ok=True)
    door = tools / "workprint"
    door.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m workprint "$@"\n', encoding="utf-8")
    door.chmod(0o755)
    environment = {**os.environ, **(more or {}), "NO_COLOR": "1", "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    if source is not None:
        environment["PYTHONPATH"] = str(source)
    return subprocess.run(
        command, cwd=folder, env=environment, input=text, capture_output=True, text=True, timeout=300, check=False
    )


def test_generated_pages_are_fresh() -> None:
    """What tools/build_docs.py writes is what the repository holds."""
    command = [sys.executable, str(ROOT / "tools" / "build_docs.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr[:4000]


def test_every_block_of_code_is_run_by_a_test() -> None:
    """No page shows Python or shell that nothing runs; only make's own commands are left to make."""
    assert [
        (block.page.name, block.text.splitlines()[0])
        for block in find_blocks()
        if block.language in ("python", "sh", "console", "bash")
        and not block.mark
        and not block.text.startswith(NOT_RUN)
    ] == []
    assert {block.argument.split()[0] for block in find_marked("run")} == {"short-project", "first-film", "paid-film"}


def test_the_python_of_the_readme_produces_a_film(tmp_path: Path) -> None:
    """The six lines, saved as a script and run as printed, make the film they print."""
    (block,) = (item for item in find_marked("run") if item.argument.startswith("short-project"))
    assert len(block.text.strip().splitlines()) == 6
    folder = tmp_path / "here"
    write_short_project(folder / block.argument.split()[1])
    (folder / "six_lines.py").write_text(block.text, encoding="utf-8")
    result = run([sys.executable, "six_lines.py"], folder)
    assert result.returncode == 0, result.stderr[-2000:]
    orders, film = result.stdout.strip().splitlines()
    assert orders.endswith("orders, at most 0.00 USD")
    path, width, height, fps, seconds, lufs, cost = film.rsplit(" ", 6)
    assert Path(path).is_file()
    assert (width, height, float(fps), float(seconds), cost) == ("256", "144", 30.0, 2.0, "0.00")
    assert abs(float(lufs) + 14) <= 0.5


@pytest.mark.slow
def test_the_commands_for_a_first_film_make_one(tmp_path: Path) -> None:
    """The commands of the README, run as printed from an empty folder, end with a film in out/.

    Only the size is made small in between, so that the test is quick.
    """
    (block,) = find_marked("run", "first-film")
    lines = block.text.strip().splitlines()
    assert lines[0].startswith("workprint new")
    assert lines[1].startswith("cd ")
    small = "printf '[render]\\nshort_side = 144\\n' > project.toml"
    folder = tmp_path / "here"
    folder.mkdir()
    result = run(["sh", "-e"], folder, text="\n".join([*lines[:2], small, *lines[2:]]) + "\n")
    assert result.returncode == 0, result.stderr[-2000:]
    assert "0 kept" in result.stdout
    out = folder / lines[1].removeprefix("cd ") / "out"
    (film,) = out.glob("*_10s_9x16.mp4")
    assert film.stat().st_size > 100_000
    assert {path.suffix for path in out.glob(f"{film.stem}*")} >= {".mp4", ".edl", ".otio", ".json", ".png"}


@pytest.mark.slow
def test_the_commands_for_a_paid_film_buy_one(tmp_path: Path) -> None:
    """The commands of docs/providers.md, run as printed at a fake, buy a shot once and deliver the film."""
    (block,) = find_marked("run", "paid-film")
    assert len(block.text.strip().splitlines()) == 5
    folder = tmp_path / "here"
    write_short_project(folder, cap="20")
    with FakeKling() as fake:
        keys = {**fake.secrets, "KLING_BASE_URL": fake.url, "XDG_STATE_HOME": str(tmp_path / "state")}
        result = run(["sh", "-e"], folder, text=block.text, more=keys)
        assert result.returncode == 0, result.stderr[-2000:]
        assert "nothing was paid" in result.stdout
        assert "works: KLING_ACCESS_KEY, KLING_SECRET_KEY" in result.stdout
        assert fake.count("submit") == 1
        assert f"cost          {Money(fake.billed)} USD" in result.stdout
    assert (folder / "out" / "Short_2s_16x9.mp4").stat().st_size > 50_000
    written = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert CANARY not in result.stdout + result.stderr
    assert written == []


@pytest.mark.slow
def test_the_extensions_of_the_architecture_page_work_with_no_other_edit(tmp_path: Path) -> None:
    """The stage, maker, gate and dialect of the page, put where it says, appear in plan and are made by produce."""
    blocks = find_marked("file")
    assert {block.argument.split("/")[2] for block in blocks} == {"acts", "film", "adapters", "gates", "dialects"}
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src" / "workprint", source / "workprint", ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks:
        target = tmp_path / block.argument
        assert not target.exists()
        target.write_text(block.text, encoding="utf-8")
    folder = tmp_path / "project"
    write_short_project(folder, headline="A headline that nobody can read in the time it is shown")
    plan = run(["workprint", "plan", "--json"], folder, source=source)
    assert plan.returncode == 0, plan.stderr[-2000:]
    planned = {(line["stage"], line["step"], line["name"]) for line in plan_lines(plan.stdout)}
    assert ("count_words", "document", "SC00_SH00_SPEC_count-words") in planned
    assert ("paint_swatches", "swatches", "SC00_SH00_STILL_swatches") in planned
    gates = [event for event in read_events(plan.stdout) if event["type"] == "plan-gate"]
    assert ["The headline has 12 words."] in [event["reasons"] for event in gates if event["gate"] == "short_headline"]

    write_short_project(folder)
    produced = run(["workprint", "produce"], folder, source=source)
    assert produced.returncode == 0, produced.stderr[-2000:]
    assert (folder / "out" / "swatches.png").read_bytes().startswith(b"\x89PNG")
    assert '"spoken":0' in "".join((folder / "out" / "documents" / "count_words.json").read_text().split())
    assert "terse sun, wide, 85 mm" in run([sys.executable, "-c", TRY_DIALECT], folder, source=source).stdout


TRY_DIALECT = """\
from types import SimpleNamespace
from workprint.dialects.terse import TERSE
text = SimpleNamespace(shot=SimpleNamespace(first_frame="sun", size="wide"), modifier="85 mm")
print(TERSE.name, TERSE.image_prompt(text))
"""


def test_links_lead_somewhere() -> None:
    """Every link to a file, and to a heading of a generated page, finds what it names."""
    broken = []
    for page in find_pages():
        for link in LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))):
            name, _, heading = link.partition("#")
            target = page.parent / name if name else page
            if link.startswith(("https://", "urn:")):
                continue
            if not target.exists() or (heading and f"## {heading}\n" not in target.read_text(encoding="utf-8")):
                broken.append(f"{page.relative_to(ROOT)}: {link}")
    assert broken == []


def test_every_dependency_has_its_line() -> None:
    """docs/dependencies.md lists exactly what pyproject.toml asks for, each with a licence and a pinned version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    extras = project["optional-dependencies"]
    tables = {"base": project["dependencies"], "dev": extras["dev"], "provided": extras["providers"]}
    for title, wanted in tables.items():
        table = page.partition(f"<!-- made: {title} -->")[2].partition("<!-- /made -->")[0]
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.strip().splitlines()[2:]]
        names = [re.split(r"[<>=\[]", text)[0] for text in wanted]
        assert [row[0].strip("`") for row in rows] == names
        assert all(row[1] and row[2] and re.match(r"\d", row[3]) for row in rows)
    assert [name for name in extras if f"## Extra `{name}`" not in page] == []


def find_section(page: str, title: str) -> str:
    """The part of a page below a heading of the second level, up to the next one."""
    return f"{page}\n## ".partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def list_row_keys(section: str) -> set[str]:
    """Every name in the first column of the tables of a section."""
    return {
        name for line in section.splitlines() if line.startswith("| `") for name in TICKED.findall(line.split("|")[1])
    }


def test_every_key_of_project_toml_is_explained() -> None:
    """docs/project.md has a row for every key there is and for no other, by table; the template names them, too."""
    page = (ROOT / "docs" / "project.md").read_text(encoding="utf-8")
    roles = {role.value for role in Role}
    for table, keys in KNOWN.items():
        section = find_section(page, f"`[{table}]`")
        assert section, table
        assert f"\n[{table}]\n" in TEMPLATE
        if keys is not None:
            assert list_row_keys(section) - roles == keys
            written = TEMPLATE.partition(f"[{table}]\n")[2].partition("\n[")[0]
            assert [key for key in keys if not re.search(rf"^(# )?(\[{table}\.)?{key}\b", written, re.MULTILINE)] == []
    own = list_row_keys(find_section(page, '`[providers.prices."MODEL"]`'))
    assert own == {"as_of", "percent", *(unit.value for unit in PriceUnit)}


def test_what_the_page_of_project_toml_calls_a_default_is_one(tmp_path: Path) -> None:
    """Each default of [providers] is what a project without the line has; the blocks are read without fault."""
    page = (ROOT / "docs" / "project.md").read_text(encoding="utf-8")
    settings = ProviderSettings()
    for line in find_section(page, "`[providers]`").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("| `") and cells[3] != "none":
            (key,) = TICKED.findall(cells[1])
            had = getattr(settings, key)
            assert tomllib.loads(f"x = {cells[3].strip('`')}")["x"] == (list(had) if isinstance(had, tuple) else had), (
                key
            )
    blocks = [block.text for block in find_blocks() if block.page.name == "project.md"]
    assert len(blocks) == 3
    for text in blocks:
        (tmp_path / "project.toml").write_text(text, encoding="utf-8")
        read_settings(tmp_path / "project.toml", "somebody")


def test_the_help_of_restyle_names_every_grade_there_is() -> None:
    """What stands behind `--grade` in the help is what is taken."""
    row = next(
        line for line in (ROOT / "docs" / "commands.md").read_text().splitlines() if line.startswith("| `--grade")
    )
    assert set(row.split("`")[1].removeprefix("--grade ").replace("\\", "").split("|")) == set(LOOKS)


def test_the_help_names_every_exit_code_an_error_has() -> None:
    """No command ends with a code that `workprint --help` does not explain."""
    explained = {int(number) for number in re.findall(r"\b(\d+) [a-z]", EPILOG.partition("exit codes:")[2])}
    kinds = [value for value in vars(errors).values() if hasattr(value, "exit_code")]
    assert {kind.exit_code for kind in kinds} <= explained


def test_every_decision_says_what_was_not_adopted() -> None:
    """Decisions are numbered without gaps, and each has its four parts."""
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        parts = re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert parts == ["Context", "Decision", "Explicitly not adopted", "Consequences"], page.name


def test_no_file_names_a_machine_or_a_package_index() -> None:
    """The tree works anywhere: no home folder, no path of the machine it was written on, no registry host."""
    # Put together here, so that this file does not hold what it looks for.
    bad = ["/ho" + "me/", "/Us" + "ers/", "/wo" + "rk/main", "/wo" + "rk/shared", "/tmp/ve" + "nv", "inde" + "x-url"]
    hosts = [
        ("py" + "pi", "org"),
        ("files.python" + "hosted", "org"),
        ("registry.np" + "mjs", "org"),
        ("local" + "host", ""),
    ]
    bad += [".".join(filter(None, pair)) for pair in hosts]
    found = []
    for path in find_files():
        data = path.read_bytes()
        if b"\0" in data[:8192]:
            continue
        found += [f"{path.relative_to(ROOT)}: {text}" for text in bad if text.encode() in data]
    assert found == []


def test_no_file_is_too_large_to_clone() -> None:
    """Every file is below 5 MB, all fonts together too, and the picture at the top of the README below 400 kB."""
    assert [str(path) for path in find_files() if path.stat().st_size >= LARGEST_FILE] == []
    fonts = ROOT / "src" / "workprint" / "lab" / "font_files"
    assert sum(path.stat().st_size for path in fonts.iterdir()) < LARGEST_FONTS
    picture = re.search(r"!\[[^\]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert picture is not None
    assert (ROOT / picture[1]).stat().st_size < LARGEST_STILL
