"""Payloads of cutting orders: titles, segments, films and the things delivered beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

from workprint.film.grade import Grade

HEADING_FONT, BODY_FONT = FONT_ROLES = ("font.heading", "font.body")
"""Input roles of the brand's own fonts."""


@dataclass(frozen=True)
class TitleLife:
    """How long a title stands and how it comes and goes: frame rate, frames from first to last, entrance, exit."""

    rate: tuple[int, int]
    frames: int
    entrance: str
    exit: str


@dataclass(frozen=True)
class TitlePayload:
    """One overlay, drawn as a full-frame picture with alpha at the master size.

    `kind`: logo, product, price, text, lower_third, endcard. `lines` are (role, text) with roles headline, subhead,
    button, url, legal, product, price, text, name, role; a product may have a second line. `anchor`: top, center,
    bottom, safe-lower-third, above-captions, corner: where the title is asked for, near which it takes the calmest
    place. `footage` are (first frame, frames) of what lies behind it while it stands, in film order, and `grade` is
    done to it first.

    Input roles: `logo`; `font.heading` and `font.body`, the brand's own fonts; `footage.0` and so on, the clips;
    `mate.0` and so on, titles that stand there at the same time; `before`, the same text as it stood up to a cut, near
    which it stays; `lut` where the grade has one. A clip may tell in the fact `subjects` where what it shows stands:
    for every subject a list of [frame, x, y, width, height] in thousandths of the frame's sides.

    Facts: `box` [x, y, width, height] of the ink, `contrast` lowest text contrast ratio inside its plate. A title that
    can come part by part has the files whole, plate, ink, and the fact `parts`: lists of boxes in reading order under
    the entrances `lines`, `words`, `letters`.

    Fact `texts`: for every line of type {"text": what it belongs to, "kind": its role, "rect": [x, y, width, height]
    of its ink in pixels at the payload's size, "from" and "to": the frames, counted from the title's first, in which it
    is wholly entered and not yet leaving (from <= frame < to), "ink" #RRGGBB, "plate" #RRGGBB of the opaque shape it
    stands on, else null}.
    """

    kind: str
    lines: tuple[tuple[str, str], ...]
    anchor: str
    width: int
    height: int
    platform: str
    type_system: str
    palette: tuple[str, ...]
    life: TitleLife
    footage: tuple[tuple[int, int], ...] = ()
    grade: Grade | None = None


@dataclass(frozen=True)
class CaptionPlatesPayload:
    """The burned-in captions of one spoken line, as pictures with alpha cut to their plates, at the master size.

    `cues` are those of the side files (role, start_ms), since what is said before and after a line decides how long
    its captions stand; `line` is the role of the one that is drawn. Input roles: those of the cues, `font.body`.

    Facts: `size` [width, height] of the frame; `plates`, for every file [first frame, end frame, x, y] in film frames
    and pixels; `box` [x, y, width, height] around all plates; `texts` as titles have them, in film frames, each with
    the number of its `file`.
    """

    line: str
    cues: tuple[tuple[str, int], ...]
    width: int
    height: int
    platform: str
    rate: tuple[int, int]
    frames: int
    type_system: str


@dataclass(frozen=True)
class CaptionCue:
    """Burned-in captions over a stretch of the film: the film frame it begins at, and the input roles of the lines."""

    at: int
    roles: tuple[str, ...]


@dataclass(frozen=True)
class TitleCue:
    """A title laid over a segment: input role, first and last frame inside the segment, how it comes and goes."""

    role: str
    start: int
    end: int
    entrance: str
    exit: str


@dataclass(frozen=True)
class SegmentPayload:
    """One shot as it stands in the film: trimmed clip, graded, titles over it, encoded with a closed GOP.

    `start` is the first frame taken from the clip. Input roles: `clip`, those of the cues and captions, and `lut` where
    the grade has one.
    """

    width: int
    height: int
    rate: tuple[int, int]
    start: int
    frames: int
    titles: tuple[TitleCue, ...]
    encode: str
    grade: Grade | None = None
    captions: CaptionCue | None = field(default=None, metadata={"digest": "if-set"})


@dataclass(frozen=True)
class TransitionPayload:
    """The frames of a transition, encoded like the segments it stands between.

    Input roles: `outgoing`, `incoming`, those of the captions, and `lut` where a grade has one.

    `outgoing` and `incoming` are (first clip frame, frames) of each clip: the outgoing ones play from the first
    frame of the transition, the incoming ones up to the last. `kind` is one of `film.transitions.KINDS`,
    `direction` left, right, up, down, in or out, `palette` the brand colours #RRGGBB where the kind shows one (ground,
    accent).
    """

    kind: str
    direction: str
    width: int
    height: int
    rate: tuple[int, int]
    frames: int
    outgoing: tuple[int, int]
    incoming: tuple[int, int]
    palette: tuple[str, ...]
    encode: str
    outgoing_grade: Grade | None = None
    incoming_grade: Grade | None = None
    captions: CaptionCue | None = field(default=None, metadata={"digest": "if-set"})


@dataclass(frozen=True)
class FilmPayload:
    """Segments and transitions joined without re-encoding, with the sound track.

    Input roles: `segment.0000` ..., `mix`.

    Facts: `frames`, `width`, `height`, `lufs`, `true_peak_dbtp`, `size_bytes`, `duration_ms`.
    """

    frames: int
    rate: tuple[int, int]
    segments: int


@dataclass(frozen=True)
class FilmCheckPayload:
    """The final technical check (T1) of a film. Input roles: `film`, those of the titles and captions, and `fitted.N`:
    the clip of the N-th shot, where it was made to fit the film.

    `cuts` are the frames where shots begin, `transitions` the (first frame, frames) of every one. `titles` are the
    overlays in film frames; their takes say in the fact `texts` where type stands. `platform` decides the safe area.
    """

    width: int
    height: int
    rate: tuple[int, int]
    frames: int
    cuts: tuple[int, ...]
    has_voice: bool
    still_spans: tuple[tuple[int, int], ...] = ()
    transitions: tuple[tuple[int, int], ...] = ()
    titles: tuple[TitleCue, ...] = ()
    platform: str = "web"
    captions: tuple[str, ...] = field(default=(), metadata={"digest": "if-set"})


@dataclass(frozen=True)
class PosterPayload:
    """One frame of the film as a picture. Input role: `film`."""

    frame: int


@dataclass(frozen=True)
class SheetPayload:
    """A contact sheet: one panel a shot, with slate and timecode. Input role: `film`."""

    title: str
    panels: tuple[tuple[str, str, int], ...]
    palette: tuple[str, ...]


@dataclass(frozen=True)
class CaptionPayload:
    """Captions from word times. `format`: srt or vtt. Input roles: those of the cues (role, start_ms)."""

    format: str
    cues: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class TimelinePayload:
    """A timeline for other editors, as OpenTimelineIO. `clips` are (name, start frame, frames, file name).

    `handles` holds (frames before, frames after) for every clip, or is empty where there are none. `transitions`
    are (kind, frame of the cut, frames on each side).
    """

    title: str
    rate: tuple[int, int]
    clips: tuple[tuple[str, int, int, str], ...]
    sounds: tuple[tuple[str, int, int, str], ...]
    handles: tuple[tuple[int, int], ...] = ()
    transitions: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class DocumentPayload:
    """A text that is its own artifact: a spec, an edit decision list."""

    media_type: str
    text: str
