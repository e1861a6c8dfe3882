"""Optics: camera, lens and aperture, and the master cinematic modifier compiled from them (E1, E2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChainOptics:
    """The optics of one scene: horizontal field of view in degrees, hyperfocal distance in metres, modifier text."""

    scene: str
    focal_length_mm: int
    f_number: float
    field_of_view_deg: float
    hyperfocal_m: float
    modifier: str


@dataclass(frozen=True)
class Optics:
    """The optics of every scene."""

    chains: tuple[ChainOptics, ...]

    def of(self, scene: str) -> ChainOptics:
        """The optics of a scene, by its id."""
        return next(chain for chain in self.chains if chain.scene == scene)
