"""Comparing thousands of localities exchanges rows of arrays: the same results as run by run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assessment.engine import Adjustment, Results, ScoringError, counterfactuals
from assessment.engine.counterfactuals import worlds_of
from tests.engine.documents import document, group, indicator, run

MIN_MAX = {"method": "min_max"}


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


def _refuse(*_given: Any) -> Any:
    raise ScoringError([])
