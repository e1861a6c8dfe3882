"""Sidecars (D9, T4): what every delivered file is, where it comes from, who made it when and what it cost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from workprint.engine.book import Book
from workprint.film.brief import Brief
from workprint.film.buy_orders import BOUGHT_STEPS
from workprint.film.canonical import Json
from workprint.film.dailies import Effects, Music, Stills, Voices
from workprint.film.edit import Edit, Master
from workprint.film.ledger import Balance
from workprint.film.order import Take
from workprint.film.people import Person
from workprint.film.time import Instant
from workprint.ports.records import Known, Ruling

SIDECAR_SCHEMA = "workprint/sidecar@1"

STEPS_WITH_SIDECAR = (
    "still",
    "clip",
    "stage_still",
    "stage_clip",
    "voice",
    "music",
    "effect",
    "sound_import",
    "title",
    *BOUGHT_STEPS.values(),
)
"""Steps whose results are assets of their own; segments, mixes and films are told of by the master's sidecar."""


def to_sidecar_text(data: dict[str, Json]) -> str:
    """A sidecar as a person reads it."""
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def to_iso(when: Instant) -> str:
    """An instant as ISO 8601 in UTC, to the second."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=when.micros)).strftime("%Y-%m-%dT%H:%M:%SZ")


def describe_asset(known: Known, author: str) -> dict[str, Json]:
    """The sidecar of one made asset: prompt, seed, model, time, author, inputs."""
    recipe, take = known.recipe, known.take
    payload = recipe.payload if isinstance(recipe.payload, dict) else {}
    payload = payload.get("request", payload)
    return {
        "schema": SIDECAR_SCHEMA,
        "name": take.name,
        "step": take.step,
        "files": [{"sha256": file.digest, "media_type": file.media_type, "bytes": file.size} for file in take.files],
        "prompt": payload.get("prompt", ""),
        "negatives": payload.get("negatives", []),
        "seed": recipe.seed,
        "model": recipe.model,
        "maker": recipe.maker,
        "recipe": take.recipe,
        "inputs": dict(recipe.inputs),
        "facts": dict(take.facts),
        "made_at": to_iso(known.when),
        "author": author,
        "run": known.trace,
        "cost_usd": str(take.cost),
    }


def describe_film(
    brief: Brief, nouns: dict[type, object], book: Book, author: Person, balance: Balance
) -> dict[str, Json]:
    """The sidecar of the master: ownership, models used, cost, and the provenance of every clip in it."""
    master, edit = nouns[Master], nouns[Edit]
    assert isinstance(master, Master)
    assert isinstance(edit, Edit)
    assert isinstance(master.take, Take)
    clips: list[Json] = []
    models: set[str] = set()
    for clip in edit.clips:
        assert isinstance(clip.clip, Take)
        known = book.find(clip.clip.recipe)
        lock = book.locks.get(clip.clip.name)
        model = str(clip.clip.facts.get("model", "")) or (known.recipe.model if known else "?")
        models.add(model)
        clips.append(
            {
                "slate": clip.slate,
                "name": clip.clip.name,
                "frames": [clip.span.start, clip.span.end],
                "sha256": clip.clip.file.digest,
                "recipe": clip.clip.recipe,
                "model": model,
                "ticket": clip.clip.facts.get("ticket", ""),
                "notice": clip.clip.facts.get("notice", ""),
                "seed": known.recipe.seed if known else 0,
                "cost_usd": str(clip.clip.facts.get("bought_usd", "")) or str(clip.clip.cost),
                "locked_by": lock.who if lock else "",
            }
        )
    return {
        "schema": SIDECAR_SCHEMA,
        "title": brief.name,
        "ownership": {"creator": author.name, "brand": brief.product.name, "rights": "All rights reserved"},
        "film": {"sha256": master.take.file.digest, "bytes": master.take.file.size, **dict(master.take.facts)},
        "models_used": sorted(models | _find_models(nouns)),
        "total_cost_usd": str(balance.spent),
        "pictures": [{"name": item.file.name, "sha256": item.file.digest} for item in brief.pictures],
        "clips": clips,
        "rulings": [_describe_ruling(ruling) for ruling in book.rulings],
    }


def _find_models(nouns: dict[type, object]) -> set[str]:
    """Models of providers that made stills and sound of the film."""
    stills, voices, music, effects = (nouns.get(kind) for kind in (Stills, Voices, Music, Effects))
    takes: list[object] = []
    if isinstance(stills, Stills) and isinstance(effects, Effects):
        takes += [*stills.takes.values(), *effects.takes.values()]
    if isinstance(voices, Voices) and isinstance(music, Music):
        takes += [*(take for _, _, take in voices.lines), music.take]
    return {str(take.facts["model"]) for take in takes if isinstance(take, Take) and "model" in take.facts}


def _describe_ruling(ruling: Ruling) -> dict[str, Json]:
    return {
        "gate": ruling.gate,
        "kind": ruling.kind,
        "who": ruling.who,
        "when": to_iso(ruling.when),
        "reason": ruling.reason,
        "subject": ruling.subject,
    }
