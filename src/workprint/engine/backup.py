"""Backup into one plain zip, and restoring it as hostile input.

Inside: `records.sqlite`, `objects/<sha256>` for every stored file, `project/<path>` for the project's own files, and
`manifest.json`, which names each with its sha256 and size. Nothing is compressed: films do not shrink, and what
is as large as its archive cannot be a bomb.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from workprint.engine.upkeep import MAKE_AGAIN, Fault
from workprint.film.canonical import Json, to_text
from workprint.film.errors import ArtifactDamaged, Remedy, StorageError, UsageError
from workprint.ports.disk import Disk, explain_refusal
from workprint.ports.vault import Vault

KIND = "workprint-backup"
VERSION = 1
"""Major version of the archive; a newer one is refused."""

MANIFEST = "manifest.json"
RECORDS = "records.sqlite"
MAX_FILES = 1_000_000
MAX_MANIFEST_BYTES = 256 << 20
"""About 200 bytes for each of MAX_FILES."""

PART = r"(?!\.\.?(?:/|$))[^/\\:\x00-\x1f\x7f]{1,200}"
ALLOWED_NAME = re.compile(rf"records\.sqlite|objects/[0-9a-f]{{64}}|project/(?!\.workprint(?:/|$)){PART}(?:/{PART})*")
"""The only names an archive may hold; none can lead out of the folder, or into the vault past its own door."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip can hold: a backup of the same things is the same bytes."""

BLOCK = 1 << 20
REFUSED = Remedy("Use another backup; this one was damaged, or not written by Workprint.")


@dataclass(frozen=True)
class BackupReport:
    """What went into a backup, in files and bytes, and stored files that were left out because they are damaged."""

    path: Path
    files: int
    size: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class RestoreReport:
    """How many files and bytes came back."""

    files: int
    size: int


def write_backup(
    vault: Vault, snapshot: Callable[[Path], None], files: Mapping[str, Path], target: Path, disk: Disk
) -> BackupReport:
    """Write a whole backup to a new .zip. `files` maps paths inside the project to files. Never replaces a file.

    The book is copied first, then the stored files: a file is stored before the book names it, so every file the
    copied book names is there. No garbage may be collected meanwhile. A damaged file is left out and reported.
    Raises UsageError when the target exists, DiskFull when there is no room; no half archive is left then.
    """
    if target.exists():
        raise UsageError(f"{target.name} exists.", where=str(target), remedy=Remedy("Name a file that is not there."))
    part = target.with_name(target.name + ".part")
    folder = vault.scratch()
    try:
        with _explained("writing the backup", target):
            snapshot(folder / RECORDS)
            report = _fill_archive(vault, folder / RECORDS, files, part)
        disk.sync_file(part)
        disk.rename(part, target)
        disk.sync_folder(target.parent)
    finally:
        with suppress(StorageError, OSError):
            disk.remove(part)
            disk.remove(folder / RECORDS)
            folder.rmdir()
    return BackupReport(target, report.files, report.size, report.faults)


def _fill_archive(vault: Vault, book: Path, files: Mapping[str, Path], part: Path) -> BackupReport:
    manifest: dict[str, Json] = {}
    faults: list[Fault] = []
    with zipfile.ZipFile(part, "x", zipfile.ZIP_STORED, allowZip64=True) as archive:
        manifest[RECORDS] = _add(archive, RECORDS, book)
        for digest in vault.digests():
            if vault.check(digest):
                manifest[f"objects/{digest}"] = _add(archive, f"objects/{digest}", vault.path(digest))
            else:
                faults.append(Fault(f"The stored file {digest[:12]} is damaged and left out.", digest, MAKE_AGAIN))
        for relative in sorted(files):
            name = f"project/{relative}"
            if not ALLOWED_NAME.fullmatch(name):
                raise UsageError(f"{relative!r} cannot be in a backup.", where=relative, remedy=Remedy("Rename it."))
            manifest[name] = _add(archive, name, files[relative])
        text = to_text({"kind": KIND, "version": VERSION, "files": manifest})
        archive.writestr(_describe(MANIFEST), text.encode())
    return BackupReport(part, len(manifest), sum(entry["size"] for entry in manifest.values()), tuple(faults))


def _add(archive: zipfile.ZipFile, name: str, source: Path) -> Json:
    """Add a file; its manifest entry, from the bytes that really went in."""
    with source.open("rb") as reading, archive.open(_describe(name), "w", force_zip64=True) as writing:
        return _copy(reading, writing)


