"""Workprint takes a brief to a delivered master: planned, gated, on budget, repeatable.

>>> import workprint
>>> project = workprint.open_project("my-ad")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workprint.faces.library import Film, Project, create_project, open_project

__version__ = "0.1.0"
__all__ = ["Film", "Project", "__version__", "create_project", "open_project"]


def __getattr__(name: str) -> Any:
    """Load the library face only when it is used, so that `workprint --help` stays quick."""
    if name in __all__:
        return getattr(importlib.import_module("workprint.faces.library"), name)
    raise AttributeError(f"module 'workprint' has no attribute {name!r}")
