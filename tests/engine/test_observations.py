"""Reading tables: what is accepted, and each fault with its row."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.engine import (
    EngineError,
    InputError,
    Localities,
    Observation,
    ObservationMatrix,
    ScoringError,
    load_adjustments,
    load_framework,
    load_history,
    load_localities,
    load_observations,
    score,
)
from assessment.engine.adjustments import Adjustment, adjustments_csv
from assessment.engine.tables import guard_text, is_number, restore_text
from tests.engine.documents import document, group, indicator, one_indicator, run, text

HEADER = "locality,indicator,value,status\n"


def faults(call: Any, *arguments: Any) -> list[tuple[str, str | None, str | None, object]]:
    with pytest.raises(EngineError) as caught:
        call(*arguments)
    for problem in caught.value.problems:
        assert problem.text("en") != problem.text("zh-Hans")
    return [
        (item.code, item.node, item.locality, item.params.get("row"))
        for item in caught.value.problems
    ]


def test_every_kind_of_source_reads_the_same(tmp_path: Path) -> None:
    table = HEADER + "110000,x,12.5,value\n120000,x,,missing\n"
    path = tmp_path / "observations.csv"
    path.write_bytes(b"\xef\xbb\xbf" + table.replace("\n", "\r\n").encode())
    expected = load_observations(table)
    assert expected.items == (
        Observation("110000", "x", 12.5, "value", 2),
        Observation("120000", "x", None, "missing", 3),
    )
    assert load_observations(path) == load_observations(str(path)) == expected
    assert load_observations(path.read_bytes()) == expected
    assert load_observations(expected.items) == load_observations(expected) == expected
    assert expected.as_csv() == table
    mapped = [{"locality": "110000", "indicator": "x", "value": Decimal("12.5"), "status": "value"}]
    assert load_observations(mapped).items[0].value == 12.5


def test_booleans_and_extra_columns() -> None:
    found = load_observations(
        "locality,indicator,value,status,note\n1,x,true,value,=cmd\n2,x,FALSE,value,\n"
    )
    assert [item.value for item in found.items] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            HEADER + "a,x,1\nb,x,one,value\nc,x,1,value,1\n",
            [
                ("wrong_cell_count", "x", "a", 2),
                ("wrong_cell_count", "x", "c", 4),
                ("not_a_number", "x", "b", 3),
            ],
        ),
        (
            HEADER + 'a,x,one,value\nb,"x"y,1,value\n',
            [("broken_csv", None, None, 3), ("not_a_number", "x", "a", 2)],
        ),
        ("\n", [("empty_file", None, None, None)]),
        ("locality,indicator\n", [("missing_columns", None, None, None)]),
        ("locality,indicator,value,status,value\n", [("duplicate_columns", None, None, None)]),
        (HEADER + "a,x,1\n", [("wrong_cell_count", "x", "a", 2)]),
        (HEADER + 'a,"x"y,1,value\n', [("broken_csv", None, None, 2)]),
        (HEADER.encode() + b"\xb1\xb1,x,1,value\n", [("table_not_utf8", None, None, None)]),
        (HEADER + "a,x,NaN,value\n", [("not_a_number", "x", "a", 2)]),
        (HEADER + "a,x,Infinity,value\n", [("not_a_number", "x", "a", 2)]),
        (HEADER + "a,x,1e999,value\n", [("infinite_value", "x", "a", 2)]),
        (HEADER + "a,x,１２,value\n", [("not_a_number", "x", "a", 2)]),
        (HEADER + 'a,x,"1,000",value\n', [("not_a_number", "x", "a", 2)]),
        (HEADER + "a,x,1,\n", [("unknown_status", "x", "a", 2)]),
        (HEADER + "a,x,,value\n", [("value_missing", "x", "a", 2)]),
        (HEADER + "a,x,1,missing\n", [("value_with_status", "x", "a", 2)]),
        (HEADER + "a b,x,1,value\n", [("bad_code", None, None, 2)]),
        (HEADER + "a,x,1,value\n\na,x,2,value\n", [("duplicate_observation", "x", "a", 4)]),
        (
            HEADER + "a,x,one,value\nb,x,1,value\nc,x,1,done\n",
            [("not_a_number", "x", "a", 2), ("unknown_status", "x", "c", 4)],
        ),
        ("/no/such/observations.csv", [("unreadable_file", None, None, None)]),
    ],
)
def test_observation_faults(table: str | bytes, expected: list[tuple[Any, ...]]) -> None:
    assert faults(load_observations, table) == expected


def test_one_bad_row_among_many_is_named() -> None:
    lines = [f"c{number},x,1,value" for number in range(100_000)]
    lines[77_776] = "c77776,x,bad,value"
    assert faults(load_observations, HEADER + "\n".join(lines)) == [
        ("not_a_number", "x", "c77776", 77_778)
    ]


LEVELS = {
    "type": "level",
    "levels": [{"value": n, "score": n, "title": text(str(n))} for n in (1, 2)],
}


@pytest.mark.parametrize(
    ("spec", "value", "code"),
    [
        ({"type": "integer"}, 1.5, "not_an_integer"),
        ({"type": "boolean"}, 2, "not_a_boolean"),
        (LEVELS, 3, "not_a_level"),
        ({"type": "percent"}, -0.1, "below_minimum"),
        ({"type": "percent"}, 100.1, "above_maximum"),
        ({"type": "number"}, "not_applicable", "not_applicable_not_allowed"),
    ],
)
def test_values_must_fit_the_indicator(spec: dict[str, Any], value: Any, code: str) -> None:
    method = "levels" if spec["type"] in ("level", "boolean") else "identity"
    raw = one_indicator(value=spec, normalisation={"method": method})
    assert faults(run, raw, {"a": {"x": value}}) == [(code, "x", "a", 1)]


@pytest.mark.parametrize("word", ["true", "FALSE", True])
@pytest.mark.parametrize("kind", ["number", "integer", "percent", "level"])
def test_true_is_no_number(word: Any, kind: str) -> None:
    spec = LEVELS if kind == "level" else {"type": kind}
    method = "levels" if kind == "level" else "identity"
    raw = load_framework(one_indicator(value=spec, normalisation={"method": method}))
    given = [{"locality": "a", "indicator": "x", "value": word, "status": "value"}]
    assert faults(score, raw, given) == [("not_a_number", "x", "a", 1)]


def test_true_answers_yes_or_no() -> None:
    spec = {"value": {"type": "boolean"}, "normalisation": {"method": "levels"}}
    raw = load_framework(one_indicator(**spec))
    table = HEADER + "a,x,true,value\nb,x,False,value\n"
    found = score(raw, table)
    assert [found.row(code, "x").score for code in "ab"] == [100.0, 0.0]


def test_unknown_codes_are_all_named() -> None:
    raw = load_framework(document())
    table = HEADER + "a,zz,1,value\nb,a1,1,value\n"
    found = faults(score, raw, table, "locality,name\na,Place\n")
    assert found == [("unknown_indicator", "zz", "a", 2), ("unknown_locality", None, "b", 3)]
    assert faults(score, raw, HEADER) == [("no_localities", None, None, None)]


def test_localities_tell_groups_from_sizes() -> None:
    found = load_localities(
        "locality,name,name_en,province,population\na,甲,Jia,东,120.5\nb,乙,,西,\n"
    )
    assert found.codes == ("a", "b")
    assert found.group_columns == ("province",)
    assert found.denominator_columns == ("population",)
    assert [item.name_in("en") for item in found.items] == ["Jia", "乙"]
    assert found.items[0].name_in("zh-hans") == "甲"
    assert load_localities(found.as_csv()) == found


def test_ranks_are_taken_within_columns_of_text_or_within_those_the_framework_names() -> None:
    """A number is a size until the framework says that it is the code of a group."""
    raw, table = one_indicator(), {"a": {"x": 10}, "b": {"x": 20}, "c": {"x": 5}}
    places = load_localities(
        "locality,name,coast,province\na,A,north,11\nb,B,south,11\nc,C,north,12\n"
    )

    def ranks(**stated: object) -> dict[str, list[int | None]]:
        found = run({**raw, **stated}, table, localities=places)
        return {
            name: [found.group_rank(name, code, "index") for code in table]
            for name in found.group_ranks
        }

    assert ranks() == {"coast": [1, 1, 2]}
    assert ranks(groups=["province"]) == {"province": [2, 1, 1]}
    assert ranks(groups=[]) == {}
    with pytest.raises(ScoringError) as caught:
        ranks(groups=["county"])
    problems = [(item.code, item.params) for item in caught.value.problems]
    assert problems == [("column_missing", {"column": "county"})]


def test_locality_faults() -> None:
    table = "locality,name\na,A\na,B\n,C\n"
    assert faults(load_localities, table) == [
        ("duplicate_locality", None, "a", 3),
        ("bad_code", None, None, 4),
    ]


def test_adjustment_faults() -> None:
    table = "locality,node,points,article,reason\na,A,two,,\n"
    assert faults(load_adjustments, table) == [("not_a_number", "A", "a", 2)]
    raw = document(group("index", None, 100), indicator("x", "index", 100))
    given = [Adjustment("a", "nowhere", 1.0), Adjustment("z", "x", 1.0)]
    with pytest.raises(InputError) as caught:
        run(raw, {"a": {"x": 1}}, adjustments=given)
    assert [item.code for item in caught.value.problems] == ["unknown_node", "unknown_locality"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", " =1", "'=1", "＝1", "\n=1"])
def test_formulas_are_disarmed(cell: str) -> None:
    assert guard_text(cell) == f"'{cell}"
    assert restore_text(guard_text(cell)) == cell


@given(st.text(alphabet="'=+-@＝ \t\nax1"))
def test_guarding_is_undone_exactly(cell: str) -> None:
    assert restore_text(guard_text(cell)) == cell


@given(st.text(alphabet="=+-@'ab, \"\n", max_size=12).map(str.strip))
def test_free_text_survives_the_files(words: str) -> None:
    places = load_localities([{"locality": "a", "name": words, "group": f"g{words}"}])
    again = load_localities(places.as_csv().encode())
    assert isinstance(again, Localities)
    assert again.items == places.items
    moved = Adjustment("a", "x", -2.5, words, words, article_en=words, reason_en=words)
    [read] = load_adjustments(adjustments_csv([moved]).encode())
    assert replace(read, row=0) == moved


def test_adjustments_in_one_language_are_written_as_ever() -> None:
    single = (Adjustment("a", "x", 1.0, "Article 1", "late"),)
    double = (Adjustment("a", "x", 1.0, "第一条", "迟", article_en="Article 1", reason_en="late"),)
    assert adjustments_csv(single) == "locality,node,points,article,reason\na,x,1,Article 1,late\n"
    assert adjustments_csv(double) == (
        "locality,node,points,article,reason,article_en,reason_en\na,x,1,第一条,迟,Article 1,late\n"
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("-1.5e3", True), (".5", True), ("5.", True), ("1_0", False), ("0x1", False), ("", False)],
)
def test_numbers_are_plain_decimals(cell: str, expected: bool) -> None:
    assert is_number(cell) is expected


@pytest.mark.parametrize("cell", ["1e-400", "-0.001e-400", Decimal("1e-400")])
def test_a_number_that_would_be_read_as_zero_is_refused(cell: object) -> None:
    item = {"locality": "a", "indicator": "x", "value": cell, "status": "value"}
    assert faults(load_observations, [item])[0][0] == "vanishing_value"
    points = {"locality": "a", "node": "x", "points": cell}
    assert faults(load_adjustments, [points])[0][0] == "vanishing_value"
    past = {"period": "2015-12-31", "locality": "a", "indicator": "x", "value": cell}
    assert faults(load_history, [past])[0][0] == "vanishing_value"


@pytest.mark.parametrize("cell", ["0", "0e5", "-0.000", "5e-324"])
def test_zero_and_the_least_float_are_numbers(cell: str) -> None:
    table = f"locality,indicator,value,status\na,x,{cell},value\n"
    assert load_observations(table).items[0].value == float(cell)


def test_a_matrix_takes_no_name_that_a_file_refuses() -> None:
    with pytest.raises(InputError) as caught:
        ObservationMatrix(np.zeros((2, 1)), ("a b\n,", "b"), ("x",))
    assert [item.code for item in caught.value.problems] == ["bad_code"]
