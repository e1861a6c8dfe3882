"""Every gate really stops a project, driven by the command line, and lets it go on when it should."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import wave
from pathlib import Path

import pytest
import skia
from tests.faces.inside import run_inside
from tests.productions import (
    COLOURS,
    draw_picture,
    film_path,
    made_steps,
    plan_lines,
    read_events,
    write_short_project,
)

CLIP_PRICE = "clip = 0.01"
"""A cent a frame: each of the two clips costs 0.37, with the seven frames the dissolve needs."""


def edit_brief(root: Path, old: str, new: str) -> None:
    """Replace a piece of a project's brief."""
    path = root / "brief.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def set_people(root: Path, line: str) -> None:
    """Add a line to [people] of a project's settings."""
    path = root / "project.toml"
    path.write_text(path.read_text().replace("[people]\n", f"[people]\n{line}\n"))


def run_next(result: subprocess.CompletedProcess[str], root: Path) -> subprocess.CompletedProcess[str]:
    """Run the next command a stopped produce printed, word for word."""
    printed = re.findall(r": (workprint .+)$", result.stderr, flags=re.MULTILINE)
    assert printed, result.stderr
    return run_inside(*shlex.split(printed[-1])[1:], cwd=root)


def gates_in_plan(root: Path) -> dict[str, str]:
    """Gate -> level of all gates a plan speaks of, but for those that cannot be judged yet."""
    output = run_inside("plan", "--json", cwd=root).stdout
    gates = [event for event in read_events(output) if event["type"] == "plan-gate"]
    return {str(gate["gate"]): str(gate["level"]) for gate in gates if gate["level"] != "later"}


def spent(root: Path) -> str:
    """What the ledger says is spent, in dollars."""
    return str(read_events(run_inside("cost", "--json", cwd=root).stdout)[-1]["spent"])


def rulings_of(film: Path) -> list[dict[str, str]]:
    """The rulings in a master's sidecar."""
    rulings: list[dict[str, str]] = json.loads(film.with_suffix(".json").read_text())["rulings"]
    return rulings


# -- contract, names, modifier --------------------------------------------------------------------


def test_contract_without_a_cap_stops_before_anything_is_generated(tmp_path: Path) -> None:
    """With no cap nothing is generated: exit 5, said by plan beforehand; a cap of 0 is a cap, and clears it."""
    root = write_short_project(tmp_path / "uncapped")
    edit_brief(root, ", cap_usd: 0", "")
    assert gates_in_plan(root)["contract"] == "hard"
    result = run_inside("produce", "--json", cwd=root)
    assert result.returncode == 5
    assert not {step for step, _ in made_steps(result.stdout)} & {"still", "clip", "music", "voice"}
    assert "cap_usd" in str(read_events(result.stdout)[-1]["remedy"])
    assert "contract" in run_inside("status", cwd=root).stdout
    edit_brief(root, "format: short-film", "format: short-film, cap_usd: 0")
    assert gates_in_plan(root) == {}


def test_contract_with_two_pictures_stops(tmp_path: Path) -> None:
    """Two reference pictures are not three; the gate names both numbers and exits 5. An override is possible."""
    root = write_short_project(tmp_path / "two", pictures=2)
    result = run_inside("produce", cwd=root)
    assert result.returncode == 5, result.stderr
    assert "contract" in result.stderr
    assert "2 of at least 3" in result.stderr
    refused = run_inside("approve", "contract", cwd=root)
    assert refused.returncode == 2
    assert "override contract" in refused.stderr
    assert run_inside("override", "contract", "--reason", "only two sides exist", cwd=root).returncode == 0
    assert gates_in_plan(root) == {}


def test_names_gate_stops_a_bad_asset_name(tmp_path: Path) -> None:
    """An asset name outside the scheme stops with exit 5 and names the culprit; what is overridden is planned."""
    root = write_short_project(tmp_path / "names")
    edit_brief(root, "id: one,", 'id: one, asset_name: "hero shot final(2)",')
    result = run_inside("produce", cwd=root)
    assert result.returncode == 5
    assert "names gate" in result.stderr
    assert "hero shot final(2)" in result.stderr
    assert "SC01_SH03_PROP_Name" in result.stderr
    assert run_inside("override", "asset_names", "--reason", "the client's own name", cwd=root).returncode == 0
    assert gates_in_plan(root) == {}
    edit_brief(root, "final(2)", "final(3)")
    assert gates_in_plan(root) == {"asset_names": "hard"}, "the override was about the other name"


def test_modifier_gate_stops_before_the_first_frame(tmp_path: Path) -> None:
    """With an empty modifier no frame is shot: exit 5; the command it prints lets it go on."""
    root = write_short_project(tmp_path / "bare")
    edit_brief(root, "scenes:\n", 'optics: {modifier: ""}\nscenes:\n')
    result = run_inside("produce", "-C", str(root), cwd=tmp_path)
    assert result.returncode == 5
    assert "modifier gate" in result.stderr
    assert not list((root / "out").glob("stills/*"))
    assert run_next(result, tmp_path).returncode == 0
    assert gates_in_plan(root) == {}


