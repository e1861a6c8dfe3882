"""The only code that loads eSpeak NG: speaks one text from standard input in a process of its own, then ends.

Run by path, with the standard library alone: `python -I speaker.py LIBRARY DATA PARENT`. Standard input is a JSON
object (text, voice, rate, pitch, pitch_range); standard output is one JSON line (rate, words as [character offset,
milliseconds]) followed by signed 16-bit samples. The GPL library never enters another process of the program, and a
fresh process for each text makes its output the same every time.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
POS_CHARACTER = 1
CHARS_UTF8 = 1
EVENT_END, EVENT_WORD = 0, 1
RATE, PITCH, PITCH_RANGE = 1, 3, 4
"""From espeak-ng's speak_lib.h. CHARS_UTF8 alone: neither SSML (0x10) nor [[phonemes]] (0x100) are interpreted."""


class EventId(ctypes.Union):
    """`id` of espeak_EVENT."""

    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", EventId),
    ]


SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process with its parent, and end now when the parent is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.name == "posix" and os.getppid() != parent:
        sys.exit(3)


def speak(library: str, data: str, task: dict[str, object]) -> tuple[int, list[list[int]], bytes]:
    """Samples a second, words as [offset in the text, start in ms], and signed 16-bit samples."""
    espeak = ctypes.CDLL(library)
    rate = int(espeak.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), INITIALIZE_DONT_EXIT))
    if rate <= 0 or espeak.espeak_SetVoiceByName(str(task["voice"]).encode()) != 0:
        sys.exit(4)
    samples: list[bytes] = []
    words: list[list[int]] = []

    def collect(wave: object, count: int, events: object) -> int:
        place = 0
        while events[place].type != EVENT_END:  # type: ignore[index]
            if events[place].type == EVENT_WORD:  # type: ignore[index]
                words.append([events[place].text_position - 1, events[place].audio_position])  # type: ignore[index]
            place += 1
        if wave and count > 0:
            samples.append(ctypes.string_at(wave, count * 2))  # type: ignore[arg-type]
        return 0

    callback = SynthCallback(collect)
    espeak.espeak_SetSynthCallback(callback)
    for parameter, name in ((RATE, "rate"), (PITCH, "pitch"), (PITCH_RANGE, "pitch_range")):
        espeak.espeak_SetParameter(parameter, int(str(task[name])), 0)
    text = str(task["text"]).encode()
    size = ctypes.c_size_t(len(text) + 1)
    if espeak.espeak_Synth(text, size, 0, POS_CHARACTER, 0, CHARS_UTF8, None, None) != 0:
        sys.exit(5)
    espeak.espeak_Synchronize()
    return rate, words, b"".join(samples)


def main() -> None:
    """Read the task, speak it, write the answer."""
    library, data, parent = sys.argv[1:4]
    die_with_parent(int(parent))
    task = json.loads(sys.stdin.buffer.read().decode())
    rate, words, samples = speak(library, data, task)
    sys.stdout.buffer.write(json.dumps({"rate": rate, "words": words}).encode() + b"\n" + samples)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
