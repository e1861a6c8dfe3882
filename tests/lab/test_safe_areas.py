"""What safe areas promise: inside the frame, symmetrical, deeper where a platform covers the picture."""

from __future__ import annotations

import pytest

from workprint.lab.safe_areas import TALL_FRAMES, find_safe_area


@pytest.mark.parametrize("platform", [*TALL_FRAMES, "web", "other"])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350)])
def test_areas_lie_inside_and_in_the_middle(platform: str, size: tuple[int, int]) -> None:
    """Every area leaves at least 5 % on each side and has equal margins left and right."""
    area = find_safe_area(platform, *size)
    assert area.x >= 0.05 * size[0] - 1e-6
    assert area.y >= 0.05 * size[1] - 1e-6
    assert area.bottom <= 0.95 * size[1] + 1e-6
    assert area.x == pytest.approx(size[0] - area.right)


def test_platforms_only_cover_tall_frames() -> None:
    """TikTok's controls matter for a tall film and not for a wide one."""
    assert find_safe_area("tiktok", 1920, 1080) == find_safe_area("web", 1920, 1080)
    assert find_safe_area("instagram", 1080, 1350) == find_safe_area("web", 1080, 1350)
    assert find_safe_area("tiktok", 1080, 1920).height < find_safe_area("web", 1080, 1920).height
