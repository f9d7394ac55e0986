"""Normalisation against published numbers and the stated formulas."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.engine import ScoringError, load_framework
from assessment.engine.document import Scale
from assessment.engine.lines import goalposts_line, on_lines
from assessment.engine.normalise import normalised, target_attainment
from tests.engine.documents import one_indicator, run, text

UNIT = Scale(0.0, 1.0)
HUNDRED = Scale(0.0, 100.0)


def scores(values: list[float], on: date | None = None, **changes: Any) -> list[float]:
    found = load_framework(one_indicator(**changes))
    column = np.array(values)[:, None]
    codes = [f"l{row}" for row in range(len(values))]
    return normalised([found.node("x")], column, found.scale, on, codes)[:, 0].tolist()


@pytest.mark.parametrize(
    ("country", "values", "indices", "published"),
    [
        ("Germany", (77.2, 99.0, 88.1, 21_260), (0.870, 0.954, 0.895), 0.906),
        ("China", (69.8, 82.9, 68.9, 3_130), (0.747, 0.782, 0.575), 0.701),
        ("Mozambique", (42.3, 39.5, 32.0, 740), (0.288, 0.370, 0.334), 0.331),
    ],
)
def test_goalposts_give_the_human_development_index_of_that_time(
    country: str,
    values: tuple[float, ...],
    indices: tuple[float, ...],
    published: float,
) -> None:
    # UNDP, Mozambique National Human Development Report 2000, technical note on the index:
    # life 25-85 years, literacy and enrolment 0-100 %, income (logarithm) 100-40 000 dollars.
    def index(value: float, lower: float, upper: float) -> float:
        posts = {"lower": lower, "upper": upper}
        line = goalposts_line(posts, UNIT, is_positive=True)
        return float(on_lines(np.array([[value]]), [line])[0, 0])

    life, literacy, enrolment, income = values
    found = (
        index(life, 25, 85),
        (2 * index(literacy, 0, 100) + index(enrolment, 0, 100)) / 3,
        index(np.log10(income), np.log10(100), np.log10(40_000)),
    )
    assert tuple(round(value, 3) for value in found) == indices, country
    assert round(sum(found) / 3, 3) == published


@pytest.mark.parametrize(
    ("fall", "expected"),
    [
        (13.0, 60.0),
        (14.75, 70.0),
        (18.25, 90.0),
        (20.0, 100.0),
        (6.5, 30.0),
        (-2.0, 0.0),
        (25, 100.0),
    ],
)
def test_target_attainment_fits_the_jiangsu_thresholds(fall: float, expected: float) -> None:
    # Target 20 %, 65 % of it required in 2016. The formula is inferred, not published: pass,
    # good and excellent were reported as falls of 13, 15 and 18 %, which are the whole percents
    # of the values it gives 60, 70 and 90. Below the requirement it is the product's own.
    found = target_attainment(np.array([fall]), HUNDRED, {"required": 13.0, "target": 20.0})
    assert found[0] == pytest.approx(expected, abs=1e-12)


def test_target_attainment_where_less_is_better() -> None:
    found = target_attainment(np.array([30.0, 40.0, 80.0]), HUNDRED, {"required": 40, "target": 30})
    assert found.tolist() == [100.0, 60.0, 30.0]


def test_min_max_spans_the_observed_range() -> None:
    assert scores([2.0, 4.0, np.nan, 6.0], normalisation={"method": "min_max"})[:2] == [0.0, 50.0]
    negative = scores([2.0, 6.0], normalisation={"method": "min_max"}, direction="negative")
    assert negative == [100.0, 0.0]


def test_goalposts_leave_the_scale_only_without_truncation() -> None:
    posts = {"method": "goalposts", "lower": 10, "upper": 20}
    assert scores([5.0, 15.0, 25.0], normalisation=posts) == [0.0, 50.0, 100.0]
    assert scores([5.0, 25.0], normalisation=posts | {"truncate": False}) == [-50.0, 150.0]


def test_bands_include_their_start() -> None:
    table = [{"from": None, "score": 0}, {"from": 60, "score": 50}, {"from": 90, "score": 100}]
    found = scores([59.99, 60.0, 90.0, np.nan], normalisation={"method": "bands", "bands": table})
    assert found[:3] == [0.0, 50.0, 100.0]
    assert np.isnan(found[3])


def test_piecewise_lines_are_level_beyond_their_ends() -> None:
    points = [{"value": 1, "score": 100}, {"value": 2, "score": 80}, {"value": 24, "score": 0}]
    method = {"method": "piecewise_linear", "points": points}
    assert scores([0.0, 1.5, 2.0, 13.0, 99.0], normalisation=method, direction="negative") == [
        100.0,
        90.0,
        80.0,
        40.0,
        0.0,
    ]


def test_levels_and_booleans() -> None:
    levels = [
        {"value": 1, "score": 40, "title": text("one")},
        {"value": 2, "score": 70, "title": text("two")},
    ]
    value = {"type": "level", "levels": levels}
    assert scores([2.0, 1.0], value=value, normalisation={"method": "levels"}) == [70.0, 40.0]
    yes_no = {"value": {"type": "boolean"}, "normalisation": {"method": "levels"}}
    assert scores([0.0, 1.0], **yes_no) == [0.0, 100.0]
    assert scores([0.0, 1.0], **yes_no, direction="negative") == [100.0, 0.0]


def test_identity_mirrors_a_negative_direction() -> None:
    assert scores([30.0], normalisation={"method": "identity"}) == [30.0]
    assert scores([30.0], normalisation={"method": "identity"}, direction="negative") == [70.0]


@pytest.mark.parametrize(
    ("values", "changes", "code"),
    [
        ([3.0, 3.0], {"normalisation": {"method": "min_max"}}, "constant_indicator"),
        (
            [1e308],
            {
                "normalisation": {
                    "method": "goalposts",
                    "lower": 0,
                    "upper": 0.001,
                    "truncate": False,
                }
            },
            "overflow",
        ),
        (
            [1.0],
            {
                "normalisation": {
                    "method": "target_attainment",
                    "target": 20,
                    "editions": [{"valid_from": None, "valid_to": "2014-12-31", "required": 10}],
                }
            },
            "date_needed",
        ),
    ],
)
def test_what_has_no_answer_is_an_error(
    values: list[float], changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(ScoringError) as caught:
        scores(values, **changes)
    assert [(item.code, item.node) for item in caught.value.problems] == [(code, "x")]


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=10, unique=True),
    st.sampled_from(["positive", "negative"]),
)
def test_scores_follow_the_direction(values: list[float], direction: str) -> None:
    posts = {"method": "goalposts", "lower": -1e6, "upper": 1e6}
    ordered = scores(sorted(values), normalisation=posts, direction=direction)
    assert ordered == sorted(ordered, reverse=direction == "negative")


def method(name: str, **parameters: Any) -> dict[str, Any]:
    return {"normalisation": {"method": name, **parameters}}


@pytest.mark.parametrize(
    ("values", "changes", "expected"),
    [
        ([1, 2, 3], method("z_score"), [-1, 0, 1]),
        ([1, 2, 3], method("z_score", mean=50, deviation=10), [40, 50, 60]),
        ([1, 2, 3], {**method("z_score"), "direction": "negative"}, [1, 0, -1]),
        ([2, 4, 6], method("min_max", low=1, high=9), [1, 5, 9]),
        ([2, 4, 6], {**method("min_max", low=1, high=9), "direction": "negative"}, [9, 5, 1]),
        ([0, 5, 20], method("distance_to_target", target=10), [0, 50, 200]),
        ([0, 5, 20], method("distance_to_target", target=10, cap=True), [0, 50, 100]),
        (
            [0, 15, 20],
            {**method("distance_to_target", target=10, cap=True), "direction": "negative"},
            [100, 50, 0],
        ),
        ([0, 5, 20], method("distance_to_maximum"), [0, 25, 100]),
        ([0, 5, 20], method("distance_to_reference", locality="l1"), [0, 100, 400]),
        ([0, 5, 20], method("distance_to_reference", locality="l1", cap=True), [0, 100, 100]),
        ([1, 5, 20], method("fraction_of_maximum"), [5, 25, 100]),
        ([1, 5, 20], {**method("fraction_of_maximum"), "direction": "negative"}, [100, 20, 5]),
        ([7, 7], method("fraction_of_maximum"), [100, 100]),
        ([3, 1, 3, 2], method("rank"), [3, 1, 3, 2]),
        ([3, 1, 3, 2], {**method("rank"), "direction": "negative"}, [1, 4, 1, 3]),
        ([3, 1, 3, 2], method("borda"), [2, 0, 2, 1]),
        ([3, 1, 3, 2], method("percentile_rank"), [200 / 3, 0, 200 / 3, 100 / 3]),
        ([8.0], method("percentile_rank"), [100]),
    ],
)
def test_scores_by_the_stated_formula(
    values: list[float], changes: dict[str, Any], expected: list[float]
) -> None:
    assert scores(values, **changes) == pytest.approx(expected)


@pytest.mark.parametrize("unit", [1.0, 1e200, 1e-200])
def test_deviations_hold_where_their_squares_leave_the_floats(unit: float) -> None:
    # (x − mean)/s of −1, 1.2 and 1.5, whose mean is 17/30 and s the root of 2.795/1.5.
    found = scores([-1.0 * unit, 1.2 * unit, 1.5 * unit], **method("z_score"))
    s = (((47 / 30) ** 2 + (19 / 30) ** 2 + (28 / 30) ** 2) / 2) ** 0.5
    assert found == pytest.approx([-47 / 30 / s, 19 / 30 / s, 28 / 30 / s], rel=1e-12)


@pytest.mark.parametrize(
    "changes", [method("goalposts", lower=-1e308, upper=1e308), method("min_max")]
)
def test_ends_may_lie_further_apart_than_the_largest_float(changes: dict[str, Any]) -> None:
    assert scores([-1e308, 0.0, 5e307, 1e308], **changes) == pytest.approx([0, 50, 75, 100])


def test_an_overflow_names_the_locality() -> None:
    changes = method("goalposts", lower=0, upper=0.001, truncate=False)
    with pytest.raises(ScoringError) as caught:
        scores([1e308, 0.5, 1.5e308], **changes)
    found = [(item.code, item.node, item.locality) for item in caught.value.problems]
    assert found == [("overflow", "x", "l0"), ("overflow", "x", "l2")]


@pytest.mark.parametrize("name", ["z_score", "rank", "borda", "percentile_rank", "min_max"])
def test_what_is_missing_is_passed_over(name: str) -> None:
    found = scores([4.0, np.nan, 2.0, 9.0], **method(name))
    assert np.isnan(found[1])
    assert [found[0], *found[2:]] == scores([4.0, 2.0, 9.0], **method(name))


@pytest.mark.parametrize(
    ("values", "changes", "code"),
    [
        ([3.0, 3.0], method("z_score"), "constant_indicator"),
        ([1.0, 2.0], method("distance_to_target", target=1), "reference_not_better"),
        ([1.0, 2.0], method("distance_to_target", target=-5), "reference_not_better"),
        ([1.0, 2.0], method("distance_to_reference", locality="l0"), "reference_not_better"),
        ([1.0, 2.0], method("distance_to_reference", locality="z"), "reference_without_value"),
        ([-1.0, 0.0], method("fraction_of_maximum"), "reference_not_better"),
        (
            [0.0, 2.0],
            {**method("fraction_of_maximum"), "direction": "negative"},
            "reference_not_better",
        ),
    ],
)
def test_scales_without_a_length_are_an_error(
    values: list[float], changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(ScoringError) as caught:
        scores(values, **changes)
    assert [(item.code, item.node) for item in caught.value.problems] == [(code, "x")]


MONOTONE = [
    *("goalposts", "min_max", "z_score", "distance_to_maximum", "rank", "borda", "percentile_rank"),
    "fraction_of_maximum",
]


@given(
    st.lists(st.integers(1, 10**6), min_size=2, max_size=12),
    st.sampled_from(MONOTONE),
    st.sampled_from(["positive", "negative"]),
)
def test_a_better_value_never_scores_less(values: list[int], name: str, direction: str) -> None:
    if len(set(values)) == 1:
        return
    posts = {"lower": 0, "upper": 10**6} if name == "goalposts" else {}
    sign = 1 if direction == "positive" else -1
    found = scores([float(v) for v in values], **method(name, **posts), direction=direction)
    order = np.argsort(sign * np.array(values), kind="stable")
    ordered, given_values = np.array(found)[order], np.array(values)[order]
    assert (np.diff(ordered) >= -1e-9).all()
    assert (np.diff(ordered)[np.diff(given_values) == 0] == 0).all()


def test_identity_turns_a_negative_value_around_within_the_scale() -> None:
    turned = one_indicator(normalisation={"method": "identity"}, direction="negative")
    turned["scale"] = {"min": 10, "max": 50}
    turned["grades"] = [{"code": "all", "title": {"zh-Hans": "全", "en": "all"}, "from": 10}]
    found = run(turned, {"a": {"x": 20}, "b": {"x": 50}})
    assert [found.row(code, "x").score for code in "ab"] == [40.0, 10.0]


def test_whole_numbers_that_differ_by_one_are_not_constant_however_large() -> None:
    raw = one_indicator(normalisation={"method": "min_max"})
    found = run(raw, {"a": {"x": 10**12}, "b": {"x": 10**12 + 1}})
    assert [found.row(code, "x").score for code in "ab"] == [0.0, 100.0]
    with pytest.raises(ScoringError, match="the value 1000000000000:"):
        run(raw, {"a": {"x": 10**12}, "b": {"x": 10**12}})


def test_values_equal_but_for_the_noise_of_floats_are_constant() -> None:
    raw = one_indicator(normalisation={"method": "min_max"})
    with pytest.raises(ScoringError, match="All localities have the value"):
        run(raw, {"a": {"x": 0.3}, "b": {"x": 0.1 + 0.2}})
