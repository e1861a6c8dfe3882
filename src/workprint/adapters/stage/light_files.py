"""Linear light and measured values as OpenEXR files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

import drjit as dr
import mitsuba as mi
import numpy as np

from workprint.adapters.stage.product import Floats
from workprint.film.errors import OrderFailed


@contextmanager
def lend_thread() -> Iterator[None]:
    """A second thread for a while: Mitsuba hands EXR files to a helper and, alone, would wait for it for ever."""
    dr.set_thread_count(2)
    try:
        yield
    finally:
        dr.set_thread_count(1)


def write_light(light: Floats, path: Path) -> None:
    """Linear light (h, w, 3), or one value a pixel (h, w), as a half-float OpenEXR file."""
    with lend_thread():
        mi.Bitmap(np.asarray(light, np.float16)).write(str(path))


def write_values(values: Floats, path: Path) -> None:
    """Measured values, (h, w) or (h, w, 3), as a float32 OpenEXR file."""
    with lend_thread():
        mi.Bitmap(np.ascontiguousarray(values, np.float32)).write(str(path))


def read_light(path: PurePath) -> Floats:
    """Linear light (h, w, 3) of an EXR file a key frame was kept in; raises OrderFailed when it is none."""
    try:
        with lend_thread():
            # The vault's names have no ending, so the format is said.
            picture = np.array(mi.Bitmap(mi.FileStream(str(path)), mi.Bitmap.FileFormat.OpenEXR), np.float32)
    except RuntimeError as error:
        raise OrderFailed("A key frame cannot be read.", where=Path(path).name) from error
    if picture.ndim == 2 or picture.shape[-1] == 1:
        picture = np.repeat(picture.reshape(*picture.shape[:2], 1), 3, axis=-1)
    return np.ascontiguousarray(picture[..., :3])
