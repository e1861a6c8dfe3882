"""Where type may stand: title-safe margins, and what platforms cover of a tall frame with their own controls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Insets:
    """Margins as shares of the frame: of its height above and below, of its width at the sides. `origin` dates them."""

    top: float
    right: float
    bottom: float
    left: float
    origin: str


@dataclass(frozen=True)
class Area:
    """A rectangle of the frame in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height


TITLE_SAFE_5 = Insets(0.05, 0.05, 0.05, 0.05, "EBU R 95 (2017), graphics safe area: 5 % from each edge")
TITLE_SAFE_10 = Insets(0.10, 0.10, 0.10, 0.10, "EBU R 95 (2017), title safe area of 4:3 tradition: 10 % from each edge")
TIKTOK_IN_FEED = Insets(
    0.08, 0.14, 0.22, 0.06, "TikTok in-feed ad overlay: 0-86 % across, 8-78 % down free, as of 2026-04"
)
INSTAGRAM_REELS = Insets(
    0.14, 0.06, 0.35, 0.06, "Meta Business Help, Reels ads: 14 % top, 35 % bottom, 6 % sides, 2026-03"
)
YOUTUBE_SHORTS = Insets(
    0.10, 0.12, 0.25, 0.05, "YouTube Shorts: lower quarter title and channel, right button column, 2026"
)

TALL_FRAMES = {"tiktok": TIKTOK_IN_FEED, "instagram": INSTAGRAM_REELS, "youtube": YOUTUBE_SHORTS}
"""What covers a tall frame, by the brief's platform. Reels stand for Instagram: their controls cover more."""


def is_tall(width: int, height: int) -> bool:
    """Whether a frame is tall enough to fill a telephone, where platforms lay their controls over it."""
    return height > width * 1.5


def is_upright(width: int, height: int) -> bool:
    """Whether a frame is clearly taller than wide and yet no tall one: a feed post in 4:5."""
    return height > width * 1.2 and not is_tall(width, height)


def is_wide(width: int, height: int) -> bool:
    """Whether a frame is clearly wider than tall."""
    return width > height * 1.2


def name_shape(width: int, height: int) -> str:
    """The frame's shape as tables call it: tall, upright, square or wide."""
    if is_wide(width, height):
        return "wide"
    if is_tall(width, height):
        return "tall"
    return "upright" if is_upright(width, height) else "square"


def choose_insets(platform: str, width: int, height: int) -> Insets:
    """The margins for a platform and frame; wide, square and feed frames are played without controls laid over them."""
    return TALL_FRAMES.get(platform, TITLE_SAFE_5) if is_tall(width, height) else TITLE_SAFE_5


def find_safe_area(platform: str, width: int, height: int) -> Area:
    """The rectangle in which type may stand, symmetrical from side to side so that centred type is in the middle."""
    insets = choose_insets(platform, width, height)
    side = max(insets.left, insets.right) * width
    return Area(side, insets.top * height, width - 2 * side, height * (1 - insets.top - insets.bottom))
