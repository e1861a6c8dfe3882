"""What people decide about takes: ask for one, put one into the film, give one up. Each is a line of the log, for good.

A choice is a reference: no artifact changes, and choosing again undoes it. It never buys anything, and nothing else is
bought because of it: a shot that was bought as the continuation of the shot before keeps the picture it started from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from workprint.engine.rulings import Acting, refuse_role
from workprint.engine.take_shelves import BOUGHT_CLIP, CHECK, find_clip, find_clip_name, name_shelf
from workprint.film.buy_orders import LAST_FRAME, name_input
from workprint.film.canonical import digest_of
from workprint.film.errors import Remedy, UsageError
from workprint.film.lineage import FileRef
from workprint.film.people import AUTO
from workprint.film.people import Role as PersonRole
from workprint.film.request import Role
from workprint.film.shot_names import CLIP_STEPS, find_slate
from workprint.film.takes import MOST_TAKES, Deed, ShotLog, ShotTake, TakeKind, TakeNote, read_log
from workprint.ports.records import Known, Page, Records

FIRST_FRAME = name_input(Role.FIRST_FRAME, 0)


@dataclass(frozen=True)
class Shelves:
    """What the records hold of takes: results, current versions and the log, read once."""

    known: Mapping[str, Known]
    current: Mapping[tuple[str, str], str]
    logs: Mapping[str, ShotLog]

    def log(self, slate: str) -> ShotLog:
        """What was decided about a shot."""
        return self.logs.get(slate, ShotLog())

    def clip(self, slate: str, number: int) -> Known | None:
        """The clip of a take: from its shelf; of the take in the film, from the film when its shelf is empty."""
        name, log = find_clip_name(self.current, slate), self.log(slate)
        on_shelf = find_clip(self.current, self.known, name, name_shelf(number))
        if on_shelf is not None or number != log.in_use:
            return on_shelf
        shown, footage = find_clip(self.current, self.known, name), log.current.footage
        # Own footage that was chosen and not produced yet is not what the film shows.
        is_it = footage is None or (shown is not None and shown.recipe.inputs.get("clip") == footage.digest)
        return shown if is_it else None

    def unmade(self, slate: str) -> tuple[ShotTake, ...]:
        """Takes that were asked for and are not made yet, nor given up."""
        log = self.log(slate)
        waiting = (take for number, take in sorted(log.takes.items()) if number > 1 and number not in log.dropped)
        # Own footage is made to fit when it goes into the film; there is nothing to make before.
        shot = (take for take in waiting if take.footage is None)
        return tuple(take for take in shot if self.clip(slate, take.number) is None)


def read_shelves(records: Records) -> Shelves:
    """The takes as the records hold them now."""
    return Shelves(records.all_known(), records.current(), read_log(records.take_notes()))


def plan_varied(log: ShotLog, slate: str, *, count: int, seed: int | None, film_seed: int) -> tuple[ShotTake, ...]:
    """More takes like the one in the film, each with another seed: counting up from `seed`, or drawn from the film's.

    Raises UsageError where there is nothing a seed could change, or too many takes.
    """
    now = log.current
    _need_generated(now, slate, "varied")
    first = log.next_number
    if count < 1 or first + count - 1 > MOST_TAKES:
        raise UsageError(f"{slate} can have {MOST_TAKES} takes; it has {first - 1}.", remedy=Remedy("ask for fewer"))
    return tuple(
        replace(
            now,
            number=number,
            kind=TakeKind.VARIED,
            of=now.number,
            seed=_draw_seed(film_seed, slate, number) if seed is None else (seed + number - first) & 0x7FFFFFFF,
            names_seed=seed is not None,
        )
        for number in range(first, first + count)
    )


def plan_restyled(log: ShotLog, slate: str, *, style: str, palette: str, grade: str) -> ShotTake:
    """The take in the film in another style: the same shot and seed, and of its style what is not asked otherwise."""
    now = log.current
    if now.footage is not None and (style or palette):
        _need_generated(now, slate, "shot in another style")
    return replace(
        now,
        number=_next_number(log, slate),
        kind=TakeKind.RESTYLED,
        of=now.number,
        style=style or now.style,
        palette=palette or now.palette,
        grade=grade or now.grade,
    )


def plan_extended(log: ShotLog, slate: str, *, frames: int, on_screen: bool) -> ShotTake:
    """The take in the film with a tail of some frames behind all it has; `on_screen` lets the tail be seen."""
    now = log.current
    _need_generated(now, slate, "extended")
    return replace(
        now,
        number=_next_number(log, slate),
        kind=TakeKind.EXTENDED,
        of=now.number,
        tails=(*now.tails, frames),
        on_screen=now.on_screen + (frames if on_screen else 0),
    )


def plan_replaced(log: ShotLog, slate: str, footage: FileRef) -> ShotTake:
    """A take that is a person's own footage; the grade of the take it replaces stays."""
    now = log.current
    return ShotTake(_next_number(log, slate), TakeKind.REPLACED, of=now.number, grade=now.grade, footage=footage)


