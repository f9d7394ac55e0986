"""Each rule of the regulation: when it fires, when it cannot be judged, what it moves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assessment.engine import Adjustment, FrameworkError, InputError
from tests.engine.documents import document, flag, group, indicator, one_indicator, rule, run

ARTICLE = {"zh-Hans": "Article 1", "en": "Article 1"}


def outcome(
    rules: list[dict[str, Any]], table: dict[str, Any], node: str = "A", **options: Any
) -> list[Any]:
    """Score A's children at 80 and return A's score and its rules' outcomes per locality."""
    nodes = [*document()["nodes"], flag("event"), flag("count", value={"type": "number"})]
    nodes[0]["missing"] = {"policy": "redistribute"}
    full = {code: {"a1": 80, "a2": 80, "b1": 80, **values} for code, values in table.items()}
    results = run(document(*nodes, rules=rules), full, **options)
    return [
        (
            results.row(code, node).score,
            [item["outcome"] for item in results.trace_of(code, node)["rules"]],
        )
        for code in table
    ]


ZERO = rule("zero", "zero_on_deterioration", "A", indicator="count", threshold=0)


def test_zero_on_deterioration_fires_below_the_threshold_only() -> None:
    found = outcome(
        [ZERO],
        {"rise": {"count": -0.01}, "same": {"count": 0}, "fall": {"count": 3}, "unknown": {}},
    )
    assert found == [
        (0.0, ["fired"]),
        (80.0, ["not_fired"]),
        (80.0, ["not_fired"]),
        (80.0, ["not_judged"]),
    ]


def test_zero_on_deterioration_fires_above_where_less_is_better() -> None:
    nodes = [*document()["nodes"], flag("count", value={"type": "number"}, direction="negative")]
    table = {
        code: {"a1": 80, "a2": 80, "b1": 80, "count": value}
        for code, value in (("up", 1), ("down", -1))
    }
    results = run(document(*nodes, rules=[ZERO]), table)
    assert [results.row(code, "A").score for code in table] == [0.0, 80.0]


def test_trace_of_a_rule_names_article_and_values() -> None:
    nodes = [*document()["nodes"], flag("count", value={"type": "number"})]
    results = run(
        document(*nodes, rules=[ZERO]), {"a": {"a1": 80, "a2": 80, "b1": 80, "count": -2}}
    )
    assert results.trace_of("a", "A")["rules"] == [
        {
            "id": "zero", "type": "zero_on_deterioration", "article": ARTICLE, "outcome": "fired",
            "before": 80.0, "after": 0.0, "max_grade": None,
            "indicator": "count", "value": -2.0, "code": "rule_fired",
        }
    ]  # fmt: skip
    assert "不降反升" not in results.explain("a", "A", "zh")
    assert results.explain("a", "A", "en") == (
        "a, A: weighted arithmetic mean 80.00 (a1: weight 30, contributes 40.00; a2: weight 30, "
        "contributes 40.00). Rule “zero_on_deterioration” (Article 1): "
        "applied (count: −2). Score 0.00, worth 0.00 of 60 points, rank 1, grade fail."
    )


def test_a_rule_that_cannot_be_judged_obeys_what_the_framework_states() -> None:
    table = {"rise": {"count": -1}, "fall": {"count": 1}, "unknown": {}}
    found = {
        policy: outcome([{**ZERO, "unjudged": policy}], table)
        for policy in ("pass", "zero", "no_score")
    }
    judged = [(0.0, ["fired"]), (80.0, ["not_fired"])]
    assert found == {
        "pass": [*judged, (80.0, ["not_judged"])],
        "zero": [*judged, (0.0, ["not_judged"])],
        "no_score": [*judged, (None, ["not_judged"])],
    }


@pytest.mark.parametrize(
    ("policy", "code", "sentence"),
    [
        ("pass", "rule_not_judged", "could not be judged: count has no value."),
        ("zero", "rule_not_judged_fired", "applied as if it had fired: count has no value"),
        ("no_score", "rule_not_judged_no_score", "no score: count has no value"),
    ],
)
def test_the_trace_says_what_followed_when_a_rule_could_not_be_judged(
    policy: str, code: str, sentence: str
) -> None:
    nodes = document()["nodes"]
    nodes[0]["missing"] = {"policy": "redistribute", "availability": 0.1}
    nodes.append(flag("count", value={"type": "number"}))
    found = run(
        document(*nodes, rules=[{**ZERO, "unjudged": policy}]),
        {"x": {"a1": 80, "a2": 80, "b1": 80}},
    )
    assert found.trace_of("x", "A")["rules"][0]["code"] == code
    assert sentence in found.explain("x", "A", "en")


