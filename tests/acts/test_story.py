"""Outline, breakdown, optics: roles, negatives, names of assets, modifiers."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.strategies import change_scene, make_brief, make_scene

from workprint.acts.act1_develop.outline import FRAMEWORKS, assign_roles
from workprint.film.brief import Brief, SceneType
from workprint.film.errors import UsageError
from workprint.film.lineage import ASSET_NAME
from workprint.film.optics import Optics
from workprint.film.spec import Specs
from workprint.film.story import Breakdown, Outline
from workprint.testing.script_desk import ScriptDesk
from workprint.testing.script_film import run_film


def make(brief: Brief, kind: type) -> object:
    """What the stages make of a brief, up to one noun."""
    return asyncio.run(run_film(brief, ScriptDesk(), kind))[kind]


@pytest.mark.parametrize(
    ("framework", "roles"),
    [
        ("hook-demo-proof-cta", ["hook", "demo", "proof", "cta"]),
        ("pas", ["problem", "agitate", "solve", "cta"]),
        ("aida", ["attention", "interest", "desire", "action"]),
    ],
)
def test_four_scenes_take_the_four_steps_of_a_framework(framework: str, roles: list[str]) -> None:
    """Packshot, lifestyle, montage and end card play the framework in order."""
    outline = make(replace(make_brief(), framework=framework), Outline)
    assert isinstance(outline, Outline)
    assert [beat.role for beat in outline.beats] == roles
    assert outline.logline.endswith("Solvane One: Light without glare.")


@pytest.mark.parametrize(
    ("kinds", "roles"),
    [
        ("E", ["cta"]),
        ("P", ["hook"]),
        ("PE", ["hook", "cta"]),
        ("PLE", ["hook", "demo", "cta"]),
        ("PME", ["hook", "proof", "cta"]),
        ("PLLLLE", ["hook", "demo", "demo", "proof", "proof", "cta"]),
    ],
)
def test_roles_follow_place_and_type(kinds: str, roles: list[str]) -> None:
    """First opens, last closes, the later middle proves, whatever the number of scenes."""
    letters = {"P": SceneType.PACKSHOT, "L": SceneType.LIFESTYLE, "M": SceneType.MONTAGE, "E": SceneType.ENDCARD}
    scenes = tuple(make_scene(n, letters[kind], 90 * n, 90, "a thing") for n, kind in enumerate(kinds))
    assert list(assign_roles(FRAMEWORKS["hook-demo-proof-cta"], scenes)) == roles


def test_an_unknown_framework_is_an_error_that_names_the_known() -> None:
    """No framework is chosen in silence."""
    with pytest.raises(UsageError) as caught:
        make(replace(make_brief(), framework="freestyle"), Outline)
    assert caught.value.remedy is not None
    assert "aida" in caught.value.remedy.text


def test_negatives_hold_the_global_list_the_style_and_people() -> None:
    """What must not be seen is the same for every scene; faces are named unless the brief allows them."""
    brief = make_brief()
    breakdown = make(brief, Breakdown)
    allowed = make(replace(brief, safety=replace(brief.safety, allow_faces=True)), Breakdown)
    assert isinstance(breakdown, Breakdown)
    assert isinstance(allowed, Breakdown)
    for scene in breakdown.scenes:
        assert {"watermark", "cartoonish", "miracle", "recognisable faces"} <= set(scene.negatives)
    assert "recognisable faces" not in allowed.scenes[0].negatives


def test_the_manifest_names_product_logo_pictures_and_places() -> None:
    """Every asset has a D8 name; a name the brief gives is kept to the letter, for the gate to judge."""
    breakdown = make(change_scene(make_brief(), 2, asset_name="my desk"), Breakdown)
    assert isinstance(breakdown, Breakdown)
    names = [asset.name for asset in breakdown.assets]
    assert names[:3] == ["SC00_SH00_PROP_product-Solvane-One", "SC00_SH00_PROP_logo", "SC00_SH00_PROP_reference-1"]
    assert [name for name in names if not ASSET_NAME.fullmatch(name)] == ["my desk"]
    assert breakdown.of("s2").assets[-1] == "my desk"
    assert len(names) == len(set(names))


def test_elements_are_what_is_seen_not_how_it_is_filmed() -> None:
    """Camera talk of an intent is no visual element."""
    breakdown = make(make_brief(), Breakdown)
    assert isinstance(breakdown, Breakdown)
    assert breakdown.of("s1").elements == ("Solvane One", "soft top light")


def test_optics_follow_the_lens_formulas() -> None:
    """50 mm on full frame sees 39.6 degrees; at f/2.8 its hyperfocal distance is 30.84 m."""
    optics = make(make_brief(), Optics)
    assert isinstance(optics, Optics)
    chain = optics.of("s1")
    assert chain.field_of_view_deg == pytest.approx(39.60, abs=0.01)
    assert chain.hyperfocal_m == pytest.approx(30.84, abs=0.01)
    assert chain.modifier.startswith("large-format digital camera, 50 mm lens at f/2.8, shallow depth of field")


@pytest.mark.parametrize("given", ["", "hand-held 16 mm"])
def test_a_given_modifier_is_used_as_it_stands(given: str) -> None:
    """Even an empty modifier is taken, so that the gate can object, and a written one reaches every prompt."""
    brief = make_brief()
    asked = replace(brief, optics=replace(brief.optics, modifier=given))
    optics, specs = make(asked, Optics), make(asked, Specs)
    assert isinstance(optics, Optics)
    assert isinstance(specs, Specs)
    assert {chain.modifier for chain in optics.chains} == {given}
    assert all(given in spec.image.prompt and given in spec.video.prompt for spec in specs.shots)


def test_spec_sheets_treat_what_a_user_wrote_as_text() -> None:
    """Markdown and HTML signs in names and intents are escaped, and line breaks cannot open a heading."""
    brief = change_scene(make_brief(), 1, intent="**bold** <script>x</script>\n# heading | cell")
    desk = ScriptDesk()
    asyncio.run(run_film(brief, desk, Specs))
    sheet = next(order.payload.text for order in desk.orders("document") if order.publish == "specs/SC01_SH01.md")  # type: ignore[attr-defined]
    assert "<script>" not in sheet
    assert "**bold**" not in sheet
    assert "\n# heading" not in sheet
    assert r"\*\*bold\*\* \<script\>x\</script\> \# heading \| cell" in sheet
