"""A whole paid production against servers that echo our keys: no file, no output and no archive holds one."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import shutil
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.faces.buying_project import PAIRS, write_buying_project
from tests.faces.http.hook_door import open_door
from tests.faces.inside import run_inside
from tests.productions import quote, read_events, run_cli

from workprint.faces.cli.progress import Progress
from workprint.faces.cli.screen import JsonStream, say
from workprint.faces.library import Project, open_project
from workprint.film.errors import WorkprintError
from workprint.film.event import Event
from workprint.film.money import Money
from workprint.lab.encode import FilmWriter
from workprint.testing.canaries import echo_bare, echo_words, find_in_bytes, find_in_tree, list_carried
from workprint.testing.fakes.fal import FakeFal
from workprint.testing.fakes.faults import Outcome, cut_off, drop_after, garble, nest
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.replicate import FakeReplicate
from workprint.testing.fakes.runway import FakeRunway
from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.provider_contract import open_account
from workprint.wiring import Staging

BRANCH = "canary"
"""What is staged under this name is what `--brief canary.yaml` looks at."""

PACE = 0.02

BRIEF = """\
schema: workprint/brief@1
contract: {format: short-film, cap_usd: 50}
project: {name: Canary, platform: web, aspect: "16:9", duration_s: 4, fps: 30}
product: {name: Thing, key_benefit: keeps, brand_colors: ["#12211D", "#E8A33D"], no_logo: true}
call_to_action: {headline: Take it home, button_text: Go}
audio: {mode: music, bpm: 120}
assets: {reference_images: [assets/p0.png, assets/p1.png, assets/p2.png]}
scenes:
  - {id: one, start_s: 0, end_s: 1, type: lifestyle, intent: At dusk, pictures: [assets/p1.png]}
  - {id: two, start_s: 1, end_s: 2, type: lifestyle, intent: On a desk, pictures: [assets/p2.png]}
  - {id: three, start_s: 2, end_s: 3, type: lifestyle, intent: By a window, pictures: [assets/p1.png]}
  - {id: four, start_s: 3, end_s: 4, type: endcard, intent: At rest, pictures: [assets/p0.png]}
