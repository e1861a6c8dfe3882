"""Productions that buy, whole and through the command line, from fakes on this machine: what is paid, kept and told."""

from __future__ import annotations

import base64
import json
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from tests.faces.buying_project import TWO_SHOTS, change_text, write_paid_film
from tests.faces.inside import run_inside
from tests.productions import film_path, made_steps, plan_lines, read_events

from workprint.lab import pictures
from workprint.lab.decode import probe, read_frames
from workprint.lab.encode import to_rgb
from workprint.lab.pictures import Pixels
from workprint.testing.crash_harness import Production, Run
from workprint.testing.fakes.faults import Fault, Outcome, drop_after
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.loopback import Answer
from workprint.testing.fakes.runway import FakeRunway

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="finding a run's processes takes Linux's /proc"),
]

SHOT_MICROS = 252_000
"""Three seconds of kling-v3 at 720p without sound, the shortest it sells: a shot here lasts two and a half."""

ONLY_TWO = 'avoid = ["kling/kling-v3-omni", "kling/kling-video-o1", "runway/veo3.1", "runway/gen4_turbo"]'
"""Leaves runway/gen4.5, which sells two seconds, and kling/kling-v3, which is dearer: it sells three and more."""


@dataclass(frozen=True)
class Story:
    """One film and its troubles: a look before anything is bought, a run stopped by Ctrl-C while a provider works, one
    killed the moment a provider has taken a request, and one to the end."""

    root: Path
    fake: FakeKling
    plan: str
    look: str
    after_look: int
    stopped: Run
    jobs: str
    status: str
    killed: Run
    finished: str


def strike(kind: str, deed: Callable[[], object], **changes: object) -> Fault:
    """At the next call of a kind, once the provider has done its work, something happens to us."""

    def change(answer: Answer) -> Answer:
        deed()
        return replace(answer, **changes)  # type: ignore[arg-type]

    return Fault("struck", kind, True, change)


