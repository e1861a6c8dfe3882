"""Aspect families by the command line: other shapes of a film, cut from what was paid for once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.faces.inside import run_inside
from tests.faces.test_takes import bought_film, finish
from tests.productions import read_events, run_cli

from workprint.faces.library import open_project
from workprint.lab.decode import probe

pytestmark = pytest.mark.slow


def read_sidecar(folder: Path) -> dict[str, Any]:
    """The sidecar of the film in a folder of results."""
    (path,) = (path for path in folder.glob("*.json") if path.name.startswith("Short_7s"))
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def test_a_square_sibling_is_cut_from_the_paid_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sibling is a film of its own in its own shape; its bought shots are the paid clips, which say from
    whom they came, and nothing is bought."""
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
        told_of = [
            [(clip["model"], clip["ticket"], clip["notice"]) for clip in read_sidecar(folder)["clips"][:2]]
            for folder in (project / "out", project / "out" / "brief-1x1")
        ]
        assert told_of[0] == told_of[1]
        assert all(model and ticket for model, ticket, _ in told_of[1])
        assert read_sidecar(project / "out" / "brief-1x1")["total_cost_usd"] == "0.00"
        assert run_inside("verify", "--brief", "brief-1x1.yaml", cwd=project).returncode == 0
        again = run_inside("family", "--aspects", "1:1", cwd=project)
        assert "as handed over before" in again.stdout
        assert run_inside("family", "--aspects", "9:16", "--brief", "brief-1x1.yaml", cwd=project).returncode == 0
        with open_project(project, "brief-1x1-9x16.yaml").parts() as parts:
            models = [str(take.facts["model"]) for take in parts.takes.origins.values()]
        assert models == [model for model, _, _ in told_of[0]], "a sibling's sibling is cut from the same paid clips"
        assert (fake.count("submit"), fake.billed) == (submits, billed)
        assert run_inside("family", "--aspects", "16:9", cwd=project).returncode == 2
