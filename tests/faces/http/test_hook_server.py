"""The door for webhooks: what providers sign is kept once, nothing forged is, and nobody can fill or block it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import httpx
import pytest
from tests.faces.http.hook_door import Door, open_door
from tests.providers.hook_forgeries import list_plain_forgeries

from workprint.engine.buying.hooks import LARGEST_BODY
from workprint.faces.cli.serving import Reporter
from workprint.faces.http.hook_server import Bounds
from workprint.faces.http.strikes import MOST_PEERS, MOST_STRIKES, Strikes, name_network
from workprint.film.errors import MissingExtra, MissingKey, Remedy
from workprint.ports.provider import Account, HookEvent, Provider
from workprint.testing.fakes.kling import FakeKling
from workprint.testing.fakes.minimax import FakeMiniMax
from workprint.testing.fakes.replicate import FakeReplicate
from workprint.testing.fakes.studio import FakeJob, FakeProvider
from workprint.testing.provider_contract import Pair, find_pairs, open_account, plain_request, submit

SIGNING = [pair for pair in find_pairs() if getattr(pair.make_fake, "signs_hooks", False)]
PAIRS = {pair.card.name: pair for pair in find_pairs()}


async def start_job(pair: Pair, fake: FakeProvider) -> tuple[Provider, FakeJob]:
    """A provider, and a job that it has at its fake."""
    provider = pair.card.make(open_account(fake))
    await submit(provider, plain_request(pair.card.models[0]))
    return provider, next(iter(fake.jobs.values()))


def test_some_providers_sign() -> None:
    """The registry knows providers that sign, so that the tests below look at something."""
    assert len(SIGNING) >= 4


@pytest.mark.parametrize("pair", SIGNING, ids=lambda pair: pair.card.name)
def test_no_forgery_passes_the_door_and_a_real_one_does_once(pair: Pair, tmp_path: Path) -> None:
    """Of at least 20 forgeries none is kept; the real webhook is kept at its first knock, and its repeats are not."""
    assert pair.make_fake is not None

    async def run() -> None:
        assert pair.make_fake is not None
        with pair.make_fake() as fake:
            provider, job = await start_job(pair, fake)
            headers, body = fake.hook(job, "completed")
            path = f"/hooks/{pair.card.name}/attempt-0001"
            async with open_door(tmp_path, {pair.card.name: provider}) as door:
                door.server.strikes.most = 10**6
                forged = list(list_plain_forgeries(headers, body))
                answers = {what: (await door.knock(path, given, raw)).status_code for what, given, raw in forged}
                assert len(answers) >= 20
                assert {what: code for what, code in answers.items() if code != 401} == {}
                replies = [(await door.knock(path, headers, body)).status_code for _ in range(3)]
                assert replies == [200, 202, 202]
                assert door.heard.count((pair.card.name, 200)) == 1

    asyncio.run(run())


def test_a_peer_that_forges_again_and_again_is_not_listened_to(tmp_path: Path) -> None:
    """After 20 forgeries a peer is told to wait, even with a real webhook; the body is not even read then."""

    async def run() -> None:
        with FakeReplicate() as fake:
            provider, job = await start_job(PAIRS["replicate"], fake)
            headers, body = fake.hook(job, "completed")
            async with open_door(tmp_path, {"replicate": provider}) as door:
                codes = [
                    (await door.knock("/hooks/replicate/a", headers, body + b"x")).status_code
                    for _ in range(MOST_STRIKES + 5)
                ]
                real = await door.knock("/hooks/replicate/a", headers, body)
                assert codes == [401] * MOST_STRIKES + [429] * 5
                assert real.status_code == 429
                assert 1 <= int(real.headers["retry-after"]) <= 60
                assert (await door.client.get("/health")).text == "ok\n"
                assert door.kept("replicate", job.id) == 0

    asyncio.run(run())


def test_behind_a_proxy_the_peer_is_who_the_proxy_names(tmp_path: Path) -> None:
    """Only the last address of X-Forwarded-For counts, and only when a proxy is declared."""

    async def run(bounds: Bounds, folder: Path) -> int:
        with FakeReplicate() as fake:
            provider, job = await start_job(PAIRS["replicate"], fake)
            headers, body = fake.hook(job, "completed")
            async with open_door(folder, {"replicate": provider}, bounds) as door:
                for number in range(MOST_STRIKES):
                    forged = {**headers, "x-forwarded-for": f"10.0.0.{number}, 203.0.113.7"}
                    await door.knock("/hooks/replicate/a", forged, body + b"x")
                told = {**headers, "x-forwarded-for": "203.0.113.7, 198.51.100.9"}
                return (await door.knock("/hooks/replicate/a", told, body)).status_code

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert asyncio.run(run(Bounds(is_behind_proxy=True), tmp_path / "a")) == 200
    assert asyncio.run(run(Bounds(), tmp_path / "b")) == 429


def test_without_keys_the_sender_is_asked_to_come_again(tmp_path: Path) -> None:
    """When the keys cannot be fetched a real webhook gets 503, and is kept when it comes again."""

    async def run() -> None:
        with FakeReplicate() as fake:
            provider, job = await start_job(PAIRS["replicate"], fake)
            headers, body = fake.hook(job, "completed")
            async with open_door(tmp_path, {"replicate": provider}) as door:
                nobody = Account("http://127.0.0.1:9", lambda name: fake.secrets[name], connect_s=1.0)
                gone = PAIRS["replicate"].card.make(nobody)
                codes = []
                for providers in ({"replicate": gone}, {"replicate": provider}):
                    door.server.providers = providers
                    codes.append((await door.knock("/hooks/replicate/a", headers, body)).status_code)
                await gone.close()
                assert codes == [503, 200]

    asyncio.run(run())


def test_an_unset_webhook_secret_is_our_fault_and_no_crash(tmp_path: Path) -> None:
    """A provider whose webhook secret is not set is answered 503, as nothing can be verified."""

    def refuse(name: str) -> str:
        raise MissingKey(f"The key {name} is not set.")

    async def run() -> None:
        pair = PAIRS["elevenlabs"]
        assert pair.make_fake is not None
        with pair.make_fake() as fake:
            _, job = await start_job(pair, fake)
            headers, body = fake.hook(job, "completed")
            blind = pair.card.make(Account(fake.url, refuse))
            async with open_door(tmp_path, {"elevenlabs": blind}) as door:
                assert (await door.knock("/hooks/elevenlabs/all", headers, body)).status_code == 503

    asyncio.run(run())


class Lacking:
    """A provider whose webhooks cannot be verified, as a package is not installed."""

    def verify_hook(self, headers: Mapping[str, str], body: bytes, now_s: float) -> HookEvent:
        """What Ed25519 says where `cryptography` is missing."""
        raise MissingExtra("Ed25519 signatures need `cryptography`.", remedy=Remedy("Install it.", "pip install it"))

    async def close(self) -> None:
        """Nothing to let go of."""


def test_a_missing_package_is_answered_and_said(tmp_path: Path) -> None:
    """However often it calls, the sender is asked to come again and is no forger; our log says what to install."""

    async def run() -> None:
        async with open_door(tmp_path, {"fal": cast(Provider, Lacking())}) as door:
            codes = [(await door.knock("/hooks/fal/a", {}, b"{}")).status_code for _ in range(30)]
            assert codes == [503] * 30
            assert set(door.whys) == {"Ed25519 signatures need `cryptography`. pip install it"}

    asyncio.run(run())


def test_the_log_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """`serve` prints why a webhook could not be verified below the answer, once for many."""
    reporter = Reporter(None)
    for _ in range(9):
        reporter.hear("fal", 503, "Ed25519 signatures need `cryptography`. pip install it")
    told = capsys.readouterr().err
    assert told.count("fal cannot be verified now") == 1
    assert told.count("pip install it") == 1


def test_unsigned_webhooks_need_an_attempt_of_ours_and_challenges_are_echoed(tmp_path: Path) -> None:
    """What is not signed and names no attempt of ours is taken politely and thrown away; a challenge comes back."""

    async def run() -> None:
        with FakeKling() as kling, FakeMiniMax() as minimax:
            provider, job = await start_job(PAIRS["kling"], kling)
            challenged = PAIRS["minimax"].card.make(open_account(minimax))
            headers, body = kling.hook(job, "succeed")
            async with open_door(tmp_path, {"kling": provider, "minimax": challenged}) as door:
                assert (await door.knock("/hooks/kling/wp-nobody-001", headers, body)).status_code == 202
                assert door.kept("kling", job.id, "wp-nobody-001") == 0
                echo = await door.knock("/hooks/minimax/a", {}, b'{"challenge": "abc"}')
                assert (echo.status_code, echo.json()) == (200, {"challenge": "abc"})

    asyncio.run(run())


def test_only_the_two_routes_are_there(tmp_path: Path) -> None:
    """Other paths, methods and providers are refused; no answer says more than its status."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PAIRS["kling"].card.make(open_account(fake))
            async with open_door(tmp_path, {"kling": provider}) as door:
                asked = {
                    ("GET", "/hooks/kling/a"): 405,
                    ("PUT", "/hooks/kling/a"): 405,
                    ("POST", "/hooks/runway/a"): 404,
                    ("POST", "/hooks/kling"): 404,
                    ("POST", "/hooks/kling/../kling/a%2f"): 404,
                    ("POST", "/hooks/kling/a/b"): 404,
                    ("POST", "/health"): 405,
                    ("GET", "/"): 404,
                    ("GET", "/records.sqlite"): 404,
                }
                for (method, path), status in asked.items():
                    request = httpx.Request(method, f"http://127.0.0.1:{door.port}/", headers={"host": "evil.example"})
                    request.extensions["target"] = path.encode()
                    answer = await door.client.send(request)
                    assert (answer.status_code, answer.text) == (status, ""), (method, path)

    asyncio.run(run())