@pytest.fixture(scope="module", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A state folder of its own: the turnstile counts requests a minute for all projects of a machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The film whose making is told in `Story`; tests that change it work on a copy."""
    with FakeKling(pace=(0, 1)) as fake:
        root = write_paid_film(tmp_path_factory.mktemp("films") / "story", fake)
        change_text(root / "brief.yaml", *TWO_SHOTS)
        plan = run_inside("plan", "-o", "plan.json", cwd=root).stdout
        look = run_inside("produce", "--only", "S01", "--draft", cwd=root)
        assert look.returncode == 0, look.stderr
        after_look = fake.billed

        first = Production("produce", "--json", "plan.json", cwd=root)
        fake.misbehave(strike("poll", lambda: first.signal(signal.SIGINT)))
        stopped = first.finish()
        jobs, status = run_inside("jobs", cwd=root).stdout, run_inside("status", cwd=root).stdout

        fake.pace = (0, 0)
        second = Production("produce", "--json", "--yes", cwd=root)
        fake.misbehave(strike("submit", lambda: second.signal(signal.SIGKILL, group=False), drop=True))
        killed = second.finish()

        finished = run_inside("produce", "--json", "--yes", cwd=root)
        assert finished.returncode == 0, finished.stdout[-2000:] + finished.stderr
        yield Story(root, fake, plan, look.stderr, after_look, stopped, jobs, status, killed, finished.stdout)


@pytest.fixture
def film(story: Story, tmp_path: Path) -> Path:
    """A copy of the finished film."""
    return Path(shutil.copytree(story.root, tmp_path / "copy", symlinks=True))


def read_costs(root: Path) -> dict[str, object]:
    """What `workprint cost` says."""
    told = run_inside("cost", "--json", cwd=root).stdout
    return next(event for event in read_events(told) if event["type"] == "cost")


def list_jobs(root: Path) -> list[dict[str, object]]:
    """What `workprint jobs` lists."""
    told = run_inside("jobs", "--json", cwd=root).stdout
    return [event for event in read_events(told) if event["type"] == "job"]


def decode(path: Path) -> list[Pixels]:
    """All frames of a clip, as (H, W, 3) in RGB."""
    return [to_rgb(frame) for frame in read_frames(path)]


def test_a_look_before_buying_is_previz_and_says_what_the_film_would_pay(story: Story) -> None:
    """`produce --only --draft` of shots that would be bought asks nobody for anything, and tells the price."""
    assert "SC01_SH01: previz: a quick look buys nothing" in story.look
    assert "kling/kling-v3 for at most 0.252 USD" in story.look
    assert story.after_look == 0
    assert (story.root / "out/looks/one-draft/draft.mp4").is_file()


def test_a_look_after_buying_shows_what_was_bought(story: Story, film: Path) -> None:
    """A look at the finished film shows its bought clips: it makes none and pays nothing; nor does a whole draft."""
    before = story.fake.count("submit")
    for arguments in (("--only", "S01", "--draft"), ("--draft",)):
        look = run_inside("produce", *arguments, "--json", cwd=film)
        assert look.returncode == 0, look.stdout[-2000:]
        assert not {"bought_clip", "clip"} & {step for step, _ in made_steps(look.stdout)}
        assert film_path(look.stdout).is_file()
    assert (story.fake.count("submit"), story.fake.billed) == (before, 2 * SHOT_MICROS)
    assert "0 to create" in run_inside("plan", cwd=film).stdout


def test_the_saved_plan_tells_the_price(story: Story) -> None:
    """The plan names both orders and both purchases with their prices, and what they cost at most together."""
    orders = [line for line in story.plan.splitlines() if line.startswith("  + bought_clip") and "  0.252" in line]
    assert len(orders) == 2
    assert "Cost at most 0.504 USD" in story.plan


def test_ctrl_c_tells_what_runs_on(story: Story) -> None:
    """Stopped while a provider works: what runs on, what it will cost and how to go on; jobs and status say so, too."""
    assert story.stopped.code == 130
    error = story.stopped.events[-1]
    assert "1 job runs on at kling and will cost up to 0.252 USD" in str(error["message"])
    assert error["command"] == "workprint produce"
    assert story.stopped.orphans == ()
    assert story.jobs.startswith("running ")
    assert "0.252 USD reserved" in story.jobs
    assert "running SC01_SH01_CLIP_lifestyle at kling" in story.status
    assert "next: workprint produce, which fetches what runs" in story.status


def test_killed_in_mid_purchase_it_is_found_again_and_paid_once(story: Story) -> None:
    """kill -9 between the provider's taking a request and our hearing of it: the next run finds the job by its key."""
    assert story.killed.code == -signal.SIGKILL
    assert story.fake.count("submit") == 2
    assert story.fake.billed == 2 * SHOT_MICROS
    assert read_costs(story.root)["spent"] == "0.504"
    assert [job["state"] for job in list_jobs(story.root)] == ["delivered", "delivered"]
    assert film_path(story.finished).is_file()


def test_the_second_produce_buys_nothing(story: Story, film: Path) -> None:
    """With nothing changed nothing is made, asked or paid."""
    calls = len(story.fake.calls)
    again = run_inside("produce", "--json", "--yes", cwd=film)
    assert again.returncode == 0, again.stderr
    assert made_steps(again.stdout) == []
    assert len(story.fake.calls) == calls


def test_a_shot_begins_with_the_last_frame_of_the_one_before(story: Story) -> None:
    """The picture that was sent for the second shot is, to the pixel, the last one the film shows of the first."""
    bodies = [call.fields() for kind, call in story.fake.calls if kind == "submit"]
    sent = pictures.decode(base64.b64decode(bodies[1]["image"]))[:, :, :3]
    frames = decode(story.root / "out/clips/SC01_SH01.mp4")
    board = json.loads((story.root / "out/documents/plan_shots.json").read_text())
    shot = board["chains"][0]["shots"][0]
    last = shot["head"] + shot["span"]["length"] - 1
    assert np.array_equal(sent, frames[last])
    assert not np.array_equal(sent, frames[last - 3])


def test_what_came_is_made_to_fit_the_film_exactly(story: Story) -> None:
    """A 24 fps clip of another size and length becomes one of the film's rate and size, with the planned frames."""
    came, fits = (story.root / "out/clips" / name for name in ("bought/SC01_SH01.mp4", "SC01_SH01.mp4"))
    board = json.loads((story.root / "out/documents/plan_shots.json").read_text())
    shot = board["chains"][0]["shots"][0]
    assert (probe(came).rate, decode(came)[0].shape) == ((24, 1), (72, 128, 3))
    assert (probe(fits).rate, decode(fits)[0].shape) == ((30, 1), (144, 256, 3))
    assert len(decode(fits)) == shot["head"] + shot["span"]["length"] + shot["tail"]
    assert len(decode(film_path(story.finished))) == 180


def test_a_price_of_ones_own_is_what_the_plan_reckons_with(story: Story, film: Path) -> None:
    """With a negotiated price the plan asks for less or more and says whose price it is; what was bought stays."""
    with (film / "project.toml").open("a") as file:
        file.write('[providers.prices."kling/kling-v3"]\nas_of = 2026-11-01\nsecond = 0.05\n')
    assert "Cost at most 0.00 USD" in run_inside("plan", cwd=film).stdout
    change_text(film / "brief.yaml", ("A round thing in the evening", "A round thing at noon"))
    plan = run_inside("plan", cwd=film).stdout
    assert "Cost at most 0.30 USD" in plan
    assert "kling/kling-v3 is reckoned at your own price of 2026-11-01" in plan
    change_text(film / "project.toml", ("second = 0.05", "percent = 150"))
    assert "Cost at most 0.756 USD" in run_inside("plan", cwd=film).stdout


def test_what_was_bought_outlives_its_key(story: Story, film: Path) -> None:
    """On a machine without the key the film is made from what was bought; new words stop it, and are not previz."""
    env = (film / ".env").read_text().splitlines()
    (film / ".env").write_text("\n".join(line for line in env if not line.startswith("KLING_ACCESS_KEY")))
    calls = len(story.fake.calls)
    again = run_inside("produce", "--json", "--yes", cwd=film)
    assert again.returncode == 0, again.stdout[-2000:]
    assert {step for step, _ in made_steps(again.stdout)} <= {"document"}
    change_text(film / "brief.yaml", ("A round thing in the evening", "A round thing at noon"))
    lines = plan_lines(run_inside("plan", "--json", cwd=film).stdout)
    assert ("shoot_clips", "blocked") in {(line["stage"], line["action"]) for line in lines}
    assert not [line for line in lines if line["step"] == "clip" and line["action"] == "create"]
    assert len(story.fake.calls) == calls


def test_a_job_whose_key_is_gone_is_waited_for_not_bought_elsewhere(tmp_path: Path) -> None:
    """A lost request to one provider, whose key is then taken away: nobody else is asked, though somebody could be."""
    with FakeKling(pace=(0, 0)) as kling, FakeRunway(pace=(0, 0)) as runway:
        root = write_paid_film(tmp_path / "film", kling, runway, settings=ONLY_TWO)
        runway.misbehave(drop_after("submit"))
        assert run_inside("produce", "--yes", cwd=root).returncode == 8
        env = (root / ".env").read_text().splitlines()
        (root / ".env").write_text("\n".join(line for line in env if not line.startswith("RUNWAYML_API_SECRET")))
        again = run_inside("produce", "--yes", cwd=root)
        assert again.returncode == 8, again.stderr
        assert "runway works on this already, or may: it is held, up to 0.24 USD stay reserved" in again.stderr
        assert "it is not bought elsewhere" in again.stderr
        assert kling.calls == []
        change_text(root / "brief.yaml", ("A round thing in the evening", "A round thing at noon"))
        plan = run_inside("plan", cwd=root).stdout
        assert "at runway is held and may cost up to 0.24 USD; it belongs to no order of this plan" in plan


def test_a_refused_shot_does_not_hide_the_price_of_the_next(tmp_path: Path) -> None:
    """A shot was refused for its content, then a second is written: the plan names its price, and produce buys it."""
    more = (
        "  - {id: more, start_s: 1, end_s: 2, type: lifestyle, intent: Another round thing, pictures: [assets/p2.png]}"
    )
    with FakeKling(pace=(0, 0)) as kling:
        root = write_paid_film(tmp_path / "film", kling, settings=ONLY_TWO)
        kling.decide(*(Outcome.MODERATED_INPUT for _ in range(4)))
        assert run_inside("produce", "--yes", cwd=root).returncode == 8
        kling.recover()
        change_text(
            root / "brief.yaml",
            ("duration_s: 2", "duration_s: 3"),
            ("  - {id: two, start_s: 1, end_s: 2", f"{more}\n  - {{id: two, start_s: 2, end_s: 3"),
        )
        plan = run_inside("plan", cwd=root).stdout
        assert "kling refused what is asked for or shown" in plan
        assert "Cost at most 0.252 USD" in plan
        assert run_inside("produce", "--yes", cwd=root).returncode == 8
        assert kling.billed == SHOT_MICROS


def test_a_stale_plan_buys_nothing(story: Story, film: Path) -> None:
    """A saved plan is refused when the words of a shot have changed since: exit 9, nobody is asked for anything."""
    assert run_inside("plan", "-o", "plan.json", cwd=film).returncode == 0
    change_text(film / "brief.yaml", ("A round thing in the evening", "A round thing at noon"))
    calls = len(story.fake.calls)
    assert run_inside("produce", "plan.json", cwd=film).returncode == 9
    assert len(story.fake.calls) == calls


def test_a_locked_shot_is_not_bought_again(story: Story, film: Path) -> None:
    """Pinned by a person, the clips of a scene stay as they were bought although its words have changed."""
    assert run_inside("lock", "S01", cwd=film).returncode == 0
    change_text(film / "brief.yaml", ("A round thing in the evening", "A round thing at noon"))
    lines = plan_lines(run_inside("plan", "--json", cwd=film).stdout)
    drifted = [line["name"] for line in lines if (line["step"], line["action"]) == ("bought_clip", "drifted")]
    assert drifted == ["SC01_SH01_CLIP_lifestyle", "SC01_SH02_CLIP_lifestyle"]
    before = story.fake.count("submit")
    made = run_inside("produce", "--json", "--yes", cwd=film)
    assert made.returncode == 0, made.stdout[-2000:]
    assert story.fake.count("submit") == before


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, FakeRunway, str]]:
    """A film whose one bought shot got no answer from a provider that cannot be asked, and what produce said."""
    with FakeRunway(pace=(0, 0)) as fake:
        settings = 'avoid = ["runway/veo3.1", "runway/gen4_turbo"]'
        root = write_paid_film(tmp_path_factory.mktemp("held") / "film", fake, settings=settings)
        fake.misbehave(drop_after("submit"))
        stopped = run_inside("produce", "--yes", cwd=root)
        assert stopped.returncode == 8, stopped.stderr
        yield root, fake, stopped.stderr


