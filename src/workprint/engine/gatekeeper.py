"""The gatekeeper: asks the gates that guard a point, and honours what people ruled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from workprint.film.brief import Brief
from workprint.film.errors import BudgetRefused, GateStopped, QualityRefused
from workprint.film.ledger import Balance
from workprint.film.lineage import Lock
from workprint.film.money import NOTHING, Money
from workprint.film.order import Order
from workprint.film.people import Policy
from workprint.film.verdict import Level, Verdict
from workprint.ports.gate import Gate, GateView
from workprint.ports.records import Ruling


@dataclass(frozen=True)
class Stop:
    """A gate that does not let the production on, and its verdict."""

    gate: Gate
    verdict: Verdict

    def error(self) -> GateStopped:
        """The error a run ends with."""
        reason = "; ".join(self.verdict.reasons) or self.gate.about
        kinds: dict[int, type[GateStopped]] = {6: BudgetRefused, 7: QualityRefused}
        kind = kinds.get(self.verdict.exit_code, GateStopped)
        waits = "waits for approval" if self.verdict.level is Level.WAIT else "stops the production"
        remedy = self.verdict.remedies[0] if self.verdict.remedies else None
        return kind(f"The {self.gate.name} gate {waits}: {reason}", gate=self.gate.name, remedy=remedy)


def is_ruled(rulings: Iterable[Ruling], gate: str, verdict: Verdict) -> bool:
    """Whether a ruling lets this verdict pass: an override any stop, an approval what is not a hard block.

    A ruling holds for the subject it was made about; a later ruling on the same subject replaces it. A gate that
    waits for pins is passed by the pins an approval set, not by the approval: unlocking them makes it wait again.
    """
    last = None
    for ruling in rulings:
        if ruling.gate == gate and ruling.subject == verdict.subject:
            last = ruling
    if last is None:
        return False
    if last.kind == "override":
        return True
    return last.kind == "approve" and verdict.level is not Level.HARD and not verdict.pins


class Gatekeeper:
    """Judges a point of the production with everything that is known there."""

    def __init__(self, gates: tuple[Gate, ...], brief: Brief, policy: Policy) -> None:
        self._by_point: dict[str, list[Gate]] = {}
        for gate in gates:
            for point in gate.guards:
                self._by_point.setdefault(point, []).append(gate)
        self._brief = brief
        self._policy = policy
        self.nouns: dict[type, object] = {}
        self._answers: dict[tuple[str, int], Verdict] = {}

    def _judge(self, gate: Gate, view: GateView) -> Verdict:
        """The gate's verdict. A gate that does not read the order answers once for what is made so far: nouns are
        only ever added, so their number tells whether anything is new."""
        if gate.reads_order:
            return gate.judge(view)
        key = (gate.name, len(self.nouns))
        if key not in self._answers:
            self._answers[key] = gate.judge(view)
        return self._answers[key]

    def stops(
        self,
        points: Iterable[str],
        *,
        locks: Mapping[str, Lock],
        rulings: Iterable[Ruling],
        order: Order | None = None,
        price: Money = NOTHING,
        balance: Balance | None = None,
    ) -> Iterator[tuple[Stop, bool]]:
        """Every gate at these points that stops, and whether a ruling lets it pass; warnings come as passing stops.

        Raises NotYetKnown when a gate reads a result that is planned only.
        """
        gates = [gate for point in points for gate in self._by_point.get(point, ())]
        if not gates:
            return
        view = GateView(self._brief, self._policy, self.nouns, locks, balance or Balance(), order, price)
        rulings = tuple(rulings)
        for gate in gates:
            verdict = self._judge(gate, view)
            if verdict.stops:
                yield Stop(gate, verdict), is_ruled(rulings, gate.name, verdict)
            elif verdict.level is Level.WARN:
                yield Stop(gate, verdict), True
