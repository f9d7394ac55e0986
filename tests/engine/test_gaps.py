"""What does not apply or was excluded: the policy is the framework's, and the trace says which."""

from __future__ import annotations

from typing import Any

import pytest

from assessment.engine import (
    FrameworkError,
    ScoringError,
    Variation,
    inspect,
    load_framework,
    rescore,
    uncertainty,
)
from tests.engine.documents import document, group, indicator, rows, rule, run


def nodes(away: str | None, /, **missing: Any) -> list[dict[str, Any]]:
    """An index of A (a1 30, a2 30) and B (b1 40); A has the policy, B none but error."""
    stated = {"policy": "error", **missing}
    if away is not None:
        stated["not_applicable"] = away
    answers = {"type": "number", "allow": ["not_applicable"]}
    return [
        group("index", None, 100),
        group("A", "index", 60, missing=stated),
        indicator("a1", "A", 30, value=answers),
        indicator("a2", "A", 30, value=answers),
        group("B", "index", 40),
        indicator("b1", "B", 40, value=answers),
    ]


TABLE = {
    "away": {"a1": 80, "a2": "not_applicable", "b1": 50},
    "out": {"a1": 80, "a2": "excluded", "b1": 50},
    "full": {"a1": 80, "a2": 40, "b1": 50},
}


@pytest.mark.parametrize(
    ("policy", "score", "effective"),
    # (80 · 30 + 0 · 30) / 60 against 80 alone
    [("zero", 40.0, 30.0), ("redistribute", 80.0, 0.0)],
)
def test_the_stated_policy_decides(policy: str, score: float, effective: float) -> None:
    found = run(document(*nodes(policy)), TABLE)
    assert [found.row(code, "A").score for code in TABLE] == [score, score, 60.0]
    assert [found.trace_of(code, "a2")["effective_weight"] for code in TABLE] == [
        effective,
        effective,
        30.0,
    ]


def test_error_names_node_locality_and_child() -> None:
    with pytest.raises(ScoringError) as caught:
        run(document(*nodes("error")), TABLE)
    assert [
        (item.code, item.node, item.locality, item.params) for item in caught.value.problems
    ] == [
        ("child_not_applicable", "A", "away", {"child": "a2"}),
        ("child_not_applicable", "A", "out", {"child": "a2"}),
    ]
    assert caught.value.problems[0].text("zh") == (
        "[away] [A] 下级 a2 不适用或已剔除，指标体系规定此时不得计分。"
    )


def test_the_trace_says_what_was_done() -> None:
    def notes(policy: str, locality: str, node: str) -> list[dict[str, Any]]:
        found = run(document(*nodes(policy)), TABLE)
        return list(found.trace_of(locality, node)["notes"])

    assert notes("zero", "away", "a2") == [{"code": "note_not_applicable_lowest", "params": {}}]
    assert notes("zero", "out", "a2") == [{"code": "note_excluded_lowest", "params": {}}]
    child = {"child": "a2"}
    assert notes("zero", "away", "A") == [{"code": "note_inapplicable_filled", "params": child}]
    assert notes("redistribute", "away", "A") == [{"code": "note_redistributed", "params": child}]
    explained = run(document(*nodes("zero")), TABLE).explain("away", "a2", "en")
    assert "counts as the lowest score, as the framework states" in explained


def test_weight_is_never_moved_unless_the_document_asks_for_it() -> None:
    unstated = document(*nodes(None))
    with pytest.raises(ScoringError) as caught:
        run(unstated, TABLE)
    assert [(item.code, item.node, item.locality) for item in caught.value.problems] == [
        ("child_not_applicable_unstated", "A", "away"),
        ("child_not_applicable_unstated", "A", "out"),
    ]
    assert "a2" in caught.value.text("en")
    assert "not_applicable" in caught.value.problems[0].remedy("en")
    for node in unstated["nodes"]:
        if node["kind"] != "indicator":
            node["missing"] = {"policy": "redistribute"}
    assert run(unstated, TABLE).row("away", "A").score == 80.0


def test_what_is_left_open_is_warned_about_before_it_arises() -> None:
    complete = {"one": {"a1": 10, "a2": 20, "b1": 30}, "two": {"a1": 11, "a2": 21, "b1": 31}}
    warned = inspect(document(*nodes(None)), rows(complete)).warnings
    assert [(item.code, item.node) for item in warned] == [
        ("not_applicable_unstated", "A"),
        ("not_applicable_unstated", "B"),
    ]
    (left,) = inspect(document(*nodes("redistribute")), rows(complete)).warnings
    assert left.node == "B"
    plain = inspect(document(), rows(complete)).warnings
    assert plain == ()  # nothing there may be answered “not applicable”


def test_a_branch_of_which_nothing_applies_obeys_the_policy_above_it() -> None:
    table = {"x": {"a1": "not_applicable", "a2": "excluded", "b1": 50}}
    given = nodes("redistribute")
    given[0]["missing"] = {"policy": "error", "not_applicable": "redistribute"}
    assert run(document(*given), table).row("x").score == 50.0
    given[0]["missing"] = {"policy": "error", "not_applicable": "zero"}
    found = run(document(*given), table)
    assert found.row("x").score == 20.0
    assert found.trace_of("x", "A")["notes"][0]["code"] == "note_not_applicable_lowest"
    given[0]["missing"] = {"policy": "error", "not_applicable": "error"}
    with pytest.raises(ScoringError):
        run(document(*given), table)


def test_under_zero_what_does_not_apply_counts_as_available() -> None:
    given = nodes("zero", policy="redistribute", availability=0.9)
    assert run(document(*given), {"x": {**TABLE["away"]}}).row("x", "A").score == 40.0


