"""What earlier versions of the engine published verifies with the arithmetic they had."""

from __future__ import annotations

from typing import Any

import pytest

from assessment.engine import ENGINE_VERSION, Results, load_framework, score, verify
from assessment.engine.earlier import as_read_by, engine_version_of
from tests.engine.bundles import CYCLE, bundle, resealed, unpacked
from tests.engine.documents import document, group, indicator, rows

LOOSE = {"policy": "redistribute"}


def scored_by(version: str, raw: dict[str, Any], table: dict[str, dict[str, Any]]) -> Results:
    return score(as_read_by(load_framework(raw), version), rows(table), on=CYCLE.end)


def said_to_be_of(version: str, results: Results) -> bytes:
    """The bundle, its manifest and README changed to name that version."""
    files, own = unpacked(bundle(results=results)), engine_version_of(results.framework)
    for name, quote in (("manifest.json", '"'), ("README.txt", "")):
        one, two = (f"{quote}{each}{quote}".encode() for each in (own, version))
        assert one in files[name]
        files[name] = files[name].replace(one, two)
    return resealed(files)


def index(weighting: str, **changes: Any) -> dict[str, Any]:
    return group("index", None, 100, weighting={"method": weighting, **changes}, missing=LOOSE)


PAIR = (indicator("a", "index", 50), indicator("b", "index", 50))
SQUARE = {
    f"l{a}{b}": {"a": a, "b": b} for a in (0, 100) for b in (0, 100)
}  # no correlation: before 1.3.0 one indicator took all the weight
CASES = {
    "bounded benefit of the doubt": (
        document(index("benefit_of_doubt", min_share=0.1), *PAIR),
        {"p": {"a": 90, "b": "missing"}, "q": {"a": 50, "b": 60}},
    ),
    "no first component": (document(index("pca"), *PAIR), SQUARE),
    "points after a gap": (
        document(index("given"), *PAIR),
        {"p": {"a": 90, "b": "missing"}, "q": {"a": 50, "b": 60}},
    ),
    "branches of a minimum": (
        document(
            index("equal"),
            group("A", "index", 80, aggregation={"method": "minimum"}, missing=LOOSE),
            indicator("a", "A", 80),
            indicator("b", "A", 80),
            indicator("c", "index", 20),
        ),
        {"p": {"a": 1, "b": 2, "c": 3}, "q": {"a": 1, "b": "missing", "c": 3}},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bundle_verifies_with_the_arithmetic_of_its_version(case: str) -> None:
    raw, table = CASES[case]
    then = scored_by("1.2.0", raw, table)
    # What was scored before is published as of then, even by a later engine.
    assert verify(bundle(results=then)).is_ok
    assert not verify(said_to_be_of(ENGINE_VERSION, then)).is_ok


def test_what_the_first_versions_scored_is_theirs() -> None:
    raw, table = CASES["bounded benefit of the doubt"]
    assert scored_by("1.2.0", raw, table).row("p").score == 0.0
    assert scored_by("1.3.0", raw, table).row("p").score == pytest.approx(100)


def test_a_document_that_an_earlier_version_accepted_is_read_by_it_alone() -> None:
    # The worst value earned 200 and the best 100, the scale's end: nobody looked.
    crossed = document(
        index("given"),
        indicator("x", "index", 100, normalisation={"method": "min_max", "low": 200}),
    )
    known = load_framework(crossed, accepted={"min_max_crossed"})
    table = {"p": {"x": 1}, "q": {"x": 2}}
    then = score(as_read_by(known, "1.2.0"), rows(table), on=CYCLE.end)
    assert [then.row(code, "x").score for code in "pq"] == [200.0, 100.0]
    assert verify(bundle(results=then)).is_ok
    report = verify(said_to_be_of(ENGINE_VERSION, then))
    assert (report.exit_status, report.problems[0].code) == (2, "min_max_crossed")
