"""Explaining warnings: why an answer stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.text import MAX_REASON, length_faults
from assessment.engine.document import FrameworkDocument
from assessment.engine.validation import ERROR
from assessment.submissions.checks import FormFinding, Place, rule_at
from assessment.submissions.division import division_of
from assessment.submissions.form_facts import findings_in
from assessment.submissions.models import Explanation, Submission
from assessment.submissions.services.dividing import whose
from assessment.submissions.services.locking import (
    lock_for_editing,
    record_change,
    require_editing,
    touch,
)


@dataclass(frozen=True)
class ExplanationInput:
    """What is said of one warning; ``basis`` is that of the finding the writer saw.

    Without words the explanation given before is taken back.
    """

    text: str
    basis: str = ""


@dataclass(frozen=True)
class ExplainOutcome:
    """What became of each explanation sent, by place; ``problems``: why it was not taken.

    ``settled``: nothing warns there any more, so nothing was kept.
    """

    revision: int
    saved: tuple[Place, ...] = ()
    problems: Mapping[Place, list[str]] = field(default_factory=dict)
    settled: tuple[Place, ...] = ()


@transaction.atomic
def explain_findings(
    *,
    submission: Submission,
    explanations: Mapping[Place, ExplanationInput],
    by: User | None,
    at: datetime,
) -> ExplainOutcome:
    """Keep the locality's explanations of warnings, by indicator and rule.

    Each belongs to the figures its warning rests on: where one of them changes, the warning
    waits for an explanation again. One given for figures that changed meanwhile, for a rule
    that does not warn of the indicator, or by somebody the indicator is not open to, is
    refused at its place; the others are kept. They
    are part of what is signed: the form gets a new revision.
    ``PermissionDenied`` and ``NotAllowedNow`` as for ``save_answers``.
    """
    submission = lock_for_editing(submission)
    require_editing(submission, by, at)
    found = {each.place: each for each in findings_in(submission) if not each.finding.is_error}
    division = division_of(submission)
    document = submission.cycle.framework_version.parsed
    problems = {
        place: [fault] for place in explanations if (fault := _cannot_be_explained(document, place))
    }
    kept: dict[Place, str] = {}
    settled = [place for place in explanations if place not in found and place not in problems]
    for place, finding in found.items():
        sent = explanations.get(place)
        if sent is None:
            continue
        text = _clean(sent.text)
        if text == _told(finding):
            continue
        if by is not None and not division.opens(place[0], by):
            problems[place] = [whose(division.of(place[0]))]
        elif faults := _faults(finding, sent, text):
            problems[place] = faults
        else:
            kept[place] = text
    if kept:
        _write(submission, found, kept, by, at)
    return ExplainOutcome(submission.revision, tuple(kept), problems, tuple(settled))


def _cannot_be_explained(document: FrameworkDocument, place: Place) -> str:
    rule = rule_at(document, place)
    if rule is None:
        text = _("No rule “%(rule)s” of this framework is about the indicator %(indicator)s.")
        return text % {"rule": place[1], "indicator": place[0]}
    if rule.severity == ERROR:
        return _("What this rule finds is an error: it is corrected, not explained.")
    return ""


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _faults(finding: FormFinding, sent: ExplanationInput, text: str) -> list[str]:
    if sent.basis != finding.finding.basis:
        return [_("The figures were changed meanwhile. Read the warning again, then explain it.")]
    return length_faults(text, MAX_REASON)


def _told(finding: FormFinding) -> str:
    """The explanation that holds now."""
    return finding.explanation.text if finding.explanation else ""


def _write(
    submission: Submission,
    found: Mapping[Place, FormFinding],
    kept: Mapping[Place, str],
    by: User | None,
    at: datetime,
) -> None:
    touch(submission, at)
    stored = {(e.indicator, e.rule): e for e in submission.explanations.all()}
    gone = [stored[place].pk for place, text in kept.items() if not text and place in stored]
    submission.explanations.filter(pk__in=gone).delete()
    Explanation.objects.bulk_create(
        [
            Explanation(
                submission=submission,
                indicator=place[0],
                rule=place[1],
                basis=found[place].finding.basis,
                text=text,
                by=by,
                at=at,
            )
            for place, text in kept.items()
            if text
        ],
        update_conflicts=True,
        unique_fields=["submission", "indicator", "rule"],
        update_fields=["basis", "text", "by", "at"],
    )
    before = {place: stored[place].text for place in kept if place in stored}
    record_change(
        submission,
        "explain",
        by=by,
        at=at,
        before=_said(before),
        after=_said(kept),
    )


def _said(texts: Mapping[Place, str]) -> dict[str, dict[str, list[str]]]:
    """By indicator as the event keeps it: each rule with what is said of it."""
    said: dict[str, dict[str, list[str]]] = {}
    for (indicator, rule), text in texts.items():
        said.setdefault(indicator, {}).setdefault("explanation", []).append(f"{rule}: {text}")
    return said
