"""The final technical check of a film (T1): container, picture, sound, and how they run together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version
from itertools import pairwise
from pathlib import PurePath

import numpy as np

from workprint.film.cut_orders import FilmCheckPayload
from workprint.film.errors import OrderFailed
from workprint.film.money import Money
from workprint.film.order import Order
from workprint.film.sound_orders import LOUDNESS_TARGET_LUFS, SAMPLE_RATE, TRUE_PEAK_LIMIT_DBTP
from workprint.film.time import Rate, Span
from workprint.lab.decode import FrameLog, VideoFacts, probe, read_frames
from workprint.lab.kinetic import choose_parts, read_cast
from workprint.lab.mux import AAC_FRAME, TOLERANCE_LU, describe_boxes, hear_film
from workprint.lab.picture_faults import find_runs
from workprint.lab.picture_readings import PICTURE_METRICS, add_picture_readings
from workprint.lab.picture_scan import scan_pictures
from workprint.lab.pictures import load
from workprint.lab.readings import Readings, add_stretches
from workprint.lab.sound import Samples, SoundRefused, read_sound
from workprint.lab.steadiness import ShotMap
from workprint.lab.text_contrast import TextMeter, TextWatch
from workprint.lab.text_readings import TEXT_METRICS, add_text_readings, read_texts, watch_title
from workprint.lab.title_motion import plan_motion
from workprint.ports.maker import Bench, BenchInput, Estimate, Made, MakerCard

SILENCE_DBFS = -60.0
"""RMS below which a tenth of a second counts as silent."""

LONGEST_SILENCE_SECONDS = 2.0
"""Longer reads as a missing track."""

WINDOW = SAMPLE_RATE // 10
"""Samples a level is taken over."""

SOUND_METRICS = ("audio", "sync", "lufs", "true_peak", "silence")
SEEN_METRICS = ("frames", "cadence", *PICTURE_METRICS, *TEXT_METRICS)

KINETIC_FILES = 3
"""Whole, plate, ink: the files of a title that can come part by part. Letters are found best in the last."""

SECONDS_PER_FRAME = 0.012
"""CPU seconds a 1080p frame takes, decoding included, measured on the reference machine."""


def _describe_tools() -> str:
    return f"av {version('av')} numpy {version('numpy')} skia {version('skia-python')}"


def _estimate(order: Order) -> Estimate:
    payload = order.payload
    assert isinstance(payload, FilmCheckPayload)
    return Estimate(Money(0), payload.frames * SECONDS_PER_FRAME + 0.5)


def check_film(bench: Bench) -> Made:
    """Measure a film as delivered. Facts: `readings` (rows of film.dailies.Reading) and `grade`.

    Raises OrderFailed for a title that is not of the film's size.
    """
    payload = bench.payload
    assert isinstance(payload, FilmCheckPayload)
    path = bench.inputs["film"].path
    readings = Readings()
    meter, untold = _watch_titles(bench, payload)
    facts = _try(readings, "container", (), lambda: _add_container(readings, path, payload))
    if isinstance(facts, VideoFacts):
        _try(readings, "decode", SEEN_METRICS, lambda: _add_picture(readings, bench, payload, (meter, untold)))
        _try(readings, "audio", SOUND_METRICS[1:], lambda: _add_sound(readings, path, facts, payload))
    else:
        readings.skip(("decode", *SEEN_METRICS, *SOUND_METRICS), "the file does not open")
    bench.report(1.0)
    return Made((), readings.as_facts())


def _try(readings: Readings, metric: str, lost: tuple[str, ...], work: Callable[[], object]) -> object:
    """The work's result; when the file refuses, a fault and the metrics that are lost with it."""
    try:
        return work()
    except (OrderFailed, SoundRefused) as problem:
        readings.add(metric, 0, "readable", False, problem.message)
        readings.skip(lost, "could not be read")
        return None