def test_what_a_screen_leaves_out_is_no_matter_of_the_policy() -> None:
    given = nodes("error")
    given[3]["screen"] = {"force": "out"}
    found = run(document(*given), TABLE)
    assert [found.row(code, "A").score for code in TABLE] == [80.0, 80.0, 80.0]


@pytest.mark.parametrize("policy", ["zero", "redistribute", "error"])
def test_draws_follow_the_same_policy(policy: str) -> None:
    still = Variation(weight_range=1e-9, normalisations=("as_stated",))
    framework = load_framework(document(*nodes(policy)))
    table = TABLE if policy != "error" else {"full": TABLE["full"], "low": {**TABLE["full"]}}
    found = uncertainty(framework, rows(table), draws=4, variation=still)
    expected = run(document(*nodes(policy)), table)
    for item in found.summary():
        assert item["median"] == expected.row(item["locality"]).rank


SUBSTITUTE = rule("stands_in", "substitution", "a2", by="a1")


def test_another_score_takes_the_place_of_an_absent_one() -> None:
    given = document(*nodes("error"), rules=[SUBSTITUTE])
    found = run(given, {**TABLE, "missing": {"a1": 70, "b1": 50}})
    assert [found.row(code, "a2").score for code in found.row_of] == [80.0, 80.0, 40.0, 70.0]
    assert found.row("missing", "A").score == 70.0
    traced = found.trace_of("missing", "a2")["rules"][0]
    assert (traced["before"], traced["after"], traced["by"]) == (None, 70.0, "a1")
    assert [found.trace_of(code, "a2")["rules"][0]["code"] for code in found.row_of] == [
        "rule_substituted_absent", "rule_substituted_absent", "rule_not_substituted",
        "rule_substituted_absent",
    ]  # fmt: skip
    assert "no score of its own: the score of a1 takes the place." in found.explain(
        "missing", "a2", "en"
    )
    assert "本项没有得分，以“中文 a1”的得分替代。" in found.explain("missing", "a2", "zh")


def test_a_condition_decides_where_there_is_one() -> None:
    conditional = {
        **SUBSTITUTE,
        "indicator": "b1",
        "when": {"operator": "below", "value": 50},
        "unjudged": "no_score",
    }
    given = nodes("redistribute", policy="redistribute")
    given[0]["missing"] = given[4]["missing"] = {"policy": "redistribute"}
    table = {
        "below": {"a1": 80, "a2": 40, "b1": 49},
        "at": {"a1": 80, "a2": 40, "b1": 50},
        "unknown": {"a1": 80, "a2": 40},
        "neither": {"a2": 40, "b1": 49},
    }
    found = run(document(*given, rules=[conditional]), table)
    assert [found.row(code, "a2").score for code in table] == [80.0, 40.0, None, 40.0]
    assert [found.trace_of(code, "a2")["rules"][0]["outcome"] for code in table] == [
        "fired", "not_fired", "not_judged", "node_missing",
    ]  # fmt: skip


def test_a_branch_may_stand_in_for_one_that_comes_before_it() -> None:
    given = nodes("redistribute", policy="redistribute", availability=1.0)
    stands_in = {**SUBSTITUTE, "node": "A", "by": "B"}
    found = run(document(*given, rules=[stands_in]), {"x": {"a1": 80, "b1": 50}})
    assert found.row("x", "A").score == 50.0
    assert found.row("x").score == 50.0
    codes = [item["code"] for item in found.trace_of("x", "A")["notes"]]
    assert codes == ["note_unavailable"]


def test_other_rules_act_on_what_was_put_in_place() -> None:
    capped = rule("limit", "cap", "a2", limit=60)
    found = run(document(*nodes("error"), rules=[capped, SUBSTITUTE]), {"x": {"a1": 80, "b1": 50}})
    assert found.row("x", "a2").score == 60.0


def test_a_substitute_must_not_rest_on_what_it_stands_in_for() -> None:
    def codes(*rules: dict[str, Any]) -> list[str]:
        with pytest.raises(FrameworkError) as caught:
            load_framework(document(*nodes("error"), rules=list(rules)))
        return [item.code for item in caught.value.problems]

    back = {**SUBSTITUTE, "id": "back", "node": "a1", "by": "a2"}
    assert codes(SUBSTITUTE, back) == ["substitution_circle", "substitution_circle"]
    assert codes({**SUBSTITUTE, "by": "A"}) == ["substitution_circle"]
    assert codes({**SUBSTITUTE, "by": "a2"}) == ["substitution_circle"]
    assert codes({**SUBSTITUTE, "by": "nowhere"}) == ["rule_unknown_node"]


def test_what_if_follows_the_substitute() -> None:
    given = document(*nodes("error"), rules=[{**SUBSTITUTE, "by": "b1"}])
    before = run(given, {"x": {"a1": 80, "b1": 50}, "y": {"a1": 10, "a2": 10, "b1": 10}})
    after = rescore(before, values={("x", "b1"): 90.0})
    assert after.row("x", "a2").score == 90.0
    assert after.row("x").score == pytest.approx(0.3 * 80 + 0.3 * 90 + 0.4 * 90)


def test_a_branch_may_stand_in_for_one_that_comes_after_it() -> None:
    stands_in = {**SUBSTITUTE, "node": "B", "by": "A"}
    given = nodes("redistribute")
    given[4]["missing"] = {"policy": "error", "not_applicable": "redistribute"}
    found = run(
        document(*given, rules=[stands_in]),
        {"x": {"a1": 80, "a2": 60, "b1": "not_applicable"}},
    )
    assert found.row("x", "B").score == 70.0
    assert found.row("x").score == 70.0
