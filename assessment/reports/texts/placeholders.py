"""Named placeholders in a text, such as ``{locality}``: judged, and filled."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.translation import gettext as _

from accounts.text import join_items
from assessment.observations.validity import Fault

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Chinese input methods write braces as wide as a character.
_WIDE = str.maketrans({"\uff5b": "{", "\uff5d": "}"})
_BRACES = "{}\uff5b\uff5d"
# How alike two names must be, from 0 to 1, for one to be offered in place of the other.
_ALIKE = 0.55
_SHOWN = 30


@dataclass(frozen=True)
class Problem:
    """One brace or name that cannot stand so; ``line`` and ``place`` count from 1.

    ``meant`` is the placeholder that comes nearest, without braces; empty where none does.
    """

    found: str
    line: int
    place: int
    is_name: bool
    meant: str = ""


def problems_of(text: str, allowed: Collection[str]) -> list[Problem]:
    """Every unknown name, brace without its other one, and wide brace, in their order."""
    return [
        problem
        for number, line in enumerate(text.split("\n"), start=1)
        for problem in _problems(line, number, allowed)
    ]


def fault_of(problem: Problem, allowed: Collection[str]) -> Fault:
    """A problem in the reader's words: what stands where, what may stand there, the nearest."""
    found = _("“%(found)s” in line %(line)s, character %(place)s") % {
        "found": problem.found,
        "line": problem.line,
        "place": problem.place,
    }
    names = join_items(f"{{{name}}}" for name in allowed)
    if allowed:
        expected = _("one of %(names)s") % {"names": names}
    else:
        expected = _("a text without placeholders")
    if problem.meant:
        return Fault(found, expected, _("Did you mean {%(name)s}?") % {"name": problem.meant})
    if problem.is_name:
        return Fault(found, expected, _("Write one of them, or leave the braces out."))
    remedy = _("Open each placeholder with { and close it with } in the same line.")
    return Fault(found, expected, remedy)


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with its placeholders replaced, once: braces in a value are text.

    Raises ``KeyError`` for a name without a value, which no checked text has.
    """
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), text)


def _problems(line: str, number: int, allowed: Collection[str]) -> Iterator[Problem]:
    opened = -1
    for place, sign in enumerate(line):
        if sign not in _BRACES:
            continue
        if sign.translate(_WIDE) == "{":
            if opened >= 0:
                yield _brace(line, opened, place, number, allowed)
            opened = place
        elif opened < 0:
            yield _brace(line, place, place + 1, number, allowed)
        else:
            whole = line[opened : place + 1]
            if whole[1:-1] not in allowed or whole != whole.translate(_WIDE):
                meant = _nearest(whole[1:-1], allowed)
                yield Problem(_short(whole), number, opened + 1, is_name=True, meant=meant)
            opened = -1
    if opened >= 0:
        yield _brace(line, opened, len(line), number, allowed)


def _brace(line: str, start: int, end: int, number: int, allowed: Collection[str]) -> Problem:
    """An open brace with what follows it, or a closing one alone."""
    behind = re.match(r"\w*", line[start + 1 : end])
    name = behind[0] if behind is not None else ""
    # Chinese goes on without a blank: only the Latin letters can have been meant as a name.
    name = re.sub(r"[^\x00-\x7f].*", "", name)
    meant = _nearest(name, allowed) if name else ""
    return Problem(_short(line[start] + name), number, start + 1, is_name=False, meant=meant)


def _nearest(name: str, allowed: Collection[str]) -> str:
    plain = re.sub(r"[\s\-]+", "_", name.strip()).casefold()
    return next(iter(get_close_matches(plain, list(allowed), 1, _ALIKE)), "")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
