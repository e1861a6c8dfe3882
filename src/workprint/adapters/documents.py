"""Documents: keeps a text that a stage wrote as an artifact of its own."""

from __future__ import annotations

from pathlib import Path

from workprint.film.cut_orders import DocumentPayload
from workprint.film.money import NOTHING
from workprint.film.order import Order
from workprint.ports.maker import Bench, Estimate, Made, MadeFile, MakerCard

SUFFIXES = {"text/markdown": ".md", "application/json": ".json", "text/plain": ".txt", "application/x-edl": ".edl"}


def write_document(bench: Bench) -> Made:
    """Write the text of a DocumentPayload as UTF-8."""
    assert isinstance(bench.payload, DocumentPayload)
    path = Path(bench.scratch) / f"document{SUFFIXES.get(bench.payload.media_type, '.txt')}"
    path.write_text(bench.payload.text, encoding="utf-8", newline="\n")
    return Made((MadeFile(path, bench.payload.media_type, path.name),), {})


def _name_tools() -> str:
    return "utf-8"


def _estimate(order: Order) -> Estimate:
    return Estimate(NOTHING, 0.01)


MAKERS = (
    MakerCard(
        step="document",
        version=1,
        payload=DocumentPayload,
        entry="workprint.adapters.documents:write_document",
        is_durable=False,
        tools=_name_tools,
        cost=_estimate,
    ),
)
