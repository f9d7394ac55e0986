"""Uploads: what can be read, what is refused, and that every problem is said."""

import json
from typing import Any

import pytest
from django.utils import translation

from assessment.engine import Problem
from assessment.engine.messages.framework import DOCUMENT
from assessment.frameworks import library
from assessment.frameworks.canonical import export_text
from assessment.frameworks.design import design_of
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.problems import FILE_FAULTS, UnusableDocumentError, described
from assessment.frameworks.reading import (
    MAX_BYTES,
    MAX_NODES,
    check_document,
    document_problems,
    read_document,
)
from assessment.frameworks.remedies import remedy_for
from tests.factories import tiny_framework
from tests.frameworks.documents import node, unbalanced

DEEP = 5000


def codes_of(content: bytes) -> list[str]:
    with pytest.raises(UnusableDocumentError) as refused:
        check_document(read_document(content))
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ["file_empty"]),
        (b" \n", ["file_empty"]),
        (b"PK\x03\x04 not text", ["not_json"]),
        (b"\xff\xfe{}", ["not_utf8"]),
        (b"{", ["not_json"]),
        (b"[]", ["not_an_object"]),
        (b'"text"', ["not_an_object"]),
        (b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}', ["duplicate_key", "duplicate_key"]),
        (b'{"a": NaN}', ["not_finite"]),
        (b'{"a": -Infinity}', ["not_finite"]),
        (b'{"a": ' + b"9" * 5000 + b"}", ["number_too_long"]),
        (b'{"a": ' + b"9" * 400 + b"}", ["number_too_long"]),
        (b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}", ["nested_too_deep"]),
        (b'{"a": ' + b"[" * 20 + b"]" * 20 + b"}", ["nested_too_deep"]),
        (b'{"a": ' * 100_000, ["nested_too_deep"]),
        (b'{"a": "\\ud800"}', ["forbidden_character"]),
        (b'{"a": "x\\u0000y"}', ["forbidden_character"]),
        (b'{"a\\u0000": 1}', ["forbidden_character"]),
        (b'{"nodes": [' + b"{}," * MAX_NODES + b"{}]}", ["too_many_nodes"]),
        (b'{"grades": [' + b"1," * 50_000 + b"1]}", ["too_many_values"]),
        (b" " * (MAX_BYTES + 1), ["file_too_large"]),
    ],
)
def test_unreadable_file_is_refused(content: bytes, codes: list[str]) -> None:
    assert codes_of(content) == codes


def test_infinite_number_written_as_power_is_refused() -> None:
    text = json.dumps(tiny_framework()).replace('"weight": 40', '"weight": 1e999')
    assert "not_finite" in codes_of(text.encode())


def test_wrong_format_is_refused() -> None:
    document = tiny_framework() | {"format": "something-else/1"}
    assert codes_of(json.dumps(document).encode()) == ["schema_const"]


def test_every_problem_is_listed_with_its_node() -> None:
    document = tiny_framework()
    node(document, "S1")["title"] = {"en": "Only English"}
    node(document, "S2")["parent"] = "nowhere"
    node(document, "S3")["weight"] = -1
    node(document, "sharing")["colour"] = "red"
    with pytest.raises(UnusableDocumentError) as refused:
        check_document(document)
    found = {(problem.node, problem.code) for problem in refused.value.problems}
    assert found == {
        ("S1", "schema_required"),
        ("S2", "unknown_parent"),
        ("S3", "schema_minimum"),
        ("sharing", "schema_unexpected"),
        ("sharing", "weights_do_not_sum"),
    }


def test_problem_is_told_in_the_reader_s_language() -> None:
    problem = document_problems(unbalanced())[0]
    with translation.override("en"):
        english = described(problem)
    with translation.override("zh-hans"):
        chinese = described(problem)
    assert (english.where, english.what) == ("sharing", "The children's weights sum to 50, not 60.")
    assert english.remedy == "Change the weights until the sum is right."
    assert chinese.what == "下级权重之和为 50，应为 60。"


def test_a_refused_version_names_its_node_by_its_title() -> None:
    document = unbalanced()
    error = UnusableDocumentError(document_problems(document), document)
    title = node(document, "sharing")["title"]["zh-Hans"]
    with translation.override("zh-hans"):
        (sentence,) = error.message_dict["document"]
    assert sentence.startswith(f"“{title}”：下级权重之和为 50，应为 60。")


def test_a_wrong_type_is_told_without_the_words_of_the_schema() -> None:
    problem = Problem("schema_type", params={"path": "$.decimals", "expected": "integer, null"})
    with translation.override("en"):
        told = described(problem)
    assert (told.where, told.what) == ("decimals", "Expected a whole number or nothing (null).")


def test_error_texts_wait_for_the_reader_s_language() -> None:
    error = UnusableDocumentError(document_problems(unbalanced()))
    with translation.override("zh-hans"):
        assert "下级权重之和为 50" in error.message_dict["document"][0]
    with translation.override("en"):
        assert "sum to 50" in error.message_dict["document"][0]


def test_place_inside_a_node_is_named_by_code_and_part() -> None:
    document = tiny_framework()
    node(document, "S1")["value"]["decimals"] = 99
    with translation.override("en"):
        assert described(document_problems(document)[0]).where == "S1 · value.decimals"


def test_unfinished_weights_may_wait() -> None:
    assert [problem.code for problem in check_document(unbalanced())] == ["weights_do_not_sum"]


@pytest.mark.parametrize("code", sorted(DOCUMENT) + sorted(FILE_FAULTS))
def test_every_fault_has_a_remedy_of_its_own(code: str) -> None:
    assert remedy_for(code) != remedy_for("no such code")


@pytest.mark.parametrize("code", sorted(FILE_FAULTS))
def test_every_file_fault_can_be_told(code: str) -> None:
    params: dict[str, Any] = {"size": 1, "most": 2, "count": 3, "text": "x", "expected": "y"}
    assert described(Problem(code, params=params)).what != ""


@pytest.mark.parametrize("code", library.template_codes())
def test_template_is_complete_and_survives_the_round_trip(code: str) -> None:
    document = library.read_template(code)
    assert document_problems(document) == []
    text = export_text(document)
    assert export_text(read_document(text.encode())) == text


def test_template_copies_are_independent() -> None:
    library.read_template("regional-cooperation")["nodes"].clear()
    assert library.read_template("regional-cooperation")["nodes"] != []
    with pytest.raises(KeyError):
        library.read_template("../secret")


def test_export_does_not_depend_on_the_order_of_keys() -> None:
    def reverse(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: reverse(value[key]) for key in reversed(value)}
        return [reverse(item) for item in value] if isinstance(value, list) else value

    document = library.read_template("national-2014")
    assert export_text(reverse(document)) == export_text(document)


def test_a_draft_s_problems_name_its_nodes_by_their_titles() -> None:
    with translation.override("en"):
        (problem,) = design_of(FrameworkVersion(document=unbalanced())).problems
    assert (problem.node, problem.where) == ("sharing", "“Data sharing”")
