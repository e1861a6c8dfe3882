"""The turned profiles of the Ember lamp, free of any 3D program. One unit is ten centimetres; z is up."""

import math

SHADE_MIDDLE = 1.95  # height of the light inside the shade
LAMP_HEIGHT = 2.54

# Radius, height, fillet: the turned base from the felt pad up to the foot of the stem.
PAD = [(0.0, 0.0), (0.50, 0.0), (0.505, 0.004), (0.505, 0.03), (0.0, 0.03)]
LINE = [(0.5626, 0.0585), (0.5626, 0.0600)]
DRUM = [
    (0.0, 0.018, 0),
    (0.535, 0.018, 0.012),
    (0.562, 0.045, 0.012),
    (0.562, 0.172, 0.020),
    (0.49, 0.180, 0.010),
    (0.475, 0.172, 0.004),
    (0.475, 0.20, 0),
    (0.0, 0.20, 0),
]
CAP = [
    (0.0, 0.335, 0),
    (0.455, 0.335, 0),
    (0.462, 0.356, 0.010),
    (0.440, 0.385, 0.022),
    (0.17, 0.428, 0.30),
    (0.072, 0.60, 0.10),
    (0.072, 0.640, 0.006),
    (0.050, 0.650, 0.005),
    (0.050, 0.70, 0),
]
STEM = [
    (0.042, 0.60, 0),
    (0.042, 1.50, 0.0),
    (0.060, 1.505, 0.004),
    (0.060, 1.525, 0.005),
    (0.050, 1.530, 0.003),
    (0.050, 1.540, 0.003),
    (0.072, 1.546, 0.006),
    (0.094, 1.575, 0.03),
    (0.33, 1.598, 0.02),
    (0.345, 1.606, 0.007),
    (0.345, 1.620, 0.006),
    (0.0, 1.624, 0),
]
SHADE_LIP = [(0.285, 1.640)]
RING_BOTTOM, RING_TOP, RING_RADIUS = 0.193, 0.345, 0.508
KNURL_TIERS = ((1.0, 0.0), (0.40, 0.0118), (0.24, 0.0132))


def shade_profile(radius=0.82, wall=0.032):
    """The blown mushroom: inner lip, rolled shoulder, dome; then back inside at wall thickness."""
    outer = [(0.30, 1.628), (0.36, 1.634)]
    middle, crown = 1.878, LAMP_HEIGHT
    for k in range(41):  # rolled underside, from the lip out to the widest part
        a = math.pi / 2 * k / 40
        x, z = math.sin(a) ** (2 / 2.3), math.cos(a) ** (2 / 2.3)
        outer.append((0.40 + (radius - 0.40) * x, middle - (middle - 1.636) * z))
    for k in range(1, 61):  # dome: a slightly full superellipse
        a = math.pi / 2 * k / 60
        x, z = abs(math.cos(a)) ** (2 / 2.05), math.sin(a) ** (2 / 2.05)
        outer.append((radius * x if k < 60 else 0.0, middle + (crown - middle) * z))
    scale = (radius - wall) / radius
    inner = [(r * scale, 1.9 + (z - 1.9) * (1 - wall / 0.4)) for r, z in reversed(outer)]
    return outer, inner


def bead_profiles():
    """The plain beads above and below the knurled band of the dimmer ring."""
    out = RING_RADIUS + 0.0145
    for middle in (RING_BOTTOM + 0.006, RING_TOP - 0.006):
        low, high = middle - 0.010, middle + 0.010
        yield [
            (0.40, low, 0),
            (out - 0.006, low, 0.003),
            (out, low + 0.006, 0.005),
            (out, high - 0.006, 0.005),
            (out - 0.006, high, 0.003),
            (0.40, high, 0),
        ]


def knurl_mesh(columns=112, rows=6):
    """Diamond knurling as real geometry: each lozenge is a small pyramid with a worn top."""
    verts, faces = [], []
    half_height = (RING_TOP - RING_BOTTOM) / (2 * rows)
    half_angle = math.pi / columns

    def point(a, b, lift):
        angle, r = a * half_angle, RING_RADIUS + lift
        verts.append((r * math.cos(angle), r * math.sin(angle), RING_BOTTOM + b * half_height))
        return len(verts) - 1

    for b in range(0, 2 * rows + 1):
        for a in range((b + 1) % 2, 2 * columns, 2):
            rings = [
                [
                    point(a + dx * s, min(max(b + dy * s, 0), 2 * rows), h)
                    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1))
                ]
                for s, h in KNURL_TIERS
            ]
            for low, high in zip(rings, rings[1:]):
                faces.extend((low[i], low[(i + 1) % 4], high[(i + 1) % 4], high[i]) for i in range(4))
            faces.append(tuple(rings[-1]))
    return verts, faces
