"""Values: one of those listed, compared as numbers and not as texts."""

from assessment.engine.validation import describe, sentence
from tests.engine.validation.answers import codes, facts, found, rule, tiny

LISTED = rule("values", values=[0, 0.5, 1])


def test_only_listed_values_are_taken() -> None:
    document = tiny(LISTED)
    assert codes(document, facts({"A": "0.50"})) == []
    assert codes(document, facts({"A": "0.6"})) == [("A", "values_other")]


def test_yes_and_no_have_their_own_words() -> None:
    document = tiny(A={"value": {"type": "boolean"}, "normalisation": {"method": "levels"}})
    (finding,) = found(document, facts({"A": "2"}))
    assert sentence(finding, "en") == "Found 2; expected 0 (no) or 1 (yes). Write 0 or 1."


def test_the_rule_is_described() -> None:
    document = tiny(LISTED)
    assert describe(document.validation[0], document.by_code, "en") == "“A”: one of 0, 0.5, 1."
