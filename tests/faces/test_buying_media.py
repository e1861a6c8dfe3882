"""Whole productions that buy stills, voice, music and effects, through the command line, at fakes that keep bills."""

from __future__ import annotations

import base64
import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.faces.buying_project import write_buying_project
from tests.faces.inside import run_inside
from tests.productions import film_path, kept_steps, made_steps, plan_lines, read_events

from workprint.faces.library import Project
from workprint.film.market import Learned
from workprint.film.money import Money
from workprint.lab.pictures import load
from workprint.lab.sound import measure_rms, read_sound
from workprint.testing.fakes.elevenlabs import FakeElevenLabs
from workprint.testing.fakes.fal import FakeFal
from workprint.testing.fakes.faults import Outcome
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.studio import FakeProvider
from workprint.wiring import Workspace

ALL = 'stills = "fal"\nvoice = "elevenlabs"\nmusic = "auto"\neffects = "elevenlabs"\nspeaker = "brand-voice"'
LINE = "Take it."


def write_project(root: Path, *fakes: FakeProvider, settings: str = ALL) -> Path:
    """A short film that is spoken and may cost money."""
    write_buying_project(root, *fakes, settings=settings)
    brief = (root / "brief.yaml").read_text(encoding="utf-8")
    changes = {
        "cap_usd: 0": "cap_usd: 20",
        "fps: 30": "fps: 24",
        "mode: music": "mode: both",
        'voice: ""': f'voice: "{LINE}"',
        "type: lifestyle": "type: lifestyle, provider_hint: kling",
    }
    for old, new in changes.items():
        assert brief.count(old) == 1, old
        brief = brief.replace(old, new)
    (root / "brief.yaml").write_text(brief, encoding="utf-8")
    return root


def sum_media(root: Path) -> dict[str, dict[str, Any]]:
    """What `cost --json` says was bought, by medium."""
    told = read_events(run_inside("cost", "--json", cwd=root).stdout)
    report: Any = next(event["bought"] for event in told if event["type"] == "cost")
    return {row["name"]: row for row in report["media"]}


@dataclass
class Bought:
    """A finished project, its fakes, and what the commands printed."""

    root: Path
    kling: FakeKling
    fal: FakeFal
    eleven: FakeElevenLabs
    plan: str
    produced: str

    @property
    def fakes(self) -> tuple[FakeProvider, ...]:
        """All three."""
        return self.kling, self.fal, self.eleven

    @property
    def submits(self) -> int:
        """Paid requests at all of them."""
        return sum(fake.count("submit") for fake in self.fakes)


@pytest.fixture(scope="module")
def bought(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bought]:
    """A film of which everything that can be bought was bought. Tests that change it work on a copy."""
    with (
        pytest.MonkeyPatch.context() as patch,
        FakeKling(pace=(0, 0)) as kling,
        FakeFal(pace=(0, 0)) as fal,
        FakeElevenLabs() as eleven,
    ):
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        root = write_project(tmp_path_factory.mktemp("films") / "bought", kling, fal, eleven)
        plan = run_inside("plan", "--json", cwd=root)
        assert plan.returncode == 0, plan.stderr
        produced = run_inside("produce", "--json", "--yes", cwd=root)
        assert produced.returncode == 0, produced.stderr + produced.stdout[-3000:]
        yield Bought(root, kling, fal, eleven, plan.stdout, produced.stdout)


def test_the_plan_names_every_purchase_and_its_price_which_is_what_was_billed(bought: Bought) -> None:
    """Clip, still, line, music and effect stand in the plan with prices; together they are the fakes' bills."""
    priced = {str(line["step"]): line for line in plan_lines(bought.plan) if line["price"]["micros"]}  # type: ignore[index]
    assert set(priced) == {"bought_clip", "bought_image", "bought_voice", "bought_music", "bought_effect"}
    summary = next(event for event in read_events(bought.plan) if event["type"] == "plan-summary")
    assert summary["price_usd"] == str(Money(sum(fake.billed for fake in bought.fakes)))
    assert all(fake.billed for fake in bought.fakes)
    assert "fal/fal-ai/flux-2-pro/edit: " in str(priced["bought_image"]["reason"])
    assert "sees 1 of 1 reference pictures" in str(priced["bought_image"]["reason"])
    assert "elevenlabs/music_v2: good at music" in str(priced["bought_music"]["reason"])


def test_each_thing_is_bought_once_and_nothing_of_ours_is_made_beside_it(bought: Bought) -> None:
    """One order, one paid request; the film holds the voice and music that were bought."""
    made = [step for step, _ in made_steps(bought.produced)]
    for step in ("bought_clip", "bought_image", "bought_voice", "bought_music"):
        assert made.count(step) == 1, step
    assert not {"voice", "music", "effect"} & set(made)
    assert bought.submits == sum(step.startswith("bought_") for step in made)
    assert film_path(bought.produced).is_file()


