"""Rounds the corners of turned profiles, free of any 3D program."""

import math


def fillet(points, steps=7):
    """Round the corners of an (r, z, radius) polyline; returns (r, z) pairs."""
    out = []
    for i, (x, z, radius) in enumerate(points):
        if not radius or i in (0, len(points) - 1):
            out.append((x, z))
            continue
        out.extend(_corner(points[i - 1], (x, z), points[i + 1], radius, steps))
    return out


def _corner(before, corner, after, radius, steps):
    """A quadratic curve across one corner, no longer than half of either side."""
    ends = []
    for other in (before, after):
        dx, dz = other[0] - corner[0], other[1] - corner[1]
        length = math.hypot(dx, dz)
        t = min(radius, 0.48 * length) / length
        ends.append((corner[0] + dx * t, corner[1] + dz * t))
    (ax, az), (bx, bz) = ends
    count = steps if radius < 0.05 else steps * 4
    for k in range(count + 1):
        t = k / count
        u = 1 - t
        yield (u * u * ax + 2 * u * t * corner[0] + t * t * bx, u * u * az + 2 * u * t * corner[1] + t * t * bz)