# -- budget ----------------------------------------------------------------------------------------


def test_quota_waits_for_agreement_and_then_goes_on(tmp_path: Path) -> None:
    """The order past the quota is refused with exit 6 and not paid; `approve budget_quota` lets it be made."""
    root = write_short_project(tmp_path / "quota", cap="5, quota_usd: 0.37", prices=CLIP_PRICE)
    assert gates_in_plan(root) == {"budget_quota": "soft"}
    result = run_inside("produce", "--yes", cwd=root)
    assert result.returncode == 6
    assert spent(root) == "0.37"
    assert run_next(result, root).returncode == 0
    finished = run_inside("produce", "--yes", "--json", cwd=root)
    assert finished.returncode == 0, finished.stdout
    assert spent(root) == "0.74"
    by = {(item["gate"], item["kind"], item["who"] == "auto") for item in rulings_of(film_path(finished.stdout))}
    assert ("budget_quota", "approve", False) in by
    assert {("picture_lock", "approve", True), ("shot_lock", "approve", True)} <= by, "the policy is recorded as such"


def test_cap_is_never_passed_without_an_override(tmp_path: Path) -> None:
    """One cent short of the cap: exit 6, nothing spent beyond it; only an override with a reason lets it go on."""
    root = write_short_project(tmp_path / "cap", cap="0.73", prices=CLIP_PRICE)
    result = run_inside("produce", "--yes", "--json", cwd=root)
    assert result.returncode == 6
    assert [step for step, _ in made_steps(result.stdout)].count("clip") == 1
    assert spent(root) == "0.37"
    status = read_events(run_inside("status", "--json", cwd=root).stdout)[-1]
    assert status["money"] == {"spent": "0.37", "reserved": "0.00", "cap": "0.73"}
    assert run_inside("approve", "budget_cap", cwd=root).returncode == 2
    assert run_inside("override", "budget_cap", cwd=root).returncode == 2
    assert run_inside("override", "budget_cap", "--reason", "  ", cwd=root).returncode == 2
    assert run_inside("override", "budget_cap", "--reason", "the client pays the cent", cwd=root).returncode == 0
    assert not [
        line for line in plan_lines(run_inside("plan", "--json", cwd=root).stdout) if line["action"] == "blocked"
    ]
    assert spent(root) == "0.37"


# -- quality ---------------------------------------------------------------------------------------


def test_dailies_gate_stops_clips_that_fail_their_checks(tmp_path: Path) -> None:
    """Black clips stop at the dailies with exit 7 and their readings; approved as they are, the cut goes on."""
    root = tmp_path / "black"
    (root / "assets").mkdir(parents=True)
    paint_black(root / "assets" / "p1.png")
    write_short_project(root, ground="#000000", intent="A thing on black")
    edit_brief(root, "#E8A33D", "#000000")
    edit_brief(root, "type: lifestyle,", "type: lifestyle, camera: {move: dolly_in},")
    result = run_inside("produce", cwd=root)
    assert result.returncode == 7, result.stderr
    assert "black" in result.stderr
    assert not (root / "out" / "draft.mp4").exists()
    assert run_next(result, root).returncode == 0
    assert "dailies" not in gates_in_plan(root)
    assert run_inside("produce", cwd=root).returncode in (0, 7), "the film itself may fail its final check next"
    assert (root / "out" / "draft.mp4").is_file()


def paint_black(path: Path) -> None:
    """A picture of nothing."""
    surface = skia.Surface(256, 256)
    surface.getCanvas().clear(skia.ColorBLACK)
    surface.makeImageSnapshot().save(str(path), skia.kPNG)


def test_final_check_stops_a_silent_film(tmp_path: Path) -> None:
    """A film whose own music is silence fails its loudness: exit 7 and no package; approved, it is delivered."""
    root = write_short_project(tmp_path / "silent")
    write_silence(root / "assets" / "silence.wav")
    edit_brief(root, "bpm: 120}", "bpm: 120, music_file: assets/silence.wav}")
    result = run_inside("produce", cwd=root)
    assert result.returncode == 7, result.stderr
    assert "final_check gate" in result.stderr
    assert "lufs" in result.stderr
    assert not list((root / "out").glob("*.edl"))
    assert run_next(result, root).returncode == 0
    finished = run_inside("produce", "--json", cwd=root)
    assert finished.returncode == 0
    film = film_path(finished.stdout)
    assert film.with_suffix(".edl").is_file()
    assert ("final_check", "approve") in {(item["gate"], item["kind"]) for item in rulings_of(film)}


def write_silence(path: Path) -> None:
    """Two seconds of digital silence as WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(4 * 48_000 * 2))


# -- a person decides ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], str]:
    """A film finished by a person who ran each printed command: the project, the gates in turn, the last output."""
    root = write_short_project(tmp_path_factory.mktemp("gates") / "person", approve="person")
    set_people(root, 'name = "ann"')
    stops = []
    for _ in range(5):
        result = run_inside("produce", "--json", cwd=root)
        if result.returncode == 0:
            return root, stops, result.stdout
        assert result.returncode == 5, result.stdout
        error = read_events(result.stdout)[-1]
        done = run_inside(*shlex.split(str(error["command"]))[1:], cwd=root)
        assert done.returncode == 0, done.stderr
        stops.append(done.stdout.split(":")[0])
    raise AssertionError(f"still stopped after {stops}")


@pytest.fixture
def project(approved: tuple[Path, list[str], str], tmp_path: Path) -> Path:
    """A copy of the person's project."""
    return Path(shutil.copytree(approved[0], tmp_path / "copy", symlinks=True))


