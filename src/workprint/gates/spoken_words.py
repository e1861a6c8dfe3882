"""Gate: what is heard is what is written, or a person has listened to it."""

from __future__ import annotations

from collections.abc import Iterator

from workprint.film.canonical import digest_of
from workprint.film.conform_orders import CONFORM_VOICE
from workprint.film.dailies import Voices
from workprint.film.errors import Remedy
from workprint.film.order import AnyTake
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import GateView, gate


@gate(name="spoken_words", guards=("stage:mix_sound",), reads_order=False)
def spoken_words(view: GateView) -> Verdict:
    """A bought recording says every word of its line and no other, and its words have times for the captions.

    Raises NotYetKnown while a line is only planned.
    """
    lines = [(number, take) for number, _, take in view.noun(Voices).lines if take.step == CONFORM_VOICE]
    broken = [f"SC{number:02d}: {fault}" for number, take in lines for fault in _list_faults(take)]
    told = [f"SC{number:02d}: {note}" for number, take in lines for note in _list_notes(take)]
    subject = digest_of(["spoken_words", [take.digest for _, take in lines], broken])
    if broken:
        remedy = Remedy(
            "Listen to the recording; change the line or the voice model, or accept it as it is.",
            "workprint approve spoken_words",
        )
        return Verdict(Level.SOFT, (*broken, *told), (remedy,), subject=subject)
    return Verdict(Level.WARN if told else Level.PASS, tuple(told), subject=subject)


def _list_faults(take: AnyTake) -> Iterator[str]:
    """What a listener, or a reader of the captions, would miss."""
    facts = take.facts
    if not facts["is_timed"]:
        yield "no word times came with the recording, so its captions are missing"
    if facts.get("unsaid"):
        yield f"not said: {' '.join(facts['unsaid'])}"
    if facts.get("added"):
        yield f"said, and not written: {' '.join(facts['added'])}"
    for written, said in facts.get("otherwise", ()):
        if not _has_figures(written):
            yield f"written `{written}`, said `{said}`"


def _list_notes(take: AnyTake) -> Iterator[str]:
    for written, said in take.facts.get("otherwise", ()):
        if _has_figures(written):
            yield f"`{written}` is said `{said}`"


def _has_figures(text: str) -> bool:
    """Figures and signs are read out in words: that is as it should be."""
    return any(
        character.isdigit() or not (character.isalnum() or character.isspace()) for character in text.strip(".,!?")
    )
