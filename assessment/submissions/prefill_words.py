"""Suggestions and what was taken over, as readers are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.text import join_sentences
from assessment.engine.document import Node
from assessment.engine.figures import unit_text, value_text
from assessment.frameworks.wording import MEASURED_LABELS
from assessment.submissions.answers import AnswerState
from assessment.submissions.prefill import MEASURED, Suggestion, is_changed
from assessment.submissions.wording import status_label


@dataclass(frozen=True)
class Offer:
    """One suggestion as the page shows it; ``url`` leads to where it comes from."""

    mark: str
    label: str
    said: str
    reason: str
    source: str
    url: str
    is_proposed: bool


def offers(node: Node, suggestions: Sequence[Suggestion]) -> list[Offer]:
    """The suggestions for one indicator in words."""
    return [
        Offer(
            mark=each.mark,
            label=_label(each),
            said=_said(node, each.state.status, each.state.value),
            reason=each.state.reason,
            source=_source(each),
            url=f"{reverse('submissions:form', args=[each.form])}?part=all#card-{node.code}"
            if each.form
            else "",
            is_proposed=each.is_proposed,
        )
        for each in suggestions
    ]


def _label(suggestion: Suggestion) -> str:
    if suggestion.source == MEASURED:
        return str(MEASURED_LABELS[suggestion.origin])
    return suggestion.year


def _source(suggestion: Suggestion) -> str:
    day = suggestion.day.isoformat()
    if suggestion.source == MEASURED:
        return _("measured until %(day)s (%(source)s)") % {"day": day, "source": suggestion.by}
    told = _("accepted %(day)s") % {"day": day}
    if suggestion.is_redefined:
        told = _("%(told)s, defined otherwise then") % {"told": told}
    return told


def _said(node: Node, status: str, value: Decimal | None) -> str:
    if value is None:
        return status_label(status)
    language = get_language() or "zh-hans"
    unit = unit_text(node, language)
    return f"{value_text(node, value, language)} {unit}".strip()


def taken_words(node: Node, taken: Mapping[str, Any] | None, state: AnswerState) -> str:
    """Where an answer was taken over from, and what it was if it was changed since."""
    if not taken or not state.is_answered:
        return ""
    place = {"origin": taken["origin"], "day": taken["day"]}
    if taken["kind"] == MEASURED:
        place["origin"] = MEASURED_LABELS.get(taken["origin"], taken["origin"])
        told = _("Taken over: %(origin)s, measured until %(day)s.") % place
    else:
        told = _("Taken over from %(origin)s, accepted %(day)s.") % place
    if not is_changed(taken, state):
        return told
    value = None if taken["value"] is None else Decimal(taken["value"])
    said = _said(node, taken["status"], value)
    return join_sentences([told, _("Changed since; it said: %(said)s.") % {"said": said}])
