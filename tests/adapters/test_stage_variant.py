"""What renders on the stage: the compiled variant or the plain one, never the plain one quietly, nothing left about."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.adapters.stage_bench import film, film_passes, recipe, write_stage_project
from tests.productions import run_cli

from workprint.film.brief import CameraMove
from workprint.lab.stage_extra import CACHE_VARIABLE, FAST, LLVM_VARIABLE, PLAIN, choose_variant, has_stage

pytestmark = pytest.mark.skipif(not has_stage(), reason="needs the extra: pip install 'workprint[stage]'")


def ask(code: str, **environment: str) -> str:
    """What a fresh process prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


FINGERPRINT = "from workprint.adapters.stage import MAKERS; print(MAKERS[0].fingerprint())"


def test_the_variant_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    """A library that is no LLVM, or none, gives the plain renderer's name, and what it made is not taken for the
    compiled one's."""
    unfit = tmp_path / "libLLVM-19.so"
    unfit.write_text("no library at all")
    for named in (str(unfit), str(tmp_path / "missing.so")):
        assert PLAIN in ask(FINGERPRINT, **{LLVM_VARIABLE: named, "XDG_CACHE_HOME": str(tmp_path)})
    assert not list(tmp_path.rglob("llvm-that-works"))
    if choose_variant() == FAST:
        assert FAST in ask(FINGERPRINT)


def test_the_plain_renderer_is_said_aloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a fit LLVM the plan says that it takes many times as long, why, and what helps; it goes on."""
    monkeypatch.setenv(LLVM_VARIABLE, str(tmp_path / "missing.so"))
    done = run_cli("plan", "-C", str(write_stage_project(tmp_path, "stage")))
    assert done.returncode == 0, done.stderr
    assert "eight times the time" in done.stderr
    assert f"{LLVM_VARIABLE} names no file" in done.stderr
    assert "libllvm19" in done.stderr


def test_the_plain_renderer_gives_the_same_bits_in_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without LLVM every key frame, the clip and every pass have the same bytes in two fresh processes."""
    monkeypatch.setenv(LLVM_VARIABLE, str(tmp_path / "missing.so"))
    shot = recipe(move=CameraMove.DOLLY_IN)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        assert pool.apply(choose_variant) == PLAIN
        runs = [pool.apply(film, (tmp_path / str(run), shot, (0, 5))) for run in range(2)]
        passes = [pool.apply(film_passes, (tmp_path / f"passes{run}", shot, (0, 5))) for run in range(2)]
    assert runs[0] == runs[1]
    assert passes[0] == passes[1]


def test_kernels_are_kept_in_our_own_cache_and_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shot writes nothing below the home folder; another process, and another camera, compile nothing new."""
    if choose_variant() == PLAIN:
        pytest.skip("needs a fit LLVM")
    home, cache = tmp_path / "home", tmp_path / "cache"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.delenv(CACHE_VARIABLE, raising=False)
    kernels = []
    for run, frames in enumerate(((0, 5), (0, 5), (0, 4))):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pool.apply(film, (tmp_path / str(run), recipe(frames=frames[1] + 1), frames))
        kernels.append({path.name for path in (cache / "workprint" / "kernels").glob("*.bin")})
    assert kernels[0]
    assert kernels[0] == kernels[1] == kernels[2]
    assert not list(home.rglob("*"))