def test_a_person_is_asked_at_every_gate_in_turn(approved: tuple[Path, list[str], str]) -> None:
    """Dailies, picture and shots wait for a person, exit 5 each; the commands printed finish the film."""
    root, stops, output = approved
    assert stops[0] == "dailies"
    assert sorted(stops) == ["dailies", "picture_lock", "shot_lock"]
    film = film_path(output)
    by = {(item["gate"], item["kind"], item["who"]) for item in rulings_of(film)}
    assert by == {(gate, "approve", "ann") for gate in stops}
    sidecar = json.loads(film.with_suffix(".json").read_text())
    assert {clip["locked_by"] for clip in sidecar["clips"]} == {"ann"}
    assert read_events(run_inside("status", "--json", cwd=root).stdout)[-1]["waiting"] == []


def test_a_locked_shot_drifts_and_is_remade_only_when_unlocked(project: Path) -> None:
    """A locked shot with a new intent is reported as drifted and kept; unlocked with a reason it is made again."""
    edit_brief(project, "in the evening", "under neon at night")
    lines = plan_lines(run_inside("plan", "--json", cwd=project).stdout)
    drifted = {(line["step"], line["name"]): line["reason"] for line in lines if line["action"] == "drifted"}
    assert list(drifted) == [("clip", "SC01_SH01_CLIP_lifestyle")]
    assert "locked" in next(iter(drifted.values()))
    kept = run_inside("produce", "--json", cwd=project)
    assert kept.returncode == 0, kept.stdout
    assert "clip" not in {step for step, _ in made_steps(kept.stdout)}
    assert run_inside("unlock", "S01", cwd=project).returncode == 2, "a reason is due"
    assert run_inside("unlock", "S01", "--reason", "new intent", cwd=project).returncode == 0
    made = run_inside("produce", "--json", cwd=project)
    assert made.returncode == 5, "the new clip waits for a person again"
    assert ("clip", "SC01_SH01_CLIP_lifestyle") in made_steps(made.stdout)
    assert "dailies" in str(read_events(made.stdout)[-1]["message"])
    assert run_inside("lock", "S01", cwd=project).returncode == 0
    edit_brief(project, "under neon at night", "in the evening")
    lines = plan_lines(run_inside("plan", "--json", cwd=project).stdout)
    again = [line["name"] for line in lines if line["action"] == "drifted"]
    assert again == ["SC01_SH01_CLIP_lifestyle"], "a lock holds against an earlier version that is known, too"


def test_a_locked_picture_blocks_hard_until_unlocked(project: Path) -> None:
    """A new headline under a person's picture lock blocks hard; `unlock picture` with a reason releases it."""
    edit_brief(project, "Take it home", "Bring it home")
    result = run_inside("produce", cwd=project)
    assert result.returncode == 5
    assert "locked by ann" in result.stderr
    assert run_inside("approve", "picture_lock", cwd=project).returncode == 2
    assert run_inside("unlock", "picture", "--reason", "the client changed the line", cwd=project).returncode == 0
    waits = run_inside("produce", cwd=project)
    assert waits.returncode == 5
    assert "waits for approval" in waits.stderr


def test_approvals_hold_for_what_was_approved_only(project: Path) -> None:
    """With another picture the dailies wait again, though dailies were approved before."""
    assert run_inside("unlock", "all", "--reason", "a new season", cwd=project).returncode == 0
    draw_picture(project / "assets" / "p1.png", COLOURS[3])
    result = run_inside("produce", cwd=project)
    assert result.returncode == 5
    assert "dailies" in result.stderr


def test_roles_limit_what_a_person_may_do(tmp_path: Path) -> None:
    """A viewer may not approve or lock, an editor may approve but not override or unlock; each is told who may."""
    root = write_short_project(tmp_path / "roles", approve="person", pictures=2)
    assert run_inside("produce", cwd=root).returncode == 5
    attempts = {
        "viewer": (("approve", "contract"), ("lock", "all"), ("unlock", "picture", "--reason", "so")),
        "editor": (("override", "contract", "--reason", "so"), ("unlock", "picture", "--reason", "so")),
    }
    settings = (root / "project.toml").read_text()
    for role, commands in attempts.items():
        (root / "project.toml").write_text(settings.replace("[people]\n", f'[people]\nrole = "{role}"\n'))
        for words in commands:
            result = run_inside(*words, cwd=root)
            assert result.returncode == 2, words
            assert f"is {role}" in result.stderr, words
            assert "next:" in result.stderr, words
    (root / "project.toml").write_text(settings.replace("[people]\n", '[people]\nrole = "admin"\n'))
    assert run_inside("override", "contract", "--reason", "so", cwd=root).returncode == 0
