"""The built-in frameworks: sound, complete in both languages, and true to the regulations."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.engine import (
    FrameworkDocument,
    FrameworkError,
    LocalizedText,
    Problem,
    Results,
    load_framework,
    score,
)
from tests.engine.documents import rows

LIBRARY = Path(__file__).resolve().parents[2] / "assessment" / "frameworks" / "library"
NAMES = ("regional-cooperation", "national-2014", "national-2020")
YEAR_END = date(2016, 12, 31)


def framework(name: str) -> FrameworkDocument:
    return load_framework(LIBRARY / f"{name}.json")


def answers(found: FrameworkDocument, **changes: Any) -> dict[str, Any]:
    """A full set of answers: 80 for measures, the best level, and no for booleans outside."""
    best: dict[str, Any] = {}
    for node in found.observed:
        assert node.value is not None
        if node.value.levels:
            best[node.code] = max(level.value for level in node.value.levels)
        elif node.value.type == "boolean":
            best[node.code] = node.kind == "indicator"
        else:
            best[node.code] = 80
    return {**best, **changes}


def scored(name: str, table: dict[str, dict[str, Any]], on: date = YEAR_END) -> Results:
    return score(framework(name), rows(table), on=on)


def test_the_library_holds_these_frameworks_alone() -> None:
    assert sorted(path.stem for path in LIBRARY.glob("*.json")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_text_exists_in_both_languages(name: str) -> None:
    found = framework(name)
    assert found.code == name

    def check(text: LocalizedText | None) -> None:
        assert text is not None
        assert text.zh_hans.strip()
        assert text.en.strip()

    for item in (found.title, found.description, *(basis.title for basis in found.basis)):
        check(item)
    for node in found.nodes:
        check(node.title)
        assert re.search("[\u4e00-\u9fff]", node.title.zh_hans)
        assert not re.search("[\u4e00-\u9fff]", node.title.en)
        if not node.is_leaf:
            check(node.description)
            continue
        for item in (node.definition, node.unit, node.guidance):
            check(item)
        if node.kind == "indicator":
            check(node.formula)
        if node.source == "submissions":
            assert node.evidence is not None
            assert node.evidence.required
            check(node.evidence.text)
            check(node.article)


@pytest.mark.parametrize("name", NAMES)
def test_a_locality_with_every_answer_is_scored(name: str) -> None:
    found = framework(name)
    row = scored(name, {"110000": answers(found)}).row("110000")
    assert row.score is not None
    assert row.rank == 1


def test_regional_weights_are_as_designed() -> None:
    found = framework("regional-cooperation")
    assert {node.code: node.weight for node in found.dimensions} == {
        "sharing": 25,
        "reduction": 30,
        "compliance": 25,
        "rating": 20,
    }
    reduction = {node.code: node.weight for node in found.children("reduction")}
    assert reduction == {"PM25_CHANGE": 12, "PM10_CHANGE": 6, "SO2_CHANGE": 6, "NO2_CHANGE": 6}


def test_regional_duties_that_did_not_arise_earn_the_full_score() -> None:
    """No warning, nothing late: 100 of 100. A cut that cannot be measured leaves the mean."""
    full = answers(framework("regional-cooperation"), ORANGE_REDUCTION=10)
    calm = full | {
        "SHARING_ALERT_HOURS": "nothing_to_report",
        "WARNING_LEAD": "nothing_to_report",
        "RESPONSE_ON_TIME": "nothing_to_report",
        "ORANGE_REDUCTION": "not_applicable",
    }
    results = scored("regional-cooperation", {"busy": full, "calm": calm})
    for code in ("SHARING_ALERT_HOURS", "WARNING_LEAD", "RESPONSE_ON_TIME"):
        assert results.row("calm", code).score == 100
    # 4 · 80 + 4 · 80 + 4 · 50 + 4 · 60 + 5 · 80 + 4 · 100, of 25; then without the cut, of 21.
    assert results.row("busy", "compliance").score == pytest.approx(1880 / 25)
    assert results.row("calm", "compliance").score == pytest.approx(1840 / 21)


def test_regional_reduction_is_zero_when_fine_particles_rose() -> None:
    full = answers(framework("regional-cooperation"))
    results = scored(
        "regional-cooperation", {"better": full, "worse": {**full, "PM25_CHANGE": -0.5}}
    )
    assert [results.row(code, "reduction").score for code in ("better", "worse")] == [100.0, 0.0]
    assert "不降反升" in results.explain("worse", "reduction", "zh")


def test_regional_locality_without_reduction_is_not_ranked() -> None:
    full = answers(framework("regional-cooperation"))
    without = {code: value for code, value in full.items() if not code.endswith("_CHANGE")}
    results = scored("regional-cooperation", {"full": full, "new": without})
    assert results.row("new").score is None
    assert results.row("full").rank == 1
    assert results.trace_of("new", "index")["notes"] == [
        {
            "code": "note_unavailable",
            "params": {"share": "70%", "required": "75%", "children": ["reduction"]},
        }
    ]
    assert results.trace_of("new", "reduction")["rules"][0]["outcome"] == "node_missing"


def test_ten_tasks_have_the_points_of_the_detailed_rules() -> None:
    found = framework("national-2014")
    assert [node.weight for node in found.children("tasks")] == [12, 6, 10, 10, 15, 8, 12, 5, 6, 16]
    points = {
        node.code: [item.weight for item in found.children(node.code)]
        for node in found.children("tasks")
    }
    assert points == {
        "T1": [2, 2, 6, 2],
        "T2": [6],
        "T3": [4, 6],
        "T4": [8, 2],
        "T5": [8, 7],
        "T6": [4, 4],
        "T7": [7, 2, 1, 2],
        "T8": [5],
        "T9": [6],
        "T10": [2, 1, 5, 3, 1, 4],
    }


def test_national_2014_takes_the_lower_of_the_two_scores() -> None:
    full = answers(framework("national-2014"))
    table = {"air": {**full, "PM25_TARGET": 70}, "tasks": {**full, "PM25_TARGET": 100}}
    results = scored("national-2014", table)
    assert results.row("air", "air").score == pytest.approx(60 + 40 * 5 / 35)
    assert results.row("air").score == results.row("air", "air").score
    assert results.row("tasks").score == results.row("tasks", "tasks").score


@pytest.mark.parametrize(
    ("year", "attained", "expected"),
    [
        (2014, 10, 60),
        (2015, 35, 60),
        (2016, 65, 60),
        (2014, 55, 80),
        (2016, 100, 100),
        (2016, 32.5, 30),
    ],
)
def test_national_2014_requirement_grows_by_year(
    year: int, attained: float, expected: float
) -> None:
    full = answers(framework("national-2014"), PM25_TARGET=attained)
    results = scored("national-2014", {"x": full}, on=date(year, 12, 31))
    assert results.row("x", "air").score == pytest.approx(expected)


def test_national_2014_air_is_zero_when_the_year_got_worse() -> None:
    full = answers(framework("national-2014"), PM25_TARGET=100)
    results = scored("national-2014", {"x": {**full, "PM25_YEAR_ON_YEAR": -1}})
    row = results.row("x")
    assert (row.score, row.grade) == (0.0, "fail")


def test_national_2014_air_has_no_score_where_the_rise_cannot_be_judged() -> None:
    full = answers(framework("national-2014"), PM25_TARGET=100)
    silent = {code: value for code, value in full.items() if code != "PM25_YEAR_ON_YEAR"}
    results = scored("national-2014", {"told": full, "silent": silent})
    assert results.row("told").score is not None
    found = [results.row("silent", node) for node in ("air", "index")]
    assert [(row.score, row.rank, row.grade) for row in found] == [(None, None, None)] * 2
    assert results.row("silent", "tasks").score == results.row("told", "tasks").score
    assert "不予计分" in results.explain("silent", "air", "zh")


@pytest.mark.parametrize("name", ["national-2014", "national-2020"])
def test_national_nodes_name_their_article_or_say_it_is_not_identified(name: str) -> None:
    found = framework(name)
    stated = [node.article for node in found.nodes] + [rule.article for rule in found.rules]
    for article in stated:
        assert article is not None
        assert re.search("第[一二五六].?类?|总则|条款未查明", article.zh_hans)
        assert re.search("Article|general provisions|category one|not identified", article.en)


def test_national_2020_event_bars_the_best_grade() -> None:
    full = answers(framework("national-2020"), P_SATISFACTION=100, Q_GOOD_DAYS=100, Q_TASKS=100)
    table = {"calm": full, "event": {**full, "MAJOR_EVENT": True}}
    results = scored("national-2020", table, on=date(2020, 12, 31))
    assert [results.row(code).grade for code in ("calm", "event")] == ["excellent", "good"]
    assert results.row("calm").score == results.row("event").score
    weights = [node.weight for node in framework("national-2020").dimensions]
    assert weights == [20] * 5


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just("index"),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = (
        part.items()
        if isinstance(part, dict)
        else enumerate(part)
        if isinstance(part, list)
        else []
    )
    return [found for key, value in items for found in [(*path, key), *places(value, (*path, key))]]


@settings(deadline=None, max_examples=30)
@given(st.data(), st.sampled_from(NAMES), JSON)
def test_a_spoiled_document_is_accepted_or_explained(
    data: st.DataObject, name: str, junk: Any
) -> None:
    raw = json.loads((LIBRARY / f"{name}.json").read_text(encoding="utf-8"))
    *way, last = data.draw(st.sampled_from(places(raw)))
    target = raw
    for key in way:
        target = target[key]
    target[last] = junk
    problems: tuple[Problem, ...] = ()
    try:
        load_framework(raw)
    except FrameworkError as error:
        problems = error.problems
    assert all(problem.text("en") and problem.text("zh") for problem in problems)
