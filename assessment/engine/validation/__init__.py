"""Validation of answers as the framework states it: rules in, findings out; no score depends on it.

    findings = judge(document, Facts(given, previous))

A kind of rule is one file of ``kinds``: what it looks for, its words, and what can be wrong
with a rule of the kind.
"""

from assessment.engine.validation.findings import Facts, Finding, Given, Words
from assessment.engine.validation.judging import (
    describe,
    judge,
    judge_value,
    rule_title,
    sentence,
    words,
)
from assessment.engine.validation.rules import (
    ERROR,
    FORMAT,
    WARNING,
    evidence_rules,
    read_rule,
    stated_by_value,
)

__all__ = [
    "ERROR",
    "FORMAT",
    "WARNING",
    "Facts",
    "Finding",
    "Given",
    "Words",
    "describe",
    "evidence_rules",
    "judge",
    "judge_value",
    "read_rule",
    "rule_title",
    "sentence",
    "stated_by_value",
    "words",
]
