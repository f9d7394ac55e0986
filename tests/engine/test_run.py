"""A whole run: statuses, missing policies, trace, ranks, grades and invariances."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.engine import Adjustment, ScoringError, load_localities
from assessment.engine.results import Results
from tests.engine.documents import document, group, indicator, run

FULL = {
    "a": {"a1": 80, "a2": 60, "b1": 90},
    "b": {"a1": 50, "a2": 50, "b1": 50},
    "c": {"a1": 90, "a2": 50, "b1": 90},
}


def policy(name: str, availability: float = 0.0) -> list[dict[str, Any]]:
    missing = {"policy": name, "availability": availability}

    def allowed() -> dict[str, Any]:
        return {"value": {"type": "number", "allow": ["not_applicable", "nothing_to_report"]}}

    return [
        group("index", None, 100, missing={"policy": "redistribute", "availability": 0.5}),
        group("A", "index", 60, missing=missing),
        indicator("a1", "A", 20, **allowed()),
        indicator("a2", "A", 40, **allowed()),
        group("B", "index", 40),
        indicator("b1", "B", 40),
    ]


def test_scores_ranks_and_grades_of_a_small_tree() -> None:
    results = run(document(), FULL)
    assert [
        (row.locality, row.score, str(row.published), row.rank, row.grade)
        for row in results.rows()
        if row.node == "index"
    ] == [
        ("a", 78.0, "78.00", 1, "good"),
        ("b", 50.0, "50.00", 3, "fail"),
        ("c", 78.0, "78.00", 1, "good"),
    ]
    assert [row.locality for row in results.ranking()] == ["a", "c", "b"]
    assert results.row("a", "a1").grade is None


def test_grades_follow_the_published_value() -> None:
    results = run(
        document(),
        {
            "a": dict.fromkeys(("a1", "a2", "b1"), 89.996),
            "b": dict.fromkeys(("a1", "a2", "b1"), 89.99),
        },
    )
    assert [(str(row.published), row.grade) for row in results.ranking()] == [
        ("90.00", "excellent"),
        ("89.99", "good"),
    ]


def test_trace_holds_every_step() -> None:
    trace = run(document(), FULL).trace_of("a", "a1")
    assert trace == {
        "locality": "a", "node": "a1", "kind": "indicator",
        "raw": 80.0, "status": "value", "normalised": 80.0,
        "weight": 30.0, "effective_weight": 30.0, "contribution": 40.0, "availability": None,
        "method": None, "aggregated": None, "rules": [], "adjustments": [],
        "score": 80.0, "points": 24.0, "published": "80.00", "rank": 2, "grade": None,
        "group_ranks": {}, "notes": [],
    }  # fmt: skip
    parent = run(document(), FULL).trace_of("a", "A")
    assert (parent["aggregated"], parent["contribution"], parent["points"]) == (70.0, 42.0, 42.0)


def test_missing_under_error_names_node_locality_and_child() -> None:
    with pytest.raises(ScoringError) as caught:
        run(document(*policy("error")), {"a": {"a1": 1, "b1": 1}, "b": {"b1": 1}})
    assert [
        (item.code, item.node, item.locality, item.params["child"])
        for item in caught.value.problems
    ] == [
        ("child_missing", "A", "a", "a2"),
        ("child_missing", "A", "b", "a1"),
        ("child_missing", "A", "b", "a2"),
    ]
    assert (
        caught.value.problems[0].text("zh")
        == "[a] [A] 下级 a2 没有得分，指标体系规定此时不得计分。"
    )


def test_missing_under_zero_counts_as_the_lowest_score() -> None:
    results = run(document(*policy("zero")), {"a": {"a1": 90, "b1": 50}})
    assert results.row("a", "A").score == 30.0
    assert results.row("a", "a2").score is None
    trace = results.trace_of("a", "A")
    assert trace["notes"] == [{"code": "note_zero_filled", "params": {"child": "a2"}}]
    assert results.trace_of("a", "a2")["effective_weight"] == 40.0


def test_missing_under_redistribute_is_traced() -> None:
    results = run(document(*policy("redistribute", 0.3)), {"a": {"a1": 90, "b1": 50}})
    assert results.row("a", "A").score == 90.0
    assert results.trace_of("a", "a1")["effective_weight"] == 60.0
    trace = results.trace_of("a", "A")
    assert trace["availability"] == pytest.approx(1 / 3)
    assert trace["notes"] == [{"code": "note_redistributed", "params": {"child": "a2"}}]


def test_too_little_weight_leaves_the_node_and_the_rank_out() -> None:
    results = run(
        document(*policy("redistribute", 0.5)),
        {"a": {"a1": 90, "b1": 50}, "b": {"a1": 9, "a2": 9, "b1": 9}},
    )
    assert results.row("a", "A")[2:] == (None, None, None, None)
    assert results.row("b", "A").rank == 1
    note = results.trace_of("a", "A")["notes"]
    assert note == [
        {
            "code": "note_unavailable",
            "params": {"share": "33%", "required": "50%", "children": ["a2"]},
        }
    ]
    # B alone carries 40 of the index's 100 points, less than the half that is required.
    assert results.row("a").score is None
    assert results.explain("a", "index", "zh").endswith("不计分。不参加排名。")


def test_not_applicable_and_excluded_do_not_count_against_availability() -> None:
    table = {
        "a": {"a1": 90, "a2": "not_applicable", "b1": 50},
        "b": {"a1": 90, "a2": "excluded", "b1": 50},
    }
    results = run(document(*policy("redistribute", 1.0)), table)
    assert [results.row(code, "A").score for code in "ab"] == [90.0, 90.0]
    notes = [results.trace_of(code, "a2")["notes"][0]["code"] for code in "ab"]
    assert notes == ["note_not_applicable", "note_excluded"]


def test_a_branch_that_does_not_apply_is_not_missing() -> None:
    table = {"a": {"a1": "not_applicable", "a2": "not_applicable", "b1": 50}}
    nodes = policy("error")
    for node in nodes[:2]:
        node["missing"] = {"policy": "error", "not_applicable": "redistribute"}
    results = run(document(*nodes), table)
    assert results.row("a").score == 50.0
    assert results.trace_of("a", "A")["notes"] == [{"code": "note_not_applicable", "params": {}}]


def test_nothing_to_report_needs_a_stated_score() -> None:
    nodes = policy("zero")
    nodes[2]["value"]["nothing_to_report_score"] = 100
    table = {"a": {"a1": "nothing_to_report", "a2": "nothing_to_report", "b1": 50}}
    results = run(document(*nodes), table)
    assert results.row("a", "a1").score == 100.0
    assert results.row("a", "a2").score is None
    codes = [results.trace_of("a", code)["notes"][0]["code"] for code in ("a1", "a2")]
    assert codes == ["note_nothing_to_report", "note_nothing_to_report_missing"]


def test_means_of_positive_scores_name_the_child_that_is_not() -> None:
    nodes = document()["nodes"]
    nodes[1]["aggregation"] = {"method": "geometric"}
    with pytest.raises(ScoringError) as caught:
        run(document(*nodes), {"a": {"a1": 0, "a2": 5, "b1": 5}})
    problem = caught.value.problems[0]
    assert (problem.code, problem.node, problem.locality, problem.params["child"]) == (
        "non_positive",
        "A",
        "a",
        "a1",
    )


def test_adjustments_move_the_node_and_stay_on_the_scale() -> None:
    moved = [
        Adjustment("a", "B", 5.0, "Article 9", "model practice"),
        Adjustment("b", "A", -70.0, "Article 10", "late"),
    ]
    results = run(document(), FULL, adjustments=moved)
    assert (results.row("a", "B").score, results.row("b", "A").score) == (95.0, 0.0)
    trace = results.trace_of("b", "A")
    assert trace["adjustments"] == [{"points": -70.0, "article": "Article 10", "reason": "late"}]
    assert trace["notes"] == [{"code": "note_clamped", "params": {"score": "0"}}]


def test_groups_are_ranked_apart() -> None:
    places = load_localities("locality,name,province\na,A,east\nb,B,west\nc,C,east\n")
    results = run(document(), FULL, localities=places)
    assert [results.group_rank("province", code) for code in "abc"] == [1, 1, 1]
    assert results.trace_of("c", "a2")["group_ranks"] == {"province": 2}


def test_localities_without_observations_are_listed_unranked() -> None:
    places = load_localities("locality,name\na,A\nz,Z\n")
    nodes = policy("redistribute")
    nodes[4]["missing"] = {"policy": "redistribute", "availability": 0.1}
    found = run(document(*nodes), {"a": FULL["a"]}, localities=places)
    assert found.row("z")[2:] == (None, None, None, None)


def test_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(document(), FULL).write(tmp_path / name)
    files = [
        [(tmp_path / name / file).read_bytes() for file in ("results.csv", "trace.json")]
        for name in ("one", "two")
    ]
    assert files[0] == files[1]
    lines = files[0][0].decode().splitlines()
    assert lines[:2] == ["locality,node,score,published,rank,grade", "a,index,78.0,78.00,1,good"]
    assert json.loads(files[0][1])["localities"]["a"]["nodes"]["index"]["published"] == "78.00"


def test_explanations_read_in_both_languages() -> None:
    results = run(document(), FULL)
    assert results.explain("a", "a1", "en") == (
        "a, a1: observed 80, normalised to 80.00, worth 24.00 of 30 points, rank 2."
    )
    assert results.explain("a", "index", "zh-hans") == (
        "a“中文 index”：加权算术平均，得 78.00 分（“中文 A”权重 60，贡献 42.00 分；“中文 B”"
        "权重 40，贡献 36.00 分），并列第 1 位，等次为中文 Good。"
    )


def test_points_are_of_the_weight_that_counted() -> None:
    nodes = document()["nodes"]
    for node in nodes[:2]:
        node["missing"] = {"policy": "redistribute", "availability": 0.5}
    table = {
        "gap": {"a1": 50, "a2": "missing", "b1": 80},
        "two": {"a1": 50, "a2": "missing", "b1": "missing"},
        "not": {"a1": "missing", "a2": "missing", "b1": 80},
    }
    nodes[4]["missing"] = {"policy": "redistribute"}
    found = run(document(*nodes), table)

    def points(locality: str) -> dict[str, tuple[float | None, float | None]]:
        traces = {code: found.trace_of(locality, code) for code in ("index", "A", "a1", "B", "b1")}
        return {code: (each["points"], each.get("points_of")) for code, each in traces.items()}

    # All of A's 60 rest on a1: it is worth what A is, and with B's 32 that is the index.
    assert points("gap") == {
        "index": (62, None),
        "A": (30, None),
        "a1": (30, 60),
        "B": (32, None),
        "b1": (32, None),
    }
    # B's 40 come to A, and on to a1.
    assert points("two") == {
        "index": (50, None),
        "A": (50, 100),
        "a1": (50, 100),
        "B": (None, None),
        "b1": (None, None),
    }
    # Less than half of the weight: the index has no score, and B is worth what it is of its 40.
    assert points("not") == {
        "index": (None, None),
        "A": (None, None),
        "a1": (None, None),
        "B": (32, None),
        "b1": (32, None),
    }
    assert found.explain("gap", "a1", "en").endswith("worth 30.00 of 60 points, tied rank 1.")
    assert found.explain("gap", "index", "en") == (
        "gap, index: weighted arithmetic mean 62.00 (A: weight 60, contributes 30.00; B: weight "
        "40, contributes 32.00), rank 1, grade pass."
    )


VALUES = st.lists(
    st.tuples(*[st.integers(0, 1000).map(lambda n: n / 10)] * 3), min_size=2, max_size=8
)


def published(results: Results) -> dict[str, tuple[Decimal | None, int | None]]:
    return {row.locality: (row.published, row.rank) for row in results.ranking()}


def table_of(values: list[tuple[float, ...]]) -> dict[str, dict[str, float]]:
    return {
        f"l{i}": dict(zip(("a1", "a2", "b1"), item, strict=True)) for i, item in enumerate(values)
    }


@settings(deadline=None, max_examples=40)
@given(VALUES)
def test_results_do_not_depend_on_order(values: list[tuple[float, ...]]) -> None:
    table = table_of(values)
    expected = published(run(document(), table))
    assert published(run(document(), dict(reversed(table.items())))) == expected
    nodes = document()["nodes"]
    turned = [nodes[0], nodes[4], nodes[5], nodes[1], nodes[3], nodes[2]]
    assert published(run(document(*turned), table)) == expected


@settings(deadline=None, max_examples=40)
@given(VALUES)
def test_ranks_agree_with_published_scores(values: list[tuple[float, ...]]) -> None:
    found = list(published(run(document(), table_of(values))).values())
    for score_, rank in found:
        assert rank == 1 + sum(
            other > score_ for other, _ in found if other is not None and score_ is not None
        )


@settings(deadline=None, max_examples=40)
@given(VALUES, st.floats(0.01, 50))
def test_scores_rise_with_each_indicator(values: list[tuple[float, ...]], more: float) -> None:
    before = run(document(), table_of(values)).scores
    raised = table_of(values)
    raised["l0"]["a2"] += more
    after = run(document(), raised).scores
    assert after[0, 0] >= before[0, 0]
    assert np.array_equal(after[1:], before[1:])


@settings(deadline=None, max_examples=20)
@given(VALUES, st.sampled_from([0.1, 3.0, 7.0]))
def test_scores_do_not_depend_on_the_scale_of_weights(
    values: list[tuple[float, ...]], factor: float
) -> None:
    nodes = document()["nodes"]
    for node in nodes:
        node["weight"] *= factor
    assert published(run(document(*nodes), table_of(values))) == published(
        run(document(), table_of(values))
    )


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 1000), min_size=3, max_size=7),
    st.permutations(range(7)),
    st.integers(0, 6),
    st.sampled_from([1, 3, 7]),
)
def test_scores_equal_in_exact_arithmetic_share_a_rank(
    values: list[int], order: list[int], decimals: int, parts: int
) -> None:
    # Equal weights: any order of the same values has the same mean, whatever the float sum says.
    size = len(values)
    codes = [f"x{place}" for place in range(size)]
    nodes = [
        group("index", None, size / parts),
        *(indicator(code, "index", 1 / parts) for code in codes),
    ]
    turned = [values[place] for place in order if place < size]
    table = {
        "a": {code: value / 10 for code, value in zip(codes, values, strict=True)},
        "b": {code: value / 10 for code, value in zip(codes, turned, strict=True)},
    }
    found = run(document(*nodes, decimals=decimals), table)
    assert [found.row(locality).rank for locality in "ab"] == [1, 1]
