"""What reading a brief promises beside its refusals: the noun, lines, all findings at once, hostile files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.adapters.brief_project import (
    ImportBook,
    build_project,
    good_copy,
    read_project,
    write_data,
)

from workprint.adapters.brief_yaml.codes import Findings
from workprint.adapters.brief_yaml.reader import read_yaml, resolve_plain
from workprint.adapters.brief_yaml.source import YamlBriefSource, hash_only
from workprint.film.brief import Aspect, CameraMove, SceneType, TextPosition
from workprint.film.canonical import decode, digest_of, encode
from workprint.film.money import Money
from workprint.film.time import Rate, Span


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A good project."""
    return build_project(tmp_path / "project")


def test_a_good_brief_becomes_the_noun_it_says(project: Path) -> None:
    """Times become frames, colours one form, money whole micro-dollars, files references with their true type."""
    book = ImportBook()
    brief, findings = read_project(project, book)
    assert findings == ()
    assert brief is not None
    assert (brief.rate, brief.frames, brief.aspect) == (Rate(30), 450, Aspect.TALL)
    assert [scene.span for scene in brief.scenes] == [Span(0, 120), Span(120, 165), Span(285, 165)]
    assert (brief.scenes[1].type, brief.scenes[1].camera.move) == (SceneType.PACKSHOT, CameraMove.DOLLY_IN)
    assert brief.scenes[1].pictures == (0, 2)
    assert brief.scenes[2].overlays.text_blocks[0].position is TextPosition.LOWER_THIRD
    assert brief.product.brand_colors == ("#1F1510", "#E8A657")
    assert (brief.contract.cap, brief.contract.quota) == (Money(5_000_000), Money(2_000_000))
    assert (brief.contract.runtime_s, brief.contract.references) == (15.0, 3)
    assert brief.audio.beat_markers == (90, 285)
    assert (brief.audio.mood, brief.audio.language) == ("elegant", "en")
    logo = brief.product.logo
    assert logo is not None
    assert (logo.width, logo.height, logo.has_alpha) == (8, 8, True)
    assert [picture.has_alpha for picture in brief.pictures] == [False] * 3
    assert sorted(book.files) == [
        ("detail.png", "image/png"),
        ("front.png", "image/png"),
        ("logo.png", "image/png"),
        ("music.wav", "audio/wav"),
        ("side.png", "image/png"),
    ]


def test_the_noun_survives_its_canonical_form(project: Path) -> None:
    """A brief read twice has one digest, and decoding its canonical form gives it back."""
    brief, _ = read_project(project)
    again, _ = read_project(project)
    assert brief is not None
    assert again is not None
    assert digest_of(brief) == digest_of(again)
    assert decode(type(brief), encode(brief, whole=True)) == brief


def test_what_is_not_said_is_filled_in(project: Path) -> None:
    """A missing cap is left to the gate, zero is a cap, an empty modifier stays empty, a seed comes from the name."""
    data = good_copy()
    del data["contract"], data["audio"]["bpm"]
    data["optics"] = {"modifier": ""}
    write_data(project, data)
    brief, findings = read_project(project)
    assert brief is not None
    assert findings == ()
    assert (brief.contract.cap, brief.contract.format, brief.audio.bpm) == (None, "ad", 96)
    assert (brief.optics.modifier, brief.seed) == ("", 1_914_649_813)
    write_data(project, data | {"contract": {"cap_usd": 0}, "optics": {}})
    brief, _ = read_project(project)
    assert brief is not None
    assert (brief.contract.cap, brief.optics.modifier) == (Money(0), None)


def test_fewer_than_three_pictures_are_left_to_the_gate(project: Path) -> None:
    """One picture is no finding, and the same picture three times counts once."""
    data = good_copy()
    data["assets"]["reference_images"] = ["assets/front.png"] * 3
    data["scenes"][1]["pictures"] = []
    write_data(project, data)
    brief, findings = read_project(project)
    assert brief is not None
    assert brief.contract.references == 1
    assert {found.code for found in findings} == {"picture-duplicate"}
    assert len(brief.notes) == 2


