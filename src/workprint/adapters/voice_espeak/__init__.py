"""The scratch voice: lines spoken by eSpeak NG in a process of its own, made pleasant, with word times (Q1)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

from workprint.adapters.voice_espeak.polish import polish_voice
from workprint.adapters.voice_espeak.script import Word, join_spoken, pick_voice, split_words, time_words
from workprint.film.errors import OrderFailed, Remedy
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.film.sound_orders import SAMPLE_RATE, VoicePayload
from workprint.lab.sound import resample_mono, write_wav
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

NATURAL_RATE = 158
"""Words a minute of an unhurried announcer (advertising is read at 150 to 165)."""

HASTE = (1.0, 1.07, 1.14, 1.21, 1.28, 1.36, 1.45)
"""How much faster a line may be read to fit; beyond +45% it is no longer understood at first hearing."""

PITCH, PITCH_RANGE = 42, 46
"""eSpeak NG's own scale, 50 is its default: a little lower and calmer sounds less like a machine."""

LONGEST_TEXT = 2000
"""Characters in one line; far more than fits any scene."""

SPEAKER_SECONDS = 60
"""A line takes 0.1 s; a speaker still running after this hangs."""

LEAD_MS, TAIL_MS = 20, 60
"""Air kept before the first and after the last word."""


def speak(bench: Bench) -> Made:
    """Speak a line: a 48 kHz stereo WAV at -18 LUFS that ends within `longest_ms`.

    Facts: `words` [[text, start_ms, end_ms]], `duration_ms`, `voice`, `rate` in words a minute. Raises OrderFailed
    for an unknown language, and for a line that does not fit even when read fast.
    """
    assert isinstance(bench.payload, VoicePayload)
    payload = bench.payload
    voice = pick_voice(payload.language)
    words = split_words(payload.text[:LONGEST_TEXT], payload.language)
    samples, timed, rate = _speak_to_fit(words, voice, payload)
    bench.report(0.6)
    path = Path(bench.scratch) / "voice.wav"
    write_wav(path, polish_voice(samples))
    facts = {
        "words": [list(word) for word in timed],
        "duration_ms": _length_ms(samples),
        "voice": "scratch",
        "rate": rate,
    }
    return Made((MadeFile(path, "audio/wav", f"{bench.name}.wav"),), facts)


def _length_ms(samples: NDArray[np.float32]) -> int:
    return -(-len(samples) * 1000 // SAMPLE_RATE)


Spoken = tuple[NDArray[np.float32], list[tuple[str, int, int]], int]


def _speak_to_fit(words: tuple[Word, ...], voice: str, payload: VoicePayload) -> Spoken:
    """The slowest reading that fits; raises OrderFailed when the fastest does not."""
    length = last = 0
    for haste in HASTE:
        # A first reading tells about how much haste is needed; steps that cannot do are passed over.
        if length and length / haste > payload.longest_ms * 1.06 and haste != HASTE[-1]:
            continue
        rate = round(NATURAL_RATE * haste)
        samples, timed = _speak_once(words, voice, rate)
        if _length_ms(samples) <= payload.longest_ms:
            return samples, timed, rate
        last = _length_ms(samples)
        length = length or last
    fitting = max(1, int(len(words) * payload.longest_ms * HASTE[3] / length))
    raise OrderFailed(
        f"The line takes {last / 1000:.1f} s even when read fast, and has {payload.longest_ms / 1000:.1f} s.",
        where="voice",
        remedy=Remedy(f"Shorten the line to about {fitting} of its {len(words)} words, or make its scene longer."),
    )


def _speak_once(
    words: tuple[Word, ...], voice: str, rate: int
) -> tuple[NDArray[np.float32], list[tuple[str, int, int]]]:
    """A reading at 48 kHz, trimmed to its words, and the words' times in it."""
    told = {"text": join_spoken(words), "voice": voice, "rate": rate, "pitch": PITCH, "pitch_range": PITCH_RANGE}
    native, events, samples = _run_speaker(told)
    timed = time_words(words, events, samples, native)
    sound = resample_mono(samples, native)
    first = max(0, timed[0][1] - LEAD_MS)
    last = timed[-1][2] + TAIL_MS
    sound = sound[first * SAMPLE_RATE // 1000 : last * SAMPLE_RATE // 1000]
    return sound, [(text, start - first, end - first) for text, start, end in timed]


def _run_speaker(told: dict[str, object]) -> tuple[int, list[list[int]], NDArray[np.float32]]:
    """Samples a second, word events and samples (n,) of one text, spoken in a fresh process.

    The text travels on standard input, so it is never an argument, a file name or markup.
    """
    script = Path(__file__).with_name("speaker.py")
    places = (espeakng_loader.get_library_path(), espeakng_loader.get_data_path())
    command = [sys.executable, "-I", str(script), *places, str(os.getpid())]
    try:
        done = subprocess.run(
            command, input=json.dumps(told).encode(), capture_output=True, timeout=SPEAKER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OrderFailed("The scratch voice did not answer.", where="voice", remedy=Remedy("Run it again.")) from error
    head, _, data = done.stdout.partition(b"\n")
    if done.returncode != 0 or len(data) < 2:
        raise OrderFailed(
            f"The scratch voice could not speak the line (it ended with {done.returncode}).",
            where="voice",
            remedy=Remedy("Write the line in the letters of its language, or reinstall espeakng-loader."),
        )
    answer = json.loads(head)
    samples = np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768.0
    return int(answer["rate"]), answer["words"], samples


def _tools() -> str:
    packages = ("espeakng-loader", "av", "numpy")
    return " ".join(f"{name}={version(name)}" for name in packages)


def _cost(order: Order) -> Estimate:
    """A speaker process and the polish; measured, see tests/adapters/test_voice_espeak.py."""
    return Estimate(NOTHING, 1.0)


MAKERS = (MakerCard("voice", 1, VoicePayload, "workprint.adapters.voice_espeak:speak", True, _tools, _cost),)
