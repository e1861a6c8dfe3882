"""Receiving: a result is fetched at once, resumed, checked by decoding, stored, and recorded with its price."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from workprint.engine.buying.attempt_book import AttemptBook, Purchase
from workprint.engine.buying.means import Means
from workprint.engine.buying.shop import Counter
from workprint.film.attempt import Attempt, Delivered, Lost
from workprint.film.canonical import Json
from workprint.film.errors import ProviderUnavailable, Remedy
from workprint.film.lineage import FileRef
from workprint.film.order import Take
from workprint.ports.downloads import DownloadFailed, Downloads
from workprint.ports.provider import AskFailed, JobPhase, JobState, Output
from workprint.ports.vault import Vault

SUFFIXES = {"video/mp4": "mp4", "video/webm": "webm", "video/quicktime": "mov", "image/png": "png", "image/jpeg": "jpg",
            "image/webp": "webp", "audio/mpeg": "mp3", "audio/wav": "wav", "application/json": "json"}  # fmt: skip

MAIN_ROLES = ("video", "image", "audio")
"""Roles that are the result itself; others (last_frame, words, thumbnail) come along."""

Examine = Callable[[Path, str], Awaitable[tuple[Mapping[str, Json], tuple[Path, ...]]]]
"""Decodes a result: its facts (size, rate, length) and files made from it beside it. Raises ResultBroken."""


class ResultBroken(Exception):
    """What came does not decode, or is not what was ordered."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Receiver:
    """Takes results in. `incoming` keeps fetched files until they are recorded."""

    def __init__(
        self, book: AttemptBook, means: Means, *, downloads: Downloads, vault: Vault, examine: Examine, incoming: Path
    ) -> None:
        self._book = book
        self._shop = means.shop
        self._reached = means.reached
        self._downloads = downloads
        self._vault = vault
        self._examine = examine
        self._incoming = incoming

    async def receive(self, attempt: Attempt, purchase: Purchase, counter: Counter, state: JobState) -> Take | Attempt:
        """Fetch, check, store and record; the take, or the attempt as it stands when there is nothing to have."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        try:
            fetched, state = await self._fetch_all(attempt, counter, state)
            facts, beside = await self._check(fetched)
        except ResultBroken:
            # Perhaps only this copy is broken: one more, from the start, before it is called lost.
            try:
                fetched, state = await self._fetch_all(attempt, counter, state)
                facts, beside = await self._check(fetched)
            except ResultBroken as error:
                return self._lose(attempt, state, error.message)
            except DownloadFailed as error:
                return self._give_up(attempt, state, error)
        except DownloadFailed as error:
            return self._give_up(attempt, state, error)
        self._reached("fetched")
        files = self._store(purchase, fetched, beside)
        self._reached("stored")
        charge, assumed = (state.charge, False) if state.charge is not None else (attempt.reserved, True)
        told = {
            **facts,
            **state.facts,
            "model": attempt.model,
            "ticket": attempt.ticket or str(state.facts.get("ticket", "")),
            "attempt": attempt.id,
            "billed_ms": purchase.quote.billed_ms,
            "bought_usd": str(charge),
        }
        if counter.card.notice:
            told["notice"] = counter.card.notice
        take = self._book.deliver(attempt, Delivered(attempt.ticket, charge, assumed), purchase, files, told)
        self._reached("recorded")
        for path, _ in fetched:
            _forget(path)
        for path in beside:
            _forget(path)
        return take if take is not None else self._book.read(attempt)

    async def _check(self, fetched: list[tuple[Path, str]]) -> tuple[Mapping[str, Json], tuple[Path, ...]]:
        main, media_type = fetched[0]
        try:
            return await self._examine(main, media_type)
        except ResultBroken:
            _forget(main)
            raise

    async def _fetch_all(
        self, attempt: Attempt, counter: Counter, state: JobState
    ) -> tuple[list[tuple[Path, str]], JobState]:
        """Every output as a file, the main one first; expired links are asked for afresh."""
        patience = self._shop.patience
        for fresh in range(1, patience.freshes + 1):
            outputs = sorted(state.outputs, key=lambda item: item.role not in MAIN_ROLES)
            try:
                return [await self._fetch(attempt, counter, item, place) for place, item in enumerate(outputs)], state
            except DownloadFailed as error:
                may_refresh = bool(attempt.ticket) and any(item.is_refreshable for item in outputs)
                if error.is_refused or not may_refresh or fresh == patience.freshes:
                    raise
            state = await self._ask_afresh(counter, attempt.ticket, state)
        raise AssertionError("unreachable")

    async def _ask_afresh(self, counter: Counter, ticket: str, state: JobState) -> JobState:
        try:
            fresh = await counter.provider.poll(ticket)
        except AskFailed:
            return state
        return fresh if fresh.phase is JobPhase.SUCCEEDED and fresh.outputs else state

    async def _fetch(self, attempt: Attempt, counter: Counter, output: Output, place: int) -> tuple[Path, str]:
        suffix = SUFFIXES.get(output.media_type, "bin")
        into = self._incoming / f"{attempt.id}-{place}.{suffix}"
        if into.exists():
            return into, output.media_type
        patience = self._shop.patience
        for count in range(1, patience.asks + 1):
            try:
                await self._downloads.fetch(output, into, counter.hosts)
                return into, output.media_type
            except DownloadFailed as error:
                if error.is_gone or error.is_refused or count == patience.asks:
                    raise
            self._reached("broke-off")
            await patience.wait(patience.backoff(count))
        raise AssertionError("unreachable")

    def _store(
        self, purchase: Purchase, fetched: list[tuple[Path, str]], beside: tuple[Path, ...]
    ) -> tuple[FileRef, ...]:
        # Copied, not moved: what was fetched stays here until it is recorded, so that a crash fetches nothing again.
        files = [*fetched, *((path, "image/png") for path in beside)]
        name = purchase.order.name
        return tuple(self._vault.put(path, media_type, f"{name}{path.suffix}") for path, media_type in files)

    def _give_up(self, attempt: Attempt, state: JobState, error: DownloadFailed) -> Attempt:
        """What is gone is lost. What only did not come now stays there: the next run fetches it, and pays nothing."""
        if error.is_gone or not attempt.ticket:
            return self._lose(attempt, state, error.message)
        if error.is_refused:
            raise ProviderUnavailable(
                f"{attempt.provider} has made {attempt.ticket}, and it is not fetched: {error.message}. "
                f"It is not lost, and it is not bought again.",
                attempt=attempt.id,
                where=attempt.name,
                remedy=Remedy(
                    "where you know that host for the provider's, add it to media_hosts under [providers] in "
                    "project.toml and go on: it is fetched",
                    "workprint produce",
                ),
            )
        raise ProviderUnavailable(
            f"{attempt.provider} has made {attempt.ticket}, and it cannot be fetched now: {error.message}. "
            f"It is not lost yet, and it is not bought again.",
            attempt=attempt.id,
            where=attempt.name,
            remedy=Remedy("fetch it before its link runs out", "workprint produce"),
        )

    def _lose(self, attempt: Attempt, state: JobState, why: str) -> Attempt:
        """Paid, not delivered: booked as what it cost, or as all that was reserved while nobody says."""
        charge, assumed = (state.charge, False) if state.charge is not None else (attempt.reserved, True)
        return self._book.move(attempt, Lost(attempt.ticket, why, charge, assumed)) or self._book.read(attempt)


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)
