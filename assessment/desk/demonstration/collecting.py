"""How the forms of the demonstration are filled: typed, taken over, proven, proven again."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from assessment.desk.demonstration import values
from assessment.engine.document import Node
from assessment.observations.statuses import Status
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.periods import Period
from assessment.submissions.prefill import earlier_form, still_valid, suggestions_of
from assessment.submissions.services import (
    AnswerInput,
    attach_evidence,
    link_evidence,
    save_answers,
)

# What lasts: the plans of the enterprises are made for three years.
LASTING = "ONE_PLAN_SHARE"
_PLANS = Period(date(2015, 1, 1), date(2017, 12, 31))
# Who takes last year's share over in the year after, and who corrects it then.
TAKES_OVER = {"110000", "120000"}
CORRECTS = {"120000"}
# One ledger proves both, in this city.
ONE_LEDGER = {"110000": ("SHARING_COMPLETE", "SHARING_VALID")}


def collect(
    submission: Submission,
    answers: Mapping[str, AnswerInput],
    *,
    unproven: Collection[str] = (),
    by: User,
    at: datetime,
) -> datetime:
    """Save the answers and attach the evidence they ask for, each file once; when it was done.

    Answers of ``unproven`` stay without a file.
    """
    code = submission.locality.code
    earlier = earlier_form(submission)
    taken = {}
    if code in TAKES_OVER and earlier is not None and LASTING in answers:
        mark = suggestions_of(submission, earlier)[LASTING][0].mark
        taken = {LASTING: AnswerInput(prefill=mark)}
    save_answers(submission=submission, answers={**answers, **taken}, by=by, at=at)
    if taken and code in CORRECTS:
        revision = submission.answers.get(indicator=LASTING).revision
        corrected = AnswerInput(value=answers[LASTING].value, revision=revision)
        save_answers(submission=submission, answers={LASTING: corrected}, by=by, at=at)
    valid = still_valid(submission, earlier)
    nodes = submission.cycle.framework_version.parsed.by_code
    for indicator, answer in answers.items():
        at += values.pause(submission.cycle.code, code, indicator)
        if indicator in unproven:
            continue
        if answer.status == Status.VALUE and _needs_evidence(nodes[indicator]):
            known = _known(submission, indicator, valid if code in TAKES_OVER else {})
            if known is not None:
                link_evidence(
                    submission=submission, indicator=indicator, evidence=known, by=by, at=at
                )
            else:
                _upload(submission, indicator, by, at)
    return at


def _needs_evidence(node: Node) -> bool:
    return node.evidence is not None and node.evidence.required


def _known(
    submission: Submission, indicator: str, valid: Mapping[str, list[Evidence]]
) -> Evidence | None:
    """A file that proves the answer and is there already."""
    if indicator in valid:
        return valid[indicator][0]
    first, second = ONE_LEDGER.get(submission.locality.code, ("", ""))
    is_second = indicator == second and submission.cycle.period_start_date.year > 2015
    return submission.evidence.get(indicator=first) if is_second else None


def _upload(submission: Submission, indicator: str, by: User, at: datetime) -> None:
    year = submission.cycle.period_end_date.year
    title = f"{indicator} {submission.locality.code} {year}"
    upload = SimpleUploadedFile(
        f"{indicator}-{year}.pdf", values.evidence_file(title), content_type="application/pdf"
    )
    attach_evidence(
        submission=submission,
        indicator=indicator,
        upload=upload,
        period=_PLANS if indicator == LASTING and year == 2015 else None,
        by=by,
        at=at,
    )