def test_a_score_taken_away_is_a_missing_child_of_its_parent() -> None:
    nodes = document()["nodes"]
    nodes[0]["missing"] = {"policy": "redistribute", "availability": 0.4}
    nodes.append(flag("count", value={"type": "number"}))
    given = document(*nodes, rules=[{**ZERO, "unjudged": "no_score"}])
    full = {"a1": 100, "a2": 100, "b1": 50}
    results = run(given, {"known": {**full, "count": 1}, "unknown": full})
    assert [results.row(code).score for code in ("known", "unknown")] == [80.0, 50.0]
    assert results.trace_of("unknown", "index")["availability"] == 0.4


def test_a_rule_takes_no_score_away_where_there_is_none() -> None:
    nodes = document()["nodes"]
    for place in (0, 1):
        nodes[place]["missing"] = {"policy": "redistribute", "availability": 0.1}
    nodes.append(flag("count", value={"type": "number"}))
    results = run(document(*nodes, rules=[{**ZERO, "unjudged": "no_score"}]), {"a": {"b1": 80}})
    assert results.trace_of("a", "A")["rules"][0]["outcome"] == "node_missing"
    assert results.row("a").score == 80.0


@pytest.mark.parametrize("policy", ["pass", "zero", "no_score"])
def test_a_veto_that_cannot_be_judged_limits_the_grade_only_where_stated(policy: str) -> None:
    given = document(*document()["nodes"], flag("event"), rules=[{**VETO, "unjudged": policy}])
    row = run(given, {"x": {"a1": 80, "a2": 80, "b1": 80}}).row("x")
    expected = {"pass": (80.0, "good"), "zero": (80.0, "pass"), "no_score": (None, None)}
    assert (row.score, row.grade) == expected[policy]


def test_points_cannot_be_taken_as_fired_without_a_value() -> None:
    given = rule("r", "bonus", "A", indicator="count", points_per_unit=2, ceiling=10)
    with pytest.raises(FrameworkError) as caught:
        outcome([{**given, "unjudged": "zero"}], {"a": {}})
    assert [problem.code for problem in caught.value.problems] == ["schema_enum"]
    assert outcome([{**given, "unjudged": "no_score"}], {"a": {}}) == [(None, ["not_judged"])]


VETO = rule(
    "veto",
    "veto",
    "index",
    indicator="event",
    when={"operator": "equals", "value": 1},
    max_grade="pass",
)


def test_veto_limits_the_grade_and_leaves_the_score() -> None:
    nodes = [*document()["nodes"], flag("event")]
    full = {"a1": 80, "a2": 80, "b1": 80}
    table = {"hit": full | {"event": True}, "free": full | {"event": False}, "unknown": full}
    low = {"low": dict.fromkeys(full, 10) | {"event": True}}
    results = run(document(*nodes, rules=[VETO]), table | low)
    assert [(row.locality, row.score, row.grade) for row in results.ranking()] == [
        ("hit", 80.0, "pass"),
        ("free", 80.0, "good"),
        ("unknown", 80.0, "good"),
        ("low", 10.0, "fail"),
    ]
    assert results.trace_of("unknown", "index")["rules"][0]["code"] == "rule_not_judged"


def test_cap_with_and_without_condition() -> None:
    always = rule("cap", "cap", "A", limit=75)
    assert outcome([always], {"a": {}}) == [(75.0, ["fired"])]
    assert outcome([{**always, "limit": 85}], {"a": {}}) == [(80.0, ["not_fired"])]
    when = {"operator": "at_least", "value": 2}
    conditional = {**always, "indicator": "count", "when": when}
    assert outcome([conditional], {"a": {"count": 2}, "b": {"count": 1}}) == [
        (75.0, ["fired"]),
        (80.0, ["not_fired"]),
    ]