def test_a_lost_answer_is_held_and_said_everywhere(held: tuple[Path, FakeRunway, str]) -> None:
    """Held: exit 8 with both choices; jobs and status name it; another run sends nothing and says the same."""
    root, fake, told = held
    job = str(list_jobs(root)[0]["attempt"])
    assert "Up to 0.24 USD stay reserved until you decide; nothing is sent again by itself." in told
    assert f"workprint jobs resolve {job} --taken TICKET, or --not-taken" in told
    shown = run_inside("jobs", cwd=root)
    assert shown.stdout.startswith("held ")
    assert f"workprint jobs resolve {job} --write-off" in shown.stderr
    status = run_inside("status", cwd=root).stdout
    assert f"held SC01_SH01_CLIP_lifestyle at runway, 0.24 USD reserved  {job}" in status
    assert f"next: workprint jobs resolve {job} --taken TICKET" in status
    again = run_inside("produce", "--yes", cwd=root)
    assert (again.returncode, fake.count("submit")) == (8, 1)


def test_said_to_be_taken_it_is_fetched_and_paid_once(held: tuple[Path, FakeRunway, str], tmp_path: Path) -> None:
    """`resolve --taken TICKET`: the next run fetches the result of the job that is there, sends nothing, and ends."""
    root, fake = Path(shutil.copytree(held[0], tmp_path / "taken", symlinks=True)), held[1]
    job, ticket = str(list_jobs(root)[0]["attempt"]), next(iter(fake.jobs))
    assert run_inside("jobs", "resolve", job, "--taken", ticket, cwd=root).returncode == 0
    made = run_inside("produce", "--json", "--yes", cwd=root)
    assert made.returncode == 0, made.stdout[-2000:]
    assert fake.count("submit") == 1
    assert (read_costs(root)["spent"], read_costs(root)["reserved"]) == ("0.24", "0.00")


