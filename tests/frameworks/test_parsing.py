"""Documents that are kept in the process."""

from typing import Any

import pytest

from assessment.frameworks import parsing
from tests.factories import tiny_framework


def test_of_more_documents_than_are_kept_the_one_used_longest_ago_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parsing, "KEPT", 2)
    read: list[str] = []

    def reading(key: str) -> dict[str, Any]:
        read.append(key)
        return tiny_framework()

    for key in "abaca":
        parsing.parse_frozen(key, lambda key=key: reading(key))  # type: ignore[misc]
    assert read == ["a", "b", "c"]