def _next_number(log: ShotLog, slate: str) -> int:
    if log.next_number > MOST_TAKES:
        raise UsageError(f"{slate} has {MOST_TAKES} takes; there can be no more.")
    return log.next_number


def _draw_seed(film_seed: int, slate: str, number: int) -> int:
    return int(digest_of([film_seed, slate, "take", number])[:8], 16) & 0x7FFFFFFF


def _need_generated(take: ShotTake, slate: str, deed: str) -> None:
    if take.footage is not None:
        remedy = Remedy("choose a take that was shot here", f"workprint takes {slate}")
        raise UsageError(f"Take {take.number} of {slate} is own footage; it cannot be {deed}.", remedy=remedy)


def ask(acting: Acting, slate: str, takes: tuple[ShotTake, ...], why: str) -> None:
    """Write down takes that are to be made. The take in the film gets a shelf of its own first, so that it stays."""
    if not acting.person.role.includes(PersonRole.EDITOR):
        raise refuse_role(acting.person, "ask for takes", PersonRole.EDITOR)
    shelves = read_shelves(acting.records)
    with acting.records.page() as page:
        _stock(acting, page, shelves, slate)
        for take in takes:
            _note(acting, page, TakeNote(slate, Deed.ASKED, take.number, "", acting.clock.now(), why, take))
            start = shelves.log(slate).starts.get(take.of, "")
            if take.kind is TakeKind.EXTENDED and start:
                keeps = TakeNote(slate, Deed.KEEPS_START, take.number, "", acting.clock.now(), "", start=start)
                _note(acting, page, keeps)


def _stock(acting: Acting, page: Page, shelves: Shelves, slate: str) -> None:
    """Put the film's clip on the shelf of its take, where that is empty."""
    number, name = shelves.log(slate).in_use, find_clip_name(shelves.current, slate)
    clip = shelves.clip(slate, number)
    if clip is None or find_clip(shelves.current, shelves.known, name, name_shelf(number)) is not None:
        return
    kept_as = f"{name_shelf(number)}/{name}"
    for step in (CHECK, BOUGHT_CLIP, *CLIP_STEPS):
        recipe = shelves.current.get((step, name))
        if recipe is not None and (step not in CLIP_STEPS or recipe == clip.take.recipe):
            page.point(step, kept_as, recipe, acting.clock.now())


def _note(acting: Acting, page: Page, note: TakeNote) -> None:
    """A line of the log with who says so, and the event that tells of it."""
    who = acting.person.name
    signed = TakeNote(note.slate, note.deed, note.number, who, note.when, note.why, note.take, note.start)
    page.add_take_note(signed)
    about = note.take.describes if note.take is not None else ""
    data = {"take": note.number, "who": who, "why": note.why, "about": about}
    page.add_event(acting.trace, note.when, f"take-{note.deed.value}".replace("_", "-"), note.slate, data)


def check_lock(records: Records, shelves: Shelves, slate: str) -> None:
    """Raises UsageError where a person has locked the shot: the take in the film stays."""
    lock = records.locks().get(find_clip_name(shelves.current, slate))
    if lock is not None and lock.who != AUTO.name:
        remedy = Remedy("unlock it first", f'workprint unlock {slate} --reason "..."')
        raise UsageError(f"{slate} is locked by {lock.who}; the take in the film stays.", remedy=remedy)


