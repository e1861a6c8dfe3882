"""Loudness, true peaks and the limiter."""

from __future__ import annotations

import numpy as np
import pytest

from workprint.lab.loudness import find_true_peaks, limit_true_peak, measure
from workprint.lab.sound import to_decibels

RATE = 48_000


def sine(hertz: float, seconds: float, peak: float, phase: float = 0.0) -> np.ndarray:
    """One channel of a sine."""
    return (peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE + phase)).astype(np.float32)


def test_the_reference_tone_reads_as_published() -> None:
    """A 0 dBFS 997 Hz sine reads -3.01 LUFS on one channel and 0.0 on both (BS.1770, EBU Tech 3341)."""
    wave = sine(997, 3, 1.0)
    assert abs(measure(np.stack([wave, 0 * wave], axis=1)).lufs + 3.01) < 0.05
    both = measure(np.stack([wave, wave], axis=1))
    assert abs(both.lufs) < 0.05
    assert abs(both.true_peak_dbtp) < 0.05


def test_a_quiet_tone_reads_its_level() -> None:
    """EBU Tech 3341 case 1: a stereo 1 kHz sine at -23 dBFS reads -23.0 LUFS."""
    wave = sine(1000, 4, 10 ** (-23 / 20))
    assert abs(measure(np.stack([wave, wave], axis=1)).lufs + 23.0) < 0.1


@pytest.mark.parametrize("length", [0, 1, 4799, 48_000])
def test_silence_is_minus_seventy(length: int) -> None:
    """Silence of any length reads -70.0 LUFS, and no peak."""
    assert measure(np.zeros((length, 2), dtype=np.float32)).lufs == -70.0


def test_a_peak_in_the_last_samples_is_seen() -> None:
    """The meter's 100 ms blocks hide nothing at the end of a sound."""
    samples = np.zeros((48_030, 2), dtype=np.float32)
    samples[48_010:48_020] = 0.9
    assert measure(samples).true_peak_dbtp > -1.5


def test_a_peak_between_samples_is_found() -> None:
    """A sine at a quarter of the rate, 45 degrees off, peaks 3 dB above its samples (BS.1770 annex 2)."""
    wave = sine(12_000, 1, 1.0, np.pi / 4) * np.clip(np.arange(RATE) / 4800, 0, 1).astype(np.float32)
    samples = np.stack([wave, wave], axis=1)
    assert abs(to_decibels(float(np.abs(samples).max())) + 3.01) < 0.02
    assert abs(to_decibels(float(find_true_peaks(samples).max()))) < 0.2


@pytest.mark.parametrize("gain", [0.5, 2.0, 6.0])
def test_the_limiter_keeps_its_ceiling(gain: float) -> None:
    """Noise with bursts stays under the ceiling by another meter (ebur128), however hard it is driven."""
    rng = np.random.default_rng(5)
    noise = (rng.standard_normal((2 * RATE, 2)) * 0.2 * gain).astype(np.float32)
    noise[40_000:40_050] *= 5
    assert measure(limit_true_peak(noise, -1.6)).true_peak_dbtp <= -1.5


def test_the_limiter_leaves_what_is_low_enough() -> None:
    """Sound under the ceiling comes back bit for bit."""
    wave = sine(300, 1, 0.5)
    samples = np.stack([wave, wave], axis=1)
    assert (limit_true_peak(samples, -1.0) == samples).all()


def test_the_limiter_does_not_click() -> None:
    """A limited low tone stays smooth: its steepest step grows by no more than its level would allow."""
    wave = sine(80, 1, 0.5)
    wave[20_000:24_000] *= 3
    samples = np.stack([wave, wave], axis=1)
    limited = limit_true_peak(samples, -3.0)
    inside = slice(20_200, 23_800)
    assert float(np.abs(np.diff(limited[inside, 0])).max()) < 2 * np.pi * 80 / RATE * 1.2
