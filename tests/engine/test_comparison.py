"""Why ranks changed: the parts by hand, against plain NumPy, and their algebra.

The small case: x and y on 0 to 100, first half and half, then 80 to 20. Locality a goes from
(40, 60) to (60, 60), b stays at (55, 55). With a's data and the method as the two factors,
score a: 50 before, 60 with its new data, 44 with the new method alone, 60 with both. So its
own data earned ((60 - 50) + (60 - 44)) / 2 = 13 and the method ((44 - 50) + (60 - 60)) / 2 = -3.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assessment.engine import (
    Adjustment,
    Comparison,
    Results,
    compare,
    rescore,
)
from assessment.engine.counterfactuals import depends_on_peers
from assessment.engine.shapley import rounded_parts, shapley_parts
from tests.engine.documents import document, group, indicator, rule, run

MIN_MAX = {"method": "min_max"}


def framework(*weights: float, **changes: Any) -> dict[str, Any]:
    names = ["x", "y", "z"][: len(weights)]
    nodes = [indicator(n, "index", w, **changes) for n, w in zip(names, weights, strict=True)]
    return document(group("index", None, 100), *nodes)


BEFORE = {"a": {"x": 40, "y": 60}, "b": {"x": 55, "y": 55}}
AFTER = {"a": {"x": 60, "y": 60}, "b": {"x": 55, "y": 55}}


@pytest.fixture
def small() -> Comparison:
    return compare(run(framework(50, 50), BEFORE), run(framework(80, 20), AFTER))


def decimals(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def test_parts_of_a_score_by_hand(small: Comparison) -> None:
    a = small.change("a")
    assert (a.status, a.change) == ("compared", Decimal("10.00"))
    assert a.parts == decimals("13.00", "-3.00", "0.00")
    b = small.change("b")
    assert (b.change, b.parts) == (Decimal("0.00"), decimals("0.00", "0.00", "0.00"))


def test_parts_of_a_rank_by_hand(small: Comparison) -> None:
    # a passes b with its own new data, whatever the method: 60 > 55, while 44 and 50 are below.
    a, b = small.change("a"), small.change("b")
    assert (a.rank_change, a.rank_parts) == (1, decimals("1.00", "0.00", "0.00"))
    assert (b.rank_change, b.rank_parts) == (-1, decimals("0.00", "0.00", "-1.00"))


def test_a_change_of_peers_moves_scores_only_where_they_are_the_yardstick() -> None:
    # Min-max between 0 and the best: c's fall from 100 to 50 lifts b from 40 to 80.
    before = {"a": {"x": 0}, "b": {"x": 40}, "c": {"x": 100}}
    after = {"a": {"x": 0}, "b": {"x": 40}, "c": {"x": 50}}
    relative = framework(100, normalisation=MIN_MAX)
    found = compare(run(relative, before), run(relative, after)).change("b")
    assert (found.change, found.parts) == (Decimal("40.00"), decimals("0.00", "0.00", "40.00"))
    absolute = compare(run(framework(100), before), run(framework(100), after)).change("b")
    assert absolute.parts == decimals("0.00", "0.00", "0.00")


def test_adjustments_statuses_and_sizes_are_own_data() -> None:
    nodes = (
        group("index", None, 100, missing={"policy": "zero"}),
        indicator("x", "index", 50, denominate={"column": "people"}),
        indicator("y", "index", 50),
    )
    places = [{"locality": "a", "name": "A", "people": 1}]
    larger = [{"locality": "a", "name": "Renamed", "people": 2}]
    table = {"a": {"x": 40, "y": 60}}
    first = run(document(*nodes), table, localities=places)
    moved = [Adjustment("a", "index", -5.0, "Article 9")]
    for second, change in (
        (run(document(*nodes), table, localities=larger), "-10.00"),
        (run(document(*nodes), table, localities=places, adjustments=moved), "-5.00"),
        (run(document(*nodes), {"a": {"x": 40, "y": "missing"}}, localities=places), "-30.00"),
    ):
        assert compare(first, second).change("a").parts == decimals(change, "0.00", "0.00")


def test_past_values_that_stand_in_are_own_data_and_their_day_is_method() -> None:
    raw = framework(50, 50, impute={"method": "previous"})
    table = {"a": {"x": "missing", "y": 60}}
    past = [{"period": "2014", "locality": "a", "indicator": "x", "value": 40}]
    later = [*past, {"period": "2015", "locality": "a", "indicator": "x", "value": 80}]
    first = run(raw, table, on=date(2015, 12, 31), history=past)
    same_day = run(raw, table, on=date(2015, 12, 31), history=[{**past[0], "value": 50}])
    assert compare(first, same_day).change("a").parts == decimals("5.00", "0.00", "0.00")
    # On the later day the value of 2015 is past; on the earlier it is not: half belongs to each.
    found = compare(first, run(raw, table, on=date(2016, 12, 31), history=later)).change("a")
    assert found.parts == decimals("10.00", "10.00", "0.00")


def test_rules_and_dated_parameters_are_method() -> None:
    capped = rule("r", "cap", "index", limit=30, valid_from="2016-01-01")
    raw = {**framework(50, 50), "rules": [capped]}
    runs = [run(raw, BEFORE, on=date(year, 12, 31)) for year in (2015, 2016)]
    found = compare(*runs).change("a")
    assert found.parts == decimals("0.00", "-20.00", "0.00")


def test_what_only_one_framework_measures_belongs_to_the_method() -> None:
    # Locality a: (40, 60) on x and y, then z = 90 takes the place of y.
    second = document(
        group("index", None, 100), indicator("x", "index", 50), indicator("z", "index", 50)
    )
    after = {"a": {"x": 40, "z": 90}, "b": {"x": 55, "z": 55}}
    found = compare(run(framework(50, 50), BEFORE), run(second, after))
    assert found.change("a").parts == decimals("0.00", "15.00", "0.00")
    assert found.change("a", "z").status == "node_only_after"
    assert found.change("a", "y").status == "node_only_before"
    assert found.change("a", "y").after is None


def test_another_unit_is_another_measure() -> None:
    tons = framework(100, unit={"zh-Hans": "吨", "en": "t"})
    share = framework(100, unit={"zh-Hans": "%", "en": "%"})
    found = compare(run(tons, {"a": {"x": 40}}), run(share, {"a": {"x": 70}})).change("a")
    assert found.parts == decimals("0.00", "30.00", "0.00")


def test_who_is_in_one_run_only_is_named_and_counts_as_a_peer() -> None:
    before = {"a": {"x": 50}, "left": {"x": 80}}
    after = {"a": {"x": 50}, "new": {"x": 20}}
    found = compare(run(framework(100), before), run(framework(100), after))
    assert [(item.locality, item.status) for item in found.changes if item.node == "index"] == [
        ("a", "compared"),
        ("new", "only_after"),
        ("left", "only_before"),
    ]
    assert (found.change("a").rank_change, found.change("a").rank_parts) == (
        1,
        decimals("0.00", "0.00", "1.00"),
    )
    assert found.change("new").change is None


def test_without_a_score_there_is_no_change() -> None:
    part = {"missing": {"policy": "redistribute", "availability": 0.5}}
    raw = document(group("index", None, 100, **part), indicator("x", "index", 100))
    first = run(raw, {"a": {"x": 1}, "b": {"x": "missing"}, "c": {"x": "missing"}})
    second = run(raw, {"a": {"x": "missing"}, "b": {"x": 2}, "c": {"x": "missing"}})
    found = compare(first, second)
    statuses = [found.change(code).status for code in "abc"]
    assert statuses == ["scored_only_before", "scored_only_after", "not_scored"]


def test_a_change_that_cannot_be_split_says_why() -> None:
    # The later framework wants a positive score of y, which the earlier data do not have.
    geometric = document(
        group("index", None, 100, aggregation={"method": "geometric"}),
        *(indicator(code, "index", 50) for code in "xy"),
    )
    first = run(framework(50, 50), {"a": {"x": 40, "y": 0}, "b": {"x": 40, "y": 10}})
    second = run(geometric, {"a": {"x": 40, "y": 40}, "b": {"x": 40, "y": 40}})
    found = compare(first, second)
    assert (found.change("a").change, found.change("a").parts) == (Decimal("20.00"), None)
    assert found.change("a").cause is not None
    assert found.change("a").cause.code == "non_positive"
    # b's own change is split all the same; a is no peer in the world that cannot score it.
    assert found.change("b").parts is not None
    assert "positive" in found.explain("a")


def test_a_peer_whose_data_one_method_cannot_score_stays_out_of_that_world() -> None:
    lost = {"a": {"x": 40, "y": 60}, "new": {"x": 90, "z": 90}}
    second = document(
        group("index", None, 100), indicator("x", "index", 50), indicator("z", "index", 50)
    )
    after = {"a": {"x": 50, "z": 50}, "new": lost["new"]}
    found = compare(run(framework(50, 50), {"a": lost["a"]}), run(second, after)).change("a")
    assert found.rank_parts is not None
    assert sum(found.rank_parts) == found.rank_change == -1


def plain_scores(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    low, high = values.min(axis=0), values.max(axis=0)
    return (values - low) / (high - low) * 100 @ (weights / 100)


def plain_ranks(scores: np.ndarray) -> np.ndarray:
    rounded = np.round(scores, 2)
    return np.array([1 + (rounded > one + 1e-9).sum() for one in rounded])


def test_parts_agree_with_the_average_over_all_orders_in_plain_numpy() -> None:
    generator = np.random.default_rng(5)
    data = generator.uniform(0, 100, (2, 6, 3))
    weights = np.array([[50, 30, 20], [20, 30, 50]])
    codes = "abcdef"
    runs = [
        run(
            framework(*map(float, weights[side]), normalisation=MIN_MAX),
            {
                c: dict(zip("xyz", row, strict=True))
                for c, row in zip(codes, data[side].tolist(), strict=True)
            },
        )
        for side in (0, 1)
    ]
    found = compare(*runs)

    def world(place: int, own: int, method: int, peers: int) -> tuple[float, float]:
        mixed = data[peers].copy()
        mixed[place] = data[own, place]
        scores = plain_scores(mixed, weights[method])
        return scores[place], plain_ranks(scores)[place]

    for place, code in enumerate(codes):
        expected = np.zeros((3, 2))
        for order in permutations(range(3)):
            state = [0, 0, 0]
            for factor in order:
                earlier = np.array(world(place, *state))
                state[factor] = 1
                expected[factor] += (np.array(world(place, *state)) - earlier) / 6
        change = found.change(code)
        assert change.parts is not None
        assert change.rank_parts is not None
        np.testing.assert_allclose(np.array(change.parts, float), expected[:, 0], atol=0.0101)
        np.testing.assert_allclose(np.array(change.rank_parts, float), -expected[:, 1], atol=0.0101)


def test_what_if_has_no_data_to_compare() -> None:
    first = run(framework(50, 50), BEFORE)
    with pytest.raises(ValueError, match="under changes"):
        compare(first, rescore(first, weights={"x": 0.6}))


TABLES = arrays(np.int64, (4, 2), elements=st.integers(0, 100))
WEIGHTS = st.integers(10, 90)
METHODS = st.sampled_from([{"method": "goalposts", "lower": 0, "upper": 100}, {"method": "rank"}])


def made(table: np.ndarray, weight: int, method: dict[str, Any]) -> Results:
    raw = framework(weight, 100 - weight, normalisation=method)
    return run(
        raw, {c: {"x": int(r[0]), "y": int(r[1])} for c, r in zip("abcd", table, strict=True)}
    )


@settings(max_examples=12, deadline=None)
@given(TABLES, TABLES, WEIGHTS, WEIGHTS, METHODS, METHODS)
def test_parts_add_up_and_swapped_runs_negate_them(
    one: np.ndarray, two: np.ndarray, w1: int, w2: int, m1: dict[str, Any], m2: dict[str, Any]
) -> None:
    first, second = made(one, w1, m1), made(two, w2, m2)
    there, back = compare(first, second), compare(second, first)
    for item in there.changes:
        assert item.parts is not None
        assert item.rank_parts is not None
        assert sum(item.parts) == item.change
        assert sum(item.rank_parts) == item.rank_change
        mirrored = back.change(item.locality, item.node)
        assert mirrored.parts == tuple(-part for part in item.parts)
        assert mirrored.rank_parts == tuple(-part for part in item.rank_parts)


@settings(max_examples=8, deadline=None)
@given(TABLES, WEIGHTS, METHODS)
def test_a_run_compared_with_itself_changed_nothing(
    table: np.ndarray, weight: int, method: dict[str, Any]
) -> None:
    first = made(table, weight, method)
    for item in compare(first, first).changes:
        assert (item.change, item.rank_change) == (0, 0)
        assert item.parts == item.rank_parts == (0, 0, 0)


@given(
    arrays(np.float64, (2, 2, 2, 4), elements=st.floats(-100, 100)),
    st.integers(0, 4),
)
def test_rounded_parts_add_up_and_stay_within_a_unit(worlds: np.ndarray, places: int) -> None:
    parts = shapley_parts(worlds)
    whole = worlds[1, 1, 1] - worlds[0, 0, 0]
    np.testing.assert_allclose(parts.sum(axis=0), whole, atol=1e-9)
    total = np.round(whole * 10.0**places)
    units = rounded_parts(parts, total, places)
    assert (units.sum(axis=0) == total).all()
    assert (np.abs(units - parts * 10.0**places) < 1 + 1e-6).all()


def test_what_is_short_goes_to_the_largest_remainder() -> None:
    parts = np.array([[0.334], [0.333], [0.333]])
    assert rounded_parts(parts, np.array([100.0]), 2).ravel().tolist() == [34, 33, 33]
    assert rounded_parts(-parts, np.array([-100.0]), 2).ravel().tolist() == [-34, -33, -33]


def test_improvement_ranks_gains_rounded_once() -> None:
    before = {"a": {"x": 10}, "b": {"x": 20}, "c": {"x": 30}, "d": {"x": 0}}
    after = {"a": {"x": 15.001}, "b": {"x": 25}, "c": {"x": 30}, "new": {"x": 99}}
    found = compare(run(framework(100), before), run(framework(100), after))
    ranking = [(c.locality, c.change, c.improvement_rank) for c in found.improvement_ranking()]
    assert ranking == [
        ("a", Decimal("5.00"), 1),
        ("b", Decimal("5.00"), 1),
        ("c", Decimal("0.00"), 3),
        ("new", None, None),
        ("d", None, None),
    ]


def test_sentences(small: Comparison) -> None:
    assert small.explain("a") == (
        "a, index: score 50.00 → 60.00 (+10.00): own data +13.00, method −3.00, other localities "
        "0.00. Rank 2 → 1, up 1: own data +1.00, method 0.00, other localities 0.00."
    )
    assert small.explain("b", language="zh-Hans") == (
        "b“中文 index”：得分由 55.00 变为 55.00（0.00）：自身数据 0.00，评估方法 0.00，"
        "其他地区 0.00。排名由第 1 位降至第 2 位，下降 1 位：自身数据 0.00，评估方法 0.00，"
        "其他地区 −1.00。"
    )
    assert small.explain("b", "y").endswith("Rank 2 as before.")


def test_files(small: Comparison, tmp_path: Path) -> None:
    small.write(tmp_path)
    written = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    assert written["format"] == "lianping-comparison/1"
    assert written["changes"][0]["parts"] == {"own": "13.00", "method": "-3.00", "peers": "0.00"}
    text = (tmp_path / "comparison.csv").read_text(encoding="utf-8")
    first = next(csv.DictReader(io.StringIO(text)))
    assert (first["locality"], first["node"], first["change_own"]) == ("a", "index", "13.00")
    assert (first["rank_before"], first["rank_after"], first["rank_change"]) == ("2", "1", "1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"normalisation": {"method": "z_score"}}, True),
        ({"normalisation": {"method": "borda"}}, True),
        ({"impute": {"method": "median"}}, True),
        ({"impute": {"method": "constant", "value": 1}}, False),
        ({"impute": {"method": "previous"}}, False),
        ({"treat": {"method": "winsorise"}}, True),
        ({"treat": {"method": "limits", "upper": 5}}, False),
    ],
)
def test_which_indicators_make_peers_matter(changes: dict[str, Any], expected: bool) -> None:
    table = {"a": {"x": 10, "y": 30}, "b": {"x": 20, "y": 10}}
    found = run(framework(50, 50, **changes), table, history=(), on=date(2016, 12, 31))
    assert depends_on_peers(found.framework) is expected


def test_a_framework_takes_a_new_column_of_sizes_along_as_its_own() -> None:
    places = [{"locality": "a", "name": "A"}]
    sized = [{"locality": "a", "name": "A", "people": 2, "province": "east"}]
    first = run(framework(100), {"a": {"x": 40}}, localities=places)
    divided = framework(100, denominate={"column": "people"})
    second = run(divided, {"a": {"x": 60}}, localities=sized)
    # Own data 40 to 60, method whole to half: ((60 - 40) + (30 - 20)) / 2 and the rest.
    found = compare(first, second).change("a")
    assert found.parts == decimals("15.00", "-25.00", "0.00")
