"""Panels: several periods scored so that they can be set side by side, and their trends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

from assessment.engine.adjustments import AdjustmentSource, load_adjustments
from assessment.engine.document import FrameworkDocument
from assessment.engine.freeze import freeze
from assessment.engine.history import History, HistorySource, PastValue, load_history
from assessment.engine.localities import LocalitySource, load_localities, localities_of
from assessment.engine.observations import (
    VALUE,
    ObservationMatrix,
    ObservationSource,
    load_observations,
)
from assessment.engine.pooling import Period, pooled_code, score_pooled
from assessment.engine.problems import EngineError, Problem
from assessment.engine.reading import load_framework
from assessment.engine.results import RESULT_COLUMNS, Results
from assessment.engine.rounding import FLOAT_NOISE, round_half_even
from assessment.engine.run import FrameworkSource, score
from assessment.engine.tables import write_table

T = TypeVar("T")

FORMAT: Final = "lianping-panel/1"
PER_PERIOD, GLOBAL, FROZEN = "per-period", "global", "frozen"
NORMALISATIONS: Final = (PER_PERIOD, GLOBAL, FROZEN)
TREND_COLUMNS: Final = (
    *("locality", "node", "periods", "first_period", "last_period", "first", "last", "change"),
    *("linear", "compound", "rank_first", "rank_last"),
)


class Trend(NamedTuple):
    """How a score moved over the periods that have one, counted as equally far apart.

    ``change`` is last less first, rounded once. ``linear`` is the slope of the least-squares
    line, in points per period; ``compound`` the constant rate per period that leads from first
    to last, ``(last/first)^(1/steps) − 1``, for positive scores. Both need two periods.
    """

    locality: str
    node: str
    periods: int
    first_period: str
    last_period: str
    first: Decimal
    last: Decimal
    change: Decimal
    linear: float | None
    compound: float | None
    rank_first: int
    rank_last: int


@dataclass(frozen=True)
class PanelResults:
    """Results by period, in the periods' order; each can be read and explained like any run.

    ``framework`` is the one scored under; with frozen goalposts those of ``base`` are in it.
    """

    framework: FrameworkDocument
    periods: Mapping[str, Results]
    normalisation: str
    base: str

    def trend(self, locality: str, node: str | None = None) -> Trend | None:
        """Return a node's trend, the index's without one; ``None`` if never scored."""
        code = self.framework.root.code if node is None else node
        seen = [
            (place, name, results.row(locality, code))
            for place, (name, results) in enumerate(self.periods.items())
            if locality in results.row_of
        ]
        places = [place for place, _, row in seen if row.score is not None]
        scores = [row.score for _, _, row in seen if row.score is not None]
        known = [(name, row) for _, name, row in seen if row.score is not None]
        if not known:
            return None
        (first_period, first), (last_period, last) = known[0], known[-1]
        if first.published is None or last.published is None:
            raise TypeError("a score is published")
        steps = places[-1] - places[0]
        return Trend(
            locality=locality,
            node=code,
            periods=len(known),
            first_period=first_period,
            last_period=last_period,
            first=first.published,
            last=last.published,
            change=round_half_even(
                scores[-1] - scores[0],
                self.framework.decimals,
                FLOAT_NOISE * (abs(scores[-1]) + abs(scores[0])),
            ),
            linear=_slope(places, scores) if steps else None,
            compound=_rate(scores[0], scores[-1], steps),
            rank_first=first.rank or 0,
            rank_last=last.rank or 0,
        )

    def trends(self) -> list[Trend]:
        """Return all trends, by locality in order of first appearance, nodes depth first."""
        localities = dict.fromkeys(
            code for results in self.periods.values() for code in results.localities.codes
        )
        found = (
            self.trend(locality, node.code)
            for locality in localities
            for node in self.framework.depth_first
        )
        return [item for item in found if item is not None]

    def panel_csv(self) -> str:
        """Return ``panel.csv``: the rows of each period's ``results.csv`` behind its name."""
        rows = (
            [period, *line] for period, results in self.periods.items() for line in results.cells()
        )
        return write_table(("period", *RESULT_COLUMNS), rows)

    def trends_csv(self) -> str:
        """Return ``trends.csv``; what there is not is an empty cell."""
        rows = (["" if cell is None else str(cell) for cell in item] for item in self.trends())
        return write_table(TREND_COLUMNS, rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return {
            "format": FORMAT,
            "framework": self.framework.code,
            "version": self.framework.version,
            "normalisation": self.normalisation,
            "base": self.base,
            "periods": [
                {"period": name, "on": None if results.on is None else results.on.isoformat()}
                for name, results in self.periods.items()
            ],
        }

    def write(self, directory: str | Path) -> None:
        """Write ``panel.csv``, ``trends.csv``, ``panel.json`` and the framework scored under."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        settings = json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"
        for name, text in (
            ("panel.csv", self.panel_csv()),
            ("trends.csv", self.trends_csv()),
            ("panel.json", settings),
            ("framework.json", self.framework.as_json()),
        ):
            (folder / name).write_text(text, encoding="utf-8", newline="\n")


def score_panel(
    framework: FrameworkSource,
    observations: Mapping[str, ObservationSource],
    localities: LocalitySource | Mapping[str, LocalitySource] | None = None,
    adjustments: Mapping[str, AdjustmentSource] | None = None,
    on: Mapping[str, date] | None = None,
    history: HistorySource | None = None,
    *,
    normalisation: str = PER_PERIOD,
    base: str | None = None,
) -> PanelResults:
    """Score several periods, given by name in their order.

    ``localities`` are the same for all or given by period. Indicators imputed over time take
    their past from the panel's own periods that have a day in ``on``, and from ``history``.
    ``normalisation`` is one of

    - ``per-period``: each period by its own statistics; relative scores cannot be compared;
    - ``global``: all periods are one sample (see ``pooling``);
    - ``frozen``: the limits of the period ``base`` (the first unless named) are kept (``freeze``).

    Raises ValueError for unusable settings, and what ``score`` raises, with all problems of all
    periods; localities are then named ``code@period``.
    """
    if not observations:
        raise ValueError("a panel needs a period")
    start = next(iter(observations)) if base is None else base
    if normalisation not in NORMALISATIONS or start not in observations:
        raise ValueError(f"normalisation is one of {NORMALISATIONS} and base one of the periods")
    document = framework if isinstance(framework, FrameworkDocument) else load_framework(framework)
    by_period = localities if isinstance(localities, Mapping) else None

    def read(name: str) -> Period:
        seen = load_observations(observations[name])
        given = localities if by_period is None else by_period.get(name)
        if isinstance(seen, ObservationMatrix):
            codes = localities_of(seen.localities)
        else:
            codes = localities_of(item.locality for item in seen.items)
        places = codes if given is None else load_localities(given)  # type: ignore[arg-type]
        moved = load_adjustments((adjustments or {}).get(name))
        return Period(name, seen, places, moved, (on or {}).get(name))

    periods = _each(observations, read)
    past = _past(document, periods, load_history(history))
    if normalisation == GLOBAL:
        found = score_pooled(document, list(periods.values()), start, past)
        return PanelResults(document, found, normalisation, start)

    def scored(name: str) -> Results:
        one = periods[name]
        return score(document, one.observations, one.localities, one.adjustments, one.on, past)

    if normalisation == FROZEN:
        document = freeze(_each({start: None}, scored)[start])
    return PanelResults(document, _each(periods, scored), normalisation, start)


def _each(names: Mapping[str, object], make: Callable[[str], T]) -> dict[str, T]:
    """Make something for every period; the problems of all come in one error."""
    found: dict[str, T] = {}
    problems: list[Problem] = []
    kind: type[EngineError] = EngineError
    for name in names:
        try:
            found[name] = make(name)
        except EngineError as error:
            kind = kind if problems else type(error)
            problems += _in_period(error.problems, name)
    if problems:
        raise kind(problems)
    return found


def _past(
    framework: FrameworkDocument, periods: Mapping[str, Period], given: History | None
) -> History | None:
    """The panel's own values with their days, before those given from elsewhere."""
    asking = {node.code for node in framework.imputed_over_time}
    if not asking:
        return given
    items = {
        (one.on, item.locality, item.indicator): PastValue(
            one.on, item.locality, item.indicator, item.value, item.row
        )
        for one in periods.values()
        for item in one.observations.items
        if one.on is not None
        and item.indicator in asking
        and item.status == VALUE
        and item.value is not None
    }
    for value in given.items if given else ():
        items.setdefault((value.day, value.locality, value.indicator), value)
    return History(tuple(items.values())) if items else given


def _in_period(problems: tuple[Problem, ...], period: str) -> Iterator[Problem]:
    for item in problems:
        yield replace(item, locality=pooled_code(item.locality or "", period))


def _slope(places: list[int], scores: list[float]) -> float:
    at = np.array(places, dtype=np.float64)
    centred = at - at.mean()
    return float(centred @ np.array(scores) / (centred @ centred))


def _rate(first: float, last: float, steps: int) -> float | None:
    if not steps or first <= 0 or last <= 0:
        return None
    return float((last / first) ** (1 / steps) - 1)
