"""The catalogue: every stage and gate there is, found by looking, ordered by what they need."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType

from workprint.film.brief import Brief
from workprint.film.market import Market
from workprint.film.takes import TakeSheet
from workprint.ports.desk import Stage, describe_stage
from workprint.ports.gate import Gate

GIVEN = (Brief, Market, TakeSheet)
"""Nouns that no stage makes: what a person asks for, what may be bought today, which take of each shot is made."""


def _walk(package: ModuleType) -> Iterable[ModuleType]:
    """All modules below a package, in the order of their names: folders are numbered acts, so this is story order."""
    for info in sorted(pkgutil.walk_packages(package.__path__, package.__name__ + "."), key=lambda info: info.name):
        yield importlib.import_module(info.name)


def find_stages() -> tuple[Stage, ...]:
    """Every stage below `acts/`, each after the stages that make what it needs."""
    package = importlib.import_module("workprint.acts")
    found: list[Stage] = []
    for module in _walk(package):
        for value in vars(module).values():
            if hasattr(value, "stage_version") and getattr(value, "__module__", "") == module.__name__:
                found.append(describe_stage(value))
    return order_stages(found)


def order_stages(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Stages in an order in which every need is made before it is used; ties keep the order given.

    Raises ValueError when two stages make the same noun, a need has no maker, or needs form a circle.
    """
    waiting = list(stages)
    makers: dict[type, Stage] = {}
    for stage in waiting:
        if stage.makes in makers:
            raise ValueError(f"{stage.name} and {makers[stage.makes].name} both make {stage.makes.__name__}")
        makers[stage.makes] = stage
    done: set[type] = set(GIVEN)
    ordered: list[Stage] = []
    while waiting:
        ready = next((stage for stage in waiting if all(kind in done for _, kind in stage.needs)), None)
        if ready is None:
            lacking = {kind.__name__ for stage in waiting for _, kind in stage.needs if kind not in {*makers, *GIVEN}}
            names = ", ".join(stage.name for stage in waiting)
            raise ValueError(f"cannot order {names}: " + (f"nobody makes {sorted(lacking)}" if lacking else "a circle"))
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.makes)
    return tuple(ordered)


def stages_for(stages: tuple[Stage, ...], target: type) -> tuple[Stage, ...]:
    """The stages needed to make one noun, in order."""
    wanted = {target}
    for stage in reversed(stages):
        if stage.makes in wanted:
            wanted.update(kind for _, kind in stage.needs)
    return tuple(stage for stage in stages if stage.makes in wanted)


def find_gates() -> tuple[Gate, ...]:
    """Every gate below `gates/`, in the order of their file names."""
    package = importlib.import_module("workprint.gates")
    return tuple(value for module in _walk(package) for value in vars(module).values() if isinstance(value, Gate))
