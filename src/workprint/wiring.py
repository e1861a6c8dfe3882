"""The one place that chooses adapters: a project folder goes in, the parts of a production come out."""

from __future__ import annotations

import getpass
import importlib
import os
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import workprint.adapters
from workprint.acts.act1_develop.parse_sentence import SentenceBrief
from workprint.adapters.brief_yaml import YamlBriefSource
from workprint.adapters.brief_yaml.schema import json_schema_text
from workprint.adapters.brief_yaml.template import BriefChoices, write_brief
from workprint.adapters.clock_system import SystemClock
from workprint.adapters.disk_posix import PosixDisk
from workprint.adapters.machine import examine_machine as examine_machine
from workprint.adapters.outbox_folder import FolderOutbox
from workprint.adapters.owner_lock import OwnerLock, is_owned, read_owner
from workprint.adapters.project_toml import TEMPLATE as PROJECT_TEMPLATE
from workprint.adapters.project_toml import read_settings
from workprint.adapters.records_sqlite import SqliteRecords, make_engine
from workprint.adapters.sample_pictures import draw_samples as draw_samples
from workprint.adapters.vault_folder import FolderVault
from workprint.adapters.workshop_spawn import SpawnWorkshop
from workprint.engine.catalogue import find_gates, find_stages
from workprint.engine.jobs import DurableJobs
from workprint.engine.run import Parts
from workprint.film.brief import Brief, Finding
from workprint.film.canonical import digest_bytes
from workprint.film.errors import Remedy, UsageError
from workprint.film.lineage import FileRef
from workprint.film.settings import Settings
from workprint.ports.maker import Maker

HIDDEN = ".workprint"
MAIN_BRIEF = "brief.yaml"
WORKERS = max(1, min(4, os.cpu_count() or 1))
"""One worker a core, at most four: a worker holds about 250 MB at 1080p."""


@dataclass(frozen=True)
class Workspace:
    """A project folder and where its parts lie."""

    root: Path
    brief_name: str = MAIN_BRIEF

    @property
    def brief_file(self) -> Path:
        """The brief a person writes."""
        return self.root / self.brief_name

    @property
    def _branch(self) -> Path:
        """Where a second brief of the same folder keeps its own things; nothing for the main one."""
        return Path() if self.brief_name == MAIN_BRIEF else Path(Path(self.brief_name).stem)

    @property
    def hidden(self) -> Path:
        """Vault, records and workflows."""
        return self.root / HIDDEN / self._branch

    @property
    def records_file(self) -> Path:
        """The book."""
        return self.hidden / "records.sqlite"

    @property
    def workflow_file(self) -> Path:
        """Durable jobs; may be deleted between runs without loss."""
        return self.hidden / "workflows.sqlite"

    @property
    def owner_file(self) -> Path:
        """Says which process is producing."""
        return self.hidden / "owner.lock"

    @property
    def out(self) -> Path:
        """Where a person looks for results."""
        return self.root / "out" / self._branch

    def settings(self) -> Settings:
        """What project.toml says."""
        return read_settings(self.root / "project.toml", os.environ.get("WORKPRINT_USER") or _login())

    def vault(self) -> FolderVault:
        """The vault of the project."""
        return FolderVault(self.hidden / "vault", PosixDisk())

    def records(self) -> SqliteRecords:
        """The book of the project."""
        PosixDisk().make_folder(self.hidden)
        return SqliteRecords(self.records_file, SystemClock())

    def own(self, command: str, started: str) -> OwnerLock:
        """The right to produce here; raises ProjectBusy when another process has it."""
        return OwnerLock(self.owner_file, command, started)

    def owner(self) -> dict[str, object]:
        """What the process that produces here says about itself; empty when there is none."""
        return read_owner(self.owner_file) if is_owned(self.owner_file) else {}

    def check_brief(self) -> tuple[Brief | None, tuple[Finding, ...]]:
        """The brief and its findings, writing nothing."""
        return YamlBriefSource(self.root, name_file).read(self.brief_file)

    def import_brief(self, vault: FolderVault) -> tuple[Brief | None, tuple[Finding, ...]]:
        """The brief with its files stored in the vault; nothing is stored when a finding is an error."""

        def store(path: Path, media_type: str) -> FileRef:
            data = path.read_bytes()
            digest = digest_bytes(data)
            if vault.has(digest):
                return FileRef(digest, media_type, len(data), path.name)
            return vault.put_bytes(data, media_type, path.name)

        return YamlBriefSource(self.root, store).read(self.brief_file)

    def parts(self, vault: FolderVault, records: SqliteRecords) -> Parts:
        """Everything a production works with."""
        outbox = FolderOutbox(self.out, vault)
        return Parts(vault, records, SystemClock(), outbox, find_makers(), find_stages(), find_gates())

    def workshop(self) -> SpawnWorkshop:
        """Worker processes."""
        return SpawnWorkshop(WORKERS)

    def jobs(self) -> DurableJobs:
        """Durable jobs, not launched yet. One more is in flight than there are workers, so none stands idle."""
        return DurableJobs(self.workflow_file, make_engine, WORKERS + 1)


