"""Workflow templates of ComfyUI as data: a graph, and named slots that say which inputs a value goes into.

A value only ever replaces a whole input: no text of a request can become structure.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

FOLDER = "comfyui_workflows"


@dataclass(frozen=True)
class Workflow:
    """One template. `frame_step`: frame counts are a multiple of it plus one (1 takes any). `output` saves the clip."""

    name: str
    fps: int
    frame_step: int
    output: str
    slots: Mapping[str, tuple[tuple[str, str], ...]]
    graph: Mapping[str, Any]

    def count_frames(self, duration_ms: int) -> int:
        """Frames that last at least so long, in the steps the model takes."""
        frames = -(-duration_ms * self.fps // 1000)
        if self.frame_step == 1:
            return frames
        return -(-(frames - 1) // self.frame_step) * self.frame_step + 1

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The graph with values in their slots. Raises ValueError for a slot the template does not have."""
        graph = copy.deepcopy(dict(self.graph))
        for name, value in values.items():
            if name not in self.slots:
                raise ValueError(f"workflow {self.name} has no slot {name!r}; it has {', '.join(sorted(self.slots))}")
            for node, field in self.slots[name]:
                graph[node]["inputs"][field] = value
        return graph


@lru_cache(maxsize=32)
def load_workflow(name: str) -> Workflow:
    """A template that ships with Workprint. Raises ValueError when it is not sound."""
    path = files("workprint.adapters.providers").joinpath(FOLDER, f"{name}.json")
    return read_workflow(name, json.loads(path.read_text(encoding="utf-8")))


def read_workflow(name: str, data: Mapping[str, Any]) -> Workflow:
    """A template from its data; every slot must lead to an input that exists, and every link to a node."""
    graph = data["graph"]
    slots = {slot: tuple((str(node), str(field)) for node, field in ends) for slot, ends in data["slots"].items()}
    for slot, ends in slots.items():
        for node, field in ends:
            if field not in graph.get(node, {}).get("inputs", {}):
                raise ValueError(f"workflow {name}: slot {slot} leads to {node}.{field}, which is not there")
    for node, content in graph.items():
        for field, value in content["inputs"].items():
            if isinstance(value, list) and value[0] not in graph:
                raise ValueError(f"workflow {name}: {node}.{field} comes from {value[0]}, which is not there")
    if data["output"] not in graph:
        raise ValueError(f"workflow {name}: its output {data['output']} is not there")
    return Workflow(name, int(data["fps"]), int(data["frame_step"]), str(data["output"]), slots, graph)
