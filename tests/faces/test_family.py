"""Aspect families by the command line: other shapes of a film, cut from what was paid for once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faces.inside import run_inside
from tests.faces.test_takes import bought_film, finish
from tests.productions import read_events, run_cli

from workprint.lab.decode import probe

pytestmark = pytest.mark.slow


def test_a_square_sibling_is_cut_from_the_paid_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sibling is a film of its own in its own shape; its bought shots are the paid clips, and nothing is bought."""
    with bought_film(tmp_path, monkeypatch) as (project, fake):
        submits, billed = fake.count("submit"), fake.billed
        told = run_inside("family", "--aspects", "1:1", "--json", cwd=project)
        assert told.returncode == 0, told.stderr
        (sibling,) = [event for event in read_events(told.stdout) if event["type"] == "sibling"]
        shots = sibling["shots"]
        assert isinstance(shots, list)
        assert [(shot["slate"], round(shot["cut_away"], 2)) for shot in shots] == [
            ("SC01_SH01", 0.44),
            ("SC01_SH02", 0.44),
        ]
        plan = run_cli("plan", "--brief", "brief-1x1.yaml", cwd=project)
        assert "Cost at most 0.00 USD" in plan.stdout
        finish(project, "--brief", "brief-1x1.yaml")
        facts = probe(project / "out" / "brief-1x1" / "Short_7s_1x1.mp4")
        assert (facts.width, facts.height) == (144, 144)
        again = run_inside("family", "--aspects", "1:1", cwd=project)
        assert "as handed over before" in again.stdout
        assert (fake.count("submit"), fake.billed) == (submits, billed)
        assert run_inside("family", "--aspects", "16:9", cwd=project).returncode == 2
