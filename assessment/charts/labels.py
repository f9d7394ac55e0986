"""Where the names of points stand, so that none covers another name or a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# What a place for a name costs: pixels² that cover something weigh most, then how far away it is.
_COVERS, _OUTSIDE, _ROUND, _ORDER = 100.0, 1000.0, 40.0, 1.0
# A name stands beside its point, or, with a line that leads to it, one or two lines of text away.
_GAPS: Final = (3.0, 17.0, 31.0)
_SIDES: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_PASSES: Final = 20


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, ``top`` above ``bottom``, so ``top`` is the smaller number."""

    left: float
    top: float
    right: float
    bottom: float

    def covered(self, other: Box) -> float:
        """How many square pixels both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


@dataclass(frozen=True)
class Label:
    """The place of one name; ``leader`` is the line from its point, where it stands apart."""

    box: Box
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None


Point = tuple[float, float]


@lru_cache(maxsize=64)
def placed_labels(
    points: tuple[Point, ...],
    sizes: tuple[tuple[float, float], ...],
    *,
    radius: float,
    area: Box,
    taken: tuple[Box, ...] = (),
) -> tuple[Label | None, ...]:
    """A place within ``area`` for the name of each point, ``None`` where there is none free.

    ``sizes`` are width and height of each name, ``radius`` that of the points, in pixels;
    ``taken`` is covered already. Greedy, the most crowded point first; then each name moves while
    a better place is free. The same input gives the same places.
    """
    dots = [Box(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    choices = [
        _choices(point, size, radius, area, [*dots[:at], *dots[at + 1 :], *taken])
        for at, (point, size) in enumerate(zip(points, sizes, strict=True))
    ]
    chosen: dict[int, Label] = {}
    order = sorted(range(len(points)), key=lambda at: (-_crowd(points, at), at))
    for _pass in range(_PASSES):
        before = dict(chosen)
        for at in order:
            others = [label.box for other, label in chosen.items() if other != at]
            chosen[at] = _cheapest(choices[at], others)
        if chosen == before:
            break
    return tuple(_kept(at, chosen, dots, taken) for at in range(len(points)))


def _cheapest(choices: Sequence[tuple[float, Label]], others: Sequence[Box]) -> Label:
    """The place that costs least beside the other names; ``choices`` are cheapest first."""
    best, least = choices[0][1], float("inf")
    for alone, label in choices:
        if alone >= least:
            break
        cost = alone + _cost(label, others)
        if cost < least:
            best, least = label, cost
    return best


def _choices(
    point: Point, size: tuple[float, float], radius: float, area: Box, taken: Sequence[Box]
) -> list[tuple[float, Label]]:
    """The places of one name, each with what it costs whatever the other names do."""
    found = []
    (x, y), across, down = point, size[0] + radius + _GAPS[-1], size[1] + radius + _GAPS[-1]
    reach = Box(x - across, y - down, x + across, y + down)
    taken = [box for box in taken if reach.covered(box)]
    for around, gap in enumerate(_GAPS):
        for rank, side in enumerate(_SIDES):
            label = _beside(point, size, radius + gap, side, is_apart=around > 0)
            box = label.box
            outside = max(0.0, area.left - box.left) + max(0.0, box.right - area.right)
            outside += max(0.0, area.top - box.top) + max(0.0, box.bottom - area.bottom)
            cost = _ROUND * around + _ORDER * rank + _OUTSIDE * outside
            found.append((cost + _cost(label, taken), label))
    return sorted(found, key=lambda choice: choice[0])


def _beside(
    point: Point, size: tuple[float, float], away: float, side: tuple[int, int], *, is_apart: bool
) -> Label:
    (x, y), (width, height), (across, down) = point, size, side
    # Aslant, a name may come nearer: it meets the point with its corner.
    reach = away * 0.75 if across and down else away
    left = x - width / 2 + across * (reach + width / 2)
    top = y - height / 2 + down * (reach + height / 2)
    box = Box(left, top, left + width, top + height)
    end = (min(max(x, box.left), box.right), min(max(y, box.top), box.bottom))
    return Label(box, ((x, y), end) if is_apart else None)


def _cost(label: Label, others: Sequence[Box]) -> float:
    covered = sum(label.box.covered(other) for other in others)
    if label.leader is not None:
        covered += sum(_crosses(label.leader, other) for other in others)
    return _COVERS * covered


def _crosses(leader: tuple[Point, Point], box: Box) -> float:
    """Pixels of the line that lie on the box, counted at ten points of it."""
    (x, y), (end_x, end_y) = leader
    steps = [number / 10 for number in range(1, 11)]
    on = [(x + (end_x - x) * step, y + (end_y - y) * step) for step in steps]
    return sum(box.left < a < box.right and box.top < b < box.bottom for a, b in on)


def _crowd(points: Sequence[Point], at: int) -> float:
    x, y = points[at]
    return sum(
        1 / (1 + (x - other[0]) ** 2 + (y - other[1]) ** 2)
        for number, other in enumerate(points)
        if number != at
    )


def _kept(
    at: int, chosen: dict[int, Label], dots: Sequence[Box], taken: Sequence[Box]
) -> Label | None:
    """The label unless it covers a point, or the name of an earlier one: names are never mixed."""
    label = chosen[at]
    others = [other.box for number, other in chosen.items() if number < at]
    others += [dot for number, dot in enumerate(dots) if number != at] + list(taken)
    return None if any(label.box.covered(other) for other in others) else label