def _add_container(readings: Readings, path: PurePath, payload: FilmCheckPayload) -> VideoFacts:
    facts = probe(path)
    names = [name for name, _ in describe_boxes(path)]
    is_mp4 = names[:1] == ["ftyp"]
    readings.add("container", is_mp4, "mp4", is_mp4, "" if is_mp4 else facts.container)
    is_fast = is_mp4 and "moov" in names and "mdat" in names and names.index("moov") < names.index("mdat")
    readings.add("faststart", is_fast, "index before media", is_fast)
    found = (facts.codec, facts.profile, facts.pix_fmt)
    is_h264 = found == ("h264", "High", "yuv420p")
    readings.add("codec", is_h264, "H.264 High yuv420p", is_h264, "" if is_h264 else " ".join(found))
    tags = (facts.primaries, facts.transfer, facts.matrix, facts.color_range)
    is_tagged = tags == (1, 1, 1, 1)
    note = "" if is_tagged else "tagged " + "/".join(map(str, tags))
    readings.add("color", is_tagged, "BT.709, limited range", is_tagged, note)
    is_size = (facts.width, facts.height) == (payload.width, payload.height)
    note = "" if is_size else f"measures {facts.width}x{facts.height}"
    readings.add("size", facts.width, f"= {payload.width}x{payload.height}", is_size, note)
    rate = Fraction(*facts.rate)
    limit = f"= {payload.rate[0]}/{payload.rate[1]}"
    readings.add("rate", float(rate), limit, rate == Fraction(*payload.rate))
    return facts


def _add_picture(readings: Readings, bench: Bench, payload: FilmCheckPayload, watched: tuple[TextMeter, str]) -> None:
    path, (meter, untold) = bench.inputs["film"].path, watched
    rate, log = Rate(*payload.rate), FrameLog()
    try:
        scan = scan_pictures(meter.watch(log.watch(read_frames(path, threads=2))), rate)
    except ValueError as problem:
        raise OrderFailed("The film holds no frame.", where=path.name) from problem
    note = "" if not log.damaged else "frames are damaged"
    readings.add("decode", log.damaged, "no damaged frame", not log.damaged, note)
    readings.add("frames", scan.frames, f"= {payload.frames}", scan.frames == payload.frames)
    uneven = log.count_uneven(rate.fraction)
    readings.add("cadence", uneven, "every step one frame", not uneven)
    add_picture_readings(readings, scan, _map_shots(bench, payload, scan.frames), _read_repeats(bench, payload))
    if untold:
        readings.skip(TEXT_METRICS, f"{untold} does not say where its type stands")
    else:
        add_text_readings(readings, meter, payload.platform, (payload.width, payload.height), rate)


def _read_repeats(bench: Bench, payload: FilmCheckPayload) -> tuple[int, ...]:
    """How many frames each shot repeats because its clip was made at a lower rate than the film's: no fault of its."""
    clips = (bench.inputs.get(f"fitted.{index}") for index in range(len(payload.cuts) + 1))
    return tuple(int(clip.facts.get("repeats", 0)) if clip is not None else 0 for clip in clips)


def _watch_titles(bench: Bench, payload: FilmCheckPayload) -> tuple[TextMeter, str]:
    """What measures every text of the titles, and the role of a title that does not tell its texts, or ""."""
    meter = TextMeter()
    for cue in payload.titles:
        given = bench.inputs[cue.role]
        if "texts" not in given.facts:
            return meter, cue.role
        picture = load(given.paths[-1] if len(given.paths) == KINETIC_FILES else given.path)
        if picture.shape[:2] != (payload.height, payload.width):
            raise OrderFailed(f"The title {cue.role} is not of the film's size.", where=bench.name)
        meter.texts += watch_title(read_texts(given.facts["texts"]), picture, cue.start)
    for role in payload.captions:
        meter.texts += _watch_captions(bench.inputs[role])
    return meter, ""


def _watch_captions(given: BenchInput) -> Iterator[TextWatch]:
    """The lines of burned-in captions, each with the plate it stands on."""
    width, height = given.facts["size"]
    for told in given.facts["texts"]:
        _, _, x, y = given.facts["plates"][told["file"]]
        plate = load(given.paths[told["file"]])
        picture = np.zeros((height, width, 4), np.uint8)
        picture[y : y + plate.shape[0], x : x + plate.shape[1]] = plate
        yield from watch_title(read_texts([told]), picture, 0)


def _list_changes(bench: Bench, payload: FilmCheckPayload) -> Iterator[int]:
    """The frames on which burned-in captions come and go."""
    for role in payload.captions:
        for first, end, _, _ in bench.inputs[role].facts["plates"]:
            yield from (first, end)


