"""Comparing thousands of localities exchanges rows of arrays: the same results as run by run."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from assessment.engine import Adjustment, Results, ScoringError, counterfactuals
from assessment.engine.counterfactuals import worlds_of
from assessment.engine.exchange import exchanged
from tests.engine.documents import document, group, indicator, run

MIN_MAX = {"method": "min_max"}
ON = date(2016, 12, 31)


def test_exchanged_rows_are_scored_as_the_mixture_itself_would_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(5)
    nodes = (
        group("index", None, 100, missing={"policy": "redistribute", "availability": 0.3}),
        indicator("x", "index", 40, normalisation=MIN_MAX, denominate={"column": "people"}),
        indicator("y", "index", 30, normalisation={"method": "z_score"}, treat={"method": "log"}),
        indicator(
            "z",
            "index",
            30,
            normalisation={"method": "percentile_rank"},
            impute={"method": "group_median", "group": "side"},
        ),
    )
    codes = [f"l{place}" for place in range(9)]

    def one() -> Results:
        numbers = generator.uniform(1, 100, (9, 3)).round(1)
        table: dict[str, dict[str, Any]] = {
            code: dict(zip("xyz", row.tolist(), strict=True))
            for code, row in zip(codes, numbers, strict=True)
        }
        table["l3"]["z"] = "missing"
        table["l4"]["y"] = "missing"
        places = [
            {"locality": code, "side": "east" if place % 2 else "west", "people": place + 2}
            for place, code in enumerate(codes)
        ]
        moved = [Adjustment("l2", "index", float(generator.integers(-5, 5)), "Article 9")]
        return run(document(*nodes), table, localities=places, adjustments=moved)

    runs = one(), one()
    names = ["index", "x", "y", "z"]
    fast = worlds_of(*runs, codes, names)
    monkeypatch.setattr(counterfactuals, "exchanged", _refuse)
    slow = worlds_of(*runs, codes, names)
    assert np.array_equal(fast.scores, slow.scores, equal_nan=True)
    assert np.array_equal(fast.ranks, slow.ranks, equal_nan=True)
    assert np.isfinite(fast.scores[:, :, :, 0]).all()


def test_those_that_move_no_extreme_are_scored_at_once_and_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(7)
    share = {"method": "fraction_of_maximum"}
    nodes = (
        group("index", None, 100, missing={"policy": "redistribute", "availability": 0.3}),
        indicator("x", "index", 40, normalisation=MIN_MAX, denominate={"column": "people"}),
        indicator("y", "index", 30, normalisation=share, direction="negative"),
        indicator("z", "index", 30, normalisation=MIN_MAX, impute={"method": "previous"}),
    )
    codes = [f"l{place:02}" for place in range(30)]
    places = [{"locality": code, "people": row % 7 + 2} for row, code in enumerate(codes)]

    def one(year: str) -> Results:
        numbers = generator.uniform(1, 100, (30, 3)).round(1)
        table: dict[str, dict[str, Any]] = {
            code: dict(zip("xyz", row.tolist(), strict=True))
            for code, row in zip(codes, numbers, strict=True)
        }
        table["l03"]["z"] = table["l04"]["y"] = table["l05"]["z"] = "missing"
        past = [{"period": year, "locality": "l03", "indicator": "z", "value": len(year) * 10}]
        moved = [Adjustment("l02", "index", float(generator.integers(-5, 5)), "Article 9")]
        return run(
            document(*nodes), table, localities=places, adjustments=moved, history=past, on=ON
        )

    runs = one("2014"), one("2015-06-30")
    names = ["index", "x", "y", "z"]
    singly: list[str] = []
    monkeypatch.setattr(
        counterfactuals, "exchanged", lambda *given: (singly.append(given[2]), exchanged(*given))[1]
    )
    fast = worlds_of(*runs, codes, names)
    assert 0 < len(singly) < 30  # of sixty: who holds or brings an extreme
    monkeypatch.setattr(counterfactuals, "exchanged_together", _refuse)
    slow = worlds_of(*runs, codes, names)
    assert np.array_equal(fast.scores, slow.scores, equal_nan=True)
    assert np.array_equal(fast.ranks, slow.ranks, equal_nan=True)


def _refuse(*_given: Any) -> Any:
    raise ScoringError([])
