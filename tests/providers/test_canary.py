"""Every provider tries to have our keys written down: no byte of book, vault, events or tracebacks may hold them."""

from __future__ import annotations

import asyncio
import base64
import json
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from workprint.adapters.secrets_env import EnvironmentSecrets
from workprint.film.canonical import encode, to_text
from workprint.film.errors import WorkprintError
from workprint.lab.redaction import hide
from workprint.ports.provider import Account, AskFailed, Limits
from workprint.testing.buying_bench import BuyingBench
from workprint.testing.canaries import echo_bare, echo_words, find_in_bytes, find_in_tree, list_carried, show_forms
from workprint.testing.fakes.faults import Fault, Outcome, drop_after
from workprint.testing.fakes.studio import FakeProvider
from workprint.testing.provider_contract import Pair, find_pairs
from workprint.testing.provider_samples import full_requests, lay_out_inputs

FAKED = [pair for pair in find_pairs() if pair.make_fake is not None and pair.card.secrets]

Echo = Callable[[FakeProvider], tuple[Fault | Outcome, ...]]
ECHOES: dict[str, Echo] = {
    "refused with the key in every sentence": lambda fake: (echo_words(fake, "submit", 401),),
    "refused as invalid": lambda fake: (echo_words(fake, "submit", 400),),
    "error page with the key": lambda fake: (echo_bare(fake, "submit", 500),),
    "error page, cut in the key": lambda fake: tuple(echo_bare(fake, "submit", 401, before=285 + n) for n in range(3)),
    "garbage with the key": lambda fake: (echo_bare(fake, "submit", 200),),
    "poll refused": lambda fake: (echo_words(fake, "poll", 401),),
    "poll error page": lambda fake: (echo_bare(fake, "poll", 400, before=1180),),
    "fails": lambda fake: (Outcome.FAIL, *(echo_words(fake, "poll", is_processed=True) for _ in range(4))),
    "moderated": lambda fake: (
        Outcome.MODERATED_OUTPUT,
        *(echo_words(fake, "poll", is_processed=True) for _ in range(4)),
    ),
    "succeeds": lambda fake: tuple(echo_words(fake, "poll", is_processed=True) for _ in range(4)),
    "answers at once": lambda fake: (echo_words(fake, "submit", is_processed=True),),
    "upload refused": lambda fake: (echo_words(fake, "upload", 403), echo_bare(fake, "upload", 500)),
    "lost, list refused": lambda fake: (drop_after("submit"), echo_bare(fake, "list", 403)),
    "download refused": lambda fake: (echo_bare(fake, "media", 500), echo_bare(fake, "media", 403)),
}
"""What servers do that log, debug or quote too much."""


def open_account(fake: FakeProvider, folder: Path) -> Account:
    """An account whose texts are cleaned as in a real project."""
    secrets = EnvironmentSecrets({**fake.secrets, **fake.settings}, folder, tuple(fake.secrets))
    return Account(fake.url, secrets.secret, secrets.scrub, 2.0, 2.0, dict(fake.settings))


async def buy_all(pair: Pair, folder: Path) -> list[str]:
    """Buy an order with many inputs under each echo in turn; every credential that was written or told."""
    assert pair.make_fake is not None
    model = pair.card.models[0]
    request = max(full_requests(model), key=lambda item: len(item.inputs))
    inputs = lay_out_inputs(request, folder)
    limits = Limits(creates_per_minute=10_000, jobs_at_once=40, poll_every_s=2.0, settle_s=20.0)
    told: list[str] = []
    with pair.make_fake() as fake:
        account = open_account(fake, folder)
        bench = BuyingBench(folder / "shop", {pair.card.name: (pair.card, account)}, limits=limits)
        for number, echo in enumerate(ECHOES.values()):
            fake.recover()
            for wish in echo(fake):
                fake.misbehave(wish) if isinstance(wish, Fault) else fake.decide(wish)
            try:
                told.append(to_text(encode(await bench.buy(bench.order(request, inputs, number=number)))))
            except WorkprintError as error:
                told += traceback.format_exception(error)
        fake.recover()
        for _ in range(2):
            fake.misbehave(*(echo_words(fake, route.kind, 401) for route in fake.routes()))
            try:
                told.append(repr(await bench.shop.counters[pair.card.name].provider.check_key()))
            except AskFailed as error:
                told += traceback.format_exception(error)
        told += [to_text(encode(event)) for event in bench.events]
        told += [repr(bench.shop), repr(bench.records.attempts()), repr(account)]
        await bench.close()
        canaries = (*fake.secrets.values(), *list_carried(fake))
    assert len([line for line in told if "attempt-" in line]) > len(ECHOES)
    found = find_in_bytes("\n".join(told).encode(), canaries)
    return [*(f"told: {form}" for form in found), *find_in_tree(folder, canaries)]


@pytest.mark.parametrize("pair", FAKED, ids=lambda pair: pair.card.name)
def test_no_provider_gets_a_key_written_down(pair: Pair, tmp_path: Path) -> None:
    """Whatever a server echoes, in plain, base64, hex, JSON or an address, whole or cut, nothing of it is kept."""
    assert asyncio.run(buy_all(pair, tmp_path))[:9] == []


def test_the_search_finds_what_is_hidden_well(tmp_path: Path) -> None:
    """A secret is found in each of its forms, cut in two, inside an archive, and in a file's name."""
    secret = 'sk-canary+7f/3a=9c"5e'
    shown = show_forms(secret)
    assert len(find_in_bytes(shown.encode(), [secret])) > 10
    for form in shown.split(" "):
        assert find_in_bytes(f"x{form}y".encode(), [secret]), form
    assert find_in_bytes(secret[:14].encode(), [secret])
    assert find_in_bytes(base64.b64encode(b"user:" + secret.encode()), [secret])
    with zipfile.ZipFile(tmp_path / "backup.zip", "w") as archive:
        archive.writestr("inside.txt", secret.encode().hex())
    (tmp_path / secret.replace("/", "")[:14]).touch()
    places = {line.partition(":")[0].partition(" ")[0] for line in find_in_tree(tmp_path, [secret])}
    assert places >= {"backup.zip!inside.txt", "name"}


def test_what_is_hidden_leaves_nothing_to_find() -> None:
    """A cleaned text holds a secret in no form, and every other word of it."""
    secret = 'sk-canary+7f/3a=9c"5e'
    twice = json.dumps(json.dumps(secret))
    cleaned = hide(f"key {show_forms(secret)} {twice} was refused", [secret, "short"])
    assert find_in_bytes(cleaned.encode(), [secret]) == ()
    assert cleaned.startswith("key [secret]")
    assert cleaned.endswith("was refused")
    assert hide("a short word", ["short"]) == "a short word"
