"""A small project for upkeep tests: a vault and a book in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.disk_posix import PosixDisk
from workprint.adapters.records_sqlite import SqliteRecords
from workprint.adapters.vault_folder import FolderVault
from workprint.film.lineage import Recipe
from workprint.film.order import Take
from workprint.film.time import Instant
from workprint.ports.records import Known


@dataclass
class Project:
    """A project as upkeep sees it: its folder, vault and book."""

    root: Path
    vault: FolderVault
    records: SqliteRecords

    def make(self, step: str, name: str, seed: int, *inputs: Take, when: int = 0) -> Take:
        """Store a file and record it as the newest version of a name, made from other takes."""
        file = self.vault.put_bytes(f"{step} {name} {seed}".encode() * (seed + 1), "video/mp4", f"{name}.mp4")
        roles = {f"in{number}": take.digest for number, take in enumerate(inputs)}
        recipe = Recipe(step, 1, {"seed": seed}, roles, "local", seed, f"v1 {name}")
        take = Take(recipe.digest, step, name, (file,), {"seed": seed})
        with self.records.page() as page:
            page.add_result(Known(recipe, take, Instant(when or seed), "run", 1.0))
            page.add_event("run", Instant(seed), "made", name, {})
        return take


def open_project(root: Path) -> Project:
    """A project in a folder, new or restored."""
    disk = PosixDisk()
    disk.make_folder(root / ".workprint")
    records = SqliteRecords(root / ".workprint" / "records.sqlite", SystemClock())
    return Project(root, FolderVault(root / ".workprint" / "vault", disk), records)
