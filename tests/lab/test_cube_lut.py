"""Look-up tables: read as the specification says, and refused with a code when hostile or broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workprint.lab.cube_lut import LARGEST_FILE, CubeRefused, read_cube


def keep(tmp_path: Path, text: str) -> Path:
    """A .cube file with a text."""
    path = tmp_path / "x.cube"
    path.write_text(text, encoding="utf-8")
    return path


def make_identity(side: int) -> np.ndarray:
    """A cube that changes nothing, indexed blue, green, red."""
    steps = np.linspace(0, 1, side, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.stack((red, green, blue), axis=-1)


def write_cube(path: Path, cube: np.ndarray, title: str) -> None:
    """Write a 3D table (side, side, side, 3), indexed blue, green, red, as a .cube file with six digits a value."""
    rows = "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in cube.reshape(-1, 3))
    path.write_text(f'TITLE "{title}"\nLUT_3D_SIZE {len(cube)}\n{rows}\n', encoding="ascii")


COLOURS = np.random.default_rng(3).random((200, 3)).astype(np.float32)


@pytest.mark.parametrize("side", [2, 17, 65])
def test_an_identity_cube_changes_nothing(tmp_path: Path, side: int) -> None:
    """Written and read again, every colour comes back within rounding."""
    path = tmp_path / "same.cube"
    write_cube(path, make_identity(side), "same")
    assert np.abs(read_cube(path).apply(COLOURS) - COLOURS).max() < 2e-6


def test_channels_stand_where_the_specification_puts_them(tmp_path: Path) -> None:
    """Red runs fastest: a cube that swaps red and blue does so, whatever comments stand around it."""
    rows = [f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    text = '\ufeff# made by hand\r\nTITLE "swap"\r\n\r\nLUT_3D_SIZE 2\r\n' + "\r\n".join(rows) + "\r\n# end\r\n"
    found = read_cube(keep(tmp_path, text)).apply(COLOURS)
    assert np.allclose(found, COLOURS[:, ::-1], atol=1e-6)


def test_curves_and_domain_are_obeyed(tmp_path: Path) -> None:
    """A one-dimensional table over 0 to 2 halves its input; what lies outside counts as the end."""
    text = "LUT_1D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n0 0 0\n1 1 1\n"
    colours = np.array([[0, 1, 2], [3, -1, 0.5]], np.float32)
    assert np.allclose(read_cube(keep(tmp_path, text)).apply(colours), [[0, 0.5, 1], [1, 0, 0.25]])


def test_greys_stay_grey_between_the_points(tmp_path: Path) -> None:
    """A cube whose diagonal is neutral gives neutral greys everywhere, however wild its other corners are."""
    cube = np.random.default_rng(1).random((5, 5, 5, 3)).astype(np.float32)
    for step in range(5):
        cube[step, step, step] = step / 4
    path = tmp_path / "wild.cube"
    write_cube(path, cube, "wild")
    greys = np.linspace(0, 1, 50, dtype=np.float32)[:, None].repeat(3, 1)
    assert np.ptp(read_cube(path).apply(greys), axis=1).max() < 1e-5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "lut-not-a-cube"),
        ("TITLE x\n0 0 0\n", "lut-not-a-cube"),
        ("# c\n" * 2000, "lut-not-a-cube"),
        ("LUT_3D_SIZE 66\n", "lut-too-large"),
        ("LUT_1D_SIZE 70000\n", "lut-too-large"),
        ("LUT_3D_SIZE -3\n0 0 0\n", "lut-damaged"),
        ("LUT_3D_SIZE 9999999999\n0 0 0\n", "lut-damaged"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n1 1 1\n", "lut-damaged"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1\n", "lut-damaged"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 nan\n", "lut-damaged"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 one\n", "lut-damaged"),
        ("LUT_1D_SIZE 2\nDOMAIN_MAX 0 0 0\n0 0 0\n1 1 1\n", "lut-damaged"),
        ("LUT_1D_SIZE 2\nDOMAIN_MIN 0 0\n0 0 0\n1 1 1\n", "lut-damaged"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 1" + " " * 300 + "\n", "lut-damaged"),
    ],
)
def test_broken_tables_are_refused(tmp_path: Path, text: str, code: str) -> None:
    """Each has its code; none is read in part."""
    with pytest.raises(CubeRefused) as refused:
        read_cube(keep(tmp_path, text))
    assert refused.value.code == code


def test_no_device_and_no_giant_is_opened(tmp_path: Path) -> None:
    """A folder is no table, and a file beyond the limit is refused by its size alone."""
    with pytest.raises(CubeRefused, match="lut-unreadable"):
        read_cube(tmp_path)
    giant = tmp_path / "giant.cube"
    with giant.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(CubeRefused, match="lut-too-large"):
        read_cube(giant)
