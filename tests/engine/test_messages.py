"""The catalogue: complete, and free of sentences nobody says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import assessment.engine
from assessment.engine import framework_schema
from assessment.engine.comparison import UNCOMPARED
from assessment.engine.messages import CATALOGUE
from assessment.engine.schema import _MESSAGES

ENGINE = Path(assessment.engine.__file__).parent

# Keywords that only combine others or annotate never report a fault of their own.
SILENT = {
    "$defs", "$id", "$ref", "$schema", "title", "description", "properties", "items", "allOf",
    "if", "then", "else",
}  # fmt: skip


def said() -> set[str]:
    """Message codes written in the engine's source, with the families built from a status."""
    source = "\n".join(
        path.read_text("utf-8") for path in ENGINE.rglob("*.py") if path.parent.name != "messages"
    )
    quoted = set(re.findall(r'"([a-z0-9_]+)"', source))
    away = ("not_applicable", "excluded", "not_applicable_lowest", "excluded_lowest")
    families = {f"note_{status}" for status in ("missing", *away)}
    always = {"rule_fired", "rule_not_fired", "rule_fired_always", "rule_not_fired_always"}
    families |= {f"change_{status}" for status in UNCOMPARED}
    return quoted | families | always


def test_no_sentence_is_left_unsaid() -> None:
    assert set(CATALOGUE) - said() == set()


def test_every_keyword_of_the_schema_has_a_sentence() -> None:
    def keywords(part: Any, *, is_schema: bool = True) -> Iterator[str]:
        if isinstance(part, dict):
            for key, value in part.items():
                if is_schema:
                    yield key
                named = is_schema and key in ("properties", "$defs")
                if key in ("const", "enum", "required", "type") and is_schema:
                    continue
                yield from keywords(value, is_schema=not named)
        elif isinstance(part, list):
            for value in part:
                yield from keywords(value)

    assert set(keywords(framework_schema())) - SILENT <= set(_MESSAGES)
    assert {code for code, _ in _MESSAGES.values()} <= set(CATALOGUE)


def test_catalogue_names_the_same_values_in_both_languages() -> None:
    def names(sentence: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name}

    uneven = {code for code, (zh, en) in CATALOGUE.items() if names(zh) != names(en)}
    # In Chinese these sentences need no value that the English one shows.
    assert uneven == {"schema_format"}
