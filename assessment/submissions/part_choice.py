"""Which part of the form its page shows: mine, what is open to all, somebody's, or all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.addresses import query_url
from assessment.submissions.division import joint
from assessment.submissions.sections import Card, Section

MINE, OPEN, ALL = "mine", "open", "all"


@dataclass(frozen=True)
class PartChoice:
    """One part that can be shown, with how many of its indicators are complete."""

    code: str
    label: str
    complete: int
    required: int
    url: str
    is_current: bool
    # The indicators inside, parted by spaces: the page counts again after each save.
    codes: str

    @property
    def count(self) -> str:
        """Complete of required, as the chip shows it."""
        return f"{self.complete}/{self.required}"


def part_choices(sections: Sequence[Section], query: QueryDict) -> list[PartChoice]:
    """The parts of a divided form, the reader's own first; none where nothing is divided.

    Without a wish the reader sees their own part, else the whole form.
    """
    cards = [card for section in sections for card in section.cards]
    if all(card.responsible is None for card in cards):
        return []
    found: dict[str, tuple[str, list[Card]]] = {}
    mine = [card for card in cards if card.is_mine]
    if mine:
        found[MINE] = (_("My part"), mine)
    found[ALL] = (_("Whole form"), cards)
    named: dict[str, list[Card]] = {}
    for card in cards:
        if card.responsible is not None:
            named.setdefault(card.responsible.key, []).append(card)
    for key, inside in named.items():
        found[key] = (str(joint(filter(None, (c.responsible for c in inside)))), inside)
    free = [card for card in cards if card.responsible is None]
    if free:
        found[OPEN] = (_("Open to everyone"), free)
    wanted = query.get("part", "")
    current = wanted if wanted in found else next(iter(found))
    return [
        PartChoice(
            code=code,
            label=label,
            complete=sum(card.completeness.is_complete for card in inside),
            required=len(inside),
            url=query_url(query, part=code),
            is_current=code == current,
            codes=" ".join(card.code for card in inside),
        )
        for code, (label, inside) in found.items()
    ]


def sections_of_part(sections: Sequence[Section], choices: Sequence[PartChoice]) -> list[Section]:
    """The sections with the cards of the part that is chosen, and any card with a problem.

    What was refused of a save stays on the page, whoever answers for it meanwhile.
    """
    current = next((choice.code for choice in choices if choice.is_current), ALL)
    if current == ALL:
        return list(sections)
    shown = [
        replace(section, cards=[c for c in section.cards if _fits(c, current) or c.has_problem])
        for section in sections
    ]
    return [section for section in shown if section.cards]


def _fits(card: Card, part: str) -> bool:
    if part == MINE:
        return card.is_mine
    if part == OPEN:
        return card.responsible is None
    return card.responsible is not None and card.responsible.key == part
