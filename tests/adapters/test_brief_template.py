"""The template and the published schema: what is written passes the checker, and says verbatim what it was given."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.adapters.brief_project import GOOD, build_project, good_copy, read_project

from workprint.acts.act1_develop.parse_sentence import parse_sentence
from workprint.acts.act1_develop.scene_presets import PRESETS, AdFacts, arrange_scenes
from workprint.adapters.brief_yaml.codes import Findings
from workprint.adapters.brief_yaml.reader import read_yaml
from workprint.adapters.brief_yaml.schema import SCHEMA_FILE, json_schema, json_schema_text
from workprint.adapters.brief_yaml.template import BriefChoices, choose_from_sentence, quote_yaml, write_brief
from workprint.film.brief import Brief, TextBlock, TextPosition
from workprint.film.money import Money

PICTURES = ("assets/front.png", "assets/side.png", "assets/detail.png")
PLAIN = BriefChoices("Spring", "Solvane Ember", "Bring the evening with you", PICTURES)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose brief is written again and again."""
    return build_project(tmp_path_factory.mktemp("template") / "project")


def write_and_read(project: Path, choices: BriefChoices) -> Brief:
    """The brief read back from what the template writes; it must have no error."""
    (project / "brief.yaml").write_text(write_brief(choices), encoding="utf-8")
    brief, findings = read_project(project)
    assert brief is not None, findings
    return brief


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1", "4:5"])
@pytest.mark.parametrize("framework", sorted(PRESETS))
@pytest.mark.parametrize("seconds", [8, 15, 37, 60])
def test_the_template_passes_as_it_is(project: Path, aspect: str, framework: str, seconds: int) -> None:
    """Every framework, shape and length gives a brief without a single finding, with and without logo, price, voice."""
    full = replace(PLAIN, logo="assets/logo.png", price="$129", key_benefit="It dims like dusk", audio_mode="both")
    for choices in (PLAIN, full):
        chosen = replace(choices, aspect=aspect, framework=framework, duration_s=seconds)
        (project / "brief.yaml").write_text(write_brief(chosen), encoding="utf-8")
        brief, findings = read_project(project)
        assert findings == ()
        assert brief is not None
        assert brief.frames == seconds * 30
        assert (brief.product.no_logo, brief.product.logo is None) == (choices is PLAIN, choices is PLAIN)
        assert any(scene.overlays.show_logo for scene in brief.scenes) is (choices is full)


def test_the_first_line_links_the_schema() -> None:
    """Editors find the schema in the first line, and a cap is only set when one was given."""
    text = write_brief(PLAIN)
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA_FILE}"
    assert write_brief(PLAIN, schema="../a\nb: 1").splitlines()[0].endswith("../a b: 1")
    assert "\n  cap_usd" not in text
    assert "\n  cap_usd: 4.5 " in write_brief(replace(PLAIN, cap_usd=4.5))


WORDS = st.sampled_from(
    ["for", "the", '"', "'", "\u201c", "$129", "#zz", "#D4AF37", "fifteen", "second", "minute", "square", "TikTok", ",",
     "with voice-over", "that", "https://a@b", "https://x.y/", "budget", "$9999999", "in German", "warm", ": {[", "\\"]
)  # fmt: skip

