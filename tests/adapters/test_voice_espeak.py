"""The scratch voice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.sound_bench import RATE, digest, make_elsewhere, set_up

from workprint.adapters.voice_espeak import speak
from workprint.film.errors import OrderFailed
from workprint.film.sound_orders import VoicePayload
from workprint.lab.loudness import measure
from workprint.lab.sound import measure_rms, read_sound
from workprint.ports.maker import Made

LINE = "Meet Solvane, the lamp that follows the sun. Only €49.90 today!"


def say(folder: Path, text: str, language: str = "en", longest_ms: int = 20_000) -> Made:
    """A line spoken."""
    return speak(set_up("voice", VoicePayload(text, language, longest_ms), folder))


def test_every_word_has_its_time(tmp_path: Path) -> None:
    """Words come as written, in order, without overlap, inside the line, and each is really heard."""
    made = say(tmp_path, LINE)
    words = made.facts["words"]
    assert [text for text, _, _ in words] == LINE.split()
    samples = read_sound(made.files[0].path)
    assert made.facts["duration_ms"] == -(-len(samples) * 1000 // RATE)
    before = 0
    for text, start, end in words:
        assert before <= start < end <= made.facts["duration_ms"], text
        assert measure_rms(samples[start * RATE // 1000 : end * RATE // 1000]) > -40, text
        before = end


def test_the_line_is_trimmed_and_level(tmp_path: Path) -> None:
    """It starts with the voice, ends with it, sits at -18 LUFS, is stereo and carries no offset."""
    samples = read_sound(say(tmp_path, LINE).files[0].path)
    loudness = measure(samples)
    assert abs(loudness.lufs + 18.0) < 0.3
    assert loudness.true_peak_dbtp <= -1.9
    loud = np.flatnonzero(np.abs(samples).max(axis=1) > 0.01)
    assert loud[0] < 0.08 * RATE
    assert len(samples) - loud[-1] < 0.15 * RATE
    assert np.abs(samples.mean(axis=0)).max() < 1e-3
    assert not np.array_equal(samples[:, 0], samples[:, 1])


def test_the_same_line_is_the_same_file(tmp_path: Path) -> None:
    """A second reading in this process and one in another give the same bytes and facts."""
    bench = set_up("voice", VoicePayload("Light that follows you.", "en", 5000), tmp_path / "a")
    first = speak(bench)
    again = say(tmp_path / "b", "Light that follows you.", longest_ms=5000)
    other, facts = make_elsewhere("workprint.adapters.voice_espeak:speak", bench, tmp_path / "c")
    assert digest(first) == digest(again) == other
    assert first.facts == again.facts == facts


def test_a_tight_line_is_read_faster(tmp_path: Path) -> None:
    """A line that is a fifth too long is hurried, and then fits."""
    natural = say(tmp_path / "a", LINE)
    room = int(natural.facts["duration_ms"] * 0.8)
    hurried = say(tmp_path / "b", LINE, longest_ms=room)
    assert hurried.facts["duration_ms"] <= room
    assert hurried.facts["rate"] > natural.facts["rate"]


def test_a_line_that_cannot_fit_says_how_much_to_cut(tmp_path: Path) -> None:
    """Twice too long is refused with the number of words that would fit."""
    with pytest.raises(OrderFailed, match="even when read fast") as failure:
        say(tmp_path, LINE, longest_ms=2000)
    assert failure.value.remedy is not None
    assert "about" in failure.value.remedy.text
    assert "of its 11 words" in failure.value.remedy.text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de-AT", "Grüße aus München"),
        ("fr", "Bonjour à tous"),
        ("ja", "ひかりがすきです。とても、いい。"),
        ("ar", "مرحبا بكم في عالم الضوء"),
        ("zh", "你好\uff0c世界。"),
    ],
)
def test_other_languages_are_spoken(tmp_path: Path, language: str, text: str) -> None:
    """German, French, Japanese kana, Arabic and Chinese are heard, and all their text has a time."""
    made = say(tmp_path, text, language)
    assert measure_rms(read_sound(made.files[0].path)) > -30
    assert "".join(word for word, _, _ in made.facts["words"]) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("Hello", "tlh", "does not speak"),
        ("Hello", "../../etc/passwd", "does not speak"),
        ("...", "en", "no word"),
        ("\x01\x02 🙂", "en", "no word"),
        ("東京", "ja", "kanji"),
    ],
)
def test_what_cannot_be_spoken_is_refused_clearly(tmp_path: Path, text: str, language: str, reason: str) -> None:
    """Unknown languages, lines without words and kanji fail with a reason and a way out."""
    with pytest.raises(OrderFailed, match=reason) as failure:
        say(tmp_path, text, language)
    assert failure.value.remedy is not None


def test_commands_in_a_line_are_not_obeyed(tmp_path: Path) -> None:
    """Break tags, phoneme brackets and control codes are text: none adds silence or changes the speed."""
    plain = say(tmp_path / "a", "Light for you").facts["duration_ms"]
    coded = say(tmp_path / "b", "Light \x01400S for you \x0150A").facts
    tagged = say(tmp_path / "c", "Light <break time='20s'/> for you").facts["duration_ms"]
    assert coded["duration_ms"] > plain
    assert "400S" in [text for text, _, _ in coded["words"]]
    assert tagged < plain + 5000
    phonemes = say(tmp_path / "d", "Light [[h@l@U]] for you").facts["words"]
    assert "[[h@l@U]]" in [text for text, _, _ in phonemes]


def test_the_speaker_dies_with_its_parent() -> None:
    """A speaker that waits for its text is gone once the process that started it was killed."""
    start = (
        "import os, signal, subprocess, sys; from pathlib import Path;"
        "from workprint.adapters import voice_espeak as v;"
        "s = Path(v.__file__).with_name('speaker.py');"
        "p = subprocess.Popen([sys.executable, '-I', str(s), 'none', 'none', str(os.getpid())], stdin=subprocess.PIPE);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    # Only the speaker holds standard output then: it is read to its end as soon as the speaker is gone.
    done = subprocess.run([sys.executable, "-c", start], env=environment, capture_output=True, timeout=30, check=False)
    assert done.returncode == -9
    assert done.stdout == b""


def test_emoji_are_shown_but_not_spoken(tmp_path: Path) -> None:
    """An emoji stays in the words for captions and adds nothing to what is heard."""
    plain, smiling = say(tmp_path / "a", "Good night"), say(tmp_path / "b", "Good night 🙂")
    assert smiling.facts["words"][-1][0] == "night 🙂"
    assert smiling.facts["duration_ms"] == plain.facts["duration_ms"]


@pytest.mark.parametrize("text", ['50% off: "Tom\'s" {new} [x], ünï 日本', "Now.", "-rf $(id) ; | & > x", "a" * 60])
def test_awkward_lines_are_spoken_as_they_stand(tmp_path: Path, text: str) -> None:
    """Quotes, braces, shell signs, one word or one endless word: all become sound and timed words."""
    made = say(tmp_path, text, longest_ms=60_000)
    assert made.facts["duration_ms"] > 200
    assert " ".join(word for word, _, _ in made.facts["words"]) == text