"""


class Breaks(Exception):
    """What nobody foresaw."""


def film_a_drift(folder: Path) -> bytes:
    """Five seconds of a soft texture that drifts, at the film's own rate: nothing in it is still, or twice."""
    texture = np.random.default_rng(5).integers(60, 190, (90, 640), dtype=np.uint8)
    soft = sum(np.roll(texture.astype(np.uint16), step, 1) for step in range(6)) // 6
    path = folder / "drift.mp4"
    with FilmWriter(path, 160, 90, (30, 1), "draft") as writer:
        for frame in range(150):
            part = soft[:, 2 * frame : 2 * frame + 160].astype(np.uint8)
            writer.write_rgba(np.dstack([part, part, part // 2 + 60, np.full_like(part, 255)]))
    return path.read_bytes()


@pytest.fixture
def cast(tmp_path: Path) -> Iterator[dict[str, FakeProvider]]:
    """Four providers with keys that look different in JSON, in addresses and in base64."""
    clip = film_a_drift(tmp_path)
    kinds: tuple[type[FakeProvider], ...] = (FakeKling, FakeFal, FakeReplicate, FakeRunway)
    fakes = [kind(media=lambda job: (clip, "video/mp4")) for kind in kinds]
    with contextlib.ExitStack() as stack:
        for fake in fakes:
            fake.secrets = {name: f"{value}+/=\"'<7c>" for name, value in fake.secrets.items()}  # type: ignore[misc]
            stack.enter_context(fake)
        yield {fake.provider: fake for fake in fakes}


def misbehave(cast: Mapping[str, FakeProvider], run: int) -> None:
    """What goes wrong in each run, at each provider."""
    kling, fal, replicate = cast["kling"], cast["fal"], cast["replicate"]
    if run == 0:
        kling.misbehave(echo_words(kling, "submit", 401))
        fal.misbehave(echo_bare(fal, "upload", 500), echo_words(fal, "submit", 400))
        replicate.misbehave(echo_bare(replicate, "submit", 402, before=290))
    elif run == 1:
        fal.decide(Outcome.MODERATED_OUTPUT)
        fal.misbehave(garble("poll"), *(echo_words(fal, "poll", is_processed=True) for _ in range(4)))
        replicate.misbehave(drop_after("submit"), echo_bare(replicate, "list", 500, before=290), cut_off("media"))
        replicate.misbehave(echo_words(replicate, "poll", 503), echo_bare(replicate, "media", 500))
    elif run == 2:
        kling.decide(Outcome.EXPIRED_LINK)
        kling.misbehave(echo_bare(kling, "submit", 502), nest("poll"), echo_words(kling, "poll", is_processed=True))


def produce(project: Project, cast: Mapping[str, FakeProvider], run: int) -> str:
    """One run; everything it printed, with the error as a user would see it."""
    names = ("kling", "fal", "replicate")
    accounts = {name: (cast[name].url, dict(cast[name].secrets), dict(cast[name].settings)) for name in names}
    hints = dict(zip(("one", "two", "three"), names, strict=True))
    staging = Staging(BRANCH, names, accounts, PACE, Money(50_000_000), hints)
    staged = Project(replace(project.workspace, staging=staging))
    progress = Progress(JsonStream() if run % 2 == 0 else None)

    def hear(event: Event) -> None:
        progress.hear(event)
        if run == 1 and event.kind == "attempt-sending" and str(event.data["model"]).startswith("kling/"):
            raise Breaks(f"in the middle of {event.subject}")

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            staged.produce(listener=hear, command="canary")
        except WorkprintError as error:
            say("".join(traceback.format_exception(error)))
        except Breaks as error:
            say("".join(traceback.format_exception(error)))
            # As a reporter of crashes prints it: with every variable of every frame. A staging shows its played keys.
            told = traceback.TracebackException.from_exception(error, capture_locals=True)
            told.stack[:] = [frame for frame in told.stack if "/engine/" in frame.filename]
            say("".join(told.format()))
    return out.getvalue() + err.getvalue()


async def knock(root: Path, project: Project, cast: Mapping[str, FakeProvider]) -> str:
    """Webhooks with wrong signatures and keys in every part of them; what was answered."""
    records = replace(project.workspace, brief_name=f"{BRANCH}.yaml").records()
    providers = {name: PAIRS[name].card.make(open_account(fake)) for name, fake in cast.items() if fake.signs_hooks}
    told = []
    async with open_door(root, providers, records=records) as door:
        for name in providers:
            keys = " ".join(cast[name].secrets.values())
            for headers in ({"x-key": keys}, *_sign_wrongly(cast[name])):
                body = json.dumps({"id": keys, "error": keys}).encode()
                answer = await door.knock(f"/hooks/{name}/wp-{'0' * 24}-001", headers, body)
                assert answer.status_code in (401, 503)
                told.append(answer.text + repr(answer.headers))
        told.append(repr(door.heard))
    records.close()
    return "\n".join(told)


def _sign_wrongly(fake: FakeProvider) -> Iterator[dict[str, str]]:
    job = next(iter(fake.jobs.values()), None)
    if job is not None:
        headers, _ = fake.hook(job, "succeeded")
        yield headers


@pytest.mark.slow
def test_a_production_with_forced_errors_writes_no_key(
    cast: dict[str, FakeProvider], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refusals, error pages, garbage, crashes, moderation, dead links and forged webhooks: no key in any byte.

    Searched are outputs and events, records, workflows, vault, sidecars, results, costs, jobs, doctor and a backup.
    """
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = write_buying_project(tmp_path / "project", *cast.values())
    for name in ("brief.yaml", f"{BRANCH}.yaml"):
        (root / name).write_text(BRIEF, encoding="utf-8")
    project, told = open_project(root), []
    for run in range(4):
        misbehave(cast, run)
        told.append(produce(project, cast, run))
    assert "Breaks: in the middle of" in told[1]
    assert (root / "out" / BRANCH / "Canary_4s_16x9.mp4").is_file(), told[3][-2000:]
    told.append(asyncio.run(knock(root, project, cast)))

    seen = ("--brief", f"{BRANCH}.yaml")
    listed = run_inside("jobs", "--json", *seen, cwd=root)
    jobs = [str(event["attempt"]) for event in read_events(listed.stdout) if event["type"] == "job"]
    assert len(jobs) >= 6
    commands = [("cost",), ("cost", "--csv"), ("status",), ("plan", "--all"), ("verify",), ("jobs",)]
    commands += [("jobs", "show", job) for job in jobs]
    for command in (*commands, ("backup", str(root / "safe.workprint.zip"))):
        done = run_inside(*command, *seen, cwd=root)
        assert done.returncode == 0, (command, done.stderr)
        told += [done.stdout, done.stderr]
    for fake in cast.values():
        fake.misbehave(*(echo_words(fake, route.kind, 401) for route in fake.routes()))
    told += [str(run_inside("doctor", cwd=root)), str(run_inside("doctor", "--json", cwd=root))]
    cast["runway"].recover()
    cast["runway"].misbehave(echo_words(cast["runway"], "submit", 401))
    brief = BRIEF.replace("type: lifestyle", f"type: lifestyle, provider_hint: {quote('runway')}")
    (root / "brief.yaml").write_text(brief, encoding="utf-8")
    real = run_cli("produce", "--yes", cwd=root)
    told += [real.stdout, real.stderr]
    assert real.returncode != 0

    canaries = [value for fake in cast.values() for value in (*fake.secrets.values(), *list_carried(fake))]
    assert find_in_bytes("\n".join(told).encode(), canaries) == ()
    assert find_in_tree(tmp_path, canaries)[:9] == ()
    assert len(list(root.rglob("*.sqlite"))) >= 2
    shutil.rmtree(root / "out")