def test_the_clip_starts_from_the_bought_still_which_saw_the_product(bought: Bought) -> None:
    """What kling got as its first frame is the conformed still, byte for byte; fal got the product's picture."""
    still = bought.root / "out" / "stills" / "SC01_SH01.png"
    assert load(still).shape[:2] == (144, 256)
    (job,) = bought.kling.jobs.values()
    sent = str(job.body["image"]).rpartition(",")[2]
    assert base64.b64decode(sent) == still.read_bytes()
    assert (bought.root / "assets" / "p1.png").read_bytes() in bought.fal.files.values()


def test_the_line_is_spoken_by_the_brands_voice_and_captioned_where_it_is_heard(bought: Bought) -> None:
    """The captions hold the line, and the sound track is loud where they stand."""
    (job,) = (job for job in bought.eleven.jobs.values() if job.kind == "speech")
    assert (job.body["voice_id"], job.body["text"]) == ("brand-voice", LINE)
    captions = next((bought.root / "out").glob("*.srt")).read_text(encoding="utf-8")
    assert LINE in captions
    mix = read_sound(bought.root / "out" / "sound" / "mix.wav")
    assert len(mix) == 2 * 48_000
    assert measure_rms(mix[48 * 1150 : 48 * 1500]) > -30


def test_costs_are_told_by_medium_to_the_cent(bought: Bought) -> None:
    """`cost --csv` and `cost --json` add up to each fake's bill; `jobs` names the medium of each try."""
    told = run_inside("cost", "--csv", cwd=bought.root)
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    for fake in bought.fakes:
        own = [row for row in rows if row["model"].startswith(fake.provider) and row["kind"] == "settle"]
        assert sum(Decimal(row["usd"]) for row in own) == Decimal(fake.billed) / 1_000_000
    assert {row["medium"] for row in rows if row["model"]} == {"video", "image", "voice", "music", "effect"}
    media = sum_media(bought.root)
    assert Decimal(media["image"]["usd"]) == Decimal(bought.fal.billed) / 1_000_000
    jobs = [
        event for event in read_events(run_inside("jobs", "--json", cwd=bought.root).stdout) if event["type"] == "job"
    ]
    assert sorted({str(job["medium"]) for job in jobs}) == ["effect", "image", "music", "video", "voice"]


def test_who_made_what_is_there_is_known_by_medium_and_keeps_it(bought: Bought) -> None:
    """The market names the model of each medium's take; a still is not graded by its clip's check."""
    with Project(Workspace(bought.root)).parts() as parts:
        market = parts.market
    assert set(market.bought) == {"SC01_SH01", "image SC01_SH01", "voice", "music", "effect"}
    assert market.bought["music"] == "elevenlabs/music_v2"
    assert market.learned[market.bought["image SC01_SH01"]] == Learned(1, 1)


def test_sidecars_tell_what_was_asked_of_whom(bought: Bought) -> None:
    """A bought line has its words, model and price beside it; the master names every model in it."""
    sidecars = {path.name: path.read_text(encoding="utf-8") for path in (bought.root / "out").rglob("*.json")}
    voice = next(text for name, text in sidecars.items() if name.endswith(".bought_voice.json"))
    assert f'"prompt": "{LINE}"' in voice
    assert '"model": "elevenlabs/' in voice
    master = sidecars[film_path(bought.produced).with_suffix(".json").name]
    for provider in ("kling/", "fal/", "elevenlabs/music_v2"):
        assert provider in master


def test_a_second_run_keeps_all_of_it_and_a_look_buys_nothing(bought: Bought, tmp_path: Path) -> None:
    """Nothing is ordered again, not even where a new headline remakes the card; a look makes its own previz."""
    root = Path(shutil.copytree(bought.root, tmp_path / "copy", symlinks=True))
    before = bought.submits
    brief = (root / "brief.yaml").read_text(encoding="utf-8")
    (root / "brief.yaml").write_text(brief.replace("Take it home", "Bring it home"), encoding="utf-8")
    again = run_inside("produce", "--json", "--yes", cwd=root)
    assert again.returncode == 0, again.stderr
    assert {"bought_image", "bought_voice", "conform_voice"} <= {step for step, _ in kept_steps(again.stdout)}
    look = run_inside("produce", "--only", "two", "--draft", "--json", cwd=root)
    assert look.returncode == 0, look.stderr
    assert "voice" in [step for step, _ in made_steps(look.stdout)]
    assert bought.submits == before


