"""Pages as small grey pictures, compared with those that are kept in ``looks/``.

A page is cut into cells of some 5 mm. Whatever lies within a pixel (0.8 mm) of where it was, and
as dark as it was up to the difference of two rasterizers, is the same; a block that moved, a chart
that is missing or text over text makes a cell differ.

``LIANPING_RENEW_LOOKS=1 pytest tests/reports -k looks`` draws the kept pictures anew; look at them
before they are committed. Of a page that differs, ``test-results/looks`` shows how it looks now.
"""

import io
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

KEPT = Path(__file__).with_name("looks")
SEEN = Path(__file__).resolve().parents[2] / "test-results" / "looks"
RENEW = "LIANPING_RENEW_LOOKS"
DPI = 32
# Drawn finer first: hair lines are where rasterizers differ most.
_FINER = 4
_CELL = 6
# How much darker or lighter a cell may be, of 1 from white to black.
TOLERANCE = 0.06

Grey = NDArray[np.float64]


def looks(pdf: bytes, page: int, tool: str = "pdftoppm") -> Grey:
    """A page (from 1) as darkness from 0 to 1, a pixel for 0.8 mm."""
    number = str(page)
    command = [
        tool,
        "-png",
        "-gray",
        "-singlefile",
        "-r",
        str(DPI * _FINER),
        "-f",
        number,
        "-l",
        number,
    ]
    # One of the two tools writes to its output unasked, the other asks for a name.
    command += ["-"] if tool == "pdftoppm" else ["-", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
    fine = picture(io.BytesIO(drawn.stdout))
    high, wide = (length // _FINER for length in fine.shape)
    parts = fine[: high * _FINER, : wide * _FINER].reshape(high, _FINER, wide, _FINER)
    coarse: Grey = parts.mean(axis=(1, 3))
    return coarse


def picture(png: Path | io.BytesIO) -> Grey:
    """A grey picture as darkness from 0 to 1."""
    with Image.open(png) as image:
        return 1 - np.asarray(image.convert("L"), dtype=float) / 255


def assert_looks(name: str, seen: Grey) -> None:
    """The page looks as it is kept under the name."""
    kept = KEPT / f"{name}.png"
    if os.environ.get(RENEW):
        write(kept, seen)
        pytest.skip(f"{kept} was drawn anew: look at it")
    worst, (x, y) = difference(picture(kept), seen)
    if worst > TOLERANCE:
        write(SEEN / kept.name, seen)
        millimetres = [round(length * 25.4 / DPI) for length in (x, y)]
        pytest.fail(f"{name} looks otherwise around {millimetres} mm ({worst:.3f}): see {SEEN}")


def write(path: Path, seen: Grey) -> None:
    """Keep a picture, small: 33 greys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grey = np.minimum(((1 - seen) * 32).round() * 8, 255)
    Image.fromarray(grey.astype(np.uint8)).save(path, optimize=True)


def difference(kept: Grey, seen: Grey) -> tuple[float, tuple[int, int]]:
    """How much the cell that differs most is darker or lighter, and the middle of it in pixels."""
    if kept.shape != seen.shape:
        return 1.0, (0, 0)
    beyond = np.maximum(_beyond(kept, seen), _beyond(seen, kept))
    high, wide = (length // _CELL * _CELL for length in beyond.shape)
    cells = beyond[:high, :wide].reshape(high // _CELL, _CELL, wide // _CELL, _CELL)
    means = cells.mean(axis=(1, 3))
    row, column = np.unravel_index(int(means.argmax()), means.shape)
    middle = (int(column) * _CELL + _CELL // 2, int(row) * _CELL + _CELL // 2)
    return float(means.max()), middle


def _beyond(kept: Grey, seen: Grey) -> Grey:
    """How far each pixel of the one lies outside of what the other has within a pixel of it."""
    soft_kept, soft_seen = _soft(kept), _soft(seen)
    around = np.stack(list(_shifted(soft_kept)))
    low, high = around.min(axis=0), around.max(axis=0)
    return np.maximum(np.maximum(low - soft_seen, soft_seen - high), 0)


def _soft(grey: Grey) -> Grey:
    """Each pixel as the mean of the nine around it: edges are drawn a little differently."""
    mean: Grey = np.mean(list(_shifted(grey)), axis=0)
    return mean


def _shifted(grey: Grey) -> list[Grey]:
    padded = np.pad(grey, 1, mode="edge")
    high, wide = grey.shape
    return [padded[y : y + high, x : x + wide] for y in range(3) for x in range(3)]
