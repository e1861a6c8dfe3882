"""People and what they may do (V1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(str, Enum):
    """Roles, weakest first."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"
    OWNER = "owner"

    def includes(self, other: Role) -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True)
class Person:
    """Who acts. The name `auto` stands for the project's own policy."""

    name: str
    role: Role


class Policy(str, Enum):
    """Who approves at gates: a person, or the program (recorded as such)."""

    PERSON = "person"
    AUTO = "auto"


AUTO = Person("auto", Role.ADMIN)
"""The program acting under `approve: auto`."""
