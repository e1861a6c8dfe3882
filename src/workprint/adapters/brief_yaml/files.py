"""Finds the files a brief names, and refuses every path that leads out of the project folder."""

from __future__ import annotations

import difflib
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from workprint.adapters.brief_yaml.codes import Findings, quote

MAX_NAME_BYTES = 255
"""Longest file name of the usual file systems."""

MAX_LISTED = 2_000
"""Files looked at for a suggestion; a guess is not worth walking a whole disk."""

_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:(?=.)|^//")
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass
class Folder:
    """The project folder: the only place files are opened in."""

    root: Path
    findings: Findings
    _listing: list[str] | None = field(default=None, repr=False)

    def find(self, written: str, path: str) -> Path | None:
        """The regular file a brief names, links resolved, or None after reporting why not.

        The checks on the text come first, so that nothing outside the folder is even looked at.
        """
        if self.findings.is_broken(path) or not self._check_text(written, path):
            return None
        try:
            found = (self.root / written).resolve(strict=True)
        except FileNotFoundError:
            self._report_missing(written, path)
            return None
        except (OSError, RuntimeError, ValueError):
            message = f"{quote(written)} cannot be followed to a file."
            self.findings.error("path-invalid", path, message, "Name a plain file of the project folder.")
            return None
        return self._check_found(found, written, path)

    def _check_text(self, written: str, path: str) -> bool:
        code, message, remedy = judge_path(written)
        if code:
            self.findings.error(code, path, message, remedy)
        return not code

    def _check_found(self, found: Path, written: str, path: str) -> Path | None:
        if not found.is_relative_to(self.root.resolve()):
            message = f"{quote(written)} is a link that leads out of the project folder."
            self.findings.error("path-outside", path, message, "Copy the file itself into the project folder.")
            return None
        try:
            mode = found.stat().st_mode
        except OSError:
            mode = 0
        if not stat.S_ISREG(mode):
            message = f"{quote(written)} is not a file but {'a folder' if stat.S_ISDIR(mode) else 'a device'}."
            self.findings.error("file-not-regular", path, message, "Name a file, not what holds files.")
            return None
        if not os.access(found, os.R_OK):
            message = f"{quote(written)} may not be read."
            self.findings.error("file-unreadable", path, message, "Give yourself permission to read the file.")
            return None
        return found

    def _report_missing(self, written: str, path: str) -> None:
        if "\\" in written:
            # A backslash may be part of a name here; where there is no such name, it was meant as on Windows.
            message = f"{quote(written)} holds a backslash."
            self.findings.error("path-invalid", path, message, "Separate folders with forward slashes.")
            return
        near = self._guess(written) if self.findings.may_guess() else ""
        remedy = f"Did you mean {quote(near, 200)}?" if near else "Put the file into the project folder."
        message = f"There is no file {quote(written)} in the project folder."
        self.findings.error("file-missing", path, message, remedy)

    def _guess(self, written: str) -> str:
        """The file most like the one named: by path, or of the same name in another folder; empty when none is."""
        near = difflib.get_close_matches(written.removeprefix("./"), self._list(), 1, 0.5)
        wanted = Path(written).name.casefold()
        same = (name for name in self._list() if Path(name).name.casefold() == wanted)
        return near[0] if near else next(same, "")

    def _list(self) -> list[str]:
        """Names of the project's files, sorted, hidden and made ones left out, at most MAX_LISTED."""
        if self._listing is None:
            self._listing = []
            for folder, folders, files in os.walk(self.root):
                folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "out")
                base = Path(folder).relative_to(self.root)
                self._listing += [(base / name).as_posix() for name in sorted(files) if not name.startswith(".")]
                if len(self._listing) >= MAX_LISTED:
                    break
        return self._listing[:MAX_LISTED]


def judge_path(written: str) -> tuple[str, str, str]:
    """Code, message and remedy of a path that can be refused by its text alone; empty texts when it cannot."""
    shown = quote(written)
    local = "Copy the file into the project folder and name it from there, as in assets/lamp.png."
    if _DRIVE.match(written) or (written.startswith(("/", "~")) and not written.startswith("//")):
        return "path-absolute", f"{shown} is not a path inside the project folder.", local
    if _URL.match(written):
        return "path-url", f"{shown} is an address; nothing is fetched from the network.", local
    parts = written.split("/")
    if ".." in parts:
        return "path-outside", f"{shown} leads out of its folder.", local
    if any(len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES for part in parts):
        return "path-invalid", f"{shown} holds a name longer than {MAX_NAME_BYTES} bytes.", "Rename the file."
    return "", "", ""
