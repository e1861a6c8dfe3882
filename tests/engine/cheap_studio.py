"""A whole production with cheap makers: the real engine and every real stage, but files of a few bytes."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workprint.adapters.clock_system import SystemClock
from workprint.adapters.records_sqlite import SqliteRecords, make_engine
from workprint.engine.catalogue import find_gates, find_stages
from workprint.engine.jobs import DurableJobs
from workprint.engine.production import Outcome, Production, Request
from workprint.engine.run import Parts
from workprint.film.brief import Brief
from workprint.film.canonical import Json, digest_bytes, digest_of
from workprint.film.errors import ArtifactDamaged
from workprint.film.event import Event
from workprint.film.ledger import Entry
from workprint.film.lineage import FileRef
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.people import Person, Role
from workprint.film.plan import Plan
from workprint.film.settings import Settings
from workprint.ports.maker import Estimate, Made, MadeFile
from workprint.testing.script_desk import STEP_FACTS
from workprint.wiring import find_makers

BLIND_STEPS = ("still", "clip")
"""Steps whose cheap makers do not look at the prompt: a new prompt makes the same bytes, as a real maker may."""


class MemoryVault:
    """Implements `workprint.ports.vault.Vault` in memory. Pictures of the brief exist in name only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: dict[str, bytes] = {}

    def put(self, source: Path, media_type: str, name: str) -> FileRef:
        """Store a file by taking it away."""
        data = source.read_bytes()
        source.unlink()
        return self.put_bytes(data, media_type, name)

    def put_bytes(self, data: bytes, media_type: str, name: str) -> FileRef:
        """Store bytes."""
        digest = digest_bytes(data)
        self.files[digest] = data
        return FileRef(digest, media_type, len(data), name)

    def path(self, digest: str) -> Path:
        """Where it would lie."""
        return self._folder / digest

    def has(self, digest: str) -> bool:
        """Whether it is stored."""
        return digest in self.files

    def scratch(self) -> Path:
        """A new empty folder."""
        return Path(tempfile.mkdtemp(dir=self._folder))

    def discard(self, scratch: Path) -> None:
        """Remove a scratch folder."""
        for path in scratch.iterdir():
            path.unlink()
        scratch.rmdir()

    def digests(self) -> Iterator[str]:
        """Every stored digest."""
        return iter(sorted(self.files))

    def check(self, digest: str) -> bool:
        """Whether the bytes match their name."""
        if digest not in self.files:
            raise ArtifactDamaged("It is not there.")
        return digest_bytes(self.files[digest]) == digest

    def sweep(self, keep: Iterable[str]) -> tuple[int, int]:
        """Remove what is not kept."""
        kept = frozenset(keep)
        going = [digest for digest in self.files if digest not in kept]
        size = sum(len(self.files.pop(digest)) for digest in going)
        return len(going), size


class MemoryOutbox:
    """Implements `workprint.ports.outbox.Outbox` in memory."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}

    def publish(self, file: FileRef, relative: str) -> str:
        """Show a file."""
        self.shown[relative] = file.digest
        return relative

    def publish_text(self, text: str, relative: str) -> str:
        """Show a text."""
        self.shown[relative] = text
        return relative

    def location(self, relative: str) -> str:
        """Where it is shown."""
        return relative


class CheapWorkshop:
    """Implements `workprint.ports.workshop.Workshop` here: every order becomes a few bytes decided by its bench."""

    async def run(self, entry: str, bench: Json, scratch: Path) -> tuple[Made, float]:
        """Make the bytes of a bench."""
        seen = dict(bench["payload"])
        if bench["step"] in BLIND_STEPS:
            seen = {key: value for key, value in seen.items() if key != "prompt"}
        inputs = [[role, item["paths"], item["facts"]] for role, item in sorted(bench["inputs"].items())]
        content = digest_of([bench["step"], seen, inputs, bench["seed"]])
        await asyncio.sleep(0)
        facts = STEP_FACTS.get(bench["step"], {"frames": 1})
        if bench["step"] in ("check", "film_check"):
            return Made((), facts), 0.0
        path = scratch / "made"
        path.write_text(content)
        return Made((MadeFile(path, "application/octet-stream", "made"),), facts), 0.0

    def close(self) -> None:
        """Nothing to end."""


@dataclass
class CheapMaker:
    """Implements `workprint.ports.maker.Maker` for one step, and counts what it is asked."""

    step: str
    payload: type
    calls: Counter[str] = field(default_factory=Counter)
    version: int = 1
    entry: str = "cheap:make"
    is_durable: bool = False

    def fingerprint(self) -> str:
        """The tools."""
        self.calls["fingerprint"] += 1
        return "cheap"

    def estimate(self, order: Order) -> Estimate:
        """Free, and a second a unit."""
        self.calls["estimate"] += 1
        return Estimate(NOTHING, float(order.units))


class Studio:
    """A project in a folder: plan and produce any brief, again and again."""

    def __init__(self, folder: Path, prices: Mapping[str, int] | None = None) -> None:
        self.records = SqliteRecords(folder / "records.sqlite", SystemClock())
        self.vault = MemoryVault(folder)
        self.outbox = MemoryOutbox()
        self.calls: Counter[str] = Counter()
        self.makers = {step: CheapMaker(step, maker.payload, self.calls) for step, maker in find_makers().items()}
        self.settings = Settings(Person("ann", Role.OWNER), prices=dict(prices or {}))
        self.events: list[Event] = []
        self._jobs = folder / "workflows.sqlite"
        self._runs = 0

    def _open(self, brief: Brief) -> Production:
        clock, gates = SystemClock(), find_gates()
        parts = Parts(self.vault, self.records, clock, self.outbox, self.makers, find_stages(), gates)
        return Production(parts, brief, self.settings)

    def plan(self, brief: Brief, request: Request | None = None) -> Plan:
        """What produce would do."""
        return asyncio.run(self._open(brief).plan(request or Request()))

    def produce(self, brief: Brief, request: Request | None = None) -> Outcome:
        """Do it."""
        jobs = DurableJobs(self._jobs, make_engine, 1)
        self._runs += 1
        work = self._open(brief).produce(
            request or Request(),
            trace=f"run-{self._runs}",
            listener=self.events.append,
            make_workshop=CheapWorkshop,
            jobs=jobs,
        )
        return asyncio.run(work)

    def entries(self) -> tuple[Entry, ...]:
        """The ledger."""
        return self.records.entries()

    def close(self) -> None:
        """Let go of the book."""
        self.records.close()
