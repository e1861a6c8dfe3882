"""Plan and produce through the command line, on real two-second films."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import av
import pytest
from tests.productions import (
    draw_picture,
    film_path,
    kept_steps,
    made_steps,
    plan_lines,
    run_cli,
    write_short_project,
)


def digest_frames(path: Path) -> str:
    """The sha256 of all decoded frames of a film."""
    summary = hashlib.sha256()
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            summary.update(frame.to_ndarray().tobytes())
    return summary.hexdigest()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A finished project, and what produce printed. Tests that change it work on a copy."""
    root = write_short_project(tmp_path_factory.mktemp("films") / "short")
    result = run_cli("produce", "--json", cwd=root)
    assert result.returncode == 0, result.stderr + result.stdout
    return root, result.stdout


@pytest.fixture
def project(finished: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the finished project."""
    return Path(shutil.copytree(finished[0], tmp_path / "copy", symlinks=True))


def makes(lines: list[dict[str, object]]) -> dict[tuple[str, str], str]:
    """(step, name) -> reason of all a plan would make."""
    return {
        (str(line["step"]), str(line["name"])): str(line["reason"])
        for line in lines
        if line["action"] in ("create", "replace")
    }


def test_film_is_what_the_brief_asked_for(finished: tuple[Path, str]) -> None:
    """The master is H.264 High, yuv420p, bt709, 30 fps, exactly 60 frames, with 48 kHz stereo AAC."""
    with av.open(str(film_path(finished[1]))) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        frames = list(container.decode(video=0))
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert (len(frames), video.average_rate) == (60, 30)
        assert (context.width, context.height) == (256, 144)
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", 48_000, 2)


def test_out_holds_what_a_person_looks_for(finished: tuple[Path, str]) -> None:
    """Poster, contact sheet, EDL, OTIO, sidecars, specs and stills lie beside the master."""
    out = finished[0] / "out"
    film = film_path(finished[1])
    for suffix in (".mp4", ".edl", ".otio", ".json"):
        assert film.with_suffix(suffix).is_file(), suffix
    names = {path.name for path in out.rglob("*")}
    assert any("poster" in name for name in names)
    assert any("contact-sheet" in name for name in names)
    assert (out / "specs" / "SC01_SH01.md").is_file()
    assert (out / "stills" / "SC01_SH01.png").is_file()
    sidecar = json.loads(film.with_suffix(".json").read_text())
    assert sidecar["film"]["sha256"] == hashlib.sha256(film.read_bytes()).hexdigest()
    assert len(sidecar["clips"]) >= 2


def test_captions_stand_beside_a_spoken_film(tmp_path: Path) -> None:
    """A spoken line is captioned beside the master, in its own scene, word for word."""
    root = write_short_project(tmp_path / "spoken", voice="Hello you.")
    film = film_path(run_cli("produce", "--json", cwd=root).stdout)
    assert "Hello you." in film.with_suffix(".srt").read_text()
    assert film.with_suffix(".vtt").read_text().startswith("WEBVTT")
    assert "00:00:01," in film.with_suffix(".srt").read_text()


def test_plan_lines_are_the_work_done(finished: tuple[Path, str], tmp_path: Path) -> None:
    """On a fresh project the plan names exactly what produce then makes."""
    fresh = write_short_project(tmp_path / "fresh")
    plan = run_cli("plan", "--json", cwd=fresh)
    assert plan.returncode == 0, plan.stderr
    assert sorted(makes(plan_lines(plan.stdout))) == sorted(made_steps(finished[1]))


def test_second_produce_makes_nothing(project: Path) -> None:
    """With nothing changed nothing is made, and out/ is filled again from the vault when it was deleted."""
    shutil.rmtree(project / "out")
    result = run_cli("produce", "--json", cwd=project)
    assert result.returncode == 0, result.stderr
    assert made_steps(result.stdout) == []
    assert film_path(result.stdout).is_file()


def test_same_inputs_give_the_same_film(finished: tuple[Path, str], tmp_path: Path) -> None:
    """Two folders with the same inputs make files with the same digests and the same decoded frames."""
    other = write_short_project(tmp_path / "elsewhere")
    result = run_cli("produce", "--json", cwd=other)
    first, second = film_path(finished[1]), film_path(result.stdout)
    assert digest_frames(first) == digest_frames(second)
    assert first.read_bytes() == second.read_bytes()


def test_headline_changes_only_what_shows_it(project: Path) -> None:
    """A new headline remakes the end card and what is cut from it; the plan says so first, with the reason."""
    write_short_project(project, headline="Bring it home")
    planned = makes(plan_lines(run_cli("plan", "--json", cwd=project).stdout))
    result = run_cli("produce", "--json", cwd=project)
    made = made_steps(result.stdout)
    assert set(made) <= set(planned)
    steps = {step for step, _ in made}
    assert "title" in steps
    assert "master" in steps
    assert not steps & {"still", "clip", "voice", "music", "mix"}
    assert [name.split("_")[0] for step, name in made if step == "segment"] == ["SC02"]
    title = next(reason for (step, _), reason in planned.items() if step == "title")
    assert "Take it home" in title
    assert "Bring it home" in title


def test_brand_colour_changes_every_picture_but_no_sound(project: Path) -> None:
    """A new ground colour remakes every clip; music and mix are kept."""
    write_short_project(project, ground="#301010")
    planned = makes(plan_lines(run_cli("plan", "--json", cwd=project).stdout))
    result = run_cli("produce", "--json", cwd=project)
    made = made_steps(result.stdout)
    assert set(made) <= set(planned)
    assert {name for step, name in made if step == "clip"} == {name for step, name in planned if step == "clip"}
    assert "music" not in {step for step, _ in made}
    assert "palette" in next(reason for (step, _), reason in planned.items() if step == "still")


def test_intent_changes_one_scene(project: Path) -> None:
    """A new intent remakes the shots of its scene and nothing of the other."""
    write_short_project(project, intent="A round thing at night")
    planned = makes(plan_lines(run_cli("plan", "--json", cwd=project).stdout))
    made = made_steps(run_cli("produce", "--json", cwd=project).stdout)
    assert set(made) <= set(planned)
    assert {name.split("_")[0] for step, name in made if step in ("still", "clip", "check", "segment")} == {"SC01"}


def test_replaced_picture_changes_its_shots(project: Path) -> None:
    """A picture with other bytes under the same name remakes the shots that show it, and no other clip."""
    draw_picture(project / "assets" / "p1.png", (20, 160, 160))
    planned = makes(plan_lines(run_cli("plan", "--json", cwd=project).stdout))
    made = made_steps(run_cli("produce", "--json", cwd=project).stdout)
    assert set(made) <= set(planned)
    assert {name.split("_")[0] for step, name in made if step == "clip"} == {"SC01"}
    assert "picture changed" in next(reason for (step, _), reason in planned.items() if step == "still")


def test_saved_plan_runs_just_that(tmp_path: Path) -> None:
    """`plan -o FILE` then `produce FILE` makes what the file says."""
    root = write_short_project(tmp_path / "saved")
    assert run_cli("plan", "-o", "cut.plan", "--detailed-exitcode", cwd=root).returncode == 3
    saved = json.loads((root / "cut.plan").read_text())["plan"]["lines"]
    result = run_cli("produce", "cut.plan", "--json", cwd=root)
    assert result.returncode == 0, result.stderr
    assert sorted(made_steps(result.stdout)) == sorted((line["step"], line["name"]) for line in saved)


def test_stale_plan_is_refused(project: Path) -> None:
    """A plan made before the brief changed is refused with exit code 9, and nothing is made."""
    run_cli("plan", "-o", "cut.plan", cwd=project)
    write_short_project(project, headline="Something else")
    result = run_cli("produce", "cut.plan", cwd=project)
    assert result.returncode == 9
    assert "workprint plan -o" in result.stderr


def test_quick_look_leaves_the_film_alone(project: Path) -> None:
    """`--only S01 --draft` makes a small film of one scene, and the film's own plan still has nothing to do."""
    result = run_cli("produce", "--only", "S01", "--draft", "--json", cwd=project)
    assert result.returncode == 0, result.stderr
    with av.open(str(film_path(result.stdout))) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30
    assert {name.split("_")[0] for step, name in made_steps(result.stdout) if step == "clip"} <= {"SC01"}
    assert makes(plan_lines(run_cli("plan", "--json", cwd=project).stdout)) == {}


def test_deleted_workflow_database_loses_nothing(project: Path) -> None:
    """The workflow database is not where anything is remembered."""
    for path in (project / ".workprint").glob("workflows.sqlite*"):
        path.unlink()
    result = run_cli("produce", "--json", cwd=project)
    assert result.returncode == 0
    assert made_steps(result.stdout) == []
    assert kept_steps(result.stdout)


def test_verify_finds_a_flipped_bit(project: Path) -> None:
    """`verify --deep` finds one changed bit in a stored file, and produce makes that file again."""
    assert run_cli("verify", "--deep", cwd=project).returncode == 0
    victim = max(
        (project / ".workprint" / "vault").rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0
    )
    victim.chmod(0o644)
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(bytes(data))
    assert run_cli("verify", "--deep", cwd=project).returncode == 1
    assert run_cli("produce", cwd=project).returncode == 0
    assert run_cli("verify", "--deep", cwd=project).returncode == 0


def test_backup_and_restore_make_the_same_film(project: Path, tmp_path: Path) -> None:
    """A backup restored elsewhere verifies, and its produce keeps everything."""
    assert run_cli("backup", str(tmp_path / "b.zip"), cwd=project).returncode == 0
    assert run_cli("restore", str(tmp_path / "b.zip"), str(tmp_path / "back"), cwd=tmp_path).returncode == 0
    assert run_cli("verify", "--deep", cwd=tmp_path / "back").returncode == 0
    result = run_cli("produce", "--json", cwd=tmp_path / "back")
    assert result.returncode == 0, result.stderr
    assert made_steps(result.stdout) == []


def test_gc_keeps_what_the_film_needs(project: Path) -> None:
    """After gc the film is still all there; a dry run removes nothing."""
    before = sum(1 for path in (project / ".workprint" / "vault").rglob("*") if path.is_file())
    assert run_cli("gc", "--dry-run", "--keep-versions", "1", cwd=project).returncode == 0
    assert sum(1 for path in (project / ".workprint" / "vault").rglob("*") if path.is_file()) == before
    assert run_cli("gc", "--keep-versions", "1", cwd=project).returncode == 0
    assert made_steps(run_cli("produce", "--json", cwd=project).stdout) == []


def test_deliver_lists_checksums(project: Path, tmp_path: Path) -> None:
    """`deliver --to` copies the finished film with a SHA256SUMS that holds."""
    result = run_cli("deliver", "--to", str(tmp_path / "delivery"), cwd=project)
    assert result.returncode == 0, result.stderr
    lines = (tmp_path / "delivery" / "SHA256SUMS").read_text().splitlines()
    assert any(line.endswith(".mp4") for line in lines)
    for line in lines:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((tmp_path / "delivery" / name).read_bytes()).hexdigest() == digest


def test_deliver_refuses_an_unfinished_film(tmp_path: Path) -> None:
    """Nothing is delivered that is not finished; the error names the next command."""
    root = write_short_project(tmp_path / "unfinished")
    result = run_cli("deliver", cwd=root)
    assert result.returncode == 2
    assert "workprint produce" in result.stderr
