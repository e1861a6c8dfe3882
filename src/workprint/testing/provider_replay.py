"""The part of the contract for providers that record a submission under our key and replay its answer."""

from __future__ import annotations

import time

from workprint.ports.provider import CannotKnow, Found, OutcomeUnknown
from workprint.testing.fakes.faults import drop_after
from workprint.testing.provider_contract import Pair, make_key, open_account, submit
from workprint.testing.provider_samples import plain_request


async def check_replay(pair: Pair) -> None:
    """Where an attempt is found by submitting it again: one job a key, found every time, never once the key is old."""
    assert pair.make_fake is not None
    model = pair.card.models[0]
    if not model.replay_life_s:
        return
    request, now = plain_request(model), time.time()
    with pair.make_fake() as fake:
        provider = pair.card.make(open_account(fake))
        fake.misbehave(drop_after("submit"))
        try:
            await submit(provider, request, intent_s=now)
        except OutcomeUnknown:
            pass
        else:
            raise AssertionError("a dropped answer was taken for one")
        found = await provider.reconcile(request, make_key(1, intent_s=now))
        again = await provider.reconcile(request, make_key(1, intent_s=now))
        assert isinstance(found, Found), repr(found)
        assert found == again, "two replays of one key give two jobs"
        billed, jobs = fake.billed, len(fake.jobs)
        assert jobs == 1, f"one attempt made {jobs} jobs"
        # An attempt that never arrived is submitted by looking for it: the engine is told of the job, and pays for it.
        fresh = await provider.reconcile(request, make_key(2, intent_s=now))
        assert isinstance(fresh, Found), repr(fresh)
        assert (len(fake.jobs), fake.billed) == (2, 2 * billed), "a job was made that nobody was told of"
        for stale in (0.0, now - model.replay_life_s):
            too_late = await provider.reconcile(request, make_key(3, intent_s=stale))
            assert isinstance(too_late, CannotKnow), f"a key that may be forgotten was sent again: {too_late!r}"
        assert len(fake.jobs) == 2
        await provider.close()
