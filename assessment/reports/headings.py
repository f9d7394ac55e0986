"""Headings of a printed document: numbered, and found again from its table of contents."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment.engine.texts import is_chinese

_CHINESE_NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Heading:
    """A section's or annex's number and title; ``anchor`` is where links lead."""

    anchor: str
    number: str
    title: str


def headed(
    sections: Mapping[str, str], annexes: Mapping[str, str], language: str
) -> dict[str, Heading]:
    """The titles numbered in their order: sections first, then annexes."""
    chinese = is_chinese(language)
    found = {}
    for place, (name, title) in enumerate(sections.items()):
        number = f"{chinese_number(place)}、" if chinese else f"{place + 1}. "
        found[name] = Heading(f"section-{name}", number, title)
    for place, (name, title) in enumerate(annexes.items(), start=1):
        number = _("Annex %(number)s") % {"number": place} + ("　" if chinese else "  ")
        found[name] = Heading(f"section-{name}", number, title)
    return found


def chinese_number(place: int) -> str:
    """一 for the first place, 0; up to ten."""
    return _CHINESE_NUMBERS[place]