def _map_shots(bench: Bench, payload: FilmCheckPayload, frames: int) -> ShotMap:
    """Where the film may change, from what was ordered."""
    edges = sorted({0, frames, *(cut for cut in payload.cuts if 0 < cut < frames)})
    sudden = [(cue.entrance, cue.start) for cue in payload.titles] + [(cue.exit, cue.end) for cue in payload.titles]
    moves: list[Span] = []
    for cue in payload.titles:
        facts = bench.inputs[cue.role].facts
        name, parts = choose_parts(facts.get("parts"), cue.entrance)
        rate, cast = Rate(*payload.rate), read_cast(facts)
        motion = plan_motion(replace(cue, entrance=name), payload.height, rate, len(parts), cast)
        moves += [Span(cue.start, motion.entrance), Span(cue.end - motion.exit, motion.exit)]
    return ShotMap(
        shots=tuple(Span(start, end - start) for start, end in pairwise(edges)),
        still=tuple(Span(start, length) for start, length in payload.still_spans),
        soft=tuple(Span(start, length) for start, length in payload.transitions),
        moves=tuple(moves),
        breaks=(*(frame for way, frame in sudden if way == "none"), *_list_changes(bench, payload)),
    )


def _add_sound(readings: Readings, path: PurePath, facts: VideoFacts, payload: FilmCheckPayload) -> None:
    if not facts.has_audio:
        readings.add("audio", 0, "AAC 48 kHz stereo", False, "the film has no sound track")
        readings.skip(SOUND_METRICS[1:], "there is no sound")
        return
    is_right = (facts.sound_codec, facts.sound_rate, facts.sound_channels) == ("aac", SAMPLE_RATE, 2)
    found = f"{facts.sound_codec} {facts.sound_rate} Hz, {facts.sound_channels} channels"
    readings.add("audio", facts.sound_rate, "AAC 48 kHz stereo", is_right, "" if is_right else found)
    samples = read_sound(path)
    _add_sync(readings, facts, len(samples))
    heard = hear_film(path, payload.frames, payload.rate)
    off = abs(heard.lufs - LOUDNESS_TARGET_LUFS)
    limit = f"{LOUDNESS_TARGET_LUFS:g} +-{TOLERANCE_LU:g} LUFS"
    # Half a hundredth of rounding must not decide.
    readings.add("lufs", heard.lufs, limit, off <= TOLERANCE_LU + 0.005)
    limit = f"<= {TRUE_PEAK_LIMIT_DBTP:g} dBTP"
    readings.add("true_peak", heard.true_peak_dbtp, limit, heard.true_peak_dbtp <= TRUE_PEAK_LIMIT_DBTP + 0.005)
    _add_silence(readings, samples, facts)


def _add_sync(readings: Readings, facts: VideoFacts, samples: int) -> None:
    """Picture and sound must start together and end within one frame and one AAC frame of each other."""
    apart = abs(facts.duration - Fraction(samples, SAMPLE_RATE))
    allowed = 1 / Fraction(*facts.rate) + Fraction(AAC_FRAME, SAMPLE_RATE)
    is_ok = apart <= allowed and facts.video_start == 0
    note = "" if facts.video_start == 0 else f"the picture starts at {float(facts.video_start):.3f} s"
    readings.add("sync", float(apart), f"<= {float(allowed):.3f} s", is_ok, note)


def _add_silence(readings: Readings, samples: Samples, facts: VideoFacts) -> None:
    windows = len(samples) // WINDOW
    power = np.square(samples[: windows * WINDOW], dtype=np.float64).reshape(windows, -1).mean(axis=1)
    quiet = power < 10 ** (SILENCE_DBFS / 10)
    spans = find_runs(quiet, int(LONGEST_SILENCE_SECONDS * SAMPLE_RATE / WINDOW) + 1)
    frame = Rate(*facts.rate).frames
    stretches = [Span(frame(span.start / 10), frame(span.length / 10)) for span in spans]
    add_stretches(
        readings,
        "silence",
        stretches,
        f"<= {LONGEST_SILENCE_SECONDS:g} s",
        lambda span: f"{span.length} frames from frame {span.start}",
    )


MAKERS = (
    MakerCard(
        step="film_check",
        version=2,
        payload=FilmCheckPayload,
        entry="workprint.adapters.film_check:check_film",
        is_durable=False,
        tools=_describe_tools,
        cost=_estimate,
    ),
)