def write_brief_text(said: SentenceBrief, pictures: tuple[str, ...], logo: str | None, cap_usd: float) -> str:
    """The text of a brief.yaml from what a sentence said and the pictures there are."""
    return write_brief(
        BriefChoices(
            name=said.product,
            product=said.product,
            headline=said.headline,
            pictures=pictures,
            logo=logo,
            price=said.price,
            key_benefit=said.benefit,
            brand_colors=said.brand_colors,
            aspect=said.aspect,
            duration_s=said.duration_s,
            platform=said.platform,
            objective=said.objective,
            audience=said.audience,
            cap_usd=cap_usd,
            palette_hint=said.palette_hint,
            visual_style=said.styles,
            url=said.url,
            audio_mode=said.audio_mode,
            mood=said.mood,
            language=said.language,
            framework=said.framework,
            scenes=said.scenes,
        )
    )


def brief_schema_text() -> str:
    """The JSON Schema of brief.yaml."""
    return json_schema_text()


def project_template(approve: str) -> str:
    """The text of a new project.toml."""
    return PROJECT_TEMPLATE.format(approve=approve)


def make_disk() -> PosixDisk:
    """The disk of this machine."""
    return PosixDisk()


def name_file(path: Path, media_type: str) -> FileRef:
    """A reference to a file that is not stored: its digest only."""
    data = path.read_bytes()
    return FileRef(digest_bytes(data), media_type, len(data), path.name)


def find_makers() -> Mapping[str, Maker]:
    """Every maker there is, by step: each adapter lists its cards in MAKERS."""
    makers: dict[str, Maker] = {}
    for info in sorted(pkgutil.iter_modules(workprint.adapters.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"workprint.adapters.{info.name}")
        for maker in getattr(module, "MAKERS", ()):
            if maker.step in makers:
                raise ValueError(f"two makers for `{maker.step}`: {makers[maker.step].entry}, {maker.entry}")
            makers[maker.step] = maker
    return makers


def open_workspace(folder: Path, brief: str = MAIN_BRIEF) -> Workspace:
    """The project in a folder, with one of its briefs. Raises UsageError when the brief is not there."""
    root = folder.resolve()
    if Path(brief).name != brief or not brief.endswith((".yaml", ".yml")):
        raise UsageError(
            f"`{brief}` is not the name of a brief in the project folder.", remedy=Remedy("name a .yaml file")
        )
    workspace = Workspace(root, brief)
    if not workspace.brief_file.is_file():
        remedy = Remedy("make a project, or go to one", 'workprint new "a 15 second vertical ad for ..."')
        raise UsageError(f"There is no {brief} in `{root}`.", remedy=remedy)
    return workspace


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"