@pytest.mark.parametrize(
    ("kind", "expected"), [("bonus", [84.0, 90.0, 80.0]), ("penalty", [76.0, 70.0, 80.0])]
)
def test_points_per_unit_stop_at_the_ceiling(kind: str, expected: list[float]) -> None:
    given = rule("r", kind, "A", indicator="count", points_per_unit=2, ceiling=10)
    found = outcome([given], {"a": {"count": 2}, "b": {"count": 50}, "c": {"count": -1}})
    assert [score for score, _ in found] == expected


def test_fixed_points_and_the_end_of_the_scale() -> None:
    given = rule(
        "r",
        "bonus",
        "A",
        indicator="event",
        when={"operator": "equals", "value": 1},
        points=30,
        ceiling=30,
    )
    assert outcome([given], {"a": {"event": 1}, "b": {"event": 0}}) == [
        (100.0, ["fired"]),
        (80.0, ["not_fired"]),
    ]


@pytest.mark.parametrize(
    ("changes", "value", "expected"),
    [
        ({}, 0.3, 80.0),
        ({}, 0.59, 80.0 - 2 * 5),
        ({}, 0.6, 80.0 - 3 * 5),
        ({}, 99, 40.0),
        ({"counting": "started"}, 0.59, 80.0 - 3 * 5),
        ({"side": "below"}, 0.0, 80.0 - 3 * 5),
        ({"floor": 90}, 99, 80.0),
    ],
)
def test_step_deduction(changes: dict[str, Any], value: float, expected: float) -> None:
    given = rule(
        "r",
        "step_deduction",
        "A",
        indicator="count",
        threshold=0.3,
        step=0.1,
        points=5,
        floor=40,
        side="above",
    )
    assert outcome([{**given, **changes}], {"a": {"count": value}})[0][0] == expected


def test_limits_act_after_deductions_and_additions() -> None:
    zero, cap = ZERO, rule("cap", "cap", "A", limit=70)
    bonus = rule("bonus", "bonus", "A", indicator="count", points_per_unit=5, ceiling=5)
    found = outcome([zero, cap, bonus], {"a": {"count": 1}})
    assert found == [(70.0, ["fired", "fired", "not_fired"])]


def test_rules_apply_within_their_dates() -> None:
    dated = {**ZERO, "valid_from": "2014-01-01", "valid_to": "2016-12-31"}
    table = {"a": {"count": -1}}
    days = [date(2016, 12, 31), date(2017, 1, 1), None]
    assert [outcome([dated], table, on=day)[0][0] for day in days] == [0.0, 80.0, 80.0]
    open_ended = {**ZERO, "valid_from": "2014-01-01"}
    assert outcome([open_ended], table)[0][0] == 0.0


def test_a_node_without_score_gives_a_rule_nothing_to_act_on() -> None:
    nodes = document()["nodes"]
    for place in (0, 1):
        nodes[place]["missing"] = {"policy": "redistribute", "availability": 0.1}
    nodes.append(flag("count", value={"type": "number"}))
    results = run(document(*nodes, rules=[ZERO]), {"a": {"b1": 80, "count": -1}})
    assert results.trace_of("a", "A")["rules"][0]["outcome"] == "node_missing"
    assert results.row("a").score == 80.0


