"""What people decide: approvals, overrides, locks. Each is recorded with who, when and why."""

from __future__ import annotations

from dataclasses import dataclass

from workprint.engine.take_shelves import find_clip
from workprint.film.errors import Remedy, UsageError
from workprint.film.event import Event
from workprint.film.lineage import PICTURE_LOCK, Lock
from workprint.film.people import Person, Role
from workprint.film.shot_names import CLIP_STEPS, find_slate
from workprint.ports.clock import Clock
from workprint.ports.records import Page, Records, Ruling

WHOLE_FILM = "film"
"""The subject of a run that makes all of the film; a quick look has its own."""


@dataclass(frozen=True)
class Waiting:
    """A gate that stopped the last time it was asked."""

    gate: str
    level: str
    subject: str
    reasons: tuple[str, ...]
    pins: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Acting:
    """Who acts on which book, and the trace id the events of the act share."""

    records: Records
    clock: Clock
    person: Person
    trace: str


def find_waiting(records: Records) -> dict[str, Waiting]:
    """Gates whose last answer was a stop nobody has ruled on since, by name.

    A run asks its gates anew: what an earlier run stopped at counts no more once a later one finished the film, or
    stopped elsewhere. A run stopped by its user says nothing about gates.
    """
    waiting: dict[str, Waiting] = {}
    traces: dict[str, str] = {}
    for event in records.events():
        if event.kind == "gate-stopped":
            waiting[event.subject] = _read_stop(event)
            traces[event.subject] = event.trace
        elif event.kind in ("gate-approved", "gate-overridden"):
            waiting.pop(event.subject, None)
        elif event.kind in ("run-finished", "run-stopped") and event.subject == WHOLE_FILM:
            now = {gate: stop for gate, stop in waiting.items() if traces[gate] == event.trace}
            waiting = now if now or event.kind == "run-finished" else waiting
    return waiting


def _read_stop(event: Event) -> Waiting:
    data = event.data
    pins = tuple((name, recipe) for name, recipe in data.get("pins", []))
    return Waiting(event.subject, data["level"], data["judged"], tuple(data["reasons"]), pins)


def rule(acting: Acting, gate: str, kind: str, reason: str) -> Waiting:
    """Approve or override a gate that waits. Raises UsageError when it does not, or the person may not.

    An approval passes what waits or is softly blocked; a hard block needs an override by an admin, with a reason.
    """
    name = gate.replace("-", "_")
    waiting = find_waiting(acting.records)
    if name not in waiting:
        names = ", ".join(sorted(waiting)) or "none"
        raise UsageError(
            f"No stop of a gate `{gate}` is open. Open: {names}.", remedy=Remedy("see", "workprint status")
        )
    stop = waiting[name]
    _check_right(acting.person, stop, kind, reason)
    when = acting.clock.now()
    verb = {"approve": "gate-approved", "override": "gate-overridden"}[kind]
    with acting.records.page() as page:
        page.add_ruling(Ruling(name, stop.subject, kind, acting.person.name, when, reason))
        for pinned, recipe in stop.pins:
            page.set_lock(Lock(pinned, recipe, acting.person.name, when, reason or f"approved at {name}"))
        page.add_event(
            acting.trace, when, verb, name, {"who": acting.person.name, "judged": stop.subject, "reason": reason}
        )
    return stop


def _check_right(person: Person, stop: Waiting, kind: str, reason: str) -> None:
    needed = Role.ADMIN if kind == "override" else Role.EDITOR
    if not person.role.includes(needed):
        raise refuse_role(person, f"{kind} a gate", needed)
    if kind == "approve" and stop.level == "hard":
        remedy = Remedy("mend what it names, or override it", f'workprint override {stop.gate} --reason "..."')
        raise UsageError(f"`{stop.gate}` is a hard block; it cannot be approved.", remedy=remedy)
    if kind == "override" and not reason.strip():
        raise UsageError("An override needs a reason.", remedy=Remedy("say why", '--reason "..."'))


