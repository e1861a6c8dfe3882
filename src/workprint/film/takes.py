"""Takes of a shot: how each differs from the first, which one is in the film, and the log of who decided what (K8, K9).

The first take is the one the board asks for. Every other take is the same shot with something changed: another seed,
other words of style, a longer end, or a person's own footage. A take is a direction, not a result: the stages that make
the film make it, so a take that is put into the film has the very recipe it was made with beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from workprint.film.lineage import FileRef
from workprint.film.order import Take
from workprint.film.time import Instant

MOST_TAKES = 99
"""Takes one shot can have: two digits on a slate."""


class TakeKind(str, Enum):
    """What a take was asked for as."""

    FIRST = "first"
    VARIED = "varied"
    RESTYLED = "restyled"
    EXTENDED = "extended"
    REPLACED = "replaced"


@dataclass(frozen=True)
class ShotTake:
    """How a take differs from the first. `of` is the take it was made from, 0 for the first.

    `seed` None is the shot's own; `names_seed` says that a person named it. `style` are words of the user for this shot
    alone, `palette` a palette hint and `grade` a look, each "" for the film's own. `tails` are frames that follow the
    clip, each a continuation of what stood before it; `on_screen` of them are shown, and the next shot of the scene
    starts so much later. `footage` is a person's own film; nothing is generated then.
    """

    number: int = 1
    kind: TakeKind = TakeKind.FIRST
    of: int = 0
    seed: int | None = None
    names_seed: bool = False
    style: str = ""
    palette: str = ""
    grade: str = ""
    tails: tuple[int, ...] = ()
    on_screen: int = 0
    footage: FileRef | None = None

    @property
    def describes(self) -> str:
        """What is different about it, in a few words of data; the style is the user's own text."""
        told = [f"seed {self.seed}"] if self.seed is not None else []
        told += [f'style "{self.style}"'] if self.style else []
        told += [f"palette {self.palette}"] if self.palette else []
        told += [f"grade {self.grade}"] if self.grade else []
        told += [f"own footage {self.footage.name}"] if self.footage is not None else []
        told += [f"{sum(self.tails)} frames longer"] if self.tails else []
        told += [f"{self.on_screen} of them on screen"] if self.on_screen else []
        return ", ".join(told) or "as the board asks"


FIRST_TAKE = ShotTake()
"""The take the board asks for."""


class Deed(str, Enum):
    """What a line of the take log says was done."""

    ASKED = "asked"
    CHOSEN = "chosen"
    DROPPED = "dropped"
    KEEPS_START = "keeps_start"


@dataclass(frozen=True)
class TakeNote:
    """One line of the take log; lines are only added. `take` is the direction of a take that was asked for.

    `start` is the recipe of the picture a shot goes on starting from (KEEPS_START), "" when it follows the shot before
    it again.
    """

    slate: str
    deed: Deed
    number: int
    who: str
    when: Instant
    why: str = ""
    take: ShotTake | None = None
    start: str = ""


@dataclass(frozen=True)
class ShotLog:
    """What the log says of one shot: its takes by number, which one is in the film, dropped ones, and all lines.

    `starts` maps a take to the recipe of the picture it goes on starting from.
    """

    takes: Mapping[int, ShotTake] = field(default_factory=lambda: {1: FIRST_TAKE})
    in_use: int = 1
    dropped: tuple[int, ...] = ()
    starts: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[TakeNote, ...] = ()

    @property
    def current(self) -> ShotTake:
        """The take that is in the film."""
        return self.takes[self.in_use]

    @property
    def next_number(self) -> int:
        """The number the next take gets; numbers are never used again."""
        return max(self.takes) + 1


def read_log(notes: Iterable[TakeNote]) -> Mapping[str, ShotLog]:
    """The log by shot, from its lines, oldest first."""
    logs: dict[str, ShotLog] = {}
    for note in notes:
        logs[note.slate] = _add_line(logs.get(note.slate, ShotLog()), note)
    return logs


def _add_line(log: ShotLog, note: TakeNote) -> ShotLog:
    takes, in_use, dropped, starts = dict(log.takes), log.in_use, log.dropped, dict(log.starts)
    match note.deed:
        case Deed.ASKED:
            assert note.take is not None
            takes[note.number] = note.take
        case Deed.CHOSEN:
            in_use = note.number
        case Deed.DROPPED:
            dropped = (*dropped, note.number)
        case Deed.KEEPS_START:
            starts[note.number] = note.start
    return ShotLog(takes, in_use, dropped, starts, (*log.notes, note))


@dataclass(frozen=True)
class TakeSheet:
    """Which take of each shot is made: those in the film, where one is not the first. An input of the plan.

    `starts` holds, by slate, the picture a shot goes on starting from though another take of the shot before it is in
    the film by now. `only` is the slate of the one shot that is made, "" for all. `origins` holds what footage was
    bought as by another film of the family, by the digest of its file.
    """

    takes: Mapping[str, ShotTake] = field(default_factory=dict)
    starts: Mapping[str, Take] = field(default_factory=dict)
    only: str = ""
    origins: Mapping[str, Take] = field(default_factory=dict)

    def of(self, slate: str) -> ShotTake:
        """The take of a shot."""
        return self.takes.get(slate, FIRST_TAKE)


FIRST_TAKES = TakeSheet()
"""The sheet of a film nobody has asked another take for."""