OFF_SCALE = {"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 30}}


@pytest.mark.parametrize("points", [-0.1, -5.0])
@pytest.mark.parametrize(
    "method",
    [
        {"method": "z_score"},
        {"method": "goalposts", "lower": 20, "upper": 100, "truncate": False},
    ],
)
def test_a_deduction_never_raises_a_score_that_stands_below_the_scale(
    method: dict[str, Any], points: float
) -> None:
    raw = one_indicator(normalisation=method)
    before = run(raw, OFF_SCALE)
    after = run(raw, OFF_SCALE, adjustments=[Adjustment("a", "x", points)])
    assert before.row("a").score == after.row("a").score
    assert (before.row("a").score or 0) < 0
    assert [after.row(code).rank for code in "abc"] == [3, 2, 1]
    trace = after.trace_of("a", "x")
    assert (trace["normalised"], trace["score"]) == (before.row("a").score, after.row("a").score)
    assert "note_clamped" in [note["code"] for note in trace["notes"]]


def test_a_bonus_never_lowers_a_score_that_stands_above_the_scale() -> None:
    high = {"method": "goalposts", "lower": 0, "upper": 20, "truncate": False}
    raw = one_indicator(normalisation=high)
    found = run(raw, OFF_SCALE, adjustments=[Adjustment("c", "x", 5.0)])
    assert found.row("c").score == 150.0  # 30/20 of the scale; nothing is short of the highest
    found = run(raw, OFF_SCALE, adjustments=[Adjustment("c", "x", -60.0)])
    assert found.row("c").score == 90.0


def test_a_bonus_counts_from_where_a_score_below_the_scale_stands() -> None:
    low = {"method": "goalposts", "lower": 20, "upper": 100, "truncate": False}
    found = run(
        one_indicator(normalisation=low), OFF_SCALE, adjustments=[Adjustment("a", "x", 5.0)]
    )
    assert found.row("a").score == pytest.approx(-23.75 + 5.0)  # (1 − 20)/80 of the scale


def test_zero_on_deterioration_lifts_nobody() -> None:
    raw = one_indicator(normalisation={"method": "z_score"})
    raw["rules"] = [rule("R1", "zero_on_deterioration", "index", indicator="x", threshold=5)]
    before, after = run(raw | {"rules": []}, OFF_SCALE), run(raw, OFF_SCALE)
    assert after.row("a").score == before.row("a").score


def test_a_substitute_beyond_the_scale_is_taken_as_it_is() -> None:
    low = {"method": "goalposts", "lower": 20, "upper": 100, "truncate": False}
    raw = document(
        group("index", None, 100),
        indicator("x", "index", 50),
        indicator("y", "index", 50, normalisation=low),
    )
    raw["rules"] = [rule("R1", "substitution", "x", by="y")]
    raw["nodes"][0]["missing"] = {"policy": "redistribute"}
    found = run(raw, {"a": {"x": "missing", "y": 4}})
    assert found.row("a", "x").score == found.row("a", "y").score == -20.0


STEPS = {"indicator": "x", "threshold": 5, "side": "above", "step": 0.1, "points": 1}


@pytest.mark.parametrize(
    ("value", "counting", "steps"),
    # Beyond a threshold of 5 in steps of 0.1, in exact arithmetic.
    [
        (5.3, "full", 3),
        (5.3, "started", 3),
        (5.0, "started", 0),
        (5.00000000001, "started", 1),
        (5.0999999999, "full", 0),
        (5.10000000001, "started", 2),
    ],
)
def test_a_step_is_started_by_the_least_excess(value: float, counting: str, steps: int) -> None:
    raw = one_indicator()
    raw["rules"] = [rule("R1", "step_deduction", "index", **STEPS, floor=0, counting=counting)]
    found = run(raw, {"a": {"x": value}})
    assert found.row("a").score == pytest.approx(value - steps)


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("cap", {"limit": -50}),
        ("cap", {"limit": 100.5}),
        (
            "step_deduction",
            {
                "indicator": "x",
                "threshold": 5,
                "side": "above",
                "step": 1,
                "points": 1,
                "floor": -10,
            },
        ),
    ],
)
def test_a_limit_off_the_scale_is_refused(kind: str, about: dict[str, Any]) -> None:
    raw = one_indicator()
    raw["rules"] = [rule("R1", kind, "index", **about)]
    with pytest.raises(FrameworkError) as caught:
        run(raw, {"a": {"x": 1}})
    assert [(item.code, item.node) for item in caught.value.problems] == [
        ("rule_off_scale", "index")
    ]


def test_adjustments_add_up_as_the_decimals_they_are() -> None:
    points = [0.1, 0.2, 1e300, -1e300]
    given = [Adjustment("a", "x", one) for one in points]
    for order in (given, given[::-1]):
        found = run(one_indicator(), {"a": {"x": 10}}, adjustments=order)
        assert found.inputs.adjustments[0].tolist() == [0.0, 0.3]


def test_adjustments_beyond_the_floats_are_an_error() -> None:
    given = [Adjustment("a", "x", 1e308, row=row) for row in (1, 2)]
    with pytest.raises(InputError) as caught:
        run(one_indicator(), {"a": {"x": 10}}, adjustments=given)
    assert [(item.code, item.locality) for item in caught.value.problems] == [
        ("infinite_value", "a")
    ]


def test_an_adjustment_without_article_or_reason_reads_as_a_sentence() -> None:
    found = run(one_indicator(), {"a": {"x": 10}}, adjustments=[Adjustment("a", "x", 2.0)])
    assert "Adjusted by +2." in found.explain("a", "x", "en")
    assert "调整 +2 分。" in found.explain("a", "x", "zh-Hans")
