"""Values of other periods: reading them, imputing from them, publishing with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assessment.engine import (
    BundleParts,
    InputError,
    ScoringError,
    build_bundle,
    load_framework,
    load_history,
    load_localities,
    score,
    verify,
)
from assessment.engine.__main__ import main
from assessment.engine.observations import load_observations
from assessment.engine.results import Results
from tests.engine.bundles import CYCLE, GENERATED_AT, packed, resealed, unpacked
from tests.engine.documents import document, group, indicator, rows

PAST = """period,locality,indicator,value
2014,a,x,10
2015,a,x,20
2016,a,x,99
2017-12-31,a,x,40
2014,b,x,30
2018,c,x,70
2015,c,x,
"""
PLACES = load_localities("locality,name,people\na,A,2\nb,B,2\nc,C,2\nd,D,2\n")


def results(impute: dict[str, Any], *, on: date | None = CYCLE.end, **changes: Any) -> Results:
    missing = {"policy": "redistribute"}
    raw = document(
        group("index", None, 100, missing=missing),
        indicator("x", "index", 50, impute=impute, **changes),
        indicator("y", "index", 50),
    )
    table = {code: {"x": "missing", "y": 50} for code in "abcd"}
    return score(load_framework(raw), rows(table), PLACES, on=on, history=PAST)


def scores(found: Results) -> list[float | None]:
    return [found.row(code, "x").score for code in "abcd"]


def test_the_period_before_stands_in() -> None:
    found = results({"method": "previous"})
    assert scores(found) == [20.0, 30.0, None, None]
    assert found.trace_of("a", "x")["steps"] == {"imputed": 20.0, "imputation": "previous"}
    assert [item["code"] for item in found.trace_of("d", "x")["notes"]] == ["note_missing"]


def test_the_line_in_time_passes_through_before_and_after() -> None:
    # From 2015-12-31 (20) to 2017-12-31 (40), on 2016-12-31: 366 of 731 days. One side alone
    # gives its nearest value.
    found = scores(results({"method": "linear"}))
    assert found == [pytest.approx(20 + 20 * 366 / 731), 30.0, 70.0, None]


def test_past_values_are_divided_by_the_present_size() -> None:
    found = results({"method": "previous"}, denominate={"column": "people"})
    assert scores(found) == [10.0, 15.0, None, None]


@pytest.mark.parametrize(
    ("method", "options", "code"),
    [
        ("previous", {"history": None}, "history_needed"),
        ("previous", {"on": None}, "period_needed"),
        ("linear", {"on": None}, "period_needed"),
    ],
)
def test_what_time_needs_is_asked_for(method: str, options: dict[str, Any], code: str) -> None:
    raw = document(group("index", None, 1), indicator("x", "index", 1, impute={"method": method}))
    given = {"history": PAST, "on": CYCLE.end, **options}
    with pytest.raises(ScoringError) as caught:
        score(load_framework(raw), rows({"a": {"x": "missing"}}), **given)
    assert [(item.code, item.node) for item in caught.value.problems] == [(code, "x")]


def test_every_faulty_row_is_named() -> None:
    text = (
        "period,locality,indicator,value\n2014,a,x,1\n2014-12-31,a,x,2\n14,a,x,1\n"
        "2015,a,x,many\n2015,,x,1\n2015,b,x,1e999\n"
    )
    with pytest.raises(InputError) as caught:
        load_history(text)
    assert [(item.code, item.params["row"]) for item in caught.value.problems] == [
        ("duplicate_observation", 3),
        ("bad_past_period", 4),
        ("not_a_number", 5),
        ("bad_code", 6),
        ("infinite_value", 7),
    ]


def test_a_publication_carries_the_history_it_rests_on() -> None:
    results_ = results({"method": "previous"})
    files = unpacked(build_bundle(BundleParts(results_, CYCLE, "final", 1, GENERATED_AT)))
    assert verify(packed(files)).exit_status == 0
    history = files["history.csv"].replace(b"2015-12-31,a,x,20", b"2015-12-31,a,x,21")
    report = verify(resealed({**files, "history.csv": history}))
    assert report.exit_status == 1
    extra = {"history.csv": b""}
    parts = BundleParts(results_, CYCLE, "final", 1, GENERATED_AT, extra_files=extra)
    with pytest.raises(ValueError, match="not free"):
        build_bundle(parts)


def test_the_command_takes_a_history(tmp_path: Path) -> None:
    raw = document(
        group("index", None, 1), indicator("x", "index", 1, impute={"method": "previous"})
    )
    table = rows({"a": {"x": "missing"}, "b": {"x": 5}})
    for name, text in (
        ("framework.json", load_framework(raw).as_json()),
        ("observations.csv", load_observations(table).as_csv()),
        ("history.csv", PAST),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("framework.json", "observations.csv")]
    past, out = str(tmp_path / "history.csv"), str(tmp_path / "out")
    assert main(["score", *files, "--history", past, "--on", "2016-12-31", "--out", out]) == 0
    written = (tmp_path / "out" / "results.csv").read_text(encoding="utf-8")
    assert "a,x,20.0,20.00,1," in written