def test_a_wish_without_its_key_stops_before_anything_is_paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The route gate names the setting and the variable; a person may let it be made here."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in FakeElevenLabs.secrets:
        monkeypatch.delenv(name, raising=False)
    with FakeKling(pace=(0, 0)) as kling, FakeFal(pace=(0, 0)) as fal, FakeElevenLabs() as eleven:
        root = write_project(tmp_path / "project", kling, fal, eleven, settings='stills = "fal"\nvoice = "elevenlabs"')
        lines = (root / ".env").read_text(encoding="utf-8").splitlines()
        (root / ".env").write_text("\n".join(line for line in lines if "_API_KEY" not in line), encoding="utf-8")
        plan = run_inside("plan", cwd=root)
        assert 'project.toml says voice = "elevenlabs"' in plan.stdout
        produced = run_inside("produce", "--yes", cwd=root)
        assert produced.returncode == 5
        assert "ELEVENLABS_API_KEY is not set" in produced.stderr
        assert [fake.count("submit") for fake in (kling, fal, eleven)] == [0, 0, 0]


def test_a_refused_still_is_asked_for_once_more_and_its_cost_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fal keeps the price of what it refused for its content: two tries, both on the bill and in the book."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with FakeKling(pace=(0, 0)) as kling, FakeFal(pace=(0, 0)) as fal:
        fal.decide(Outcome.MODERATED_OUTPUT)
        root = write_project(tmp_path / "project", kling, fal, settings='stills = "fal"')
        produced = run_inside("produce", "--json", "--yes", cwd=root)
        assert produced.returncode == 0, produced.stderr
        assert [job.outcome for job in fal.jobs.values()] == [Outcome.MODERATED_OUTPUT, Outcome.SUCCEED]
        asked = [str(job.body["prompt"]) for job in fal.jobs.values()]
        assert asked[0].startswith(asked[1])
        assert len(asked[1]) < len(asked[0])
        media = sum_media(root)
        assert Decimal(media["image"]["usd"]) == Decimal(fal.billed) / 1_000_000
        assert media["image"]["attempts"] == 2


def test_a_locked_shot_keeps_the_still_it_was_started_from(bought: Bought, tmp_path: Path) -> None:
    """Locked by a person, a bought shot has neither clip nor first frame bought again for new words."""
    root = Path(shutil.copytree(bought.root, tmp_path / "copy", symlinks=True))
    assert run_inside("lock", "S01", cwd=root).returncode == 0
    brief = (root / "brief.yaml").read_text(encoding="utf-8")
    (root / "brief.yaml").write_text(brief.replace("in the evening", "at noon"), encoding="utf-8")
    plan = run_inside("plan", "--json", cwd=root).stdout
    lines = plan_lines(plan)
    drifted = {str(line["step"]) for line in lines if line["action"] == "drifted"}
    assert drifted >= {"bought_image", "bought_clip"}
    summary = next(event for event in read_events(plan) if event["type"] == "plan-summary")
    assert summary["price_usd"] == str(Money(0))


def test_a_sibling_in_another_shape_pays_for_no_sound_again(bought: Bought, tmp_path: Path) -> None:
    """Voice, music and effects go along with the clips: the sibling's plan is free, and told of what a change costs."""
    root = tmp_path / "film"
    shutil.copytree(bought.root, root)
    told = run_inside("family", "--aspects", "1:1", "--json", cwd=root)
    assert told.returncode == 0, told.stderr + told.stdout
    (sibling,) = [event for event in read_events(told.stdout) if event["type"] == "sibling"]
    steps = ("bought_voice", "bought_music", "bought_effect")
    paid = [(step, name) for step, name in made_steps(bought.produced) if step in steps]
    assert sorted(sibling["sounds"]) == sorted(name for _, name in paid)  # type: ignore[call-overload]
    assert sibling["priced_sounds"] == []
    plan = run_inside("plan", "--all", "--json", "--brief", "brief-1x1.yaml", cwd=root)
    summary = next(event for event in read_events(plan.stdout) if event["type"] == "plan-summary")
    assert summary["price_usd"] == "0.00"
    actions = {(line["step"], line["name"]): line["action"] for line in plan_lines(plan.stdout)}
    assert {actions[one] for one in paid} == {"keep"}
    cost = read_events(run_inside("cost", "--json", "--brief", "brief-1x1.yaml", cwd=root).stdout)
    assert "bought_voice" not in str(cost), "what another book has paid is not in this one"
    sibling_brief = root / "brief-1x1.yaml"
    sibling_brief.write_text(sibling_brief.read_text().replace(LINE, "Take it now."), encoding="utf-8")
    again = run_inside("family", "--aspects", "1:1", cwd=root)
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("it would be bought for") == 1
    assert "the paid sound is used" not in again.stdout, "handed over before"
