"""Coherence: expected values are worked out by hand from four localities and two indicators.

With x = 1, 2, 3, 4 and y = 2, 4, 3, 5 (times ten): both variances are 5/3, the covariance is
4/3, so r = 4/5; the variance of the sum is 6, so alpha = 2 (1 - (10/3)/6) = 8/9; the largest
eigenvalue of the correlation matrix is 1 + r, so its share is 9/10. Under weights 60 and 40
the squared correlations with the parent are as (23/15)² to (22/15)².
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assessment.engine import Coherence, coherence
from assessment.engine.coherence import correlation
from tests.engine.documents import document, group, indicator, run

X, Y = (10, 20, 30, 40), (20, 40, 30, 50)


def found(*columns: tuple[float | None, ...], weights: tuple[float, ...] = (60, 40)) -> Coherence:
    names = ["x", "y", "z"][: len(columns)]
    nodes = [group("index", None, 100, missing={"policy": "redistribute", "availability": 0.1})]
    nodes += [indicator(n, "index", w) for n, w in zip(names, weights, strict=True)]
    table = {
        code: {
            name: "missing" if column[row] is None else column[row]
            for name, column in zip(names, columns, strict=True)
        }
        for row, code in enumerate("ABCD")
    }
    return coherence(run(document(*nodes), table))


def test_figures_worked_out_by_hand() -> None:
    node = found(X, Y).node("index")
    assert node.localities == 4
    assert node.alpha == pytest.approx(8 / 9)
    assert node.first_component == pytest.approx(9 / 10)
    (pair,) = node.pairs
    assert pair.correlation == pytest.approx(4 / 5)
    assert (pair.first, pair.second, pair.localities, pair.flag) == ("x", "y", 4, None)


def test_importance_is_set_against_the_nominal_weight() -> None:
    x, y = found(X, Y).node("index").importance
    assert (x.nominal, y.nominal) == (0.6, 0.4)
    assert x.importance == pytest.approx(529 / 1013)
    assert y.importance == pytest.approx(484 / 1013)


def test_importance_is_set_against_the_weights_that_were_applied() -> None:
    table = {
        f"l{row}": {"x": float(x), "y": float(y)}
        for row, (x, y) in enumerate(zip(X, Y, strict=True))
    }
    index = group("index", None, 100, weighting={"method": "entropy"})
    raw = document(index, indicator("x", "index", 60), indicator("y", "index", 40))
    x, y = coherence(run(raw, table)).node("index").importance
    parts = [np.array(column) / np.sum(column) for column in (X, Y)]
    spread = [1 + (p * np.log(p)).sum() / np.log(len(X)) for p in parts]
    assert [x.nominal, y.nominal] == pytest.approx([each / sum(spread) for each in spread])


@pytest.mark.parametrize(
    ("second", "flag"),
    [
        ((40, 30, 20, 10), "negative"),
        ((10, 40, 5, 35), "weak"),  # r = 0.23
        ((11, 20, 31, 40), "strong"),
        (Y, None),
    ],
)
def test_remarkable_correlations_are_flagged(
    second: tuple[float | None, ...], flag: str | None
) -> None:
    result = found(X, second)
    assert [pair.flag for pair in result.node("index").pairs] == [flag]
    assert [pair.flag for pair in result.flagged] == ([flag] if flag else [])


def test_a_gap_leaves_out_its_pair_and_nothing_else() -> None:
    node = found(X, Y, (10, None, 20, 40), weights=(40, 30, 30)).node("index")
    assert [pair.localities for pair in node.pairs] == [4, 3, 3]
    assert node.localities == 3


def test_a_constant_indicator_has_no_correlation() -> None:
    node = found(X, (50, 50, 50, 50)).node("index")
    assert (node.pairs[0].correlation, node.pairs[0].flag) == (None, None)
    assert node.first_component is None
    assert [item.importance for item in node.importance] == [None, None]


def test_two_localities_say_nothing() -> None:
    node = found((10, 20, None, None), (30, 60, None, None)).node("index")
    assert (node.pairs[0].correlation, node.alpha) == (None, None)


def test_correlation_stays_within_one() -> None:
    steps = np.arange(50) / 3
    assert correlation(steps, steps * 0.1 + 7)[0] == pytest.approx(1)
    assert abs(correlation(steps, steps * 0.1 + 7)[0] or 0) <= 1


def test_indicators_are_set_against_every_dimension() -> None:
    nodes = [
        group("index", None, 100),
        group("one", "index", 50),
        group("two", "index", 50),
        indicator("x", "one", 50),
        indicator("y", "two", 50),
    ]
    table = {code: {"x": a, "y": b} for code, a, b in zip("ABCD", X, Y, strict=True)}
    loadings = coherence(run(document(*nodes), table)).loadings
    assert [(p.first, p.second) for p in loadings] == [
        ("x", "one"),
        ("x", "two"),
        ("y", "one"),
        ("y", "two"),
    ]
    assert [p.correlation for p in loadings] == pytest.approx([1, 0.8, 0.8, 1])


def test_file(tmp_path: Path) -> None:
    found(X, Y).write(tmp_path)
    written = json.loads((tmp_path / "coherence.json").read_text(encoding="utf-8"))
    assert written["format"] == "lianping-coherence/1"
    assert written["nodes"][0]["node"] == "index"
