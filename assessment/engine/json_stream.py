"""Large JSON objects read a member at a time, so that they need not be held as a whole."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

_CHUNK: Final = 1 << 18
_AFTER_VALUE: Final = frozenset(" \t\n\r,:]}")
_SPACE = re.compile(r"[ \t\n\r]*")


class Member(NamedTuple):
    """One member of the object, or of the object that is the ``split`` member: ``parent``."""

    parent: str | None
    key: str
    value: Any


def members(content: bytes, split: str) -> Iterator[Member]:
    """Yield the members of a JSON object in their order; those of the member ``split`` singly.

    A member ``split`` that is no object comes as a whole. At no time is more in memory than the
    content, one member and the keys. Raises ValueError for what is no JSON object in UTF-8 and
    for a repeated key, RecursionError for what is nested too deeply.
    """
    reader = _Reader(content)
    for key in reader.each_key():
        if key == split and reader.peek() == "{":
            yield from (Member(split, inner, reader.value()) for inner in reader.each_key())
        else:
            yield Member(None, key, reader.value())
    reader.end()


class RepeatedKeyError(ValueError):
    """One object has two values for a key: each reader could take another."""

    def __init__(self, key: str) -> None:
        """Name the key."""
        super().__init__(f"the key {key!r:.80} is repeated")


def unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, for ``object_pairs_hook``; RepeatedKeyError for a repeated key."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RepeatedKeyError(next(k for k, n in Counter(k for k, _ in pairs).items() if n > 1))
    return found


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content.removeprefix(codecs.BOM_UTF8))
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._scan = json.JSONDecoder(object_pairs_hook=unique_keys).raw_decode
        self._read = self._place = 0
        self._text = ""

    def each_key(self) -> Iterator[str]:
        """Yield the keys of an object; the caller reads each one's value before the next."""
        self._take("{")
        if self.peek() == "}":
            self._take("}")
            return
        seen: set[str] = set()
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise ValueError(f"a key is no text: {key!r:.40}")
            if key in seen:
                raise RepeatedKeyError(key)
            seen.add(key)
            self._take(":")
            yield key
            if self.peek() != ",":
                self._take("}")
                return
            self._take(",")

    def peek(self) -> str:
        """The next character that is no space; nothing at the end."""
        while True:
            found = _SPACE.match(self._text, self._place)
            self._place = found.end() if found else self._place
            if self._place < len(self._text) or not self._more():
                return self._text[self._place : self._place + 1]

    def value(self) -> Any:
        """The next value, read on until it is whole."""
        self.peek()
        while True:
            try:
                found, end = self._scan(self._text, self._place)
            except RepeatedKeyError:
                raise
            except ValueError:
                if not self._more():
                    raise
                continue
            # A number may go on in what is not read yet: 1.5 begins with 1.
            if self._text[end : end + 1] in _AFTER_VALUE or not self._more():
                self._place = end
                return found

    def end(self) -> None:
        """Nothing may follow."""
        if self.peek():
            raise ValueError("extra data behind the object")

    def _take(self, expected: str) -> None:
        if self.peek() != expected:
            raise ValueError(f"expecting {expected!r}, found {self.peek()!r}")
        self._place += 1

    def _more(self) -> bool:
        """Read on, twice as much each time a value is not whole yet; ``False`` at the end."""
        if self._read == len(self._content):
            return False
        rest = self._text[self._place :]
        stop = min(self._read + max(_CHUNK, len(rest)), len(self._content))
        is_last = stop == len(self._content)
        self._text = rest + self._decoder.decode(self._content[self._read : stop], is_last)
        self._read, self._place = stop, 0
        return True
