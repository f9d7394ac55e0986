"""Scores that are equal in exact arithmetic share a rank; those that differ are told apart.

Expected values are fractions of ``tests.engine.reference``, which shares no line with the engine.
"""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.engine.rounding import round_half_even
from tests.engine.documents import document, group, indicator, rule, run, text
from tests.engine.reference import Reference

IDENTITY = {"method": "identity"}
POSTS = {"method": "goalposts", "lower": 0, "upper": 100}
# Four numbers whose mean is the tie 0.00005, lost among digits a million times as large.
CANCELLING = (72.3606, -78.3381, -76.4034, 82.3811)


def signed(*nodes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A document on the scale from −100 to 100."""
    scale = {"min": -100, "max": 100}
    grades = [{"code": "all", "title": text("All"), "from": -100}]
    return document(*nodes, scale=scale, grades=grades, **changes)


def four(method: dict[str, Any], decimals: int = 4) -> dict[str, Any]:
    leaves = [indicator(code, "index", 25, normalisation=method) for code in "wxyz"]
    return signed(group("index", None, 100), *leaves, decimals=decimals)


@pytest.mark.parametrize("method", [IDENTITY, {**POSTS, "lower": -100}, POSTS])
def test_the_order_of_summands_that_cancel_splits_no_tie(method: dict[str, Any]) -> None:
    shift = 50 if method is POSTS else 0  # 0 to 100 onto −100 to 100: 2x − 100
    values = [Decimal(str(value)) / (2 if shift else 1) + shift for value in CANCELLING]
    table = {
        f"l{place}": dict(zip("wxyz", map(float, order), strict=True))
        for place, order in enumerate(permutations(values))
    }
    found = run(four(method), table)
    assert {(row.published, row.rank) for row in found.ranking()} == {(Decimal("0.0000"), 1)}


def test_what_differs_beyond_a_tie_is_told_apart_however_little() -> None:
    more = (*CANCELLING[:3], 82.38110000000002)  # the mean is 0.000050000000000005
    less = (*CANCELLING[:3], 82.38109999999998)
    table = {
        code: dict(zip("wxyz", values, strict=True))
        for code, values in (("tie", CANCELLING), ("more", more), ("less", less))
    }
    found = run(four(IDENTITY), table)
    published = {code: str(found.row(code).published) for code in table}
    assert published == {"tie": "0.0000", "more": "0.0001", "less": "0.0000"}
    assert [found.row(code).rank for code in table] == [2, 1, 2]


def test_large_summands_leave_the_digits_that_are_published() -> None:
    # 1e15 holds eighths; a third of three such numbers and a little is still exact.
    big = {"w": 1e15, "x": -1e15, "y": 0.02, "z": 0.0}
    table = {
        "a": big,
        "b": {"w": 0.02, "x": 1e15, "y": -1e15, "z": 0.0},
        "c": dict.fromkeys(big, 0.005),
    }
    raw = four(IDENTITY, decimals=2)
    found = run(raw, table)
    assert [(str(found.row(code).published), found.row(code).rank) for code in table] == [
        ("0.00", 1)
    ] * 3


METHODS = st.sampled_from(["arithmetic", "arithmetic", "minimum", "maximum"])


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Two or three levels, uneven weights, gaps, and values that cancel."""
    missing = {"policy": "redistribute", "not_applicable": "redistribute"}
    nodes: list[dict[str, Any]] = []
    leaves: list[str] = []
    branches = draw(st.integers(1, 3))
    for branch in range(branches):
        code, size = f"B{branch}", draw(st.integers(2, 4))
        weights = [draw(st.sampled_from([1, 2, 2.5, 3, 7])) for _ in range(size)]
        how = {"method": draw(METHODS)}
        is_weighted = how["method"] == "arithmetic"
        own = sum(weights) if is_weighted else weights[0]
        nodes.append(group(code, "index", own, aggregation=how, missing=missing))
        for place, weight in enumerate(weights):
            leaf = f"{code}x{place}"
            leaves.append(leaf)
            way = draw(st.sampled_from([IDENTITY, {**POSTS, "lower": -100}, POSTS]))
            points = weight if is_weighted else own
            direction = draw(st.sampled_from(["positive", "negative"]))
            nodes.append(indicator(leaf, code, points, normalisation=way, direction=direction))
    total = sum(node["weight"] for node in nodes if node["parent"] == "index")
    raw = signed(
        group("index", None, total, missing=missing), *nodes, decimals=draw(st.integers(0, 4))
    )
    if draw(st.booleans()):
        about = {"indicator": leaves[0], "points_per_unit": 0.1, "ceiling": 5}
        raw["rules"] = [rule("R1", draw(st.sampled_from(["bonus", "penalty"])), "B0", **about)]
    numbers = [draw(st.integers(-1_000_000, 1_000_000)) for _ in leaves]
    numbers[-1] = -sum(numbers[:-1]) % 1_000_000  # somewhere near a cancellation
    table: dict[str, dict[str, Any]] = {}
    for name in "abcde":
        order = draw(st.permutations(numbers))
        cells: list[Any] = [number / 10_000 for number in order]
        if draw(st.booleans()):
            cells[draw(st.integers(0, len(cells) - 1))] = "missing"
        table[name] = dict(zip(leaves, cells, strict=True))
    return raw, table


@settings(deadline=None, max_examples=150)
@given(trees())
def test_published_values_and_ranks_are_those_of_exact_arithmetic(
    given_: tuple[dict[str, Any], dict[str, dict[str, Any]]],
) -> None:
    raw, table = given_
    found, expected = run(raw, table), Reference(raw, table)
    for node in raw["nodes"]:
        published, ranks = expected.published(node["code"]), expected.ranks(node["code"])
        for place in table:
            row = found.row(place, node["code"])
            assert (row.published, row.rank) == (published[place], ranks[place]), node["code"]


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_means_of_ratios_that_are_ties_tie(method: str) -> None:
    """Pairs t·k and t/k have the geometric mean t; of 1/(2/t − 1/a) and a the harmonic one is t."""
    tie = Fraction(12345, 1000)
    pairs: list[tuple[Fraction, Fraction]] = [(tie, tie)]
    if method == "geometric":
        ways = [Fraction(2), Fraction(5), Fraction(5, 4), Fraction(8), Fraction(16, 10)]
        pairs += [(tie * k, tie / k) for k in ways] + [(tie / k, tie * k) for k in ways]
    else:  # 1/a + 1/b = 2/t with a = t(1 + k)/2k, b = t(1 + k)/2
        ways = [Fraction(1, 4), Fraction(4), Fraction(1, 9), Fraction(3, 5)]
        pairs += [(tie * (1 + k) / (2 * k), tie * (1 + k) / 2) for k in ways]
    decimals = [pair for pair in pairs if all((v * 10**12).denominator == 1 for v in pair)]
    assert len(decimals) > 2
    how = {"method": method}
    raw = document(
        group("index", None, 100, aggregation=how),
        *(indicator(code, "index", 50, normalisation=IDENTITY) for code in "xy"),
    )
    table = {f"l{n}": {"x": float(x), "y": float(y)} for n, (x, y) in enumerate(decimals)}
    found = run(raw, table)
    assert {(str(row.published), row.rank) for row in found.ranking()} == {("12.34", 1)}


def test_a_power_mean_on_a_tie_is_rounded_as_one() -> None:
    # √((3² + 4²)/2 · 2) = 5 on a smaller scale: (0.021, 0.028) have the root of squares 0.035.
    raw = document(
        group("index", None, 100, aggregation={"method": "generalised", "power": 2}),
        *(indicator(code, "index", 25, normalisation=IDENTITY) for code in "wxyz"),
    )
    # Squares 0.021² + 0.028² = 0.035² ; four children: mean of squares is (0.035/2)².
    cells = {"w": 0.021, "x": 0.028, "y": 0.0, "z": 0.0}
    turned = {"w": 0.0, "x": 0.028, "y": 0.021, "z": 0.0}
    found = run(raw | {"decimals": 3}, {"a": cells, "b": turned})
    assert [str(found.row(code).published) for code in "ab"] == ["0.018", "0.018"]


def test_z_scores_do_not_depend_on_the_order_of_localities() -> None:
    dice = random.Random(5)
    values = [dice.randint(-10_000, 10_000) / 7 for _ in range(40)]
    raw = signed(
        group("index", None, 100),
        indicator("x", "index", 50, normalisation={"method": "z_score"}),
        indicator("y", "index", 50, normalisation={"method": "z_score"}),
        decimals=6,
    )
    table = {
        f"l{n}": {"x": values[n], "y": values[-n - 1]} for n in range(len(values))
    }  # the same sample twice, in opposite orders: l0 and l39 have the same pair
    found = run(raw, table)
    assert [found.row(f"l{n}").score for n in range(40)] == [
        found.row(f"l{39 - n}").score for n in range(40)
    ]


@pytest.mark.parametrize("method", ["outranking", "copeland", "topsis"])
def test_sums_that_cancel_tie_in_comparisons(method: str) -> None:
    branches = [group(code, "index", 50) for code in "AB"]
    leaves = [
        indicator(f"{code}{place}", code, 12.5, normalisation=IDENTITY)
        for code in "AB"
        for place in range(4)
    ]
    raw = signed(group("index", None, 100, aggregation={"method": method}), *branches, *leaves)
    orders = list(permutations(CANCELLING))[:6]
    table = {
        f"l{n}": {
            **{f"A{place}": value for place, value in enumerate(order)},
            **{f"B{place}": 10.0 * n for place in range(4)},
        }
        for n, order in enumerate(orders)
    }
    # A is the same everywhere, so B alone decides: the order of the localities.
    found = run(raw, table)
    assert [found.row(code).rank for code in table] == [6, 5, 4, 3, 2, 1]
    matched = {
        code: {**cells, **{f"B{place}": 10.0 for place in range(4)}}
        for code, cells in table.items()
    }
    if method != "topsis":  # all equal is an error there
        assert {row.rank for row in run(raw, matched).ranking()} == {1}


@pytest.mark.parametrize(
    ("value", "noise", "expected"),
    [
        (0.00005000000000000004, 0.0, "0.0000"),
        (0.0000500001, 1e-9, "0.0000"),
        (0.00006, 1e-9, "0.0001"),
    ],
)
def test_who_knows_the_noise_says_so(value: float, noise: float, expected: str) -> None:
    assert str(round_half_even(value, 4, noise)) == expected
