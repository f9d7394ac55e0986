"""Validation rules as part of a framework document: shape, meaning, and no effect on scores."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assessment.engine import FrameworkError, framework_schema, load_framework, score
from assessment.engine.canonical import document_text
from assessment.engine.problems import Problem
from assessment.engine.validation.kinds import KINDS
from tests.engine.documents import text
from tests.engine.validation.answers import codes, facts, raw_document, rule, tiny

RANGE = rule("range", min=2, max=3)


def problems(document: dict[str, Any]) -> list[Problem]:
    with pytest.raises(FrameworkError) as caught:
        load_framework(document)
    return list(caught.value.problems)


def test_the_schema_describes_every_kind() -> None:
    kinds = framework_schema()["$defs"]["validation_rule"]["properties"]["kind"]["enum"]
    assert sorted(kinds) == sorted(KINDS)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        (rule("range"), "validation_no_limit"),
        (rule("range", min=3, max=2), "validation_bounds_crossed"),
        (rule("change"), "validation_no_limit"),
        (rule("range", min=1, indicators=["NONE"]), "validation_unknown_indicator"),
        (rule("range", min=1, indicators=["index"]), "validation_unknown_indicator"),
        (
            rule("relation", terms=[{"indicator": "A"}, {"indicator": "A"}], operator="equals"),
            "validation_repeated_term",
        ),
    ],
)
def test_a_rule_that_contradicts_itself_is_a_problem(stated: dict[str, Any], code: str) -> None:
    assert [problem.code for problem in problems(raw_document(stated))] == [code]


def test_a_rule_about_a_measured_value_would_never_be_judged() -> None:
    (problem,) = problems(raw_document(RANGE, A={"source": "airquality"}))
    assert (problem.code, problem.node) == ("validation_not_reported", "A")


def test_ids_are_unique() -> None:
    assert [each.code for each in problems(raw_document(RANGE, RANGE))] == ["validation_duplicate"]


@pytest.mark.parametrize(
    "stated",
    [
        {**RANGE, "kind": "guess"},
        {**RANGE, "severity": "hint"},
        {**RANGE, "percent": 5},
        {**RANGE, "indicators": []},
        rule("change", percent=0),
        rule("decimals", decimals=9),
        rule("relation", terms=[], operator="equals"),
    ],
)
def test_the_schema_refuses_what_is_no_rule(stated: dict[str, Any]) -> None:
    assert all(each.code.startswith("schema_") for each in problems(raw_document(stated)))


def test_another_format_is_refused() -> None:
    document = raw_document()
    document["validation"]["format"] = "lianping-validation/2"
    assert [problem.code for problem in problems(document)] == ["schema_const"]


def test_scores_do_not_depend_on_rules() -> None:
    observations = "locality,indicator,value,status\n" + "".join(
        f"{place},{code},{value},value\n"
        for place, value in (("x", 1), ("y", 50))
        for code in ("A", "B", "C")
    )
    with_rules, without = raw_document(RANGE), raw_document()
    del without["validation"]
    scores = [score(load_framework(each), observations).rows() for each in (with_rules, without)]
    assert list(scores[0]) == list(scores[1])


def test_a_rule_survives_its_text() -> None:
    document = raw_document({**RANGE, "text": text("why"), "article": "Article 3"})
    again = json.loads(document_text(document))
    assert again == document
    assert list(again["validation"]["rules"][0]) == [
        *("id", "kind", "severity", "indicators", "min", "max", "article", "text")
    ]
    assert load_framework(again).validation == load_framework(document).validation


def test_findings_come_in_the_order_of_the_document() -> None:
    document = tiny(
        rule("range", id="second", min=5, indicators=["C", "A"]), B={"value": {"type": "integer"}}
    )
    answers = facts({"A": "1", "B": "1.5", "C": "1"})
    assert [where for where, _code in codes(document, answers)] == ["A", "B", "C"]