def test_an_oversize_body_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A body above 4 MiB gets 413 from its announced length alone; one of exactly 4 MiB is looked at."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PAIRS["kling"].card.make(open_account(fake))
            async with open_door(tmp_path, {"kling": provider}) as door:
                announced = f"POST /hooks/kling/a HTTP/1.1\r\ncontent-length: {LARGEST_BODY + 1}\r\n\r\n".encode()
                assert await speak(door, announced) == 413
                assert (await door.knock("/hooks/kling/a", {}, bytes(LARGEST_BODY + 1))).status_code == 413
                assert (await door.knock("/hooks/kling/a", {}, bytes(LARGEST_BODY))).status_code == 401

    asyncio.run(run())


RAW = {
    b"GARBAGE\r\n\r\n": 400,
    b"POST /hooks/kling/a HTTP/9\r\n\r\n": 400,
    b"POST  /hooks/kling/a HTTP/1.1\r\n\r\n": 400,
    b"POST /hooks/kling/a HTTP/1.1\r\nno colon\r\n\r\n": 400,
    b"POST /hooks/kling/a HTTP/1.1\r\nname : x\r\n\r\n": 400,
    b"POST /hooks/kling/a HTTP/1.1\r\na: b\r\n folded: x\r\n\r\n": 400,
    b"POST /hooks/kling/a HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab": 400,
    b"POST /hooks/kling/a HTTP/1.1\r\ncontent-length: -1\r\n\r\n": 400,
    b"POST /hooks/kling/a HTTP/1.1\r\ncontent-length: 0x10\r\n\r\n": 400,
    b"POST /hooks/kling/a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n": 411,
    b"POST /hooks/kling/a HTTP/1.1\r\nlong: " + b"x" * 40_000 + b"\r\n\r\n": 431,
    b"POST /hooks/kling/a HTTP/1.1\r\n" + b"".join(b"h%d: x\r\n" % n for n in range(200)) + b"\r\n": 431,
    b"POST /hooks/kling/" + b"a" * 40_000: 431,
}
"""Requests that could be read in two ways, or are too much, and what they are answered."""


