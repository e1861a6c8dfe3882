"""Every way a brief can be wrong: a stable code each, and the collector that gathers findings with their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from workprint.film.brief import Finding

CODES: Mapping[str, str] = {
    "brief-missing": "There is no brief file where it was looked for.",
    "brief-unreadable": "The brief is not a regular file inside the project folder, or the system refuses to read it.",
    "brief-too-large": "The brief file is larger than a brief may be.",
    "brief-not-utf8": "The brief is not UTF-8 text.",
    "brief-empty": "The brief holds no settings.",
    "yaml-control": "The file holds a control character YAML does not allow.",
    "yaml-syntax": "The file is not well-formed YAML.",
    "yaml-tab": "A line is indented with a tab; YAML allows only spaces.",
    "yaml-documents": "The file holds more than one YAML document.",
    "yaml-tag": "A value carries a YAML tag; a brief holds plain data only.",
    "yaml-alias": "The file uses a YAML alias; a brief spells everything out.",
    "yaml-too-deep": "Values are nested deeper than a brief can be.",
    "yaml-too-many": "The file holds more values than a brief can need.",
    "yaml-key": "A key is not plain text.",
    "duplicate-key": "The same key stands twice in one section.",
    "schema-unsupported": "The brief is written for another version of the format.",
    "unknown-key": "A key the format does not know.",
    "missing-key": "A required key is missing.",
    "wrong-type": "A value of another type than the key wants.",
    "not-a-choice": "A value that is none of the allowed words.",
    "number-range": "A number outside its allowed range.",
    "number-not-finite": "Infinity or not-a-number where a number is wanted.",
    "text-empty": "A text that is empty or only spaces.",
    "text-too-long": "A text longer than its field allows.",
    "text-control": "A text with a control character or a line break where none may be.",
    "list-length": "A list with too few or too many items.",
    "colour-invalid": "A brand colour that is not six hexadecimal digits.",
    "url-refused": "A web address that is not a plain http or https address.",
    "scene-id-invalid": "A scene id with other characters than letters, digits, dash and underscore.",
    "scene-id-duplicate": "Two scenes share one id.",
    "duration-range": "The film is shorter or longer than its format allows.",
    "runtime-mismatch": "The contract's runtime and the project's duration differ.",
    "aspect-unsupported": "A picture shape that cannot be made.",
    "aspect-mismatch": "The contract's and the project's picture shapes differ.",
    "budget-invalid": "A budget that is negative or beyond all reason.",
    "budget-contradiction": "Two budget figures that cannot both hold.",
    "scene-gap": "A stretch of the film that no scene covers.",
    "scene-overlap": "Two scenes cover the same stretch of the film.",
    "scene-order": "A scene starts before the one written above it.",
    "scene-empty": "A scene ends where it starts, or before.",
    "scene-too-short": "A scene too short to be seen.",
    "scene-past-end": "A scene ends after the film.",
    "time-off-frame": "A time between two frames; it is moved to the nearer one.",
    "logo-missing": "A logo is called for but none is given.",
    "logo-contradiction": "A logo is given and `no_logo` is true.",
    "price-missing": "A scene shows the price but no price text is given.",
    "beat-outside": "A beat marker outside the film.",
    "beat-order": "Beat markers that do not rise.",
    "voice-missing": "The sound calls for a voice but there is neither a line nor a voice file.",
    "voice-too-long": "A line takes longer to say than its scene lasts.",
    "voice-unused": "Voice lines or a voice file that the sound mode leaves out.",
    "captions-unused": "Captions are to be burned in, but no line of a scene is spoken, so there are none.",
    "music-unused": "A music file that the sound mode leaves out.",
    "stage-missing": "A note: a packshot has a product to film on the stage, but `workprint[stage]` is not installed.",
    "stage-plain": "A note: a scene is filmed on the stage without a fit LLVM, at eight times the time and more.",
    "stage-passes-missing": "Passes of the stage are asked for, but nothing here can make them.",
    "usd-refused": "A product file that is not one .usdc or .usda file, whatever its name says, or is too large.",
    "lut-not-a-cube": "A look-up table that is no .cube text, whatever its name says.",
    "lut-too-large": "A look-up table with more bytes or points than is read.",
    "lut-damaged": "A look-up table whose values are missing, too many, or no numbers.",
    "lut-unreadable": "A look-up table that cannot be opened.",
    "font-not-a-font": "A font file that is no TrueType or OpenType font, whatever its name says.",
    "font-web": "A font packed for the web (WOFF); only TTF and OTF are read.",
    "font-collection": "A file of several fonts (TTC); name one font.",
    "font-too-large": "A font file with more bytes than is read.",
    "font-truncated": "A font file that ends before it is complete.",
    "font-damaged": "A font file with missing or broken parts, in which type cannot be set.",
    "font-untried": "A font that could not be tried out: the trial did not start, or ran out of time or memory.",
    "font-empty": "A font without the letters of this brief.",
    "font-restricted": "A font whose maker forbids embedding it.",
    "font-preview-only": "A font whose maker allows only preview and print: ask whether a film is allowed.",
    "font-signs-missing": "Signs of the brief that the brand's font lacks; they come from the type preset's fonts.",
    "hint-fallback": "A provider hint whose inputs are missing; another provider is used.",
    "banned-term": "A text uses a term the brief itself bans.",
    "faces-contradiction": "A scene asks for faces while faces are not allowed.",
    "overlay-too-long": "A text block too long to be read over a scene.",
    "lower-third-unused": "A lower third on an end card, which has no room for one.",
    "headline-long": "A headline longer than a viewer takes in at a glance.",
    "picture-unknown": "A scene names a picture that is not in the reference pack.",
    "pictures-missing": "The reference pack holds no picture.",
    "picture-duplicate": "The same picture stands in the reference pack twice.",
    "path-url": "A web address where a file of the project is wanted.",
    "path-absolute": "An absolute path; files are named from the project folder.",
    "path-outside": "A path that leads out of the project folder.",
    "path-invalid": "A path no file of the project can have.",
    "file-missing": "A named file does not exist.",
    "file-not-regular": "A named file is a folder or a device.",
    "file-unreadable": "A named file cannot be read.",
    "file-kind": "A file of another kind than the key wants.",
    "picture-unreadable": "A picture that is damaged or cannot be opened.",
    "picture-empty": "A picture without bytes, or without a visible pixel.",
    "picture-not-a-picture": "A file that is no PNG, JPEG or WebP, whatever its name says.",
    "picture-is-playlist": "A text that points to other files, named like a picture.",
    "picture-is-svg": "A drawing in SVG; only pictures made of pixels are read.",
    "picture-too-large": "A picture with more bytes or pixels than can be held.",
    "picture-truncated": "A picture that ends before it is complete.",
    "picture-animated": "A moving picture where a still is wanted.",
    "picture-refused": "A picture refused for another reason.",
    "sound-unreadable": "A sound file that is damaged or coded in a way that is not read.",
    "sound-not-a-sound": "A file without a sound track.",
    "sound-is-playlist": "A text that points to other files, named like a sound.",
    "sound-too-long": "A sound longer than any film here.",
    "sound-empty": "A sound file without sound.",
    "sound-refused": "A sound refused for another reason.",
}
"""Code to one-line meaning. Codes are stable: scripts match on them, so none is ever renamed."""


MOST_GUESSES = 40
"""Suggestions for one brief; nobody reads more, and each costs up to 60 milliseconds."""


def name_lineage(path: str) -> Iterator[str]:
    """A path and all that contain it, innermost first: `a.b[2].c`, `a.b[2]`, `a.b`, `a`."""
    while path:
        yield path
        path = path[: max(path.rfind("."), path.rfind("["), 0)]


def quote(text: object, longest: int = 48) -> str:
    """A user's text as it may stand in a message: one line, escaped, shortened."""
    shown = str(text)
    cut = shown if len(shown) <= longest else shown[: longest - 1] + "…"
    return '"' + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in cut) + '"'


