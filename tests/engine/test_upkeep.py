"""Upkeep finds what is amiss and takes away only what nothing needs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.small_project import Project, open_project

from workprint.engine.upkeep import collect_garbage, find_kept, verify
from workprint.film.lineage import Lock
from workprint.film.time import Instant
from workprint.ports.records import Ruling
from workprint.testing.vault_contract import spoil


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project."""
    opened = open_project(tmp_path / "project")
    yield opened
    opened.records.close()


def test_a_whole_project_is_sound(project: Project) -> None:
    """With everything in place both checks find nothing and count every file."""
    for seed in range(5):
        project.make("clip", f"N{seed}", seed)

    for deep in (False, True):
        report = verify(project.vault, project.records, deep)
        assert (report.checked, report.faults, report.is_sound) == (5, (), True)


def test_missing_and_short_files_are_found_without_reading(project: Project) -> None:
    """A missing file and one of the wrong size are named with their take, and with what to do."""
    takes = [project.make("clip", f"N{seed}", seed) for seed in range(3)]
    project.vault.path(takes[0].file.digest).unlink()
    short = project.vault.path(takes[1].file.digest)
    short.chmod(0o644)
    short.write_bytes(b"short")

    report = verify(project.vault, project.records, deep=False)

    assert [fault.where for fault in report.faults] == [takes[0].file.digest, takes[1].file.digest]
    assert "clip N0 is missing" in report.faults[0].what
    assert "5 bytes instead of" in report.faults[1].what
    assert all(fault.remedy.text for fault in report.faults)


def test_every_flipped_bit_is_found_once(project: Project) -> None:
    """A deep check names each damaged file exactly once, and none of them can be read afterwards."""
    takes = [project.make("clip", f"N{seed}", seed) for seed in range(40)]
    damaged = [take.file.digest for take in random.Random(3).sample(takes, 25)]
    for digest in damaged:
        spoil(project.vault.path(digest))

    assert verify(project.vault, project.records, deep=False).faults == (), "sizes did not change"
    report = verify(project.vault, project.records, deep=True)

    assert sorted(fault.where for fault in report.faults) == sorted(damaged)
    assert not any(project.vault.has(digest) for digest in damaged)
    again = verify(project.vault, project.records, deep=True)
    assert sorted(fault.where for fault in again.faults) == sorted(damaged), "they are missing now, and needed"


def test_garbage_is_only_what_nothing_refers_to(project: Project) -> None:
    """Current, locked, ruled and recent versions stay with all they were made from; the rest goes, and no more."""
    picture = project.vault.put_bytes(b"the brief's picture", "image/png", "p.png").digest
    stills = [project.make("still", "S", seed) for seed in range(6)]
    clips = [project.make("clip", "C", seed, stills[seed]) for seed in range(6)]
    with project.records.page() as page:
        page.set_lock(Lock("C", clips[0].recipe, "ann", Instant(9), "approved"))
        page.add_ruling(Ruling("dailies", clips[1].digest, "approve", "ann", Instant(9), "good"))
        page.point("clip", "C", clips[3].recipe, Instant(9))
    orphan = project.vault.put_bytes(b"nobody's", "a/b", "x").digest

    dry = collect_garbage(
        project.vault, project.records, Instant(99), dry_run=True, keep_versions=1, also_keep=[picture]
    )
    assert len(list(project.vault.digests())) == 14
    real = collect_garbage(
        project.vault, project.records, Instant(99), dry_run=False, keep_versions=1, also_keep=[picture]
    )

    going = {orphan, *(take.file.digest for take in (clips[2], clips[4], stills[2], stills[4]))}
    assert set(dry.digests) == set(real.digests) == going
    assert (dry.size, dry.kept) == (real.size, real.kept)
    staying = {picture, *(take.file.digest for take in [*stills, *clips])} - going
    assert set(project.vault.digests()) == staying


def test_recent_versions_stay_for_every_name_and_step(project: Project) -> None:
    """The last N versions are counted for each step of a name, not for all its steps together."""
    takes = [project.make(step, "N", seed) for seed in range(4) for step in ("still", "clip")]

    kept = find_kept(project.records, keep_versions=2)

    assert [take.file.digest in kept for take in takes] == [False] * 4 + [True] * 4


def test_what_garbage_collection_took_is_no_fault(project: Project) -> None:
    """After a collection the project is sound; what it took becomes a fault when it is made again and then lost."""
    old = project.make("clip", "N", 1)
    project.make("clip", "N", 2)
    collect_garbage(project.vault, project.records, Instant(50), dry_run=False, keep_versions=1)

    report = verify(project.vault, project.records, deep=True)
    assert (report.checked, report.swept, report.faults) == (1, 1, ())

    project.make("clip", "N", 1, when=60)
    project.make("clip", "N", 2, when=61)
    project.vault.path(old.file.digest).unlink()
    assert [fault.where for fault in verify(project.vault, project.records, deep=False).faults] == [old.file.digest]


def test_a_current_file_is_never_excused(project: Project) -> None:
    """A file that was collected and is pointed at again is a fault while it is missing."""
    old = project.make("clip", "N", 1)
    project.make("clip", "N", 2)
    collect_garbage(project.vault, project.records, Instant(50), dry_run=False, keep_versions=1)
    with project.records.page() as page:
        page.point("clip", "N", old.recipe, Instant(70))

    assert [fault.where for fault in verify(project.vault, project.records, deep=False).faults] == [old.file.digest]
