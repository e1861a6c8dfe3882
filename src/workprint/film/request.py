"""The canonical request (G6): what any provider is asked for, before it is translated into a model's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from workprint.film.canonical import Json
from workprint.film.lineage import FileRef


class Medium(str, Enum):
    """What is asked for."""

    VIDEO = "video"
    IMAGE = "image"
    VOICE = "voice"
    EFFECT = "effect"
    MUSIC = "music"


class Role(str, Enum):
    """What an input is to the model."""

    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"
    REFERENCE_IMAGE = "reference_image"
    REFERENCE_VIDEO = "reference_video"
    REFERENCE_AUDIO = "reference_audio"
    SOURCE_VIDEO = "source_video"
    CONTROL_DEPTH = "control_depth"
    CONTROL_EDGE = "control_edge"
    CONTROL_SEGMENTATION = "control_segmentation"


@dataclass(frozen=True)
class MediaInput:
    """An input file under the role the model knows it by; `duration_ms` is 0 for pictures."""

    role: Role
    file: FileRef
    duration_ms: int = 0


@dataclass(frozen=True)
class ShotPart:
    """One shot of a multi-shot request: its prompt and length in milliseconds."""

    prompt: str
    duration_ms: int


@dataclass(frozen=True)
class GenerationRequest:
    """One thing to generate. `model` is the full name, `provider/native-id`.

    `duration_ms` is how long the result must at least be (0 for pictures); what is billed is the model's own slot.
    `aspect` and `resolution` are the model's words ("9:16", "720p"). `seed` None leaves it to the provider. `voice` and
    `language` are for speech. `knobs` are further settings of one model, passed on as they are.
    """

    medium: Medium
    model: str
    prompt: str
    negatives: tuple[str, ...] = ()
    duration_ms: int = 0
    aspect: str = ""
    resolution: str = ""
    seed: int | None = None
    audio: bool = False
    camera_fixed: bool = False
    inputs: tuple[MediaInput, ...] = ()
    shots: tuple[ShotPart, ...] = ()
    voice: str = ""
    language: str = ""
    knobs: Mapping[str, Json] = field(default_factory=dict)

    @property
    def provider(self) -> str:
        """The provider's name: what stands before the first slash."""
        return self.model.partition("/")[0]

    @property
    def native_model(self) -> str:
        """The provider's own id of the model: what stands behind the first slash."""
        return self.model.partition("/")[2]

    def of_role(self, *roles: Role) -> tuple[MediaInput, ...]:
        """The inputs under these roles, in the order given."""
        return tuple(item for item in self.inputs if item.role in roles)