def test_said_not_to_be_taken_its_price_is_given_back(held: tuple[Path, FakeRunway, str], tmp_path: Path) -> None:
    """`resolve --not-taken`: nothing is reserved any more, and the plan would order the shot again."""
    root = Path(shutil.copytree(held[0], tmp_path / "free", symlinks=True))
    job = str(list_jobs(root)[0]["attempt"])
    assert run_inside("jobs", "resolve", job, "--not-taken", cwd=root).returncode == 0
    assert (read_costs(root)["spent"], read_costs(root)["reserved"]) == ("0.00", "0.00")
    assert "tried before: refused at runway" in run_inside("plan", cwd=root).stdout


def test_written_off_it_counts_as_paid_and_may_be_tried_again(
    held: tuple[Path, FakeRunway, str], tmp_path: Path
) -> None:
    """`resolve --write-off`: booked in full, reserved no more, and the plan would order the shot again."""
    root = Path(shutil.copytree(held[0], tmp_path / "gone", symlinks=True))
    job = str(list_jobs(root)[0]["attempt"])
    assert run_inside("jobs", "resolve", job, "--write-off", "--reason", "nobody knows", cwd=root).returncode == 0
    assert (read_costs(root)["spent"], read_costs(root)["reserved"]) == ("0.24", "0.00")
    assert "Cost at most 0.24 USD" in run_inside("plan", cwd=root).stdout


