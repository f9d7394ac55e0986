"""How firm a locality's rank is: the interval and the tied group that the publication keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessment.publication.models import Analysis
from assessment.scores.places import AssessedPlace

# More names than this would bury the sentence.
_MOST_NAMED = 6


@dataclass(frozen=True)
class Firmness:
    """The ranks between which nine of ten draws lie, and whom the draws cannot tell apart.

    ``tied`` are the names of the others in the group.
    """

    low: int
    high: int
    draws: int
    tied: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether the rank might have been another."""
        return self.low != self.high

    @property
    def span(self) -> str:
        """Both ranks, or the one where they are equal."""
        return f"{self.low}–{self.high}" if self.is_open else str(self.low)


def firmness_of(
    analysis: Analysis | None, places: Mapping[str, AssessedPlace], code: str
) -> Firmness | None:
    """What the analysis says of the locality; None without one, and for the unranked."""
    if analysis is None:
        return None
    study: dict[str, Any] = analysis.document["uncertainty"]
    found = next((line for line in study["localities"] if line["locality"] == code), None)
    if found is None or found["rank"] is None or found["low"] is None:
        return None
    group: Sequence[str] = next((g for g in study["tied_groups"] if code in g), [])
    return Firmness(
        low=found["low"],
        high=found["high"],
        draws=study["draws"] - study["failed_draws"],
        tied=tuple(places[other].name for other in group if other != code),
    )


def firmness_words(firm: Firmness) -> list[str]:
    """The interval and the tied group as sentences."""
    facts = {"draws": firm.draws, "low": firm.low, "high": firm.high}
    if not firm.is_open:
        spread = _(
            "In %(draws)s draws that vary weights and normalisation, nine of ten give rank %(low)s."
        )
    else:
        spread = _(
            "In %(draws)s draws that vary weights and normalisation, nine of ten give a rank "
            "between %(low)s and %(high)s."
        )
    if not firm.tied:
        return [spread % facts, _("The draws tell it apart from all others.")]
    named = firm.tied[:_MOST_NAMED]
    names = pgettext("list separator", ", ").join(named)
    more = len(firm.tied) - len(named)
    if more:
        sentence = ngettext(
            "They cannot tell it apart from %(names)s and %(more)s other.",
            "They cannot tell it apart from %(names)s and %(more)s others.",
            more,
        )
        return [spread % facts, sentence % {"names": names, "more": more}]
    return [spread % facts, _("They cannot tell it apart from %(names)s.") % {"names": names}]
