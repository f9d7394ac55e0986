"""The meaning of validation rules: indicators that exist and are asked, limits that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assessment.engine.document import FrameworkDocument, ValidationRule
from assessment.engine.problems import Problem
from assessment.engine.validation.kinds import KINDS

# Other values are measured or judged: nobody answers for them in a form.
REPORTED = "submissions"


def check_validation(document: FrameworkDocument) -> list[Problem]:
    """Every contradiction inside the validation rules of a document of sound shape."""
    counted = Counter(rule.id for rule in document.validation)
    problems = [
        Problem("validation_duplicate", params={"rule": rule_id})
        for rule_id, count in counted.items()
        if count > 1
    ]
    for rule in document.validation:
        problems += _unknown(rule, document)
        problems += KINDS[rule.kind].problems(rule)
    return problems


def _unknown(rule: ValidationRule, document: FrameworkDocument) -> Iterator[Problem]:
    """Indicators that are not there, and those no locality reports: never would it be judged."""
    for code in KINDS[rule.kind].named(rule):
        node = document.by_code.get(code)
        params = {"rule": rule.id, "code": code}
        if node is None or not node.is_leaf:
            yield Problem("validation_unknown_indicator", params=params)
        elif node.source != REPORTED:
            yield Problem("validation_not_reported", code, params=params)
