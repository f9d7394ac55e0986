"""Evidence: so many files for a value; with a condition only for a value that meets it."""

import pytest

from assessment.engine.validation import describe, sentence
from tests.engine.documents import text
from tests.engine.validation.answers import codes, facts, found, rule, tiny

ABOVE_95 = rule("evidence", files=2, when={"operator": "at_least", "value": 95})


@pytest.mark.parametrize(
    ("value", "files", "is_found"),
    [
        ("94.9", 0, False),
        ("95", 0, True),
        ("95", 1, True),
        ("95", 2, False),
        (None, 0, False),
    ],
)
def test_files_are_asked_where_the_condition_holds(
    value: str | None, files: int, is_found: bool
) -> None:
    answers = facts({"A": value}, files={"A": files})
    assert bool(codes(tiny(ABOVE_95), answers)) == is_found


def test_evidence_the_indicator_requires_is_an_error() -> None:
    document = tiny(A={"evidence": {"required": True, "text": text("proof")}})
    (finding,) = found(document, facts({"A": "1"}))
    assert finding.is_error
    assert sentence(finding, "en") == (
        "Found no evidence; expected at least 1 file of evidence. Attach the evidence."
    )
    assert codes(document, facts({"A": "1"}, files={"A": 1})) == []


def test_evidence_that_is_not_required_is_not_asked() -> None:
    document = tiny(A={"evidence": {"required": False, "text": text("proof")}})
    assert codes(document, facts({"A": "1"})) == []


def test_the_rule_is_described() -> None:
    document = tiny(ABOVE_95)
    assert describe(document.validation[0], document.by_code, "en") == (
        "“A”: at least 2 files of evidence for a value of at least 95."
    )
