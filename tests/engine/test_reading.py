"""Framework documents: what is accepted, and every fault that is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assessment.engine import FrameworkError, framework_schema, load_framework
from tests.engine.documents import document, flag, group, indicator, one_indicator, rule, text

UPSIDE_DOWN = {"method": "goalposts", "lower": 100, "upper": 0}
FROM_ONE = {"operator": "above", "value": 1}
RUBRIC = {
    "type": "level",
    "levels": [{"value": value, "score": 900, "title": text("Level")} for value in (1, 2)],
}


def codes(raw: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(FrameworkError) as caught:
        load_framework(raw)
    for problem in caught.value.problems:
        assert problem.text("en") != problem.text("zh-Hans")
    return [(problem.code, problem.node) for problem in caught.value.problems]


def test_schema_is_valid_and_titled() -> None:
    schema = framework_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert all("title" in definition for definition in schema["$defs"].values())


def test_load_accepts_path_text_bytes_and_mapping(tmp_path: Path) -> None:
    raw = document()
    path = tmp_path / "framework.json"
    path.write_text("\ufeff" + json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    loaded = [
        load_framework(item) for item in (raw, path, str(path), path.read_bytes(), json.dumps(raw))
    ]
    assert all(item == loaded[0] for item in loaded)
    assert loaded[0].as_dict() == raw
    assert load_framework(loaded[0].as_json()) == loaded[0]


def test_look_ups_follow_the_tree() -> None:
    found = load_framework(document(*document()["nodes"], flag("f")))
    assert [node.code for node in found.depth_first] == ["index", "A", "a1", "a2", "B", "b1"]
    assert [node.code for node in found.ancestors("a1")] == ["A", "index"]
    assert [node.code for node in found.dimensions] == ["A", "B"]
    assert [node.code for node in found.observed] == ["a1", "a2", "b1", "f"]
    assert found.node("a1").title.text("zh-cn") == "中文 a1"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"\xff\xfe{}", "not_utf8"),
        ("{not json", "not_json"),
        (b"[]", "not_an_object"),
        ("/no/such/file.json", "unreadable_file"),
        ('{"a": ' * 100_000, "unreadable_json"),
    ],
)
def test_load_names_unreadable_sources(source: str | bytes, expected: str) -> None:
    assert codes(source) == [(expected, None)]


def test_a_key_that_stands_twice_hides_no_other_fault() -> None:
    source = json.dumps(one_indicator(normalisation={**UPSIDE_DOWN, "upper": 0}))
    doubled = source.replace('"decimals": 2', '"decimals": 2, "decimals": 3')
    assert codes(doubled) == [("duplicate_key", None), ("goalposts_crossed", "x")]


def test_faults_of_form_shape_and_meaning_come_together() -> None:
    nodes = (
        group("index", None, 100),
        indicator("typed", "index", "fifty"),  # type: ignore[arg-type]
        indicator("crossed", "index", 30, normalisation=UPSIDE_DOWN),
        indicator("lost", "nowhere", 20, treat={"method": "limits"}),
        group("A", "index", 50, weighting={"method": "ahp", "matrix": [[1, 9], [1, 1]]}),
        indicator("a1", "A", 25, value={"type": "many"}),
        indicator("a2", "A", 25),
    )
    rules = [
        rule("R1", "cap", "index", limit="low"),
        rule("R2", "veto", "index", max_grade="best", indicator="a2", when=FROM_ONE),
    ]
    assert codes(document(*nodes, rules=rules, decimals=2.5)) == [
        ("schema_type", None),
        ("schema_type", "typed"),
        ("schema_enum", "a1"),
        ("schema_type", None),
        ("unknown_parent", "lost"),
        ("goalposts_crossed", "crossed"),
        ("treat_without_limit", "lost"),
        ("comparisons_not_reciprocal", "A"),
        ("rule_unknown_grade", "index"),
    ]


def test_what_merely_follows_from_a_fault_is_not_said() -> None:
    # Without its scale nothing is off it; where a child was lost nothing is short of one.
    nodes = (
        group("index", None, 100, weighting={"method": "budget", "experts": [{"points": [6, 4]}]}),
        indicator("x", "index", 50, value=RUBRIC, normalisation={"method": "levels"}),
        {**indicator("y", "index", 50), "code": 7},
    )
    assert codes(document(*nodes, scale={"min": 0, "max": "high"})) == [
        ("schema_type", None),
        ("schema_type", None),
    ]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "9" * 400, "9" * 5000, "1e999"])
def test_a_number_that_is_not_finite_is_named_with_its_node(number: str) -> None:
    source = json.dumps(one_indicator(weight=77)).replace("77", number)
    with pytest.raises(FrameworkError) as caught:
        load_framework(source)
    (found,) = [item for item in caught.value.problems if item.code == "not_finite"]
    assert (found.node, found.params["path"]) == ("x", "$.nodes[1].weight")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"weight": -1}, "schema_minimum"),
        ({"weight": "100"}, "schema_type"),
        ({"direction": "up"}, "schema_enum"),
        ({"colour": "red"}, "schema_unexpected"),
        ({"code": "1 x"}, "schema_pattern"),
        ({"title": {"zh-Hans": "名", "en": " "}}, "schema_pattern"),
        ({"value": {"type": "level", "levels": []}}, "schema_min_items"),
        ({"normalisation": {"method": "goalposts", "lower": 1e999, "upper": 1}}, "not_finite"),
        ({"normalisation": {"method": "goalposts", "bands": []}}, "schema_unexpected"),
    ],
)
def test_schema_faults_name_the_node(changes: dict[str, Any], expected: str) -> None:
    found = codes(one_indicator(**changes))
    assert expected in [code for code, _ in found]
    assert {node for code, node in found if code == expected} <= {"x", "1 x"}


def test_all_schema_and_shape_faults_are_listed_at_once() -> None:
    raw = document(
        group("index", None, 100),
        group("A", "index", 60),
        indicator("a1", "A", 30),
        indicator("a1", "B", 30, direction="sideways"),
        decimals=9,
    )
    assert codes(raw) == [
        ("schema_maximum", None),
        ("schema_enum", "a1"),
        ("duplicate_code", "a1"),
        ("unknown_parent", "a1"),
        ("weights_do_not_sum", "index"),
        ("weights_do_not_sum", "A"),
    ]


INDEX = group("index", None, 100)


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([group("A", "A", 1), indicator("x", "A", 1)], [("no_index", None), ("cycle", "A")]),
        (
            [INDEX, indicator("x", "index", 100), group("two", None, 5), indicator("y", "two", 5)],
            [("several_indexes", "two")],
        ),
        (
            [group("index", None, 100) | {"parent": "x"}, indicator("x", "index", 100)],
            [("index_with_parent", "index"), ("cycle", "index")],
        ),
        (
            [INDEX, indicator("x", "index", 100), indicator("y", "x", 5)],
            [("parent_is_leaf", "y")],
        ),
        (
            [INDEX, indicator("x", "index", 100), indicator("y", "index", 0) | {"parent": None}],
            [("no_parent", "y")],
        ),
        (
            [INDEX, group("A", "index", 100), indicator("x", "A", 100), flag("f", parent="A")],
            [("flag_below_index", "f")],
        ),
        (
            [
                INDEX,
                indicator("x", "index", 100),
                group("B", "C", 1),
                group("C", "B", 1),
            ],
            [("cycle", "B")],
        ),
        # What lacks children or weight because of the cycle is not named again.
        (
            [INDEX, group("A", "B", 60), group("B", "A", 100), indicator("x", "A", 60)],
            [("cycle", "A")],
        ),
        ([INDEX, group("A", "index", 100)], [("no_children", "A")]),
        (
            [INDEX, indicator("x", "index", 0), indicator("y", "index", 0)],
            [("weights_all_zero", "index")],
        ),
        ([INDEX, indicator("x", "index", 99.9)], [("weights_do_not_sum", "index")]),
        (
            [
                group("index", None, 100, aggregation={"method": "minimum"}),
                indicator("x", "index", 100),
                indicator("y", "index", 50),
            ],
            [("branch_weight", "y")],
        ),
    ],
)
def test_tree_faults(nodes: list[dict[str, Any]], expected: list[tuple[str, str | None]]) -> None:
    assert codes(document(*nodes)) == expected


def test_weights_of_few_decimals_sum_despite_float_noise() -> None:
    nodes = [group("index", None, 0.3), *(indicator(f"x{i}", "index", 0.1) for i in range(3))]
    assert load_framework(document(*nodes)).root.weight == 0.3


TARGET = {"method": "target_attainment", "required": 10, "target": 20}
EDITION = {"valid_from": "2014-01-01", "valid_to": "2014-12-31", "required": 10}
UNDATED = {"valid_from": None, "valid_to": None}
LEVELS = [
    {"value": 1, "score": 40, "title": text("one")},
    {"value": 2, "score": 80, "title": text("two")},
]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": {"type": "number", "min": 2, "max": 1}}, "bounds_crossed"),
        (
            {"value": {"type": "number", "nothing_to_report_score": 100}},
            "nothing_to_report_not_allowed",
        ),
        ({"value": {"type": "level"}}, "levels_missing"),
        ({"value": {"type": "level", "levels": [LEVELS[0], LEVELS[0]]}}, "duplicate_level"),
        (
            {"value": {"type": "level", "levels": [LEVELS[0], {**LEVELS[1], "score": 101}]}},
            "score_off_scale",
        ),
        ({"normalisation": {"method": "levels"}}, "levels_need_level_type"),
        ({"normalisation": {"method": "goalposts", "lower": 0}}, "parameter_missing"),
        ({"normalisation": {"method": "goalposts", "lower": 1, "upper": 1}}, "goalposts_crossed"),
        ({"normalisation": {"method": "min_max", "low": 90, "high": 10}}, "min_max_crossed"),
        # An end that is not stated is the scale's, 0 or 100.
        ({"normalisation": {"method": "min_max", "low": 200}}, "min_max_crossed"),
        ({"normalisation": {"method": "min_max", "high": 0}}, "min_max_crossed"),
        (
            {"normalisation": {"method": "min_max", "editions": [UNDATED | {"low": 9, "high": 1}]}},
            "min_max_crossed",
        ),
        ({"normalisation": TARGET | {"required": 0}}, "zero_reference"),
        ({"normalisation": TARGET | {"required": -5}}, "zero_reference"),
        ({"normalisation": TARGET, "direction": "negative"}, "target_not_beyond_required"),
        ({"normalisation": TARGET | {"editions": [EDITION, EDITION]}}, "editions_overlap"),
        (
            {"normalisation": TARGET | {"editions": [EDITION | {"valid_to": "2013-01-01"}]}},
            "dates_crossed",
        ),
        (
            {
                "normalisation": {
                    "method": "bands",
                    "bands": [{"from": 0, "score": 0}, {"from": 1, "score": 9}],
                }
            },
            "first_band_open",
        ),
        (
            {
                "normalisation": {
                    "method": "piecewise_linear",
                    "points": [{"value": 1, "score": 0}, {"value": 1, "score": 9}],
                }
            },
            "table_not_ascending",
        ),
        (
            {
                "normalisation": {
                    "method": "bands",
                    "bands": [{"from": None, "score": 0}, {"from": 1, "score": 9}],
                },
                "direction": "negative",
            },
            "table_against_direction",
        ),
    ],
)
def test_indicator_faults(changes: dict[str, Any], expected: str) -> None:
    assert codes(one_indicator(**changes)) == [(expected, "x")]


ZERO = {"indicator": "a1", "threshold": 0}
VETO = {"indicator": "a1", "when": {"operator": "above", "value": 1}, "max_grade": "good"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule("r", "zero_on_deterioration", "nowhere", **ZERO)], "rule_unknown_node"),
        (
            [rule("r", "zero_on_deterioration", "A", **ZERO | {"indicator": "B"})],
            "rule_unknown_indicator",
        ),
        (
            [
                rule(
                    "r",
                    "zero_on_deterioration",
                    "A",
                    **ZERO,
                    valid_from="2015-01-01",
                    valid_to="2014-01-01",
                )
            ],
            "rule_dates_crossed",
        ),
        ([rule("r", "zero_on_deterioration", "A", **ZERO)] * 2, "duplicate_rule"),
        ([rule("r", "veto", "index", **VETO | {"max_grade": "great"})], "rule_unknown_grade"),
        ([rule("r", "veto", "a1", **VETO)], "veto_on_indicator"),
        ([rule("r", "bonus", "A", indicator="a1", ceiling=5)], "rule_points_unclear"),
        ([rule("r", "cap", "A", indicator="a1", limit=5)], "rule_condition_incomplete"),
        ([rule("r", "veto", "index", indicator="a1", max_grade="good")], "schema_required"),
        (
            [rule("r", "zero_on_deterioration", "A", **ZERO, valid_from="2015-02-30")],
            "schema_format",
        ),
    ],
)
def test_rule_faults(rules: list[dict[str, Any]], expected: str) -> None:
    assert [code for code, _ in codes(document(rules=rules))] == [expected]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scale": {"min": 1, "max": 1}}, "scale_empty"),
        (
            {
                "grades": [
                    {"code": "a", "title": text("a"), "from": 0},
                    {"code": "b", "title": text("b"), "from": 0},
                ]
            },
            "grades_not_descending",
        ),
        ({"grades": [{"code": "a", "title": text("a"), "from": 5}]}, "grades_leave_gap"),
        (
            {
                "grades": [
                    {"code": "a", "title": text("a"), "from": 5},
                    {"code": "a", "title": text("b"), "from": 0},
                ]
            },
            "duplicate_grade",
        ),
    ],
)
def test_scale_and_grade_faults(changes: dict[str, Any], expected: str) -> None:
    assert codes(document(**changes)) == [(expected, None)]


def test_editions_and_rules_are_chosen_by_day() -> None:
    later = {"valid_from": "2015-01-01", "valid_to": None, "required": 12}
    raw = one_indicator(
        normalisation={"method": "target_attainment", "target": 20, "editions": [EDITION, later]}
    )
    normalisation = load_framework(raw).node("x").normalisation
    assert normalisation is not None
    chosen = [
        normalisation.parameters_on(day) for day in (date(2014, 12, 31), date(2015, 1, 1), None)
    ]
    assert [item and item["required"] for item in chosen] == [10, 12, 12]
    assert normalisation.parameters_on(date(2013, 12, 31)) is None