def choose(acting: Acting, slate: str, number: int, why: str) -> bool:
    """Put a take into the film; False when it is there already. Raises UsageError when that cannot be."""
    if not acting.person.role.includes(PersonRole.EDITOR):
        raise refuse_role(acting.person, "choose a take", PersonRole.EDITOR)
    shelves = read_shelves(acting.records)
    log = shelves.log(slate)
    _check_number(log, slate, number)
    if number == log.in_use:
        return False
    _check_choice(acting.records, shelves, slate, number)
    with acting.records.page() as page:
        _stock(acting, page, shelves, slate)
        _note(acting, page, TakeNote(slate, Deed.CHOSEN, number, "", acting.clock.now(), why))
        chosen = {slate: number}
        for note in _keep_starts(acting, shelves, chosen):
            _note(acting, page, note)
    return True


def _check_number(log: ShotLog, slate: str, number: int) -> None:
    if number not in log.takes or number in log.dropped:
        there = ", ".join(str(known) for known in sorted(log.takes) if known not in log.dropped)
        remedy = Remedy("see them", f"workprint takes {slate}")
        raise UsageError(f"{slate} has no take {number}; it has {there}.", remedy=remedy)


def _check_choice(records: Records, shelves: Shelves, slate: str, number: int) -> None:
    take = shelves.log(slate).takes[number]
    if number > 1 and take.footage is None and shelves.clip(slate, number) is None:
        remedy = Remedy("make it first", f"workprint vary {slate}")
        raise UsageError(f"Take {number} of {slate} is not made yet.", remedy=remedy)
    check_lock(records, shelves, slate)


def _keep_starts(acting: Acting, shelves: Shelves, chosen: Mapping[str, int]) -> Iterator[TakeNote]:
    """Lines for the chosen shot, and for every shot that started from it: each keeps the picture it was bought from.

    A shot whose picture is what the shot before it now ends with follows it again.
    """
    names = (name.rpartition("/")[2] for step, name in sorted(shelves.current) if step == BOUGHT_CLIP)
    for slate in dict.fromkeys(find_slate(name) for name in names):
        number = chosen.get(slate, shelves.log(slate).in_use)
        began = _find_start(shelves, slate, number)
        if began is None or not ({slate, find_slate(began.take.name)} & {*chosen}):
            continue
        before = find_slate(began.take.name)
        follows = _ends_with(shelves, before, chosen.get(before, shelves.log(before).in_use), began)
        start = "" if follows else began.take.recipe
        if start != shelves.log(slate).starts.get(number, ""):
            why = "follows the shot before it again" if follows else "what it was bought from is not bought again"
            yield TakeNote(slate, Deed.KEEPS_START, number, "", acting.clock.now(), why, start=start)


def _find_start(shelves: Shelves, slate: str, number: int) -> Known | None:
    """The last frame of another shot that the bought clip of a take started from; None when it began with a still."""
    name = find_clip_name(shelves.current, slate)
    recipe = shelves.current.get((BOUGHT_CLIP, f"{name_shelf(number)}/{name}"))
    if recipe is None and number == shelves.log(slate).in_use:
        recipe = shelves.current.get((BOUGHT_CLIP, name))
    bought = shelves.known.get(recipe or "")
    wanted = bought.recipe.inputs.get(FIRST_FRAME) if bought is not None else None
    return next((frame for frame in _list_last_frames(shelves) if frame.take.digest == wanted), None)


def _ends_with(shelves: Shelves, slate: str, number: int, frame: Known) -> bool:
    """Whether the last frame of a take shows what a frame shows."""
    clip = shelves.clip(slate, number)
    if clip is None:
        return False
    return any(
        one.take.digest == frame.take.digest
        for one in _list_last_frames(shelves)
        if one.recipe.inputs.get("clip") == clip.take.digest
    )


def _list_last_frames(shelves: Shelves) -> Iterator[Known]:
    return (known for known in shelves.known.values() if known.take.step == LAST_FRAME)


def drop(acting: Acting, slate: str, number: int, why: str) -> None:
    """Give up a take that is not made, or not wanted. What it cost stays in the ledger, what it is in the vault."""
    if not acting.person.role.includes(PersonRole.EDITOR):
        raise refuse_role(acting.person, "give up a take", PersonRole.EDITOR)
    log = read_shelves(acting.records).log(slate)
    _check_number(log, slate, number)
    if number in (1, log.in_use):
        what = "the first take" if number == 1 else "in the film"
        raise UsageError(f"Take {number} of {slate} is {what}; it stays.", remedy=Remedy("choose another one first"))
    with acting.records.page() as page:
        _note(acting, page, TakeNote(slate, Deed.DROPPED, number, "", acting.clock.now(), why))
