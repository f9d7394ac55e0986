"""Large JSON read a member at a time: the same values as a whole, whatever the chunks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assessment.engine import json_stream
from assessment.engine.json_stream import members

WHOLE = {
    "": None,
    "number": -12.5e-300,
    "文": {"nested": [[], {}, [1, {"a": '\\"}{,:'}]], "many": 3},
    "many": {"一": 1234567890, "二": {"a": [True, False]}, "": "𠀀é\n", "last": 0.1},
    "after": 98765,
}


def together(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for parent, key, value in members(content, "many"):
        (found if parent is None else found.setdefault(parent, {}))[key] = value
    return found


@pytest.mark.parametrize("indent", [None, 1])
def test_the_members_are_those_of_the_whole(
    indent: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = json.dumps(WHOLE, ensure_ascii=False, indent=indent).encode()
    for chunk in range(1, len(content) + 1):
        monkeypatch.setattr(json_stream, "_CHUNK", chunk)
        assert together(content) == WHOLE, chunk


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b'{"a": 1',
        b'{"a": 1,}',
        b'{"a" 1}',
        b'{"a": 1} 2',
        b"{1: 2}",
        b'{"a": 1e}',
        b"\xff",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"many": {"a": 1, "a": 1}}',
        b'{"many": {}, "many": {}}',
    ],
)
def test_what_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        together(content)


def test_a_split_member_that_is_no_object_comes_whole() -> None:
    assert together(b'\xef\xbb\xbf {"many": [1, 2], "a": {}} ') == {"many": [1, 2], "a": {}}