class Findings:
    """Gathers every finding of one brief, each with the line it stands on.

    `lines` maps paths to line numbers; `broken` holds paths whose value is already known to be wrong, about which
    (or by means of which) nothing more is said.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: Mapping[str, int] = {}
        self.broken: set[str] = set()
        self._found: dict[Finding, int] = {}
        self._guesses = MOST_GUESSES

    def may_guess(self) -> bool:
        """Whether one more suggestion may be looked for; a hostile brief must not buy hours of guessing."""
        self._guesses -= 1
        return self._guesses >= 0

    def error(self, code: str, path: str, message: str, remedy: str, *, uses: Iterable[str] = ()) -> None:
        """Add something that must be mended; `uses` names the other values the judgement rests on."""
        self._add(Finding(code, path, message, remedy), uses)

    def warn(self, code: str, path: str, message: str, remedy: str, *, uses: Iterable[str] = ()) -> None:
        """Add something the brief can be produced with all the same."""
        self._add(Finding(code, path, message, remedy, "warning"), uses)

    def note(self, code: str, path: str, message: str, remedy: str, *, uses: Iterable[str] = ()) -> None:
        """Add something that is as it should be, and could be more."""
        self._add(Finding(code, path, message, remedy, "note"), uses)

    def _add(self, finding: Finding, uses: Iterable[str]) -> None:
        if finding.code not in CODES:
            raise KeyError(f"finding code {finding.code!r} is not in the table")
        if any(self.is_broken(name) for name in (finding.path, *uses)):
            return
        named = finding.path.removeprefix(f"{self.file}:")
        if named != finding.path and named.isdigit():
            self._found.setdefault(finding, int(named))
            return
        line = next((self.lines[name] for name in name_lineage(finding.path) if name in self.lines), 0)
        where = f" ({self.file}:{line})" if line else ""
        self._found.setdefault(replace(finding, message=finding.message + where), line)

    def is_broken(self, path: str) -> bool:
        """Whether a value, or what contains it, is known to be wrong."""
        return any(name in self.broken for name in name_lineage(path))

    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return any(found.level == "error" for found in self._found)

    def in_order(self) -> tuple[Finding, ...]:
        """All findings, in the order of their lines."""
        return tuple(sorted(self._found, key=lambda found: self._found[found]))