def refuse_role(person: Person, doing: str, needed: Role) -> UsageError:
    """The error of somebody who may not do something."""
    message = f"{person.name} is {person.role.value}; to {doing} takes {needed.value}."
    return UsageError(message, where="people.role", remedy=Remedy("ask somebody who has that role"))


def list_clips(records: Records) -> tuple[tuple[str, str], ...]:
    """(name, recipe) of the current clip of every shot: the newest, where a shot was made by more than one step."""
    found: dict[str, list[str]] = {}
    for (step, name), recipe in sorted(records.current().items()):
        if step in CLIP_STEPS and "/" not in name:
            found.setdefault(name, []).append(recipe)
    return tuple((name, _find_current(records, name, recipes)) for name, recipes in found.items())


def _find_current(records: Records, name: str, recipes: list[str]) -> str:
    """The clip in use where a shot was made by more than one step: the one last checked, else the newest."""
    if len(recipes) == 1:
        return recipes[0]
    checked = find_clip(records.current(), records.all_known(), name)
    if checked is not None:
        return checked.take.recipe
    order = [version.recipe for version in records.versions(name)]
    return max(recipes, key=lambda recipe: max((at for at, known in enumerate(order) if known == recipe), default=-1))


def find_clips(records: Records, text: str) -> tuple[tuple[str, str], ...]:
    """(name, recipe) of the current clips a person means: a scene (S02), a shot (SC02_SH01), a whole name, or `all`."""
    wanted = text.strip().upper()
    found = []
    for name, recipe in sorted(list_clips(records)):
        slate = find_slate(name).upper()
        scene = slate.split("_")[0]
        if wanted in ("ALL", name.upper(), slate, scene, scene.replace("SC", "S")):
            found.append((name, recipe))
    return tuple(found)


def lock(acting: Acting, text: str, why: str) -> tuple[str, ...]:
    """Pin the current clips a person means. Needs an editor. Raises UsageError when there are none."""
    if not acting.person.role.includes(Role.EDITOR):
        raise refuse_role(acting.person, "lock", Role.EDITOR)
    clips = find_clips(acting.records, text)
    if not clips:
        raise UsageError(f"There is no clip `{text}` to lock.", remedy=Remedy("see the shots", "workprint status"))
    with acting.records.page() as page:
        for name, recipe in clips:
            page.set_lock(Lock(name, recipe, acting.person.name, acting.clock.now(), why))
            page.add_event(
                acting.trace,
                acting.clock.now(),
                "locked",
                name,
                {"who": acting.person.name, "why": why, "recipe": recipe},
            )
    return tuple(name for name, _ in clips)


def unlock(acting: Acting, text: str, why: str) -> tuple[str, ...]:
    """Release pins: of clips as `lock` names them, or `picture`. Needs an admin and a reason; an event of its own."""
    if not acting.person.role.includes(Role.ADMIN):
        raise refuse_role(acting.person, "unlock", Role.ADMIN)
    if not why.strip():
        raise UsageError("Unlocking needs a reason.", remedy=Remedy("say why", '--reason "..."'))
    names = (
        [PICTURE_LOCK] if text.strip().lower() == "picture" else [name for name, _ in find_clips(acting.records, text)]
    )
    held = [name for name in names if name in acting.records.locks()]
    if not held:
        raise UsageError(f"Nothing called `{text}` is locked.", remedy=Remedy("see the locks", "workprint status"))
    with acting.records.page() as page:
        for name in held:
            _release(page, acting, name, why)
    return tuple(held)


def _release(page: Page, acting: Acting, name: str, why: str) -> None:
    page.release_lock(name, acting.person.name, acting.clock.now(), why)
    page.add_event(acting.trace, acting.clock.now(), "unlocked", name, {"who": acting.person.name, "why": why})
