"""What `workprint doctor` looks at: this machine, this installation, nothing outside."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import av

from workprint.lab.stage_extra import FAST, INSTALL_LLVM, PLAIN, PLAIN_COST, explain_plain, find_llvm, list_missing

OLDEST_SAFE_CODEC = (62, 28, 102)
"""libavcodec of FFmpeg 8.1.2, the first without the MagicYUV heap write (CVE-2026-8461)."""

SAFE_WAL = (3, 51, 3)
"""SQLite below this can corrupt a database in WAL mode with two connections (WAL-reset bug, fixed 2026-03-13)."""

FREE_FLOOR_BYTES = 2 * 1024**3
"""Room a production of some minutes needs at 1080p, with a margin."""

PACKAGES = (
    "av",
    "dbos",
    "espeakng-loader",
    "numpy",
    "opentimelineio",
    "pydantic",
    "pyyaml",
    "skia-python",
    "sqlalchemy",
)


@dataclass(frozen=True)
class Check:
    """One thing looked at: `state` is ok, note or fault; a fault has a remedy."""

    name: str
    state: str
    detail: str
    remedy: str = ""


def examine_machine(folder: Path) -> tuple[Check, ...]:
    """All checks, in the order a person mends them."""
    return (
        _check_python(),
        *_check_packages(),
        _check_codecs(),
        _check_sqlite(),
        _check_disk(folder),
        _check_cores(),
        *_check_stage(),
    )


def _check_python() -> Check:
    return Check("python", "ok", ".".join(str(part) for part in sys.version_info[:3]))


def _check_packages() -> tuple[Check, ...]:
    checks = []
    for name in PACKAGES:
        try:
            checks.append(Check(name, "ok", version(name)))
        except PackageNotFoundError:
            checks.append(Check(name, "fault", "not installed", "pip install workprint"))
    return tuple(checks)


def _check_codecs() -> Check:
    codec = av.library_versions["libavcodec"]
    text = "libavcodec " + ".".join(str(part) for part in codec)
    if codec < OLDEST_SAFE_CODEC:
        return Check("codecs", "fault", text, "upgrade av: this one has a known hole in a decoder (CVE-2026-8461)")
    return Check("codecs", "ok", text)


def _check_sqlite() -> Check:
    if sqlite3.sqlite_version_info < SAFE_WAL:
        return Check("sqlite", "note", f"{sqlite3.sqlite_version}, rollback journal: WAL is safe from 3.51.3 on")
    return Check("sqlite", "ok", f"{sqlite3.sqlite_version}, WAL")


def _check_disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free"
    if free < FREE_FLOOR_BYTES:
        return Check("disk", "fault", text, "make room: a production wants 2 GiB free")
    return Check("disk", "ok", text)


def _check_cores() -> Check:
    return Check("cores", "ok", str(os.cpu_count()))


def _check_stage() -> tuple[Check, ...]:
    """The extra `workprint[stage]`: there or not, and what renders; its LLVM is tried in a process of its own."""
    missing = list_missing()
    if missing:
        text = f"absent ({', '.join(missing)}): pip install 'workprint[stage]'"
        return (Check("extra stage", "note", f"{text}; the previz renderer needs none of it"),)
    reason = explain_plain()
    if not reason:
        return (Check("extra stage", "ok", f"present, compiled by LLVM ({find_llvm().describe()}, {FAST})"),)
    text = f"present, {reason}: the plain renderer ({PLAIN}) is used, {PLAIN_COST}; {INSTALL_LLVM}"
    return (Check("extra stage", "note", text),)
