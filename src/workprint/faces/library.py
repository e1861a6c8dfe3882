"""The library face: the same verbs as the command line, typed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workprint.engine.journal import Listener
from workprint.engine.production import Outcome, Production, Request
from workprint.engine.run import Parts
from workprint.engine.sidecars import to_iso
from workprint.faces.new_project import write_project
from workprint.film.brief import Brief, Finding
from workprint.film.edit import Draft, Master
from workprint.film.errors import BriefRejected, Remedy, UsageError
from workprint.film.event import Event
from workprint.film.money import Money
from workprint.film.order import Take
from workprint.film.plan import Plan
from workprint.film.scope import find_scene
from workprint.wiring import Workspace, open_workspace


@dataclass(frozen=True)
class Film:
    """A finished film and how it was made. Sizes in pixels and bytes, loudness in LUFS, cost in US dollars."""

    path: Path
    width: int
    height: int
    fps: float
    frames: int
    duration_s: float
    size_bytes: int
    lufs: float
    true_peak_dbtp: float
    cost: Money
    seconds: float
    made: int
    kept: int
    contact_sheet: Path | None


def ignore_event(event: Event) -> None:
    """The listener of who does not listen."""


class Project:
    """A project folder, opened."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.root = workspace.root

    def check(self) -> tuple[Finding, ...]:
        """All findings about the brief, warnings included. Writes nothing."""
        return self.workspace.check_brief()[1]

    @contextmanager
    def parts(self) -> Iterator[Parts]:
        """The opened vault and records, closed again on leaving."""
        records = self.workspace.records()
        try:
            yield self.workspace.parts(self.workspace.vault(), records)
        finally:
            records.close()

    def plan(self, scene: str = "", *, draft: bool = False) -> Plan:
        """What produce would make, keep, replace, and what it costs. Writes nothing but an empty book."""
        brief = require_brief(self.workspace.check_brief(), self.workspace)
        request = _request(brief, scene, draft)
        settings = self.workspace.settings()
        with self.parts() as parts:
            return asyncio.run(Production(parts, brief, settings).plan(request))

    def produce(
        self,
        scene: str = "",
        *,
        draft: bool = False,
        saved: Plan | None = None,
        listener: Listener = ignore_event,
        command: str = "python",
    ) -> Film:
        """Make what the plan says and deliver it into `out/`. Raises GateStopped where a person is due."""
        return asyncio.run(self.produce_async(scene, draft=draft, saved=saved, listener=listener, command=command))

    async def produce_async(
        self,
        scene: str = "",
        *,
        draft: bool = False,
        saved: Plan | None = None,
        listener: Listener = ignore_event,
        command: str = "python",
    ) -> Film:
        """`produce`, for callers with an event loop of their own."""
        workspace = self.workspace
        checked = require_brief(workspace.check_brief(), workspace)
        request = _request(checked, scene, draft)
        settings = workspace.settings()
        with self.parts() as parts, workspace.own(command, to_iso(parts.clock.now())):
            brief = require_brief(workspace.import_brief(workspace.vault()), workspace)
            production = Production(parts, brief, settings)
            outcome = await production.produce(
                request,
                trace=secrets.token_hex(8),
                listener=listener,
                make_workshop=workspace.workshop,
                jobs=workspace.jobs(),
                saved=saved,
            )
            return _describe(parts, brief, request, outcome)


def open_project(folder: str | Path, brief: str = "brief.yaml") -> Project:
    """The project in a folder, with one of its briefs; raises UsageError when there is none."""
    return Project(open_workspace(Path(folder), brief))


def create_project(
    folder: str | Path, sentence: str = "", *, pictures: str | Path | None = None, cap_usd: float | None = None
) -> Project:
    """A new project folder with a brief that runs as it is; see `workprint new`."""
    write_project(Path(folder), sentence, pictures=Path(pictures) if pictures else None, cap_usd=cap_usd)
    return open_project(folder)


def require_brief(checked: tuple[Brief | None, tuple[Finding, ...]], workspace: Workspace) -> Brief:
    """The brief of a check; raises BriefRejected with every finding when there is none."""
    brief, findings = checked
    if brief is None:
        raise BriefRejected(findings, where=str(workspace.brief_file))
    return brief


def _request(brief: Brief, scene: str, draft: bool) -> Request:
    if not scene:
        return Request("", draft)
    found = find_scene(brief, scene)
    if found is None:
        names = ", ".join(f"S{item.number:02d} ({item.id})" for item in brief.scenes[:12])
        raise UsageError(f"There is no scene `{scene}`.", remedy=Remedy(f"the scenes are {names}"))
    return Request(found, draft)


def _describe(parts: Parts, brief: Brief, request: Request, outcome: Outcome) -> Film:
    kind: type = Draft if request.is_look else Master
    noun = outcome.nouns[kind]
    assert isinstance(noun, (Draft, Master))
    assert isinstance(noun.take, Take)
    facts = noun.take.facts
    sheet = next((path for (step, _), path in outcome.published.items() if step == "sheet"), None)
    with parts.records.page() as page:
        spent = page.balance().spent
    return Film(
        path=Path(outcome.published[(noun.take.step, noun.take.name)]),
        width=int(facts["width"]),
        height=int(facts["height"]),
        fps=float(brief.rate.fraction),
        frames=int(facts["frames"]),
        duration_s=float(brief.rate.seconds(int(facts["frames"]))),
        size_bytes=noun.take.file.size,
        lufs=float(facts["lufs"]),
        true_peak_dbtp=float(facts["true_peak_dbtp"]),
        cost=spent,
        seconds=outcome.seconds,
        made=len(outcome.made),
        kept=len(outcome.kept),
        contact_sheet=Path(sheet) if sheet else None,
    )
