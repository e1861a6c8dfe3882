"""The brief source that reads brief.yaml: check everything, report everything, and only then import files."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from workprint.adapters.brief_yaml.codes import Findings
from workprint.adapters.brief_yaml.files import Folder
from workprint.adapters.brief_yaml.normalise import StoredFiles, normalise
from workprint.adapters.brief_yaml.pictures import CheckedFiles, CheckedPicture, check_files, digest_file
from workprint.adapters.brief_yaml.reader import MAX_BYTES, read_yaml
from workprint.adapters.brief_yaml.rules import check_passes, check_rules, check_stage
from workprint.adapters.brief_yaml.schema import Document
from workprint.adapters.brief_yaml.shape import check_schema_name, shape_document
from workprint.film.brief import Brief, Finding, Picture
from workprint.film.lineage import FileRef

USD_TYPE = "model/vnd.usd"
"""Media type of a product file; OpenUSD's own registers only packages."""

LUT_TYPE = "text/x-cube-lut"
"""Media type of a look-up table; none is registered."""

ImportFile = Callable[[Path, str], FileRef]
"""Stores a checked file under a media type and returns its reference."""


def hash_only(file: Path, media_type: str) -> FileRef:
    """An ImportFile that stores nothing: what checking a brief needs."""
    return FileRef(digest_file(file), media_type, file.stat().st_size, file.name)


class YamlBriefSource:
    """Reads and checks briefs of one project folder. `import_file` is called only when there is no error."""

    def __init__(self, project: Path, import_file: ImportFile = hash_only) -> None:
        self._project = project
        self._import = import_file

    def read(self, path: Path) -> tuple[Brief | None, tuple[Finding, ...]]:
        """The normalised brief (None when a finding is an error) and all findings, warnings included."""
        findings = Findings(path.name)
        raw = self._read_bytes(path, findings)
        data = None if raw is None else read_yaml(raw, findings)
        if data is None and findings.has_errors():
            return None, findings.in_order()
        document = shape_document(data, findings)
        if document is None:
            return None, findings.in_order()
        check_schema_name(document, findings)
        check_rules(document, findings)
        check_passes(document, findings)
        checked = check_files(document, Folder(self._project, findings), findings)
        if checked.product_usd is not None:
            check_stage(document, findings)
        found = findings.in_order()
        if findings.has_errors():
            return None, found
        notes = tuple(f"{finding.path}: {finding.message}" for finding in found)
        return normalise(document, self._store(document, checked), notes), found

    def _read_bytes(self, path: Path, findings: Findings) -> bytes | None:
        """The brief's bytes, one more than allowed at most; a link out of the project or a device is not opened."""
        try:
            target = path.resolve(strict=True)
            if not target.is_relative_to(self._project.resolve()) or not stat.S_ISREG(target.stat().st_mode):
                raise PermissionError
            with target.open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
        except FileNotFoundError:
            remedy = "Go to the project folder, or make a project: workprint new."
            findings.error("brief-missing", path.name, f"There is no {path.name} here.", remedy)
        except (OSError, RuntimeError, ValueError):
            remedy = "Make it an ordinary file inside the project folder."
            findings.error("brief-unreadable", path.name, f"{path.name} cannot be read.", remedy)
        return None

    def _store(self, document: Document, checked: CheckedFiles) -> StoredFiles:
        pictures = {name: self._store_picture(picture) for name, picture in checked.pictures.items()}
        sounds = {name: self._import(sound.file, sound.media_type) for name, sound in checked.sounds.items()}
        usd, lut = checked.product_usd, checked.lut
        return StoredFiles(
            pictures,
            sounds,
            product_usd=None if usd is None else self._import(usd, USD_TYPE),
            lut=None if lut is None else self._import(lut, LUT_TYPE),
            fonts={name: self._import(font.file, font.media_type) for name, font in checked.fonts.items()},
        )

    def _store_picture(self, picture: CheckedPicture) -> Picture:
        stored = self._import(picture.file, picture.media_type)
        return Picture(stored, picture.width, picture.height, picture.has_alpha, picture.tone, picture.subject)
