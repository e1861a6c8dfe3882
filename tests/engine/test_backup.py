"""A backup brings everything back; an archive that is not one of ours brings nothing."""

from __future__ import annotations

import hashlib
import json
import random
import stat
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.engine.small_project import Project, open_project

from workprint.adapters.disk_posix import PosixDisk
from workprint.adapters.vault_folder import FolderVault
from workprint.engine import backup
from workprint.engine.backup import RestoreReport, restore_backup, write_backup
from workprint.engine.upkeep import verify
from workprint.film.errors import ArtifactDamaged, DiskFull, StorageError, UsageError
from workprint.testing.fault_disk import FaultDisk
from workprint.testing.vault_contract import catch, spoil


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project."""
    opened = open_project(tmp_path / "project")
    yield opened
    opened.records.close()


def back_up(project: Project, target: Path) -> backup.BackupReport:
    """Write a backup of a project with its brief and a picture."""
    (project.root / "assets").mkdir(exist_ok=True)
    (project.root / "brief.yaml").write_text("name: ünïcode\n")
    (project.root / "assets" / "logo 1.png").write_bytes(b"logo")
    names = ("brief.yaml", "assets/logo 1.png")
    files = {name: project.root / name for name in names}
    return write_backup(project.vault, project.records.snapshot, files, target, PosixDisk())


def restore(archive: Path, target: Path) -> RestoreReport:
    """Restore a backup the way the program does."""
    vault = FolderVault(target / ".workprint" / "vault", PosixDisk())
    return restore_backup(archive, target, vault, target / ".workprint" / "records.sqlite", PosixDisk())


def test_a_restored_project_is_equal(project: Project, tmp_path: Path) -> None:
    """Backup, restore, deep check: the same files, results and events; and backing up again gives the same bytes."""
    for seed in range(6):
        project.make("clip", f"N{seed % 3}", seed)
    made = back_up(project, tmp_path / "one.zip")
    back_up(project, tmp_path / "two.zip")
    done = restore(tmp_path / "one.zip", tmp_path / "restored")
    again = open_project(tmp_path / "restored")

    assert made.faults == ()
    assert (done.files, done.size) == (made.files, made.size)
    assert verify(again.vault, again.records, deep=True) == verify(project.vault, project.records, deep=True)
    assert list(again.vault.digests()) == list(project.vault.digests())
    assert dict(again.records.all_known()) == dict(project.records.all_known())
    assert list(again.records.events()) == list(project.records.events())
    assert (again.root / "brief.yaml").read_text() == "name: ünïcode\n"
    assert (again.root / "assets" / "logo 1.png").read_bytes() == b"logo"
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert list((project.vault.scratch().parent).glob("*/*")) == [], "no work in progress is left behind"
    again.records.close()


def test_damaged_files_are_left_out_and_named(project: Project, tmp_path: Path) -> None:
    """A backup of a damaged vault holds all that is sound and says what it could not take."""
    takes = [project.make("clip", f"N{seed}", seed) for seed in range(3)]
    spoil(project.vault.path(takes[1].file.digest))
    made = back_up(project, tmp_path / "one.zip")
    restore(tmp_path / "one.zip", tmp_path / "restored")
    again = open_project(tmp_path / "restored")

    assert [fault.where for fault in made.faults] == [takes[1].file.digest]
    faults = verify(again.vault, again.records, deep=True).faults
    assert [fault.where for fault in faults] == [takes[1].file.digest]
    again.records.close()


def test_nothing_is_overwritten(project: Project, tmp_path: Path) -> None:
    """Neither a backup nor a restore writes over anything that is there."""
    project.make("clip", "N", 1)
    back_up(project, tmp_path / "one.zip")
    before = (tmp_path / "one.zip").read_bytes()
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")

    with pytest.raises(UsageError):
        back_up(project, tmp_path / "one.zip")
    with pytest.raises(UsageError):
        restore(tmp_path / "one.zip", full)

    assert (tmp_path / "one.zip").read_bytes() == before
    assert [path.name for path in full.iterdir()] == ["mine.txt"]


def test_no_room_leaves_no_half_backup(project: Project, tmp_path: Path) -> None:
    """When the disk is full at the last step the error says so and no archive, whole or half, is left."""
    project.make("clip", "N", 1)
    (tmp_path / "disk").mkdir()
    for full_at in range(3):
        disk = FaultDisk(tmp_path / "disk", full_at=full_at)
        writing = partial(
            write_backup, project.vault, project.records.snapshot, {}, tmp_path / "disk" / "one.zip", disk
        )
        assert isinstance(catch(writing), DiskFull)
        # The rename itself may have been done: then the file is whole.
        assert [path.name for path in (tmp_path / "disk").iterdir()] == (["one.zip"] if full_at == 2 else [])


def rebuild(source: Path, target: Path, change: Callable[[dict[str, bytes]], None], *, is_listed: bool = True) -> None:
    """Write an archive again with its entries changed; `is_listed` brings the manifest in line with them."""
    with zipfile.ZipFile(source) as opened:
        entries = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(entries.pop("manifest.json"))
    change(entries)
    if is_listed:
        manifest["files"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in entries.items()
        }
    with zipfile.ZipFile(target, "w") as writing:
        for name, data in {**entries, "manifest.json": json.dumps(manifest).encode()}.items():
            writing.writestr(name, data)


HOSTILE_NAMES = (
    "../evil.txt",
    "project/../../evil.txt",
    "project/a/../../../evil.txt",
    "/tmp/evil.txt",
    "project//evil.txt",
    "project/./evil.txt",
    "project/..",
    "project/a\\..\\evil.txt",
    "project/C:evil.txt",
    "project/.workprint/vault/00/evil",
    "project/.workprint",
    "objects/../evil.txt",
    "objects/" + "0" * 63,
    "evil.txt",
    "project/new\nline",
    "project/folder/",
)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_names_that_lead_astray_are_refused(name: str, project: Project, tmp_path: Path) -> None:
    """An archive with a name outside the list is refused before anything is written, though its hashes are right."""
    back_up(project, tmp_path / "one.zip")
    rebuild(tmp_path / "one.zip", tmp_path / "evil.zip", lambda entries: entries.update({name: b"evil"}))

    error = catch(partial(restore, tmp_path / "evil.zip", tmp_path / "deep" / "restored"))

    assert error is not None
    assert error.remedy is not None
    assert not (tmp_path / "deep").exists()
    assert list(tmp_path.rglob("*evil*")) == [tmp_path / "evil.zip"]


def put_link(archive: zipfile.ZipFile) -> None:
    """Add a symbolic link."""
    info = zipfile.ZipInfo("project/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def put_bomb(archive: zipfile.ZipFile) -> None:
    """Add 50 MB of noughts, compressed to 50 KB."""
    archive.writestr("project/bomb", bytes(50_000_000), zipfile.ZIP_DEFLATED)


def put_twin(archive: zipfile.ZipFile) -> None:
    """Add a second file of a name that is there."""
    archive.writestr("project/brief.yaml", b"name: another\n")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("attack", [put_link, put_bomb, put_twin])
def test_links_bombs_and_twins_are_refused(
    attack: Callable[[zipfile.ZipFile], None], project: Project, tmp_path: Path
) -> None:
    """A link, a compressed entry, or a name twice: refused, with nothing written."""
    back_up(project, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip", "a") as archive:
        attack(archive)

    assert type(catch(partial(restore, tmp_path / "one.zip", tmp_path / "restored"))) is StorageError
    assert not (tmp_path / "restored").exists()


def test_an_archive_that_says_it_is_larger_than_it_is_is_refused(project: Project, tmp_path: Path) -> None:
    """Entries that overlap, so that a small file holds a great many bytes, are refused."""
    take = project.make("clip", "N", 5000)
    back_up(project, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip", "a") as archive:
        kernel = archive.getinfo(f"objects/{take.file.digest}")
        for number in range(2000):
            archive.filelist.append(replace_name(kernel, f"project/{number:04d}" + "x" * 57))
        archive.writestr("project/last", b"")

    error = catch(partial(restore, tmp_path / "one.zip", tmp_path / "restored"))

    assert error is not None
    assert "more than its own size" in error.message
    assert not (tmp_path / "restored").exists()


def replace_name(kernel: zipfile.ZipInfo, name: str) -> zipfile.ZipInfo:
    """A directory entry of another name for the same bytes."""
    twin = zipfile.ZipInfo(name, kernel.date_time)
    for field in ("header_offset", "file_size", "compress_size", "CRC", "external_attr", "compress_type"):
        setattr(twin, field, getattr(kernel, field))
    return twin


@pytest.mark.parametrize("is_listed", [False, True])
def test_changed_bytes_are_found_before_anything_is_written(is_listed: bool, project: Project, tmp_path: Path) -> None:
    """A stored file whose bytes changed is found, even when manifest and checksums were brought in line."""
    take = project.make("clip", "N", 1)
    back_up(project, tmp_path / "one.zip")
    changed = {f"objects/{take.file.digest}": b"another film"}
    rebuild(tmp_path / "one.zip", tmp_path / "evil.zip", lambda entries: entries.update(changed), is_listed=is_listed)

    error = catch(partial(restore, tmp_path / "evil.zip", tmp_path / "restored"))

    assert isinstance(error, ArtifactDamaged)
    assert not (tmp_path / "restored").exists()


def test_any_damage_to_an_archive_is_found(project: Project, tmp_path: Path) -> None:
    """An archive cut short or with bytes flipped anywhere is refused with a clear error, or restores the same."""
    project.make("clip", "N", 1)
    back_up(project, tmp_path / "one.zip")
    whole = (tmp_path / "one.zip").read_bytes()
    dice = random.Random(5)
    cuts = [whole[: dice.randrange(len(whole))] for _ in range(30)]
    flips = [bytearray(whole) for _ in range(60)]
    for data in flips:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)

    refused = 0
    for number, data in enumerate([*cuts, *flips]):
        (tmp_path / "bad.zip").write_bytes(bytes(data))
        target = tmp_path / f"restored{number}"
        error = catch(partial(restore, tmp_path / "bad.zip", target))
        refused += error is not None
        if error is None:
            # A flip in a date or a comment of the archive's own changes nothing that is restored.
            again = open_project(target)
            assert verify(again.vault, again.records, deep=True).is_sound
            again.records.close()
    assert refused > 80


def test_a_newer_backup_is_refused(project: Project, tmp_path: Path) -> None:
    """A backup of a newer format is refused with the advice to update."""
    back_up(project, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as opened, zipfile.ZipFile(tmp_path / "new.zip", "w") as writing:
        for name in opened.namelist():
            data = opened.read(name)
            writing.writestr(name, data.replace(b'"version":1', b'"version":2') if name == "manifest.json" else data)

    error = catch(partial(restore, tmp_path / "new.zip", tmp_path / "restored"))

    assert error is not None
    assert error.remedy is not None
    assert "Update" in error.remedy.text


def test_unusable_project_files_are_refused(project: Project, tmp_path: Path) -> None:
    """A project file whose name could not be restored stops the backup, and leaves no half archive."""
    (project.root / "brief.yaml").write_text("name: x\n")
    files = {"../brief.yaml": project.root / "brief.yaml"}

    with pytest.raises(UsageError):
        write_backup(project.vault, project.records.snapshot, files, tmp_path / "one.zip", PosixDisk())
    assert list(tmp_path.glob("*.zip*")) == []
