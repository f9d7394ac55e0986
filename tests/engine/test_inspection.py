"""One report lists every problem of all inputs, each with place, cause and remedy."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assessment.engine import Report, inspect, score
from assessment.engine.messages.checks import CHECKS
from assessment.engine.messages.framework import DOCUMENT
from assessment.engine.messages.inputs import INPUT
from assessment.engine.messages.remedies import REMEDIES
from assessment.engine.messages.scoring import SCORING
from assessment.engine.messages.settings import SETTINGS
from assessment.engine.problems import EngineError
from tests.engine.commands import here
from tests.engine.documents import document, group, indicator, one_indicator, rows
from tests.engine.test_command_line import engine


def found(report: Report) -> list[tuple[str, str | None, str | None]]:
    return [(item.code, item.node, item.locality) for item in report.problems]


def warned(report: Report) -> list[tuple[str, str | None, str | None]]:
    return [(item.code, item.node, item.locality) for item in report.warnings]


def test_every_problem_has_a_remedy_and_every_remedy_a_problem() -> None:
    elsewhere = {"document_too_large"}
    assert set(REMEDIES) == {*DOCUMENT, *INPUT, *SCORING, *CHECKS, *SETTINGS, *elsewhere} - {
        "all_in_order"
    }


def test_all_faults_of_the_tree_and_of_the_data_come_together() -> None:
    raw = document(
        group("index", None, 100),
        group("A", "B", 50),
        group("B", "A", 50),
        indicator("twice", "index", 60),
        indicator("twice", "index", -1),
        indicator("lost", "nowhere", 40),
        indicator("typed", "index", "40"),  # type: ignore[arg-type]
        group("C", "index", 40),
        indicator("c1", "C", 0),
        indicator("c2", "C", 0),
    )
    table = (
        "locality,indicator,value,status\n"
        "a,x,1e999,value\n"
        "b,x,NaN,value\n"
        "b,y,1,odd\n"
        "c,z,1,value\n"
        "c,z,2,value\n"
    )
    places = "locality,name\na,A\na,A\n"
    moved = "locality,node,points,article,reason\na,index,many,,\n"
    report = inspect(raw, table, places, moved)
    expected = {
        ("duplicate_code", "twice", None),
        ("schema_minimum", "twice", None),
        ("schema_type", "typed", None),
        ("unknown_parent", "lost", None),
        ("cycle", "A", None),
        ("weights_all_zero", "C", None),
        ("infinite_value", "x", "a"),
        ("not_a_number", "x", "b"),
        ("unknown_status", "y", "b"),
        ("duplicate_observation", "z", "c"),
        ("duplicate_locality", None, "a"),
        ("not_a_number", "index", "a"),
    }
    assert expected <= set(found(report))
    assert all(item.remedy(tag) for item in report.problems for tag in ("en", "zh-Hans"))


def test_the_data_are_checked_against_the_framework_beside_faulty_rows() -> None:
    raw = document(
        group("index", None, 100),
        indicator("same", "index", 40, normalisation={"method": "min_max"}),
        indicator("y", "index", 30, value={"type": "percent"}),
        indicator("z", "index", 30),
    )
    table = rows(
        {
            "a": {"same": 5, "y": 120, "z": 1},
            "b": {"same": 5, "y": 20, "other": 3},
            "c": {"same": 5, "y": 30, "z": 2},
            "stranger": {"y": 1},
        }
    )
    places = [{"locality": code, "name": code} for code in "abc"]
    moved = [{"locality": "a", "node": "nothing", "points": 1}]
    table += [{"locality": "c", "indicator": "w", "value": "many", "status": "value"}]
    assert found(inspect(raw, table, places, moved)) == [
        ("not_a_number", "w", "c"),
        ("above_maximum", "y", "a"),
        ("unknown_indicator", "other", "b"),
        ("unknown_locality", None, "stranger"),
        ("unknown_node", "nothing", "a"),
        ("constant_indicator", "same", None),
        ("child_missing", "index", "b"),  # z of b; y of a merely follows from its value
    ]


def test_a_fault_of_the_framework_hides_none_of_the_data() -> None:
    raw = document(
        group("index", None, 100),
        indicator("typed", "index", "fifty"),  # type: ignore[arg-type]
        indicator("same", "index", 40, normalisation={"method": "min_max"}),
        indicator("lost", "nowhere", 10),
        group("A", "index", 30, aggregation={"method": "geometric"}),
        indicator("a1", "A", 30),
    )
    table = rows(
        {
            "a": {"typed": 1, "same": 5, "lost": 1, "a1": 0},
            "b": {"typed": 1, "same": 5, "other": 3},
            "stranger": {"typed": 1},
        }
    )
    places = "locality,name\na,A\nb,B\nc\n"
    past = "period,locality,indicator,value\n2014,a,same,many\n"
    moved = [{"locality": "b", "node": "nothing", "points": 1}]
    report = inspect(raw, table, places, moved, history=past)
    assert found(report) == [
        ("schema_type", "typed", None),
        ("unknown_parent", "lost", None),
        ("wrong_cell_count", None, "c"),
        ("not_a_number", "same", "a"),
        ("unknown_indicator", "other", "b"),
        ("unknown_locality", None, "stranger"),
        ("unknown_node", "nothing", "b"),
        ("child_missing", "A", "b"),
        ("non_positive", "A", "a"),
    ]


def test_a_list_of_localities_that_cannot_be_read_hides_no_fault_of_the_values() -> None:
    raw = one_indicator(value={"type": "percent"}, denominate={"column": "people"})
    report = inspect(raw, rows({"a": {"x": 120}, "b": {}}), "name\nA\n")
    assert found(report) == [("missing_columns", None, None), ("above_maximum", "x", "a")]


def test_values_that_cannot_be_read_hide_no_fault_of_the_adjustments() -> None:
    moved = [{"locality": "z", "node": "nothing", "points": 1}]
    report = inspect(one_indicator(), "a,b\n", [{"locality": "a", "name": "A"}], moved)
    assert found(report) == [
        ("missing_columns", None, None),
        ("unknown_node", "nothing", "z"),
        ("unknown_locality", None, "z"),
    ]


def test_a_framework_that_cannot_be_read_hides_no_stranger() -> None:
    table = rows({"a": {"x": 1}, "stranger": {"x": 1}})
    report = inspect(b"{", table, [{"locality": "a", "name": "A"}])
    assert found(report) == [("not_json", None, None), ("unknown_locality", None, "stranger")]


def test_what_follows_from_a_fault_is_not_reported_again() -> None:
    # Without the faulty row a lacks x: that is no second problem. That b lacks x is one.
    table = [
        {"locality": "a", "indicator": "x", "value": "odd", "status": "value"},
        {"locality": "b", "indicator": "x", "value": None, "status": "missing"},
    ]
    places = [{"locality": code, "name": code} for code in "ab"]
    assert found(inspect(one_indicator(), table, places)) == [
        ("not_a_number", "x", "a"),
        ("child_missing", "index", "b"),
    ]


def test_steps_before_normalisation_do_not_hide_missing_children() -> None:
    raw = document(
        group("index", None, 100),
        indicator("x", "index", 50, denominate={"column": "people"}),
        indicator("y", "index", 50),
    )
    report = inspect(raw, rows({"a": {"x": 1, "y": 1}, "b": {"x": 1}}))
    assert ("column_missing", "x", None) in found(report)
    assert ("child_missing", "index", "b") in found(report)


def test_warnings_forbid_nothing() -> None:
    missing = {"missing": {"policy": "redistribute", "availability": 0.6}}
    raw = document(
        group("index", None, 100, **missing),
        *(indicator(code, "index", 25) for code in ("w", "x", "y", "z")),
    )
    table = rows({"a": {"x": 5, "y": 1, "w": 1}, "b": {"x": 5, "y": 2}, "empty": {"x": "missing"}})
    report = inspect(raw, table)
    assert report.is_ok
    assert warned(report) == [
        ("locality_without_data", None, "empty"),
        ("constant_values", "x", None),
        ("indicator_without_data", "z", None),
        ("availability_low", "index", "b"),
        ("availability_low", "index", "empty"),
    ]
    assert [row.published is None for row in score(raw, table).ranking()] == [False, True, True]


def test_what_of_the_history_has_no_effect_is_said() -> None:
    raw = document(
        group("index", None, 100),
        indicator("x", "index", 50, impute={"method": "previous"}),
        indicator("y", "index", 50),
    )
    past = (
        "period,locality,indicator,value\n"
        "2014,a,x,1\n2014,gone,x,2\n2015,gone,x,3\n2014,a,typo,4\n2014,a,y,5\n2015,a,y,6\n"
    )
    table = rows({"a": {"x": "missing", "y": 1}, "b": {"x": 2, "y": 3}})
    report = inspect(raw, table, on=date(2016, 12, 31), history=past)
    assert report.is_ok
    assert [item.text() for item in report.warnings] == [
        "[gone] The locality in row 3 of history.csv is not in the list of localities.",
        "[typo] The indicator typo in row 5 of history.csv is not in the framework.",
        "[y] history.csv has values of other periods, but the indicator is not imputed from them: "
        "they have no effect.",
    ]


def test_a_fault_names_its_file() -> None:
    bad = {"locality": "a", "indicator": "x", "value": "many"}
    past = [{**bad, "period": "2014"}]
    raw = one_indicator(impute={"method": "previous"})
    report = inspect(raw, [{**bad, "status": "value"}], history=past)
    assert [item.text("zh-Hans") for item in report.problems][:2] == [
        "[a] [x] observations.csv 第 1 行的值“many”不是数字。",
        "[a] [x] history.csv 第 1 行的值“many”不是数字。",
    ]


def test_availability_counts_applicable_indicators_below_each_node() -> None:
    allowed = {"value": {"type": "number", "allow": ["not_applicable"]}}
    raw = document(
        group("index", None, 100, missing={"policy": "zero"}),
        group("A", "index", 60, missing={"policy": "zero"}),
        indicator("a1", "A", 30, **allowed),
        indicator("a2", "A", 30),
        indicator("b", "index", 40),
    )
    report = inspect(raw, rows({"l": {"a1": "not_applicable", "b": 1}}))
    counted = {
        item.node: (item.applicable, item.available, item.share) for item in report.availability
    }
    assert counted == {
        "index": (2, 1, 0.5),
        "A": (1, 0, 0.0),
        "a1": (0, 0, None),
        "a2": (1, 0, 0.0),
        "b": (1, 1, 1.0),
    }


@pytest.mark.parametrize(
    ("raw", "table"),
    [
        (document(), {"a": {"a1": 1, "a2": 2, "b1": 3}}),
        (one_indicator(), {"a": {"x": "missing"}}),
        (one_indicator(normalisation={"method": "min_max"}), {"a": {"x": 1}, "b": {"x": 1}}),
        (one_indicator(value={"type": "integer"}), {"a": {"x": 1.5}}),
        (one_indicator(impute={"method": "mean"}), {"a": {"x": "missing"}}),
    ],
)
def test_what_cannot_be_scored_is_reported_and_the_other_way_round(
    raw: dict[str, Any], table: dict[str, dict[str, Any]]
) -> None:
    raised: set[str] = set()
    try:
        score(raw, rows(table))
    except EngineError as error:
        raised = {item.code for item in error.problems}
    report = inspect(raw, rows(table))
    assert raised <= {item.code for item in report.problems}
    assert report.is_ok is (not raised)


def test_the_command_prints_causes_with_remedies_and_writes_the_report(tmp_path: Path) -> None:
    framework, table = tmp_path / "framework.json", tmp_path / "observations.csv"
    framework.write_text(json.dumps(one_indicator()), encoding="utf-8")
    table.write_text("locality,indicator,value,status\na,x,five,value\n", encoding="utf-8")
    done = engine("check", framework, table, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "[a] [x] The value “five” in row 2 of observations.csv is not a number. "
        "Give an ordinary finite number.\n"
    )
    written = json.loads((tmp_path / "out" / "check.json").read_text("utf-8"))
    assert written["problems"][0]["remedy"]["zh-Hans"] == "请改为普通的有限数。"
    table.write_text("locality,indicator,value,status\na,x,5,value\n", encoding="utf-8")
    done = here("check", framework, table, "--out", tmp_path / "out", "--lang", "zh-Hans")
    assert (done.returncode, done.stdout, done.stderr) == (0, "未发现问题。\n", "")
    with (tmp_path / "out" / "availability.csv").open(encoding="utf-8") as file:
        assert next(csv.DictReader(file)) == {
            "locality": "a",
            "node": "index",
            "applicable": "1",
            "available": "1",
            "share": "1.0",
        }


def test_a_run_that_fails_names_the_faults_of_all_files(tmp_path: Path) -> None:
    framework, table, places = (tmp_path / name for name in ("f.json", "o.csv", "l.csv"))
    framework.write_text(json.dumps(one_indicator(weight=50)), encoding="utf-8")
    table.write_text("locality,indicator,value,status\na,x,five,value\n", encoding="utf-8")
    places.write_text("locality,name\na,A\na,A\n", encoding="utf-8")
    done = here("score", framework, table, "--localities", places, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "[index] The children's weights sum to 50, not 100. Change the children's weights so that "
        "they sum to the node's.",
        "[a] [x] The value “five” in row 2 of observations.csv is not a number. "
        "Give an ordinary finite number.",
        "[a] The locality in row 3 of localities.csv is listed twice. Remove the repeated row.",
    ]
