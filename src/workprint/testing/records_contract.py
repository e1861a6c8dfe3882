"""What every book of records must keep: run `check_records(make_records)` with a function that opens a new book."""

from __future__ import annotations

from collections.abc import Callable

from workprint.film.errors import StorageError
from workprint.film.ledger import Balance, Entry, EntryKind, balance_of
from workprint.film.lineage import FileRef, Lock, Recipe, Version
from workprint.film.money import NOTHING, Money
from workprint.film.order import Take
from workprint.film.takes import Deed, ShotTake, TakeKind, TakeNote
from workprint.film.time import Instant
from workprint.ports.records import Known, Page, Records, Ruling

MakeRecords = Callable[[], Records]


def check_records(make_records: MakeRecords) -> None:
    """Run every check, each on a book of its own; raises AssertionError at the first promise that is broken."""
    for check in CHECKS:
        records = make_records()
        check(records)
        assert records.check() == (), "a book used as promised is sound"
        records.close()


def make_known(number: int, *, name: str = "SC01_SH01_CLIP_x", step: str = "clip", when: int = 0) -> Known:
    """A result that differs from any other number's: file, facts, cost and all."""
    recipe = Recipe(step, 1, {"seed": number, "note": "café"}, {"first_frame": f"{number:064x}"}, "local", number, "v1")
    file = FileRef(f"{number + 1:064x}", "video/mp4", 1000 + number, f"{number}.mp4")
    facts = {"frames": 90, "lufs": -14.25, "words": [["hello", 0, 250]], "empty": None}
    take = Take(recipe.digest, step, name, (file,), facts, Money(number))
    return Known(recipe, take, Instant(when or number), "run-1", 1.25)


def make_entry(kind: EntryKind, reservation: str, micros: int) -> Entry:
    """A ledger line of some amount."""
    return Entry(kind, reservation, "clip", "SC01_SH01_CLIP_x", Money(micros), Instant(5), "run-1", "why")


def check_empty_book(records: Records) -> None:
    """A new book knows nothing."""
    assert records.known("0" * 64) is None
    assert len(records.all_known()) == 0
    assert not records.current()
    assert not records.locks()
    assert records.versions("x") == ()
    assert records.rulings() == ()
    assert records.take_notes() == ()
    assert records.entries() == ()
    assert list(records.events()) == []
    with records.page() as page:
        assert page.balance() == Balance(NOTHING, NOTHING)
        assert page.open_reservations() == ()


def check_results_come_back(records: Records) -> None:
    """A result comes back whole: recipe, take with names and cost, time, run, seconds."""
    known = make_known(7)
    with records.page() as page:
        assert page.add_result(known) == 1
    assert records.known(known.take.recipe) == known
    every = records.all_known()
    assert dict(every) == {known.take.recipe: known}
    assert every.get("0" * 64) is None
    assert known.take.recipe in every
    assert dict(records.current()) == {("clip", "SC01_SH01_CLIP_x"): known.take.recipe}


def check_versions_are_counted(records: Records) -> None:
    """Versions count from 1 for each (step, name); a name's versions come oldest first with what each cost."""
    with records.page() as page:
        assert [page.add_result(make_known(n)) for n in (1, 2, 3)] == [1, 2, 3]
        assert page.add_result(make_known(4, step="still")) == 1, "each step counts for itself"
    one, two = make_known(1), make_known(2)
    versions = records.versions(one.take.name)
    assert [version.number for version in versions] == [1, 2, 3, 1]
    assert versions[1] == Version(two.take.name, 2, two.take.recipe, two.when, Money(2))
    assert records.current()[("clip", one.take.name)] == make_known(3).take.recipe


def check_results_under_another_name(records: Records) -> None:
    """A result may be recorded under a name that is not its take's: a quick look keeps versions of its own."""
    one = make_known(1)
    with records.page() as page:
        assert page.add_result(one, "draft/x") == 1
    assert dict(records.current()) == {("clip", "draft/x"): one.take.recipe}
    assert records.versions(one.take.name) == ()
    assert records.known(one.take.recipe) == one


def check_same_result_again(records: Records) -> None:
    """Recording the newest version's recipe again is no new version, and the newer take replaces the older."""
    with records.page() as page:
        page.add_result(make_known(1))
        assert page.add_result(make_known(1, when=99)) == 1
    known = records.known(make_known(1).take.recipe)
    assert known is not None
    assert known.when == Instant(99)
    assert len(records.versions(known.take.name)) == 1


def check_pointing_back(records: Records) -> None:
    """An older version becomes current again under its old number; the newer one is not lost."""
    one, two = make_known(1), make_known(2)
    with records.page() as page:
        page.add_result(one)
        page.add_result(two)
        assert page.point("clip", one.take.name, one.take.recipe, Instant(50)) == 1
    assert records.current()[("clip", one.take.name)] == one.take.recipe
    assert len(records.versions(one.take.name)) == 2
    assert records.known(two.take.recipe) == two


def check_pointing_from_another_name(records: Records) -> None:
    """A known recipe may become a version of another name: the same order under a new name is kept, and free."""
    one = make_known(1)
    with records.page() as page:
        page.add_result(one)
        assert page.point("clip", "draft/other", one.take.recipe, Instant(50)) == 1
    assert records.current()[("clip", "draft/other")] == one.take.recipe
    assert records.versions("draft/other") == (Version("draft/other", 1, one.take.recipe, Instant(50), Money(1)),)