def _describe(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def _copy(reading: IO[bytes], writing: IO[bytes] | None = None) -> Json:
    hasher, size = hashlib.sha256(), 0
    while block := reading.read(BLOCK):
        hasher.update(block)
        size += len(block)
        if writing is not None:
            writing.write(block)
    return {"sha256": hasher.hexdigest(), "size": size}


def restore_backup(archive: Path, target: Path, vault: Vault, records: Path, disk: Disk) -> RestoreReport:
    """Bring a backup back into an empty folder; `vault` and the file `records` lie inside it.

    The whole archive is checked before the first byte is written: names, kinds, sizes, hashes. The book is written
    last, so a restore that was cut short is no project yet. Raises UsageError when the folder has content,
    ArtifactDamaged or StorageError when the archive is not sound.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is not empty.", where=str(target), remedy=Remedy("Name a new or empty folder."))
    with _explained("restoring", archive), zipfile.ZipFile(archive) as opened:
        manifest = _check_archive(opened, archive)
        disk.make_folder(target)
        folder = vault.scratch()
        for name in sorted(manifest, key=lambda name: (name == RECORDS, name)):
            if name.startswith("objects/"):
                _extract(opened, name, folder / "object", manifest[name], disk)
                vault.put(folder / "object", "application/octet-stream", "")
            else:
                place = records if name == RECORDS else target / name.removeprefix("project/")
                disk.make_folder(place.parent)
                _extract(opened, name, place, manifest[name], disk)
                disk.sync_folder(place.parent)
        folder.rmdir()
    return RestoreReport(len(manifest), sum(entry["size"] for entry in manifest.values()))


def _extract(opened: zipfile.ZipFile, name: str, place: Path, entry: Json, disk: Disk) -> None:
    # "x" follows no link and replaces nothing: two names that a file system holds for one must not overwrite.
    with opened.open(name) as reading, place.open("xb") as writing:
        found = _copy(reading, writing)
    if found != entry:
        raise _refuse(f"{name} changed while it was restored", name)
    disk.sync_file(place)


def _check_archive(opened: zipfile.ZipFile, archive: Path) -> dict[str, Json]:
    """Check everything about an archive that can be checked without writing; its manifest's entries."""
    infos = {info.filename: info for info in opened.infolist()}
    if len(infos) != len(opened.infolist()) or len(infos) > MAX_FILES:
        raise _refuse("holds a name twice, or too many files", archive)
    if sum(info.file_size for info in infos.values()) > archive.stat().st_size:
        raise _refuse("says it holds more than its own size", archive)
    for info in infos.values():
        _check_entry(info, archive)
    files = _read_manifest(opened, infos, archive)
    if sorted([*files, MANIFEST]) != sorted(infos) or RECORDS not in files:
        raise _refuse("does not hold what its manifest names", archive)
    for name in files:
        with opened.open(name) as reading:
            found = _copy(reading)
        is_misnamed = name.startswith("objects/") and name != f"objects/{found['sha256']}"
        if found != files[name] or is_misnamed:
            raise ArtifactDamaged(f"{name} in the backup is damaged.", where=str(archive), remedy=REFUSED)
    return files


def _check_entry(info: zipfile.ZipInfo, archive: Path) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not ALLOWED_NAME.fullmatch(info.filename) and info.filename != MANIFEST:
        raise _refuse(f"holds {info.filename[:80]!r}, a name no backup has", archive)
    if info.orig_filename != info.filename or kind not in (0, stat.S_IFREG):
        raise _refuse(f"holds {info.filename[:80]!r}, which is no plain file", archive)
    if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size or info.flag_bits & 1:
        raise _refuse(f"holds {info.filename[:80]!r} compressed or encrypted", archive)


def _read_manifest(opened: zipfile.ZipFile, infos: Mapping[str, zipfile.ZipInfo], archive: Path) -> dict[str, Json]:
    if MANIFEST not in infos or infos[MANIFEST].file_size > MAX_MANIFEST_BYTES:
        raise _refuse("has no manifest, or one that is too large", archive)
    try:
        manifest = json.loads(opened.read(MANIFEST))
    except (ValueError, RecursionError) as error:
        raise _refuse("has a manifest that cannot be read", archive) from error
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND or not isinstance(manifest.get("files"), dict):
        raise _refuse("has a manifest of another kind", archive)
    if manifest.get("version") != VERSION:
        remedy = Remedy("Update Workprint, then restore again.")
        raise StorageError(f"{archive.name} was written by another Workprint.", where=str(archive), remedy=remedy)
    return dict(manifest["files"])


def _refuse(reason: str, where: Path | str) -> StorageError:
    return StorageError(f"The backup {reason}; nothing of it is used.", where=str(where), remedy=REFUSED)


@contextmanager
def _explained(doing: str, path: Path) -> Iterator[None]:
    """Turn what the zip library and the system say into errors with a remedy."""
    try:
        yield
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise ArtifactDamaged(f"{path.name} is no sound backup: {error}", where=str(path), remedy=REFUSED) from error
    except OSError as error:
        raise explain_refusal(error, doing, path) from error
