"""The book of a run: what is known when it starts, held in memory so that a plan costs no look-ups."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator, Mapping

from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.lineage import Lock
from workprint.film.order import Take
from workprint.film.people import AUTO
from workprint.film.shot_names import find_owner
from workprint.film.tail_orders import SPLICE
from workprint.ports.records import Known, Records, Ruling
from workprint.ports.vault import Vault


class Book:
    """Known results, current versions, locks and rulings, kept up to date by the run that owns it.

    `view` is "" for the film itself; a quick look keeps its versions under a view of its own, so that it never
    moves what the film's plan calls current.
    """

    def __init__(self, records: Records, vault: Vault, view: str = "") -> None:
        self._records = records
        self._vault = vault
        self.view = view
        self.known: dict[str, Known] | Mapping[str, Known] = records.all_known()
        self._fresh: dict[str, Known] = {}
        self._by_digest: dict[str, list[Known]] = {}
        self.current = dict(records.current())
        self.locks: dict[str, Lock] = dict(records.locks())
        self.rulings: list[Ruling] = list(records.rulings())

    def on_shelf(self, view: str) -> Book:
        """The same book, with the versions of another view: what one learns the other knows."""
        shelf = copy.copy(self)
        shelf.view = view
        return shelf

    def find(self, recipe: str) -> Known | None:
        """The result of a recipe, if it is recorded and every file of it is still stored."""
        known = self._fresh.get(recipe) or self.known.get(recipe)
        if known is None or not all(self._vault.has(file.digest) for file in known.take.files):
            return None
        return known

    def version_name(self, name: str) -> str:
        """The name versions are kept under in this view."""
        return f"{self.view}/{name}" if self.view else name

    def current_of(self, step: str, name: str) -> Known | None:
        """The version of a name that is current in this view, whether or not its files are still there."""
        recipe = self.current.get((step, self.version_name(name)))
        return (self._fresh.get(recipe) or self.known.get(recipe)) if recipe else None

    def learn(self, known: Known) -> None:
        """Take in a result that was just recorded."""
        recipe = known.take.recipe
        self._fresh[recipe] = known
        if self._by_digest:
            self._by_digest.setdefault(known.take.digest, []).append(known)
        self.current[(known.take.step, self.version_name(known.take.name))] = recipe

    def locked_take(self, name: str, step: str) -> Take | None:
        """The take a person pinned under a name, for the step that made it, or what the pinned clip was made from.

        While a clip is pinned, nothing it was made from is bought again: the clip as it came, its tails, the still it
        was started from. A pinned clip with tails holds its parts too. The policy's own pins hold nothing.
        """
        pinned = self._find_pinned(name)
        if pinned is not None and pinned.take.step == step:
            return pinned.take
        clip = pinned or self._find_pinned(find_owner(name))
        if clip is None or not (step in BOUGHT_STEPS.values() or clip.take.step == SPLICE):
            return None
        return next((take for take in self._trace_back(clip) if (take.step, take.name) == (step, name)), None)

    def _find_pinned(self, name: str) -> Known | None:
        lock = self.locks.get(name)
        if lock is None or lock.who == AUTO.name or self.view:
            return None
        return self._fresh.get(lock.recipe) or self.known.get(lock.recipe)

    def _trace_back(self, made: Known) -> Iterator[Take]:
        """Everything a result was made from, the nearest first."""
        by_digest = self._index_digests()
        seen, ahead = {made.take.recipe}, deque([made])
        while ahead:
            sources = (one for digest in ahead.popleft().recipe.inputs.values() for one in by_digest.get(digest, ()))
            for source in sources:
                if source.take.recipe not in seen:
                    seen.add(source.take.recipe)
                    ahead.append(source)
                    yield source.take

    def _index_digests(self) -> dict[str, list[Known]]:
        """Results by what other recipes call them: read once, as a film of many locked shots asks for each of them."""
        if not self._by_digest:
            for known in (*self._fresh.values(), *self.known.values()):
                self._by_digest.setdefault(known.take.digest, []).append(known)
        return self._by_digest