LINES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"), min_size=1
)
FILLED = LINES.filter(lambda text: bool(text.strip()))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(FILLED, min_size=11, max_size=11))
def test_every_text_comes_back_verbatim(texts: list[str], project: Path) -> None:
    """Quotes, colons, hashes, braces, emoji, right-to-left: any text in any field is read as it was given."""
    name, product, headline, benefit, price, audience, subhead, button, legal, notes, line = (
        text[:24] for text in texts
    )
    texts = [name, product, headline, benefit, price, audience, subhead, button, legal, notes, line]
    if not all(text.strip() for text in texts):
        return
    scenes = arrange_scenes("aida", 15, AdFacts(product, headline))
    block = TextBlock(line, TextPosition.TOP)
    first = replace(scenes[0], intent=line, voice=line, overlays=replace(scenes[0].overlays, text_blocks=(block,)))
    brief = write_and_read(
        project,
        replace(
            PLAIN, name=name, product=product, headline=headline, key_benefit=benefit, price=price, audience=audience,
            subhead=subhead, button_text=button, legal=legal, style_notes=notes, mood=line, visual_style=(line,),
            audio_mode="both", scenes=(first, *scenes[1:]),
        ),
    )  # fmt: skip
    call, scene = brief.call, brief.scenes[0]
    assert [brief.name, brief.product.name, call.headline, brief.product.key_benefit, brief.product.price_text] == [
        name, product, headline, benefit, price
    ]  # fmt: skip
    assert [brief.audience, call.subhead, call.button_text, call.legal] == [audience, subhead, button, legal]
    assert [brief.contract.style_notes, scene.intent, scene.voice, scene.overlays.text_blocks[0].text] == [
        notes, line, line, line
    ]  # fmt: skip
    assert (brief.product.style.visual_style, brief.audio.mood) == ((line,), line.strip())


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_quoting_is_undone_by_reading(text: str) -> None:
    """Any text at all, control characters included, is one quoted value on one line of the file."""
    quoted = quote_yaml(text)
    findings = Findings("brief.yaml")
    assert quoted.isprintable()
    assert read_yaml(f"a: {quoted}\nb: [{quoted}]".encode(), findings) == {"a": text, "b": [text]}
    assert not findings.has_errors()


def test_a_sentence_becomes_a_brief(project: Path) -> None:
    """What the sentence parser finds goes through the template and comes out of the checker without an error."""
    said = parse_sentence(
        '20s square ad for the "Solvane Ember" lamp, $129, warm, "Bring the evening", with voice-over'
    )
    choices = choose_from_sentence(replace(said, cap_usd=1), name="Spring", pictures=PICTURES)
    brief = write_and_read(project, choices)
    assert (brief.product.price_text, brief.aspect.value, brief.frames) == ("$129", "1:1", 600)
    assert brief.contract.cap == Money(1_000_000)
    assert [scene.id for scene in brief.scenes] == ["hook", "demo", "proof", "cta"]


@settings(max_examples=60, deadline=None)
@given(words=st.lists(WORDS, max_size=20))
def test_any_sentence_becomes_a_brief_without_errors(words: list[str], project: Path) -> None:
    """Whatever a sentence says, the brief written from it passes the checker."""
    said = parse_sentence("ad " + " ".join(words))
    assert write_and_read(project, choose_from_sentence(said, name="x", pictures=PICTURES)).frames >= 240


def test_the_published_schema_is_fresh() -> None:
    """docs/schema/brief.schema.json is what the models say now (mend it with schema.publish_schema)."""
    published = Path(__file__).parents[2] / "docs" / "schema" / SCHEMA_FILE
    assert published.read_text(encoding="utf-8") == json_schema_text()


def test_the_schema_describes_every_key() -> None:
    """The schema is sound draft 2020-12, every property has a description, and no section takes unknown keys."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    sections = [schema, *(part for part in schema["$defs"].values() if part.get("type") == "object")]
    assert len(sections) > 12
    assert all(section["additionalProperties"] is False for section in sections)
    entries = [entry for section in sections for entry in section["properties"].values()]
    described = [schema["$defs"][entry["$ref"].split("/")[-1]] if "$ref" in entry else entry for entry in entries]
    assert all(entry["description"] for entry in described)


def test_schema_and_checker_agree(project: Path) -> None:
    """A good brief and the template are valid by the schema too; common faults are caught by it already."""
    validator = jsonschema.Draft202012Validator(json_schema())
    template = read_yaml(write_brief(PLAIN).encode(), Findings("brief.yaml"))
    assert list(validator.iter_errors(GOOD)) == []
    assert list(validator.iter_errors(template)) == []
    for path, value in ((("project", "fps"), 31), (("product", "brand_colors"), ["gold"]), (("extra",), 1),
                        (("scenes", 0, "type"), "x"), (("call_to_action", "url"), "javascript:1"),
                        (("project", "name"), " ")):  # fmt: skip
        wrong = json.loads(json.dumps(good_copy()))
        place = wrong
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value
        assert not validator.is_valid(wrong), path
