"""Processes that buy are killed at every named point and at random: nothing is paid twice, lost, or left hanging."""

from __future__ import annotations

from pathlib import Path

import pytest

from workprint.film.model_card import Recovery
from workprint.testing.kill_harness import format_reports, run_kills

KILLS = 100
SEED = 11


@pytest.mark.slow
def test_kill_9_costs_nothing_and_loses_nothing(tmp_path: Path) -> None:
    """After a hundred kills over all classes of recovery every bill is the book, and only class C and D may hold."""
    reports = run_kills(KILLS, tmp_path, seed=SEED)
    print(format_reports(reports))
    assert {report.recovery for report in reports} == set(Recovery)
    assert [fault for report in reports for fault in report.faults] == []
    assert sum(report.kills for report in reports) >= KILLS
