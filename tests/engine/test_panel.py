"""Panels: what global, per-period and frozen normalisation mean, by hand.

One indicator x of three localities in two periods: 0, 5, 10 and then 5, 10, 20.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assessment.engine import (
    InputError,
    PanelResults,
    ScoringError,
    freeze,
    load_framework,
    score_panel,
)
from tests.engine.commands import here
from tests.engine.documents import document, group, indicator, one_indicator, rows, rule, run
from tests.engine.test_command_line import engine

FIRST, SECOND = (0, 5, 10), (5, 10, 20)


def observations(*periods: tuple[float, ...]) -> dict[str, list[dict[str, Any]]]:
    return {
        str(2015 + place): rows({c: {"x": v} for c, v in zip("abc", values, strict=True)})
        for place, values in enumerate(periods)
    }


def panel(method: dict[str, Any], normalisation: str, **changes: Any) -> PanelResults:
    raw = one_indicator(normalisation=method, **changes)
    return score_panel(raw, observations(FIRST, SECOND), normalisation=normalisation)


def scores(found: PanelResults) -> list[list[float]]:
    return [results.scores[:, 1].tolist() for results in found.periods.values()]


@pytest.mark.parametrize(
    ("normalisation", "expected"),
    [
        ("per-period", [[0, 50, 100], [0, 100 / 3, 100]]),
        ("global", [[0, 25, 50], [25, 50, 100]]),
        ("frozen", [[0, 50, 100], [50, 100, 200]]),
    ],
)
def test_min_max(normalisation: str, expected: list[list[float]]) -> None:
    for found, wanted in zip(
        scores(panel({"method": "min_max"}, normalisation)), expected, strict=True
    ):
        assert found == pytest.approx(wanted)


def test_z_scores_of_all_periods_have_one_mean_and_deviation() -> None:
    pooled = np.array([*FIRST, *SECOND], float)
    expected = (pooled - pooled.mean()) / pooled.std(ddof=1)
    found = scores(panel({"method": "z_score"}, "global"))
    assert [*found[0], *found[1]] == pytest.approx(expected.tolist())


def test_frozen_z_scores_keep_the_base_periods_mean_and_deviation() -> None:
    base = np.array(FIRST, float)
    found = scores(panel({"method": "z_score"}, "frozen"))
    assert found[1] == pytest.approx(((np.array(SECOND) - base.mean()) / base.std(ddof=1)).tolist())


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        # Of 0 5 5 10 10 20: ties share the lowest rank.
        ("rank", [[1, 2, 4], [2, 4, 6]]),
        ("borda", [[0, 1, 3], [1, 3, 5]]),
        ("percentile_rank", [[0, 20, 60], [20, 60, 100]]),
        ("fraction_of_maximum", [[0, 25, 50], [25, 50, 100]]),
    ],
)
def test_orders_and_extremes_are_of_all_periods(method: str, expected: list[list[float]]) -> None:
    found = scores(panel({"method": method}, "global"))
    assert found[0] == pytest.approx(expected[0])
    assert found[1] == pytest.approx(expected[1])


def test_a_reference_locality_is_taken_as_it_was_in_the_base_period() -> None:
    method = {"method": "distance_to_reference", "locality": "b"}
    found = scores(panel(method, "global"))
    assert found[0] == pytest.approx([0, 100, 200])
    assert found[1] == pytest.approx([100, 200, 400])


def test_imputation_reads_all_periods() -> None:
    raw = one_indicator(impute={"method": "mean"})
    given = observations(FIRST, SECOND)
    given["2016"][0] |= {"value": None, "status": "missing"}
    found = score_panel(raw, given, normalisation="global")
    assert found.periods["2016"].row("a", "x").score == pytest.approx((0 + 5 + 10 + 10 + 20) / 5)


@pytest.mark.parametrize("normalisation", ["per-period", "global", "frozen"])
def test_a_panels_own_periods_are_the_past_to_impute_from(normalisation: str) -> None:
    raw = document(
        group("index", None, 100),
        indicator("x", "index", 50, impute={"method": "linear"}),
        indicator("y", "index", 50, impute={"method": "previous"}),
    )
    years = {"2014": {"x": 10, "y": 10}, "2015": {"x": "missing", "y": "missing"}}
    years |= {"2016": {"x": 30, "y": 30}, "2017": {"x": "missing", "y": "missing"}}
    found = score_panel(
        raw,
        {year: rows({"a": table}) for year, table in years.items()},
        on={year: date(int(year), 12, 31) for year in years},
        history=[{"period": "2013", "locality": "a", "indicator": "y", "value": 5}],
        normalisation=normalisation,
    )
    # 2015 is 365 of the 731 days from 2014 to 2016.
    x = [results.row("a", "x").score for results in found.periods.values()]
    assert x == pytest.approx([10, 10 + 20 * 365 / 731, 30, 30])
    y = [results.row("a", "y").score for results in found.periods.values()]
    assert y == [10, 10, 30, 30]


def test_computed_weights_are_of_all_periods_and_ranks_of_their_own() -> None:
    generator = np.random.default_rng(2)
    values = generator.uniform(0, 100, (2, 5, 2)).round(1)
    raw = document(
        group("index", None, 100, weighting={"method": "critic"}),
        *(indicator(code, "index", 50) for code in "xy"),
    )
    given = {
        str(period): rows(
            {c: dict(zip("xy", row, strict=True)) for c, row in zip("abcde", table, strict=True)}
        )
        for period, table in enumerate(values.tolist())
    }
    found = score_panel(raw, given, normalisation="global")
    pooled = values.reshape(10, 2)
    unit = (pooled - pooled.min(axis=0)) / np.ptp(pooled, axis=0)
    conflict = (1 - np.corrcoef(pooled, rowvar=False)).sum(axis=0)
    weights = unit.std(axis=0, ddof=1) * conflict
    weights /= weights.sum()
    for period, results in enumerate(found.periods.values()):
        np.testing.assert_allclose(results.scores[:, 0], values[period] @ weights)
        assert sorted(row.rank for row in results.ranking() if row.rank) == [1, 2, 3, 4, 5]


def test_an_absolute_framework_scores_alike_whatever_the_normalisation() -> None:
    method = {"method": "goalposts", "lower": 0, "upper": 40}
    tables = [panel(method, name).panel_csv() for name in ("per-period", "global", "frozen")]
    assert tables[0] == tables[1] == tables[2]


def test_rules_adjustments_and_sizes_are_each_periods_own() -> None:
    capped = rule("r", "cap", "index", limit=7, valid_from="2016-01-01")
    raw = {**one_indicator(denominate={"column": "people"}), "rules": [capped]}
    for normalisation in ("per-period", "global"):
        found = score_panel(
            raw,
            observations(FIRST, SECOND),
            {
                "2015": "locality,name,people\na,A,1\nb,B,1\nc,C,1\n",
                "2016": "locality,name,people\na,A,1\nb,B,2\nc,C,1\n",
            },
            {"2015": [{"locality": "a", "node": "index", "points": 3}]},
            {"2015": date(2015, 12, 31), "2016": date(2016, 12, 31)},
            normalisation=normalisation,
        )
        index = [results.scores[:, 0].tolist() for results in found.periods.values()]
        assert index == [[3, 5, 10], [5, 5, 7]]
        assert "Article 1" in found.periods["2016"].explain("c", "index")


def test_frozen_goalposts_are_an_ordinary_document() -> None:
    raw = document(
        group("index", None, 100),
        indicator("x", "index", 50, normalisation={"method": "min_max", "low": 20, "high": 80}),
        indicator("y", "index", 50, direction="negative", normalisation={"method": "z_score"}),
    )
    table = {c: {"x": v, "y": w} for c, v, w in zip("abc", FIRST, (3, 1, 8), strict=True)}
    base = run(raw, table)
    frozen = freeze(base)
    x, y = (frozen.node(code).normalisation for code in "xy")
    assert x is not None
    assert y is not None
    assert (x.method, y.method) == ("goalposts", "goalposts")
    # 20 to 80 over 0 to 10: six points a unit, so 0 and 100 lie a third of the way beyond.
    assert (x.parameters["lower"], x.parameters["upper"]) == pytest.approx((-10 / 3, 40 / 3))
    again = run(frozen.as_dict(), table)
    np.testing.assert_allclose(again.scores, base.scores, atol=1e-9)
    assert load_framework(frozen.as_json()) == frozen


def test_frozen_treatment_keeps_the_limit_of_the_base_period() -> None:
    values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000]
    raw = one_indicator(normalisation={"method": "min_max"}, treat={"method": "winsorise"})
    base = run(raw, {f"l{i}": {"x": v} for i, v in enumerate(values)})
    frozen = freeze(base).node("x")
    assert frozen.treat is not None
    assert (frozen.treat.method, frozen.treat.lower, frozen.treat.upper) == ("limits", None, 9)
    assert frozen.normalisation is not None
    assert frozen.normalisation.parameters["upper"] == 9


@pytest.mark.parametrize(
    "changes",
    [
        {"normalisation": {"method": "rank"}},
        {"normalisation": {"method": "distance_to_target", "target": 8, "cap": True}},
        {"normalisation": {"method": "min_max"}, "treat": {"method": "log"}},
    ],
)
def test_what_no_goalposts_express_is_not_frozen(changes: dict[str, Any]) -> None:
    with pytest.raises(ScoringError) as caught:
        freeze(run(one_indicator(**changes), {"a": {"x": 1}, "b": {"x": 4}, "c": {"x": 6}}))
    assert [(item.code, item.node) for item in caught.value.problems] == [("cannot_freeze", "x")]


def test_trends_by_hand() -> None:
    raw = one_indicator()
    given = observations((10, 20, 0), (30, 20, 5), (40, 20, 0))
    found = score_panel(raw, given)
    a = found.trend("a")
    assert a is not None
    assert (a.periods, a.first, a.last, a.change) == (
        3,
        Decimal("10.00"),
        Decimal("40.00"),
        Decimal("30.00"),
    )
    # Least squares through (0, 10), (1, 30), (2, 40): slope 15; 10 × (1 + r)² = 40.
    assert (a.linear, a.compound) == (pytest.approx(15), pytest.approx(1))
    assert (a.rank_first, a.rank_last) == (2, 1)
    c = found.trend("c")
    assert c is not None
    assert (c.linear, c.compound) == (pytest.approx(0), None)


def test_a_locality_that_joins_later_has_the_trend_of_its_periods() -> None:
    given = observations(FIRST, SECOND)
    given["2016"] += rows({"new": {"x": 50}})
    new = score_panel(one_indicator(), given).trend("new")
    assert new is not None
    assert (new.periods, new.first_period, new.linear, new.compound) == (1, "2016", None, None)


def test_problems_of_all_periods_come_together() -> None:
    given = observations(FIRST, SECOND)
    for period in given:
        given[period][0]["status"] = "odd"
    with pytest.raises(InputError) as caught:
        score_panel(one_indicator(), given)
    assert [item.locality for item in caught.value.problems] == ["a@2015", "a@2016"]


LONG = """period,locality,indicator,value,status
2016,a,x,5,value
2016,b,x,10,value
2015,a,x,0,value
2015,b,x,5,value
"""


def test_panel_command_reads_one_file_or_several(tmp_path: Path) -> None:
    framework, long = tmp_path / "framework.json", tmp_path / "long.csv"
    framework.write_text(json.dumps(one_indicator()), encoding="utf-8")
    long.write_text(LONG, encoding="utf-8")
    one = engine("panel", framework, long, "--out", tmp_path / "one")
    assert (one.returncode, one.stdout, one.stderr) == (0, "", "")
    files = []
    for year, values in (("2015", (0, 5)), ("2016", (5, 10))):
        path = tmp_path / f"{year}.csv"
        lines = [f"{c},x,{v},value" for c, v in zip("ab", values, strict=True)]
        path.write_text("\n".join(["locality,indicator,value,status", *lines]), encoding="utf-8")
        files.append(f"{year}={path}")
    several = here("panel", framework, *files, "--out", tmp_path / "several")
    assert several.returncode == 0, several.stderr
    tables = [(tmp_path / name / "panel.csv").read_text("utf-8") for name in ("one", "several")]
    assert tables[0] == tables[1]
    first = next(csv.DictReader(io.StringIO(tables[0])))
    assert first == {
        "period": "2015",
        "locality": "a",
        "node": "index",
        "score": "0.0",
        "published": "0.00",
        "rank": "2",
        "grade": "fail",
    }
    settings = json.loads((tmp_path / "one" / "panel.json").read_text("utf-8"))
    assert (settings["normalisation"], settings["base"]) == ("per-period", "2015")
    assert (tmp_path / "one" / "trends.csv").read_text("utf-8").count("\n") == 5


def test_panel_command_names_row_and_period_of_a_fault(tmp_path: Path) -> None:
    framework, long = tmp_path / "framework.json", tmp_path / "long.csv"
    framework.write_text(json.dumps(one_indicator()), encoding="utf-8")
    long.write_text(LONG.replace("2015,b,x,5", "2015,b,x,five"), encoding="utf-8")
    done = here("panel", framework, long, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr == (
        "[b@2015] [x] The value “five” in row 5 of observations.csv is not a number. "
        "Give an ordinary finite number.\n"
    )
    long.write_text(LONG.replace("2015,b", ",b"), encoding="utf-8")
    done = here("panel", framework, long, "--out", tmp_path / "out")
    assert done.stderr.startswith(
        "The period “” in row 5 of observations.csv is not valid. Use letters"
    )
    long.write_text(LONG, encoding="utf-8")
    done = here("panel", framework, long, "--base", "2020", "--out", tmp_path / "out")
    assert done.stderr.startswith("The period “2020” has no observations. ")
