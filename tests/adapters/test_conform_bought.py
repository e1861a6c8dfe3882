"""What was bought made to fit: pictures by crop and scale, lines to words, music to the film, effects to the cue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from tests.adapters.sound_bench import find_landing

from workprint.adapters.conform_sound import conform_effect, conform_music, conform_voice
from workprint.adapters.conform_still import conform_still
from workprint.film.canonical import Json
from workprint.film.conform_orders import (
    ConformEffectPayload,
    ConformMusicPayload,
    ConformStillPayload,
    ConformVoicePayload,
)
from workprint.film.effect_plan import CALM_WHOOSH, SHAPES, shape_riser
from workprint.film.errors import OrderFailed
from workprint.film.sound_orders import EFFECT_LEVEL_DB, SAMPLE_RATE
from workprint.lab.loudness import measure
from workprint.lab.pictures import load, save_png
from workprint.lab.sound import Samples, measure_loudest, measure_rms, read_sound, write_wav
from workprint.lab.sound_levels import VOICE_LUFS
from workprint.ports.maker import Bench, BenchInput, Made
from workprint.testing.fakes.media import speak_tones, to_mp3

TEXT = "Take it home for $5 today."
MS = 65


def lay(
    folder: Path, role: str, payload: object, *files: tuple[str, str, bytes], facts: Mapping[str, Json] | None = None
) -> Bench:
    """A bench with one input of these files (name, media type, bytes)."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    for name, _, data in files:
        (folder / name).write_bytes(data)
    given = BenchInput(tuple(folder / name for name, _, _ in files), tuple(kind for _, kind, _ in files), facts or {})
    return Bench("step", "SC01_SH00_AUDIO_x", payload, {role: given}, 0, scratch, lambda share: None)


def to_wav(folder: Path, samples: Samples) -> bytes:
    """Samples as the bytes of a WAV file."""
    path = folder / "source.wav"
    write_wav(path, samples)
    return path.read_bytes()


def hear(made: Made) -> Samples:
    """The samples of what was made."""
    return read_sound(made.files[0].path)