def test_all_findings_come_at_once_each_with_its_line(project: Path) -> None:
    """Faults of shape, of sense and of files are told together, in the order of the file, with line numbers."""
    text = """\
schema: workprint/brief@1
contract: {cap_usd: .nan}
project:
  name: Ember
  name: Ember again
  aspect: 9:16
  duration_s: 15
product: {name: Ember, key_benefit: Light, brand_colors: ["#GGGGGG"], no_logo: !!python/name:os.system x}
call_to_action: {headline: Now}
assets: {reference_images: [assets/front.png, /etc/passwd]}
scenes:
  - {id: a, start_s: 0, end_s: 6, type: lifestyle, intent: One}
  - {id: b, start_s: 7, end_s: "15", type: lifestyle, intent: Two, overlays: {show_price: true}}
? [odd]
: 1
"""
    (project / "brief.yaml").write_text(text)
    brief, findings = read_project(project)
    assert brief is None
    assert [(found.code, found.path) for found in findings] == [
        ("number-not-finite", "contract.cap_usd"),
        ("duplicate-key", "project.name"),
        ("yaml-tag", "product.no_logo"),
        ("colour-invalid", "product.brand_colors[0]"),
        ("path-absolute", "assets.reference_images[1]"),
        ("wrong-type", "scenes[1].end_s"),
        ("scene-gap", "scenes[1].start_s"),
        ("price-missing", "scenes[1].overlays.show_price"),
        ("yaml-key", "brief.yaml:14"),
    ]
    assert [found.message.rsplit("(", 1)[-1] for found in findings[:-1]] == [
        f"brief.yaml:{line})" for line in (2, 4, 8, 8, 10, 13, 13, 13)
    ]


def test_plain_words_follow_yaml_1_2() -> None:
    """An aspect, a country code and a date are text; numbers, true and null are what they look like."""
    assert [resolve_plain(word) for word in ("9:16", "no", "on", "2026-01-01", "0x1F", "1_000")] == [
        "9:16", "no", "on", "2026-01-01", "0x1F", "1_000"
    ]  # fmt: skip
    assert [resolve_plain(word) for word in ("15", "-2", "1.5", ".5", "1e2", "true", "~", "")] == [
        15, -2, 1.5, 0.5, 100.0, True, None, None
    ]  # fmt: skip
    assert resolve_plain("9" * 5000) == float("inf")


def test_a_misspelling_gets_a_suggestion(project: Path) -> None:
    """Keys, choices and file names that are nearly right are answered with the right one."""
    data = good_copy()
    data["cta"] = data.pop("call_to_action")
    data["project"]["platfrm"] = "web"
    data["project"]["logo"] = "x"
    data["scenes"][0]["type"] = "life-style"
    data["assets"]["reference_images"][1] = "assets/sid.png"
    write_data(project, data)
    _, findings = read_project(project)
    remedies = {found.path: found.remedy for found in findings}
    assert remedies["cta"] == "Did you mean call_to_action?"
    assert remedies["project.platfrm"] == "Did you mean platform?"
    assert remedies["project.logo"] == "logo belongs under product."
    assert remedies["scenes[0].type"].startswith("Did you mean lifestyle?")
    assert remedies["assets.reference_images[1]"] == 'Did you mean "assets/side.png"?'


def test_a_brief_that_is_no_file_is_refused(project: Path, tmp_path: Path) -> None:
    """A missing brief, a folder, and a link to a file elsewhere are refused without being read."""
    source = YamlBriefSource(project, hash_only)
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: 1234")
    (project / "link.yaml").symlink_to(secret)
    told = {name: source.read(project / name)[1] for name in ("none.yaml", "assets", "link.yaml")}
    assert [told[name][0].code for name in told] == ["brief-missing", "brief-unreadable", "brief-unreadable"]
    assert "1234" not in str(told)


def test_messages_carry_no_control_characters(project: Path) -> None:
    """A brief cannot colour or clear a terminal by way of a finding."""
    data = good_copy()
    data["project"]["\x1b[2Jname"] = "x"
    data["scenes"][0]["type"] = "\x1b[31m" + "x" * 5000
    write_data(project, data)
    _, findings = read_project(project)
    said = "".join(found.message + found.remedy for found in findings)
    assert len(findings) == 2
    assert said.isprintable()
    assert len(said) < 1500


