"""`deliver`, `verify`, `backup`, `restore` and `gc`: keeping what was made."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

from workprint.engine.backup import restore_backup, write_backup
from workprint.engine.sidecars import to_iso
from workprint.engine.upkeep import Fault, collect_garbage, verify
from workprint.faces.cli.screen import JsonStream, format_bytes, paint, put, say
from workprint.faces.library import Project, open_project
from workprint.film.errors import Remedy, StorageError, UsageError
from workprint.film.plan import Action
from workprint.wiring import Workspace, make_disk

WORKING_FOLDERS = ("looks", "takes")
"""Folders of out/ that are not part of a delivery: quick looks, and takes beside the film."""

NOT_BACKED_UP = (".env",)
"""Secrets stay where they are; archives (earlier backups among them) are not packed into archives."""


def run_deliver(arguments: argparse.Namespace) -> int:
    """Put the finished film into a folder, with a list of checksums."""
    project = open_project(arguments.project, arguments.brief)
    plan = project.plan()
    open_lines = sum(1 for line in plan.lines if line.action is not Action.KEEP and line.action is not Action.DRIFTED)
    if open_lines:
        remedy = Remedy("finish it first", "workprint produce")
        raise UsageError(f"The film is not finished: {open_lines} orders are not made.", remedy=remedy)
    film = project.produce(command="workprint deliver")
    folder = arguments.to.resolve() if arguments.to else project.workspace.out
    if arguments.to:
        _copy_delivery(project.workspace.out, folder)
    sums = _write_checksums(folder)
    if arguments.json:
        JsonStream().send("delivered", folder=str(folder), film=str(film.path.name), files=sums)
        return 0
    put(str(folder))
    say(f"{sums} files, checksums in SHA256SUMS; film {film.path.name}")
    return 0


def _copy_delivery(source: Path, target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        raise UsageError(f"`{target}` is not empty.", remedy=Remedy("name a new folder", "workprint deliver --to DIR"))
    try:
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*WORKING_FOLDERS, "*.part"))
    except OSError as error:
        raise StorageError(f"The delivery could not be copied: {error}", where=str(target)) from error


def _write_checksums(folder: Path) -> int:
    """SHA256SUMS in the form `sha256sum -c` reads; how many files it lists."""
    lines = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and path.name != "SHA256SUMS" and relative.parts[0] not in WORKING_FOLDERS:
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {relative.as_posix()}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return len(lines)


def run_verify(arguments: argparse.Namespace) -> int:
    """Check the vault and the records."""
    project = open_project(arguments.project, arguments.brief)
    with project.parts() as parts:
        report = verify(parts.vault, parts.records, arguments.deep)
    if arguments.json:
        JsonStream().send("verified", checked=report.checked, faults=[_to_data(fault) for fault in report.faults])
    else:
        _show_faults(report.faults)
        how = "read and hashed" if arguments.deep else "present"
        put(f"{report.checked} stored files {how}, {len(report.faults)} faults")
    return 1 if report.faults else 0


def _to_data(fault: Fault) -> dict[str, str]:
    return {"what": fault.what, "where": fault.where, "remedy": fault.remedy.text, "command": fault.remedy.command}


def _show_faults(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        put(f"{paint('fault', 'red')} {fault.what}: {fault.where}")
        put(f"      {fault.remedy.text} {fault.remedy.command}".rstrip())


def run_backup(arguments: argparse.Namespace) -> int:
    """Write a backup."""
    project = open_project(arguments.project, arguments.brief)
    workspace = project.workspace
    with project.parts() as parts, workspace.own("workprint backup", to_iso(parts.clock.now())):
        records = workspace.records()
        try:
            files = _project_files(workspace)
            report = write_backup(parts.vault, records.snapshot, files, arguments.file.resolve(), make_disk())
        finally:
            records.close()
    if arguments.json:
        faults = [_to_data(fault) for fault in report.faults]
        JsonStream().send("backup", path=str(report.path), files=report.files, bytes=report.size, faults=faults)
    else:
        _show_faults(report.faults)
        put(f"{report.path}  {report.files} files, {format_bytes(report.size)}")
        say(f"next: workprint restore {arguments.file} NEW-FOLDER, then workprint verify --deep there")
    return 1 if report.faults else 0


def _project_files(workspace: Workspace) -> dict[str, Path]:
    """Everything a person put into the project folder: not the vault, not what can be published again, not secrets."""
    left_out = {folder.relative_to(workspace.root).parts[0] for folder in (workspace.out, workspace.hidden)}
    files = {}
    for path in sorted(workspace.root.rglob("*")):
        relative = path.relative_to(workspace.root)
        if (
            path.suffix == ".zip"
            or relative.parts[0] in left_out
            or path.is_symlink()
            or not path.is_file()
            or path.name in NOT_BACKED_UP
        ):
            continue
        files[relative.as_posix()] = path
    return files


def run_restore(arguments: argparse.Namespace) -> int:
    """Unpack a backup."""
    if not arguments.file.is_file():
        raise UsageError(
            f"`{arguments.file}` is not a file.", remedy=Remedy("name a backup", "workprint restore FILE DIR")
        )
    target = arguments.into.resolve()
    workspace = Workspace(target, arguments.brief)
    report = restore_backup(arguments.file, target, workspace.vault(), workspace.records_file, make_disk())
    if arguments.json:
        JsonStream().send("restored", into=str(target), files=report.files, bytes=report.size)
        return 0
    put(f"{target}  {report.files} files, {format_bytes(report.size)}, every byte checked")
    say(f"{paint('next', 'bold', sys.stderr)}: workprint produce -C {target}")
    return 0


def run_gc(arguments: argparse.Namespace) -> int:
    """Remove what nothing needs."""
    project = open_project(arguments.project, arguments.brief)
    if arguments.keep_versions < 1:
        raise UsageError(
            "At least one version of each name is kept.", remedy=Remedy("say how many", "--keep-versions 1")
        )
    with project.parts() as parts, project.workspace.own("workprint gc", to_iso(parts.clock.now())):
        garbage = collect_garbage(
            parts.vault,
            parts.records,
            parts.clock.now(),
            dry_run=arguments.dry_run,
            keep_versions=arguments.keep_versions,
            also_keep=_brief_files(project),
        )
    if arguments.json:
        data = {
            "files": len(garbage.digests),
            "bytes": garbage.size,
            "kept": garbage.kept,
            "dry_run": garbage.is_dry_run,
        }
        JsonStream().send("gc", **data)
        return 0
    verb = "would go" if arguments.dry_run else "removed"
    put(f"{len(garbage.digests)} files {verb}, {format_bytes(garbage.size)}; {garbage.kept} kept")
    return 0


def _brief_files(project: Project) -> tuple[str, ...]:
    """Digests of the files the present brief names."""
    brief, _ = project.workspace.check_brief()
    if brief is None:
        return ()
    pictures = [*brief.pictures, *([brief.product.logo] if brief.product.logo else [])]
    style, audio = brief.product.style, brief.audio
    named = (audio.music_file, audio.voice_file, brief.product_usd, style.lut, style.heading_font, style.body_font)
    files = [item for item in named if item]
    return tuple(item.file.digest for item in pictures) + tuple(item.digest for item in files)
