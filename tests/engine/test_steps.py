"""The steps before normalisation: denominate, screen, impute, treat, each traced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from assessment.engine import (
    ScoringError,
    load_localities,
)
from assessment.engine.methods import Treatment
from assessment.engine.results import Results
from assessment.engine.steps.columns import kurtosis, readable, settled, skewness
from assessment.engine.steps.treat import automatic, box_cox, log_of
from tests.engine.documents import document, group, indicator, one_indicator, run

PLACES = load_localities(
    "locality,name,province,people\na,A,east,10\nb,B,east,20\nc,C,west,5\nd,D,west,\n"
)
PERMISSIVE = {"policy": "redistribute", "availability": 0.0}


def results(values: dict[str, Any], index: dict[str, Any] | None = None, **changes: Any) -> Results:
    """Score an index of one indicator x and one y that all report as 50."""
    raw = document(
        group("index", None, 100, missing=PERMISSIVE, **(index or {})),
        indicator("x", "index", 50, **changes),
        indicator("y", "index", 50),
    )
    table = {code: {"x": value, "y": 50} for code, value in values.items()}
    return run(raw, table, localities=PLACES)


def x_scores(found: Results) -> list[float | None]:
    return [found.row(code, "x").score for code in "abcd"]


def x_notes(found: Results) -> dict[str, list[str]]:
    return {code: [item["code"] for item in found.trace_of(code, "x")["notes"]] for code in "abcd"}


def problems(values: dict[str, Any], **changes: Any) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(ScoringError) as caught:
        results(values, **changes)
    return [(item.code, item.node, item.locality) for item in caught.value.problems]


VALUES = {"a": 30, "b": 40, "c": 25, "d": 7}


def test_a_value_is_divided_by_its_locality_s_size() -> None:
    found = results(VALUES, denominate={"column": "people", "factor": 10})
    assert x_scores(found) == [30.0, 20.0, 50.0, None]
    assert found.trace_of("a", "x")["steps"] == {"denominated": 30.0}
    assert x_notes(found)["d"] == ["note_without_denominator"]
    assert found.explain("b", "x", "en").startswith(
        "B, x: observed 40, 20 per unit of people, normalised to 20.00"
    )


def test_a_denominator_that_is_no_size_is_an_error() -> None:
    odd = load_localities("locality,name,people\na,A,0\nb,B,many\nc,C,5\nd,D,-5\n")
    raw = document(
        group("index", None, 100), indicator("x", "index", 100, denominate={"column": "people"})
    )
    with pytest.raises(ScoringError) as caught:
        run(raw, {code: {"x": 1} for code in "abcd"}, localities=odd)
    assert [(item.code, item.locality) for item in caught.value.problems] == [
        ("bad_denominator", "a"),
        ("bad_denominator", "b"),
        ("bad_denominator", "d"),
    ]
    assert problems(VALUES, denominate={"column": "area"}) == [("column_missing", "x", None)]


@pytest.mark.parametrize(
    ("impute", "expected"),
    [
        ({"method": "none"}, None),
        ({"method": "mean"}, 40.0),
        ({"method": "median"}, 30.0),
        ({"method": "constant", "value": 11}, 11.0),
        ({"method": "group_mean", "group": "province"}, 25.0),
        ({"method": "group_median", "group": "province"}, 25.0),
    ],
)
def test_a_missing_value_is_imputed_and_marked(
    impute: dict[str, Any], expected: float | None
) -> None:
    found = results({"a": 30, "b": 65, "c": 25, "d": "missing"}, impute=impute)
    assert x_scores(found) == [30.0, 65.0, 25.0, expected]
    if expected is not None:
        assert found.trace_of("d", "x")["steps"] == {
            "imputed": expected,
            "imputation": impute["method"],
        }
        assert found.trace_of("a", "x")["steps"] == {"imputed": None, "imputation": None}
        assert x_notes(found)["d"] == ["note_missing", "note_imputed"]


def test_what_does_not_apply_is_not_imputed() -> None:
    value = {"type": "number", "allow": ["not_applicable"]}
    found = results({**VALUES, "a": "not_applicable"}, impute={"method": "mean"}, value=value)
    assert x_scores(found)[0] is None


def test_imputation_without_anything_to_go_by_is_an_error() -> None:
    nobody = dict.fromkeys("abcd", "missing")
    assert problems(nobody, impute={"method": "mean"}) == [("nothing_to_impute_from", "x", None)]
    east = {"a": "missing", "b": "missing", "c": 1, "d": 2}
    by_group = {"method": "group_mean", "group": "province"}
    assert problems(east, impute=by_group) == [
        ("group_without_values", "x", "a"),
        ("group_without_values", "x", "b"),
    ]


def test_localities_with_too_few_values_are_screened_out() -> None:
    screen = {"available": 0.9, "nonzero": 0.6, "force_in": ["b"], "force_out": ["c"]}
    found = results({"a": 30, "b": "missing", "c": 25, "d": 0}, {"screen": screen})
    assert [found.row(code).score for code in "abcd"] == [40.0, 50.0, None, None]
    assert found.trace_of("c", "index")["notes"] == [{"code": "note_screened", "params": {}}]
    assert x_scores(found) == [30.0, None, None, None]


FOUR = {
    "a": {"w": 10, "x": 10, "y": 10, "z": "missing"},
    "b": {"w": 20, "x": 20, "y": 20, "z": 30},
    "c": {"w": 1, "x": "missing", "y": "missing", "z": 90},
}


def four(screen: dict[str, Any], **impute: dict[str, Any]) -> Results:
    """Indicators w, x, y and z, imputed as stated, under one screen of the index."""
    raw = document(
        group("index", None, 100, screen=screen, missing={"policy": "redistribute"}),
        *(
            indicator(code, "index", 25, normalisation={"method": "identity"}, **impute[code])
            for code in "wxyz"
        ),
    )
    return run(raw, FOUR)


def test_a_framework_says_whether_a_screen_acts_before_or_after_imputation() -> None:
    # The value of c, 90, is among those that stand in for z of a only where c is judged later.
    impute = {key: {} for key in "wxy"} | {"z": {"impute": {"method": "mean"}}}
    early = four({"available": 0.6}, **impute)
    late = four({"available": 0.6, "when": "after_imputation"}, **impute)
    assert [found.row("a", "z").score for found in (early, late)] == [30.0, 60.0]
    assert [found.row("c").score for found in (early, late)] == [None, None]
    assert late.trace_of("c", "index")["notes"] == [{"code": "note_screened_late", "params": {}}]
    assert "after gaps were filled" in late.explain("c", "index", "en")
    assert "填补缺失值后" in late.explain("c", "index", "zh-Hans")


def test_a_later_screen_judges_what_imputation_filled() -> None:
    impute = {key: {"impute": {"method": "mean"}} for key in "wxyz"}
    screen = {"available": 0.9}
    assert four(screen, **impute).row("c").score is None
    late = four({**screen, "when": "after_imputation"}, **impute)
    assert late.row("c").score == (1 + 15 + 15 + 90) / 4
    nobody = results({"a": 30, "b": "missing", "c": 25, "d": 0}, impute={"method": "mean"})
    judged = {"available": 1.0, "when": "after_imputation"}
    filled = results(
        {"a": 30, "b": "missing", "c": 25, "d": 0}, impute={"method": "mean"}, screen=judged
    )
    assert x_scores(filled) == x_scores(nobody)
    bare = results({"a": 30, "b": "missing", "c": 25, "d": 0}, screen=judged)
    assert x_notes(bare)["a"] == ["note_indicator_screened_late"]


def test_screened_localities_do_not_count_in_the_range_of_the_others() -> None:
    screen = {"force_out": ["b"]}
    found = results(VALUES, {"screen": screen}, normalisation={"method": "min_max"})
    assert x_scores(found) == [100.0, None, pytest.approx(100 * 18 / 23), 0.0]


@pytest.mark.parametrize(
    ("screen", "stays"),
    [
        ({"available": 0.75}, True),
        ({"available": 0.76}, False),
        ({"nonzero": 0.7}, False),
        ({"available": 0.76, "force": "in"}, True),
        ({"force": "out"}, False),
    ],
)
def test_an_indicator_with_too_few_values_is_screened_out(
    screen: dict[str, Any], stays: bool
) -> None:
    found = results({"a": 30, "b": "missing", "c": 25, "d": 0}, screen=screen)
    assert (found.row("a", "x").score is not None) is stays
    assert found.row("a").score == (40.0 if stays else 50.0)
    assert (x_notes(found)["a"] == ["note_indicator_screened"]) is not stays


def test_a_screen_that_names_a_stranger_is_an_error() -> None:
    raw = document(
        group("index", None, 100, screen={"force_in": ["z"]}), indicator("x", "index", 100)
    )
    with pytest.raises(ScoringError, match="names z"):
        run(raw, {"a": {"x": 1}})


def test_values_beyond_limits_are_set_to_them() -> None:
    found = results(VALUES, treat={"method": "limits", "lower": 10, "upper": 35})
    assert x_scores(found) == [30.0, 35.0, 25.0, 10.0]
    assert found.trace_of("b", "x")["steps"] == {"treated": 35.0, "treatment": "limited"}
    assert x_notes(found) == {"a": [], "b": ["note_limited"], "c": [], "d": ["note_limited"]}


def test_box_cox_needs_positive_values() -> None:
    treat = {"method": "box_cox", "lambda": 0.5}
    assert problems({**VALUES, "a": 0}, treat=treat) == [("box_cox_not_positive", "x", None)]


OUTLYING = np.array([*range(1, 21), 300.0, 1000.0])


def test_the_outermost_value_takes_the_next_one_until_the_moments_pass() -> None:
    # With one point winsorised both moments still reach their thresholds; with two they do not.
    once = np.array([*range(1, 21), 300.0, 300.0])
    assert stats.skew(once, bias=False) >= 2
    assert stats.kurtosis(once, bias=False) >= 3.5
    found, marks = automatic(OUTLYING, Treatment("winsorise", max_points=2))
    assert found.tolist() == [*range(1, 21), 20, 20]
    assert marks.nonzero()[0].tolist() == [20, 21]


def test_the_logarithm_of_the_original_follows_where_winsorising_is_not_enough() -> None:
    found, marks = automatic(OUTLYING, Treatment("winsorise", max_points=1))
    np.testing.assert_allclose(found, np.log(OUTLYING - 1 + 0.01 * 999), rtol=1e-15)
    assert set(marks.tolist()) == {2}
    kept, marks = automatic(OUTLYING, Treatment("winsorise", max_points=1, fallback="none"))
    assert kept.tolist() == [*range(1, 21), 300, 300]
    assert marks.nonzero()[0].tolist() == [21]


def test_low_outliers_are_winsorised_from_below() -> None:
    found, _ = automatic(-OUTLYING, Treatment("winsorise"))
    assert found.tolist() == [-value for value in (*range(1, 21), 20, 20)]


def test_values_tied_at_the_edge_move_together_or_not_at_all() -> None:
    tied = np.array([*range(1, 31), 500.0, 500.0])
    found, marks = automatic(tied, Treatment("winsorise", max_points=1, fallback="none"))
    assert found.tolist() == tied.tolist()
    assert not marks.any()
    found, _ = automatic(tied, Treatment("winsorise", max_points=2, fallback="none"))
    assert found.tolist() == [*range(1, 31), 30, 30]


@pytest.mark.parametrize("values", [[], [3.0], [3.0, 3.0, 3.0, 3.0, 3.0], [1.0, 2.0, 900.0]])
def test_too_little_to_judge_by_is_left_alone(values: list[float]) -> None:
    found, marks = automatic(np.array(values), Treatment("winsorise"))
    assert found.tolist() == values
    assert not marks.any()


def test_logarithm_of_a_constant_is_the_constant() -> None:
    assert log_of(np.array([2.0, 2.0])).tolist() == [2.0, 2.0]


@pytest.mark.parametrize("exponent", [0.0, 0.5, -1.0])
def test_box_cox_is_scipy_s(exponent: float) -> None:
    values = np.array([0.5, 1.0, 4.0])
    expected = stats.boxcox(values, lmbda=exponent)
    np.testing.assert_allclose(box_cox(values, exponent), expected, rtol=1e-14)


@given(arrays(np.float64, st.integers(5, 30), elements=st.integers(-50, 50).map(float)))
def test_moments_are_the_sample_adjusted_ones(values: np.ndarray) -> None:
    if np.ptp(values) == 0:
        assert np.isnan(skewness(values))
        return
    np.testing.assert_allclose(skewness(values), stats.skew(values, bias=False), atol=1e-10)
    expected = stats.kurtosis(values, bias=False)
    np.testing.assert_allclose(kurtosis(values), expected, rtol=1e-9, atol=1e-10)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.data())
def test_values_apart_by_float_noise_alone_are_one_value(values: list[int], data: Any) -> None:
    clean = np.array(values, dtype=np.float64) / 3
    blurred = np.array([v * (1 + data.draw(st.integers(-8, 8)) * 2.0**-52) for v in clean])
    found = settled(blurred)
    assert np.array_equal(found[:, None] == found, clean[:, None] == clean)


@pytest.mark.parametrize(
    ("normalisation", "expected"),
    # L1 and L2 have 0.1 per head, 0.3/3 and 0.1/1, L3 has 0.2, L4 has 0.05: one below the two.
    [
        ({"method": "percentile_rank"}, [100 / 3, 100 / 3, 100.0, 0.0]),
        ({"method": "rank"}, [2.0, 2.0, 4.0, 1.0]),
        ({"method": "borda"}, [1.0, 1.0, 3.0, 0.0]),
        (
            {"method": "bands", "bands": [{"from": None, "score": 0}, {"from": 0.1, "score": 100}]},
            [100.0, 100.0, 100.0, 0.0],
        ),
    ],
)
def test_equal_quotients_are_equal(normalisation: dict[str, Any], expected: list[float]) -> None:
    sizes = "locality,name,people\nL1,1,3\nL2,2,1\nL3,3,2\nL4,4,2\n"
    raw = one_indicator(denominate={"column": "people"}, normalisation=normalisation)
    table = {"L1": {"x": 0.3}, "L2": {"x": 0.1}, "L3": {"x": 0.4}, "L4": {"x": 0.1}}
    found = run(raw, table, localities=load_localities(sizes))
    assert [found.row(code, "x").score for code in table] == pytest.approx(expected, abs=1e-12)
    assert found.row("L1", "x").rank == found.row("L2", "x").rank


def test_what_is_imputed_ties_with_the_value_it_equals() -> None:
    # The mean of .1, .2 and .3 is .2, in floats .20000000000000004.
    raw = one_indicator(impute={"method": "mean"}, normalisation={"method": "rank"})
    table = {"a": {"x": 0.1}, "b": {"x": 0.2}, "c": {"x": 0.3}, "d": {"x": "missing"}}
    found = run(raw, table)
    assert [found.row(code, "x").score for code in table] == [1.0, 2.0, 4.0, 2.0]


def test_a_mean_is_as_fine_as_the_group_it_is_of() -> None:
    # Values near 1e10 elsewhere say nothing about a group of thousandths: (1 + 4)/2 of them.
    raw = one_indicator(impute={"method": "group_mean", "group": "province"})
    places = "locality,name,province\na,A,n\nb,B,n\nc,C,n\nd,D,s\n"
    table = {"a": {"x": 0.001}, "b": {"x": 0.004}, "c": {"x": "missing"}, "d": {"x": 1e10}}
    found = run(raw, table, localities=load_localities(places))
    assert found.row("c", "x").score == 0.0025


@pytest.mark.parametrize("factor", [1.0, -1.0, 1e-30, 1e30])
def test_a_decimal_is_read_whatever_noise_is_on_it(factor: float) -> None:
    # Thirteen digits hold; a half at the fourteenth goes up from either side of it.
    whole = np.array([0.1, 123456789.0123, 1.2345678901235, 9.999999999999, 2.0 / 3.0]) * factor
    noisy = [whole * (1 + steps * 2.0**-52) for steps in (-2, -1, 0, 1, 2)]
    for one in noisy:
        assert readable(one).tolist() == readable(whole).tolist()
    assert readable(whole) == pytest.approx(whole, rel=1e-12)


def test_what_is_no_finite_number_stays() -> None:
    odd = np.array([0.0, np.nan, np.inf, -np.inf, 5e-324, 1.7e308])
    np.testing.assert_array_equal(readable(odd), odd)
    assert readable(np.array([0.30000000000000004, 1 / 3])).tolist() == [0.3, 0.3333333333333]


@pytest.mark.parametrize("method", ["mean", "group_mean"])
def test_a_mean_beyond_the_floats_is_an_overflow(method: str) -> None:
    impute = {"method": method, **({"group": "province"} if method != "mean" else {})}
    places = "locality,name,province\na,A,n\nb,B,n\nc,C,n\n"
    with pytest.raises(ScoringError) as caught:
        run(
            one_indicator(impute=impute, normalisation={"method": "min_max"}),
            {"a": {"x": 1e308}, "b": {"x": 1.5e308}, "c": {"x": "missing"}},
            localities=load_localities(places),
        )
    assert {(item.code, item.node) for item in caught.value.problems} == {("overflow", "x")}


@pytest.mark.parametrize("unit", [1.0, 1e160, 1e-170, -1e300])
def test_an_outlier_is_one_in_every_unit(unit: float) -> None:
    # 0 to 19 and 1000: the top (for a negative unit the bottom) is set to the next value.
    values = np.array([*range(20), 1000.0]) * unit
    found, marks = automatic(values, Treatment("winsorise"))
    assert np.flatnonzero(marks).tolist() == [20]
    assert found[20] == values[19]
    assert skewness(values) == pytest.approx(np.sign(unit) * skewness(values / unit), rel=1e-12)


def test_a_treatment_that_leaves_the_floats_is_an_overflow() -> None:
    steep = {"treat": {"method": "box_cox", "lambda": 2}}
    with pytest.raises(ScoringError) as caught:
        run(one_indicator(**steep), {"a": {"x": 1e200}, "b": {"x": 1.0}})
    assert [(item.code, item.node) for item in caught.value.problems] == [("overflow", "x")]