@pytest.mark.parametrize("raw", list(RAW), ids=lambda raw: repr(raw[:60]))
def test_what_could_be_read_in_two_ways_is_refused(raw: bytes, tmp_path: Path) -> None:
    """Every malformed or oversize head gets its status, and the door goes on."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PAIRS["kling"].card.make(open_account(fake))
            async with open_door(tmp_path, {"kling": provider}) as door:
                assert await speak(door, raw) == RAW[raw]
                assert (await door.client.get("/health")).status_code == 200

    asyncio.run(run())


def test_slow_and_many_callers_do_not_block_the_door(tmp_path: Path) -> None:
    """Who does not finish is cut off with 408, callers beyond the places are turned away, and then the door is free."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PAIRS["kling"].card.make(open_account(fake))
            async with open_door(tmp_path, {"kling": provider}, Bounds(head_s=0.2, body_s=0.2, at_once=8)) as door:
                slow = [
                    b"POST /hooks/kling/a HTTP/1.1\r\nslow: ",
                    b"POST /hooks/kling/a HTTP/1.1\r\ncontent-length: 9\r\n\r\nshort",
                ]
                codes = await asyncio.gather(*(speak(door, slow[number % 2]) for number in range(40)))
                assert set(codes) <= {408, 503, 0}  # 0: turned away before the answer could be read
                assert 1 <= codes.count(408) <= 16
                assert (await door.client.get("/health")).status_code == 200

    asyncio.run(run())


def test_who_waits_for_leave_gets_it(tmp_path: Path) -> None:
    """A sender that asks with Expect: 100-continue is told to go on, and answered."""

    async def run() -> None:
        with FakeKling() as fake:
            provider = PAIRS["kling"].card.make(open_account(fake))
            async with open_door(tmp_path, {"kling": provider}) as door:
                reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
                writer.write(b"POST /hooks/kling/a HTTP/1.1\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n")
                assert (await reader.readline()).startswith(b"HTTP/1.1 100 ")
                await reader.readline()
                writer.write(b"{}")
                assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
                writer.close()

    asyncio.run(run())


async def speak(door: Door, raw: bytes) -> int:
    """Send bytes as they are; the status that comes back, 0 for none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    try:
        writer.write(raw)
        await writer.drain()
        line = await reader.readline()
    except ConnectionError:
        return 0
    finally:
        writer.close()
    return int(line.split()[1]) if line else 0


def test_strikes_run_out_and_are_bounded() -> None:
    """A peer is heard again after a minute, a /64 counts as one peer, and no flood of peers fills the memory."""
    now = [0.0]
    strikes = Strikes(lambda: now[0])
    for number in range(MOST_STRIKES):
        strikes.add(f"2001:db8::{number:x}")
    assert strikes.wait_s("2001:db8::ffff") == 60
    assert strikes.wait_s("2001:db9::1") == 0
    now[0] = 59.5
    assert strikes.wait_s("2001:db8::1") == 0.5
    now[0] = 61.0
    assert strikes.wait_s("2001:db8::1") == 0
    for number in range(MOST_PEERS * 2):
        strikes.add(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(strikes) == MOST_PEERS
    assert name_network("::ffff:192.0.2.1") == "192.0.2.1"