def test_a_thousand_scenes_are_read_in_linear_work(project: Path) -> None:
    """Ten times the scenes make ten times the values read, and every scene arrives."""
    data = good_copy()
    data["contract"]["format"] = "episode"
    data["audio"]["beat_markers"] = []
    scene = data["scenes"][0] | {"voice": "Two words."}
    counted = []
    for count in (100, 1000):
        data["scenes"] = [scene | {"id": f"s{i}", "start_s": i * 3, "end_s": i * 3 + 3} for i in range(count)]
        data["project"]["duration_s"] = count * 3
        write_data(project, data)
        findings = Findings("brief.yaml")
        read_yaml((project / "brief.yaml").read_bytes(), findings)
        counted.append(sum(1 for path in findings.lines if path.startswith("scenes[")))
        brief, found = read_project(project)
        assert found == ()
        assert brief is not None
        assert len(brief.scenes) == count
    assert counted[1] == 10 * counted[0]


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One project for many generated briefs: only brief.yaml changes."""
    return build_project(tmp_path_factory.mktemp("shared") / "project")


YAML_BITS = st.sampled_from(
    [b"a: ", b"- ", b"\n", b"  ", b"{", b"}", b"[", b"]", b"&x ", b"*x", b"!!int ", b"? ", b": ", b"'", b'"', b"|\n",
     b"%YAML 1.2\n", b"---\n", b"...\n", b"<<: ", b"\xef\xbb\xbf", b"\t", b"#", b"project", b"scenes", b"1e999", b"\r"]
)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.one_of(st.binary(max_size=300), st.lists(YAML_BITS, max_size=30).map(b"".join), st.text().map(str.encode))
)
def test_any_bytes_are_answered_with_findings(raw: bytes, shared_project: Path) -> None:
    """Whatever stands in brief.yaml, reading never raises, and says at least one thing that must be mended."""
    (shared_project / "brief.yaml").write_bytes(raw)
    brief, findings = read_project(shared_project)
    assert brief is None
    assert any(found.level == "error" for found in findings)
    assert all(found.message.isprintable() and found.remedy for found in findings)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda item: st.lists(item, max_size=3) | st.dictionaries(st.text("abcxyz", max_size=5), item, max_size=3),
    max_leaves=6,
)  # fmt: skip
PLACES = st.sampled_from(
    [("project",), ("scenes",), ("scenes", 0), ("scenes", 1, "start_s"), ("scenes", 2, "overlays"),
     ("project", "duration_s"), ("project", "fps"), ("assets", "reference_images"), ("audio", "beat_markers"),
     ("scenes", 1, "pictures"), ("contract", "cap_usd"), ("product", "logo"), ("product",), ("safety", "banned_terms")]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=PLACES, value=JSON)
def test_any_value_anywhere_is_answered(place: tuple[str | int, ...], value: object, shared_project: Path) -> None:
    """Any value in any place gives either a brief or an error, never both and never an exception."""
    data = good_copy()
    inside = data
    for part in place[:-1]:
        inside = inside[part]  # type: ignore[index]
    inside[place[-1]] = value  # type: ignore[index]
    write_data(shared_project, data)
    brief, findings = read_project(shared_project)
    assert (brief is None) is any(found.level == "error" for found in findings)


PATHS = st.lists(
    st.sampled_from(["..", ".", "assets", "front.png", "/", "\\", "%2f", "\u2025", "C:", "~", "\u202e", "http:", "\n"]),
    min_size=1, max_size=6,
).map("/".join)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS | st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_path_leads_out_of_the_project(path: str, shared_project: Path) -> None:
    """Whatever a path says, only files that lie inside the project folder are ever imported."""
    data = good_copy()
    data["product"]["logo"] = path
    write_data(shared_project, data)
    opened: list[Path] = []

    def remember(file: Path, media_type: str):  # type: ignore[no-untyped-def]
        opened.append(file)
        return hash_only(file, media_type)

    YamlBriefSource(shared_project, remember).read(shared_project / "brief.yaml")
    assert all(file.is_relative_to(shared_project.resolve()) for file in opened)


def test_a_project_reached_by_a_link_is_still_one_project(project: Path, tmp_path: Path) -> None:
    """A project folder that is itself behind a link, with links that stay inside it, is read."""
    shutil.move(project / "assets" / "front.png", project / "kept.png")
    (project / "assets" / "front.png").symlink_to("../kept.png")
    (tmp_path / "door").symlink_to(project)
    brief, findings = read_project(tmp_path / "door")
    assert findings == ()
    assert brief is not None