def tone(length_ms: int, *, gain: float = 0.3, hertz: int = 330) -> Samples:
    """A steady tone."""
    moments = np.arange(SAMPLE_RATE * length_ms // 1000) / SAMPLE_RATE
    wave = gain * np.sin(2 * np.pi * hertz * moments)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def pad(samples: Samples, before_ms: int, after_ms: int) -> Samples:
    """A sound with silence around it."""
    return np.pad(samples, ((SAMPLE_RATE * before_ms // 1000, SAMPLE_RATE * after_ms // 1000), (0, 0)))


def word_file(words: list[list[Json]]) -> tuple[str, str, bytes]:
    """Word times as they come beside a recording."""
    return "words.json", "application/json", json.dumps({"words": words, "duration_ms": 0}).encode()


def time_tones(text: str) -> list[list[Json]]:
    """The words of a text spoken by `speak_tones`, with their times."""
    words, place = [], 0
    for word in text.split():
        start = text.index(word, place)
        place = start + len(word)
        words.append([word, start * MS, place * MS])
    return words


# Stills.


@pytest.mark.parametrize(("width", "height"), [(320, 180), (400, 400), (300, 200), (1600, 900), (200, 300)])
def test_a_still_gets_the_films_size_by_crop_and_scale_alone(width: int, height: int, tmp_path: Path) -> None:
    """Exactly the size, opaque; the middle stays in the middle, no edge is made up, and the facts say what was cut."""
    picture = np.zeros((height, width, 4), np.uint8)
    picture[..., 0], picture[..., 3] = 200, 255
    picture[height // 2 - 20 : height // 2 + 20, width // 2 - 20 : width // 2 + 20, :3] = (20, 220, 40)
    save_png(picture, tmp_path / "s.png")
    payload = ConformStillPayload(256, 144, "#102030")
    bench = lay(
        tmp_path, "still", payload, ("s.png", "image/png", (tmp_path / "s.png").read_bytes()), facts={"model": "a/b"}
    )
    made = conform_still(bench)
    pixels = load(made.files[0].path)
    assert pixels.shape == (144, 256, 4)
    assert pixels[..., 3].min() == 255
    assert tuple(pixels[72, 128, :3]) == (20, 220, 40)
    for corner in (pixels[0, 0], pixels[0, -1], pixels[-1, 0], pixels[-1, -1]):
        assert np.abs(corner[:3].astype(int) - (200, 0, 0)).max() <= 1
    rows, columns = np.nonzero(pixels[..., 1] > 128)
    assert abs((columns.max() - columns.min()) - (rows.max() - rows.min())) <= 1
    kept = 256 / made.facts["scaled_by"] * 144 / made.facts["scaled_by"]
    assert made.facts["cut_away"] == pytest.approx(1 - kept / (width * height), abs=0.01)
    assert (made.facts["width"], made.facts["height"], made.facts["model"]) == (256, 144, "a/b")


def test_the_same_picture_gives_the_same_bytes_and_what_shows_through_is_the_brands_ground(tmp_path: Path) -> None:
    """A cut-out stands on the ground colour, and twice is once."""
    picture = np.zeros((90, 160, 4), np.uint8)
    picture[30:60, 60:100] = (250, 250, 250, 255)
    save_png(picture, tmp_path / "s.png")
    payload = ConformStillPayload(160, 90, "#102030")
    bench = lay(tmp_path, "still", payload, ("s.png", "image/png", (tmp_path / "s.png").read_bytes()))
    first = Path(conform_still(bench).files[0].path).read_bytes()
    assert first == Path(conform_still(bench).files[0].path).read_bytes()
    pixels = load(bench.scratch / "still.png")
    assert tuple(pixels[0, 0, :3]) == (0x10, 0x20, 0x30)
    assert tuple(pixels[45, 80, :3]) == (250, 250, 250)


def test_a_picture_that_does_not_decode_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """No picture, no frame."""
    bench = lay(tmp_path, "still", ConformStillPayload(64, 36, "#000000"), ("s.png", "image/png", b"<html>no</html>"))
    with pytest.raises(OrderFailed) as caught:
        conform_still(bench)
    assert caught.value.remedy is not None


# Voice.


def record(folder: Path, said: str, *, text: str = TEXT, longest_ms: int = 5000, before_ms: int = 700) -> Made:
    """A line spoken in tones, with silence around it, as MP3 with its word times, made to fit."""
    spoken = folder / "spoken.wav"
    spoken.write_bytes(speak_tones(said, MS))
    sound = to_mp3(to_wav(folder, pad(read_sound(spoken), before_ms, 900)))
    words = [[word, start + before_ms, end + before_ms] for word, start, end in time_tones(said)]
    payload = ConformVoicePayload(text, longest_ms)
    return conform_voice(lay(folder, "voice", payload, ("v.mp3", "audio/mpeg", sound), word_file(words)))


def test_the_words_of_a_line_stand_where_they_are_heard(tmp_path: Path) -> None:
    """Silence around it goes, the level is every line's, and each word sounds within its own times and not between."""
    made = record(tmp_path, TEXT)
    samples = hear(made)
    assert [word for word, _, _ in made.facts["words"]] == TEXT.split()
    assert made.facts["words"][0][1] <= 60
    assert made.facts["duration_ms"] == pytest.approx(len(TEXT) * MS, abs=120)
    assert measure(samples).lufs == pytest.approx(VOICE_LUFS, abs=0.5)
    ends = 0
    for _, start, end in made.facts["words"]:
        assert measure_rms(samples[48 * (start + 15) : 48 * (end - 15)]) > -25
        if ends:
            assert measure_rms(samples[48 * (ends + 18) : 48 * (start - 18)]) < -45
        ends = end
    assert (made.facts["unsaid"], made.facts["added"], made.facts["otherwise"]) == ([], [], [])


def test_what_is_said_otherwise_left_out_or_added_is_told_and_captions_keep_the_script(tmp_path: Path) -> None:
    """The words of the script are all there in order; the differences are facts."""
    made = record(tmp_path, "Take it home for five dollars really today.")
    assert " ".join(word for word, _, _ in made.facts["words"]) == TEXT
    assert made.facts["otherwise"] == [["$5", "five dollars really"]]
    short = record(tmp_path, "Take it for $5 today.")
    assert " ".join(word for word, _, _ in short.facts["words"]) == TEXT
    assert short.facts["unsaid"] == ["home"]


def test_a_line_longer_than_its_scene_is_refused_as_ours_is(tmp_path: Path) -> None:
    """It is not hurried; the message says how many words would fit, and that the recording is kept."""
    with pytest.raises(OrderFailed) as caught:
        record(tmp_path, TEXT, longest_ms=1000)
    assert "recording is kept" in caught.value.message
    assert caught.value.remedy is not None
    assert "Shorten the line to about 3 of its 6 words" in caught.value.remedy.text


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"not json",
        b'{"words": 7}',
        b'{"words": [["a", 5, 1]]}',
        b'{"words": [["a", 0, 900000]]}',
        b'{"words": [[1, 2]]}',
    ],
)
def test_word_times_that_cannot_be_true_are_no_word_times(words: bytes, tmp_path: Path) -> None:
    """Garbage beside a good recording leaves the sound as it is and says that nothing is timed."""
    sound = to_wav(tmp_path, tone(800))
    bench = lay(tmp_path, "voice", ConformVoicePayload("A line", 3000), ("v.wav", "audio/wav", sound),
                ("w.json", "application/json", words))  # fmt: skip
    made = conform_voice(bench)
    assert (made.facts["is_timed"], made.facts["words"]) == (False, [])
    assert made.facts["duration_ms"] == pytest.approx(800, abs=100)


def test_silence_is_no_line(tmp_path: Path) -> None:
    """A recording in which nothing sounds is refused."""
    sound = to_wav(tmp_path, np.zeros((48_000, 2), np.float32))
    with pytest.raises(OrderFailed, match="silent"):
        conform_voice(lay(tmp_path, "voice", ConformVoicePayload("A line", 3000), ("v.wav", "audio/wav", sound)))


# Music.


def score(folder: Path, samples: Samples, *, length_ms: int = 3000, fade_ms: int = 800) -> Made:
    """Music made to fit a film."""
    payload = ConformMusicPayload(length_ms, fade_ms)
    return conform_music(lay(folder, "music", payload, ("m.wav", "audio/wav", to_wav(folder, samples))))


def test_longer_music_is_trimmed_to_where_it_starts_cut_to_the_film_and_faded(tmp_path: Path) -> None:
    """Silence before it goes, the length is the film's to the sample, and it leaves over the fade and no earlier."""
    made = score(tmp_path, pad(tone(6000), 400, 0))
    samples = hear(made)
    assert len(samples) == 3000 * 48
    assert made.facts["trimmed_ms"] == pytest.approx(400, abs=5)
    assert measure_rms(samples[48 * 50 : 48 * 250]) == pytest.approx(measure_rms(tone(1000)), abs=0.5)
    assert measure_rms(samples[48 * 1900 : 48 * 2150]) == pytest.approx(measure_rms(tone(1000)), abs=0.5)
    assert measure_rms(samples[48 * 2900 :]) < measure_rms(tone(1000)) - 18


def test_music_that_ends_a_little_early_is_followed_by_silence_and_much_earlier_is_refused(tmp_path: Path) -> None:
    """Nothing is repeated or stretched."""
    made = score(tmp_path, tone(2000))
    assert len(hear(made)) == 3000 * 48
    assert measure_rms(hear(made)[48 * 2100 :]) < -100
    with pytest.raises(OrderFailed, match="not repeated"):
        score(tmp_path, tone(1000))
    late = score(tmp_path, pad(tone(2900), 300, 0))
    assert late.facts["trimmed_ms"] == 200


# Effects.


def draw_effect(kind: str) -> tuple[Samples, int]:
    """A sound with the shape of a kind, late and with silence before it, and the millisecond of its event."""
    moments = np.arange(48 * 2000) / 48
    if kind == "riser":
        level = np.where(moments < 1500, (moments / 1500) ** 2, 0.0)
        event = 1500
    elif kind == "whoosh":
        level = np.exp(-(((moments - 900) / 160) ** 2))
        event = 900
    else:
        level = np.where(moments < 700, 0.0, np.exp(-(moments - 700) / 250))
        event = 700
    noise = np.random.default_rng(3).normal(0, 0.2, (len(moments), 2))
    return (noise * level[:, None]).astype(np.float32), event


@pytest.mark.parametrize(("kind", "shape"), [*SHAPES.items(), ("whoosh", CALM_WHOOSH), ("riser", shape_riser(2000))])
def test_the_event_of_a_bought_effect_falls_where_ours_would(kind: str, shape: tuple[int, int], tmp_path: Path) -> None:
    """Whatever silence came before it: exact length, the event within 40 ms of the cue, at the effects' level."""
    source, event = draw_effect(kind)
    length, sync = shape
    payload = ConformEffectPayload(kind, length, sync)
    made = conform_effect(lay(tmp_path, "effect", payload, ("e.wav", "audio/wav", to_wav(tmp_path, source))))
    samples = hear(made)
    assert len(samples) == length * 48
    assert abs(find_landing(samples, kind, sync) - sync) <= 40
    assert made.facts["moved_ms"] == pytest.approx(sync - event, abs=60)
    assert measure_loudest(samples) == pytest.approx(EFFECT_LEVEL_DB, abs=2.5)
    assert (made.facts["sync_ms"], made.facts["duration_ms"]) == (sync, length)


def test_a_silent_effect_is_refused(tmp_path: Path) -> None:
    """Nothing to hear is nothing bought well."""
    sound = to_wav(tmp_path, np.zeros((48_000, 2), np.float32))
    with pytest.raises(OrderFailed, match="silent"):
        conform_effect(lay(tmp_path, "effect", ConformEffectPayload("hit", 900, 10), ("e.wav", "audio/wav", sound)))
