"""One document gives one text, however a database has shuffled its keys."""

from __future__ import annotations

from typing import Any

from assessment.engine import load_framework
from assessment.engine.canonical import document_text
from tests.engine.documents import document


def as_jsonb_keeps_it(value: Any) -> Any:
    """PostgreSQL's jsonb orders keys by length, then by bytes."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return {key: as_jsonb_keeps_it(value[key]) for key in keys}
    return [as_jsonb_keeps_it(item) for item in value] if isinstance(value, list) else value


def test_the_text_does_not_depend_on_the_order_of_keys() -> None:
    shuffled = as_jsonb_keeps_it(document())
    assert list(shuffled) != list(document())
    assert load_framework(shuffled).as_json() == document_text(document())
    assert list(load_framework(shuffled).as_dict())[:2] == ["format", "code"]