def test_refused_content_goes_to_softer_words_then_waits_for_consent(tmp_path: Path) -> None:
    """Twice refused, once with one demand less: the dearer model waits for consent, which the remedy names; with it,
    it makes the shot. Nothing is charged for what was refused."""
    with FakeKling(pace=(0, 0)) as kling, FakeRunway(pace=(0, 0)) as runway:
        root = write_paid_film(tmp_path / "film", kling, runway, settings=ONLY_TWO)
        runway.decide(Outcome.MODERATED_INPUT, Outcome.MODERATED_OUTPUT)
        refused = run_inside("produce", "--yes", cwd=root)
        assert refused.returncode == 8, refused.stderr
        assert "runway refused what is asked for or shown" in refused.stderr
        assert "dearer models wait for consent: kling/kling-v3 at up to 0.252 USD" in refused.stderr
        assert "takes_dearer = true" in refused.stderr
        whole, softer = [call.fields()["promptText"] for kind, call in runway.calls if kind == "submit"]
        assert whole.startswith(softer)
        assert len(softer) < len(whole)
        assert kling.calls == []
        change_text(root / "project.toml", (ONLY_TWO, f"{ONLY_TWO}\ntakes_dearer = true"))
        made = run_inside("produce", "--json", "--yes", cwd=root)
        assert made.returncode == 0, made.stdout[-2000:]
        assert (runway.billed, runway.count("submit"), kling.count("submit")) == (0, 2, 1)
        assert (kling.billed, read_costs(root)["spent"]) == (SHOT_MICROS, "0.252")


def test_at_the_cap_it_stops_with_6_and_says_what_is_safe(tmp_path: Path) -> None:
    """Room for one shot of two: the first is bought and kept, the second is not asked for, and the way on is told."""
    with FakeKling(pace=(0, 0)) as fake:
        root = write_paid_film(tmp_path / "film", fake, cap="0.30")
        change_text(root / "brief.yaml", *TWO_SHOTS)
        stopped = run_inside("produce", "--yes", cwd=root)
        assert stopped.returncode == 6, stopped.stderr
        assert "above the cap of 0.30 USD" in stopped.stderr
        assert "0.252 USD are spent; what that makes is kept and not paid for again." in stopped.stderr
        assert 'workprint override budget_cap --reason "..."' in stopped.stderr
        assert (fake.count("submit"), fake.billed) == (1, SHOT_MICROS)
        change_text(root / "brief.yaml", ("cap_usd: 0.30", "cap_usd: 0.60"))
        assert run_inside("produce", "--yes", cwd=root).returncode == 0
        assert (fake.count("submit"), fake.billed) == (2, 2 * SHOT_MICROS)


@pytest.mark.parametrize(
    ("hint", "without", "why"),
    [
        ("kling", "KLING_SECRET_KEY", "its key KLING_SECRET_KEY is not set"),
        ("kling/kling-v2-1", "", "it could be asked until 2026-09-15"),
    ],
    ids=["no key", "past its end of life"],
)
def test_a_hint_that_cannot_be_honoured_is_refused_when_planned(
    hint: str, without: str, why: str, tmp_path: Path
) -> None:
    """Without a key, and past a model's last day, the route gate says so in the plan, with the reason."""
    with FakeKling() as fake:
        root = write_paid_film(tmp_path / "film", fake, hint=hint)
        env = (root / ".env").read_text().splitlines()
        (root / ".env").write_text("\n".join(line for line in env if not (without and line.startswith(without))))
        plan = run_inside("plan", cwd=root).stdout
        assert f"gate route (soft): SC01_SH01 hints at {hint}, which cannot make it" in plan
        assert why in plan
        assert "workprint approve route" in plan
        assert fake.calls == []
