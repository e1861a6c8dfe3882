"""Wrong briefs through the command line: every finding at once, exit code 2, and not a byte written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.adapters.brief_project import make_png
from tests.faces.inside import list_folder, run_inside
from tests.productions import read_events, write_short_project

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)


def change(old: str, new: str) -> Callable[[Path], None]:
    """A fault made by replacing a piece of the good brief."""

    def spoil(root: Path) -> None:
        text = (root / "brief.yaml").read_text(encoding="utf-8")
        assert old in text, old
        (root / "brief.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def give_logo(name: str, data: bytes) -> Callable[[Path], None]:
    """A fault made by a logo file that is not what it says."""

    def spoil(root: Path) -> None:
        (root / "assets" / name).write_bytes(data)
        change("  no_logo: true", f"  logo: assets/{name}")(root)

    return spoil


def write_raw(data: bytes) -> Callable[[Path], None]:
    """A fault made by a brief that holds just these bytes."""

    def spoil(root: Path) -> None:
        (root / "brief.yaml").write_bytes(data)

    return spoil


def give_playlist_as_music(root: Path) -> None:
    """A fault made by a playlist that is named as a sound."""
    (root / "assets" / "song.mp3").write_text(PLAYLIST)
    change("bpm: 120}", "bpm: 120, music_file: assets/song.mp3}")(root)


FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "empty": (write_raw(b""), "brief-empty"),
    "not utf-8": (write_raw(b"\xff\xfe\x00s\x00c"), "brief-not-utf8"),
    "not yaml": (write_raw(b"schema: [workprint"), "yaml-syntax"),
    "bomb": (write_raw(BOMB.encode()), "yaml-alias"),
    "deep": (write_raw(b"a: " + b"[" * 5000 + b"]" * 5000), "yaml-too-deep"),
    "huge": (write_raw(b"# " + b"x" * 30_000_000), "brief-too-large"),
    "code": (write_raw(b"schema: !!python/object/apply:os.system ['touch hacked']\n"), "yaml-tag"),
    "other schema": (change("brief@1", "brief@9"), "schema-unsupported"),
    "misspelt key": (change("call_to_action:", "call_to_acton:"), "unknown-key"),
    "missing key": (change('name: "Short", ', ""), "missing-key"),
    "wrong type": (change("bpm: 120", "bpm: fast"), "wrong-type"),
    "unknown choice": (change("type: lifestyle", "type: lifestile"), "not-a-choice"),
    "negative cap": (change("cap_usd: 0", "cap_usd: -1"), "budget-invalid"),
    "infinite": (change("cap_usd: 0", "cap_usd: .inf"), "number-not-finite"),
    "gap": (change("start_s: 1, end_s: 2", "start_s: 1.5, end_s: 2"), "scene-gap"),
    "overlap": (change("start_s: 0, end_s: 1", "start_s: 0, end_s: 1.5"), "scene-overlap"),
    "past the end": (change("start_s: 1, end_s: 2", "start_s: 1, end_s: 3"), "scene-past-end"),
    "same id": (change("id: two", "id: one"), "scene-id-duplicate"),
    "bad colour": (change("#E8A33D", "orange"), "colour-invalid"),
    "unknown picture": (change("pictures: [assets/p1.png]", "pictures: [assets/p9.png]"), "picture-unknown"),
    "missing picture": (change("[assets/p0.png,", "[assets/p7.png,"), "file-missing"),
    "path outside": (change("[assets/p0.png,", "[../p0.png,"), "path-outside"),
    "absolute path": (change("[assets/p0.png,", "[/etc/passwd,"), "path-absolute"),
    "web address": (change("[assets/p0.png,", '["https://example.com/a.png",'), "path-url"),
    "no logo": (change("  no_logo: true\n", ""), "logo-missing"),
    "playlist as png": (give_logo("logo.png", PLAYLIST.encode()), "picture-is-playlist"),
    "playlist as mp4": (give_logo("logo.mp4", PLAYLIST.encode()), "picture-is-playlist"),
    "text as png": (give_logo("logo.png", b"just text"), "picture-not-a-picture"),
    "svg as png": (give_logo("logo.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'), "picture-is-svg"),
    "144 megapixels": (give_logo("logo.png", make_png(12_000, 12_000)), "picture-too-large"),
    "empty picture": (give_logo("logo.png", b""), "picture-empty"),
    "playlist as music": (give_playlist_as_music, "sound-is-playlist"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_brief_is_refused_whole(tmp_path: Path, name: str) -> None:
    """Plan and produce exit 2 with code, path, message and remedy of each finding; the folder stays as it was."""
    spoil, code = FAULTS[name]
    root = write_short_project(tmp_path / "project")
    spoil(root)
    before = list_folder(tmp_path)
    for verb in ("produce", "plan"):
        result = run_inside(verb, "--json", cwd=root)
        assert result.returncode == 2, result.stdout
        error = read_events(result.stdout)[-1]
        assert (error["type"], error["code"]) == ("error", "brief-rejected")
        findings: list[dict[str, str]] = error["findings"]  # type: ignore[assignment]
        assert code in {finding["code"] for finding in findings}, findings
        assert all(finding["path"] and finding["message"] and finding["remedy"] for finding in findings)
    assert list_folder(tmp_path) == before


def test_many_faults_are_told_at_once(tmp_path: Path) -> None:
    """Five faults in one brief are five findings in one run, each with its own path, for people and for programs."""
    root = write_short_project(tmp_path / "project")
    for name in ("bad colour", "gap", "missing picture", "no logo", "negative cap"):
        FAULTS[name][0](root)
    result = run_inside("produce", "--json", cwd=root)
    findings: list[dict[str, str]] = read_events(result.stdout)[-1]["findings"]  # type: ignore[assignment]
    paths = {finding["code"]: finding["path"] for finding in findings}
    assert paths["colour-invalid"] == "product.brand_colors[1]"
    assert paths["budget-invalid"] == "contract.cap_usd"
    assert {"scene-gap", "file-missing", "logo-missing"} <= set(paths)
    shown = run_inside("produce", cwd=root)
    assert shown.returncode == 2
    assert shown.stdout == ""
    assert all(f"[{code}]" in shown.stderr for code in paths)


def test_a_misspelt_key_gets_a_suggestion(tmp_path: Path) -> None:
    """A key nobody knows is refused with the key that was meant."""
    root = write_short_project(tmp_path / "project")
    FAULTS["misspelt key"][0](root)
    assert "call_to_action" in run_inside("plan", cwd=root).stderr.replace("call_to_acton", "")


def test_a_wrong_project_file_is_refused_whole(tmp_path: Path) -> None:
    """Every fault of project.toml is a finding; exit 2 and nothing written."""
    root = write_short_project(tmp_path / "project")
    (root / "project.toml").write_text(
        '[people]\napprove = "maybe"\nrole = "king"\nname = "auto"\n'
        '[prices]\nclip = "-1"\n[rendr]\n[render]\nshort_side = 3\n'
    )
    before = list_folder(tmp_path)
    result = run_inside("produce", "--json", cwd=root)
    assert result.returncode == 2
    findings: list[dict[str, str]] = read_events(result.stdout)[-1]["findings"]  # type: ignore[assignment]
    found = {finding["path"] for finding in findings}
    assert found == {"people.approve", "people.role", "people.name", "prices.clip", "rendr", "render.short_side"}
    assert list_folder(tmp_path) == before