def check_unknown_recipes_are_refused(records: Records) -> None:
    """Neither a version nor a lock can refer to a result that is not recorded; the page is undone."""

    def point(page: Page) -> None:
        page.point("clip", "x", "0" * 64, Instant(1))

    def lock(page: Page) -> None:
        page.set_lock(Lock("x", "0" * 64, "ann", Instant(1), "why"))

    for attempt in (point, lock):
        try:
            with records.page() as page:
                page.add_event("run-1", Instant(1), "tried", "x", {})
                attempt(page)
        except StorageError:
            continue
        raise AssertionError("a reference to nothing was recorded")
    assert not records.current()
    assert not records.locks()
    assert list(records.events()) == []


def check_pages_are_whole(records: Records) -> None:
    """A page that ends in an exception leaves nothing of what was written through it."""
    try:
        with records.page() as page:
            page.add_result(make_known(1))
            page.add_entry(make_entry(EntryKind.RESERVE, "r1", 5))
            page.add_event("run-1", Instant(1), "made", "x", {})
            page.add_ruling(Ruling("budget", "s", "approve", "ann", Instant(1), "fine"))
            assert page.balance().reserved == Money(5), "a page sees its own writing"
            raise RuntimeError("the work failed")
    except RuntimeError:
        pass
    check_empty_book(records)


def check_locks(records: Records) -> None:
    """A lock is in force until released; a new one replaces it; releasing what is not locked says so."""
    one, two = make_known(1), make_known(2)
    name = one.take.name
    with records.page() as page:
        page.add_result(one)
        page.add_result(two)
        page.set_lock(Lock(name, one.take.recipe, "ann", Instant(3), "approved"))
    assert dict(records.locks()) == {name: Lock(name, one.take.recipe, "ann", Instant(3), "approved")}
    with records.page() as page:
        page.set_lock(Lock(name, two.take.recipe, "bob", Instant(4), "better"))
    assert records.locks()[name].recipe == two.take.recipe
    with records.page() as page:
        assert page.release_lock(name, "bob", Instant(5), "reopened")
        assert not page.release_lock(name, "bob", Instant(6), "again")
    assert not records.locks()


def check_rulings(records: Records) -> None:
    """Rulings come back in the order they were made, all of them."""
    rulings = tuple(Ruling("budget", f"s{n}", kind, "ann", Instant(9 - n), "why") for n, kind in enumerate("abc"))
    with records.page() as page:
        for ruling in rulings:
            page.add_ruling(ruling)
    assert records.rulings() == rulings


def check_ledger(records: Records) -> None:
    """The balance in a page is what the ledger adds up to, after every line."""
    lines = (
        make_entry(EntryKind.ESTIMATE, "", 900),
        make_entry(EntryKind.RESERVE, "r1", 100),
        make_entry(EntryKind.RESERVE, "r2", 50),
        make_entry(EntryKind.RESERVE, "r3", 7),
        make_entry(EntryKind.SETTLE, "r1", 80),
        make_entry(EntryKind.RELEASE, "r2", 50),
    )
    for count, line in enumerate(lines, 1):
        with records.page() as page:
            page.add_entry(line)
            assert page.balance() == balance_of(lines[:count]), line
    assert records.entries() == lines
    with records.page() as page:
        assert page.balance() == Balance(Money(80), Money(7))
        assert page.open_reservations() == (lines[3],)


def check_events(records: Records) -> None:
    """Events are numbered from 1 without a gap, come back whole, and can be read from any number on."""
    with records.page() as page:
        numbers = [page.add_event("run-1", Instant(n), "made", f"x{n}", {"n": n, "of": [1.5, "é"]}) for n in range(5)]
    assert numbers == [1, 2, 3, 4, 5]
    events = list(records.events())
    assert [event.number for event in events] == numbers
    assert events[4].data == {"n": 4, "of": [1.5, "é"]}
    assert events[4].when == Instant(4)
    assert list(records.events(3)) == events[3:]
    assert list(records.events(5)) == []


def check_take_log(records: Records) -> None:
    """Lines of the take log come back whole and in order: directions, own footage, starts, who, when and why."""
    footage = FileRef("ab" * 32, "video/mp4", 12, "mine.mp4")
    take = ShotTake(2, TakeKind.REPLACED, of=1, seed=7, style='"; é', tails=(24,), footage=footage)
    notes = (
        TakeNote("SC01_SH01", Deed.ASKED, 2, "ann", Instant(1), "why not", take),
        TakeNote("SC01_SH01", Deed.CHOSEN, 2, "bob", Instant(2)),
        TakeNote("SC01_SH02", Deed.KEEPS_START, 1, "bob", Instant(2), start="cd" * 32),
    )
    for note in notes:
        with records.page() as page:
            page.add_take_note(note)
    assert records.take_notes() == notes


CHECKS: tuple[Callable[[Records], None], ...] = (
    check_empty_book,
    check_results_come_back,
    check_versions_are_counted,
    check_results_under_another_name,
    check_same_result_again,
    check_pointing_back,
    check_pointing_from_another_name,
    check_unknown_recipes_are_refused,
    check_pages_are_whole,
    check_locks,
    check_rulings,
    check_ledger,
    check_events,
    check_take_log,
)
"""Every check, for a test runner that wants one test a check."""
