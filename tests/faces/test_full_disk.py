"""A production on a disk that is really full: a small tmpfs, filled by the production itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.productions import command, film_path, made_steps, read_events, run_cli, write_short_project

pytestmark = pytest.mark.slow

ROOMY_KB = 65_536
"""More than the two-second production takes with everything it leaves behind (about 6 MB)."""

PAGE = 4096
SHARES = (0.04, 0.18, 0.42, 0.92)
"""Of the room a production takes: too little for the book of records, for the workflow database, for the vault or a
worker, for the last files in out/."""

SENTENCE = "The disk is full."


def mount(folder: Path, kilobytes: int, *, again: bool = False) -> None:
    """Mount a tmpfs of a size, or change the size of the one that is there. Skips where that is not permitted."""
    options = f"{'remount,' if again else ''}size={kilobytes}k"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a full disk takes a small file system of its own, and mount says: {done.stderr.strip()}")


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of a size, unmounted afterwards."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("a full disk takes a small file system of its own, which only root may mount")
    folder.mkdir()
    mount(folder, kilobytes)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@dataclass(frozen=True)
class Roomy:
    """A production that had room: its film, all that was made, and the kilobytes it takes."""

    film: bytes
    made: list[tuple[str, str]]
    kilobytes: int


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> Roomy:
    """What the others are compared with."""
    root = write_short_project(tmp_path_factory.mktemp("roomy") / "short")
    done = run_cli("produce", "--json", cwd=root)
    assert done.returncode == 0, done.stderr
    pages = sum(-(-path.stat().st_size // PAGE) for path in root.rglob("*") if path.is_file())
    return Roomy(film_path(done.stdout).read_bytes(), made_steps(done.stdout), pages * PAGE // 1024)


@pytest.mark.parametrize("share", SHARES)
def test_full_disk_stops_clearly_and_resumes(share: float, roomy: Roomy, tmp_path: Path) -> None:
    """Wherever the room ends: one clear sentence, exit 1, nothing broken; with room again it makes the same film."""
    with small_disk(tmp_path / "disk", int(roomy.kilobytes * share)) as disk:
        root = write_short_project(disk / "short")
        stopped = run_cli("produce", "--json", cwd=root)
        last = read_events(stopped.stdout)[-1]
        assert (stopped.returncode, last.get("code")) == (1, "disk-full"), f"{last} {stopped.stderr}"
        assert str(last["message"]).startswith(SENTENCE)
        assert last["remedy"]
        assert stopped.stderr == ""
        mount(disk, ROOMY_KB, again=True)
        assert_sound(root)
        again = run_cli("produce", "--json", cwd=root)
        assert again.returncode == 0, again.stderr + again.stdout
        assert film_path(again.stdout).read_bytes() == roomy.film
        assert sorted(made_steps(stopped.stdout) + made_steps(again.stdout)) == sorted(roomy.made)
        assert_sound(root)


def assert_sound(root: Path) -> None:
    """Every stored byte and the book are right, and nothing is reserved."""
    verified = run_cli("verify", "--deep", cwd=root)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_full_disk_is_told_in_words(roomy: Roomy, tmp_path: Path) -> None:
    """A person reads the sentence, where it happened and what to do, and no traceback."""
    with small_disk(tmp_path / "disk", roomy.kilobytes // 4) as disk:
        stopped = run_cli("produce", cwd=write_short_project(disk / "short"))
    assert stopped.returncode == 1
    assert SENTENCE in stopped.stderr
    assert "Make room" in stopped.stderr
    assert "Traceback" not in stopped.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a Linux device")
def test_full_disk_under_the_output(tmp_path: Path) -> None:
    """When standard output goes to a file with no room the sentence comes on standard error, and nothing is broken."""
    root = write_short_project(tmp_path / "short")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("produce", "--json"), cwd=root, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert SENTENCE in done.stderr
    assert "Traceback" not in done.stderr
    assert_sound(root)
