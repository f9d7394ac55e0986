"""One save of the form: its answers, its new files and the file taken off, or none of them."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from assessment.submissions.answers import AnswerInput
from assessment.submissions.checks import Place
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.periods import Period
from assessment.submissions.services.evidence import (
    attach,
    link_evidence,
    remove_evidence,
    stored_evidence,
)
from assessment.submissions.services.explaining import (
    ExplainOutcome,
    ExplanationInput,
    explain_findings,
)
from assessment.submissions.services.saving import SaveOutcome, save_answers


@dataclass(frozen=True)
class FormOutcome:
    """What became of one save; ``refused``: why files were not attached, by indicator.

    ``explained``: how many warnings were; ``unexplained``: why others were not, by place.
    """

    answers: SaveOutcome
    attached: tuple[Evidence, ...]
    refused: Mapping[str, list[str]]
    removed: Evidence | None
    explained: int = 0
    unexplained: Mapping[Place, list[str]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Everything sent is now part of the form."""
        return self.answers.is_clean and not self.refused and not self.unexplained


def save_form(
    *,
    submission: Submission,
    answers: Mapping[str, AnswerInput],
    uploads: Iterable[tuple[str, "UploadedFile[bytes]"]] = (),
    periods: Mapping[str, Period] | None = None,
    linked: Iterable[tuple[str, Evidence]] = (),
    removed: Evidence | None = None,
    explanations: Mapping[Place, ExplanationInput] | None = None,
    by: User | None,
    at: datetime,
) -> FormOutcome:
    """Save every valid answer, attach every acceptable file (by indicator), take one file off,
    and keep the explanations of warnings, which are held against what stands after all that.

    ``periods``: what the files uploaded for an indicator prove; ``linked``: files the locality
    has already.

    What is wrong with an answer or a file is reported, and nothing valid waits for it. Where
    the form is closed meanwhile (``NotAllowedNow``) nothing of the save remains. Files are
    read, hashed and written before the locks are taken.
    """
    refused: dict[str, list[str]] = {}
    attached: list[Evidence] = []
    with ExitStack() as stored:
        waiting: list[Evidence] = []
        for indicator, upload in uploads:
            one = stored_evidence(
                submission=submission,
                indicator=indicator,
                upload=upload,
                period=(periods or {}).get(indicator),
                by=by,
                at=at,
            )
            try:
                waiting.append(stored.enter_context(one))
            except ValidationError as error:
                refused.setdefault(indicator, []).extend(error.messages)
        with transaction.atomic():
            saved = save_answers(submission=submission, answers=answers, by=by, at=at)
            for evidence in waiting:
                try:
                    attach(evidence, by, at)
                except ValidationError as error:
                    refused.setdefault(evidence.indicator, []).extend(error.messages)
                else:
                    attached.append(evidence)
            for indicator, source in linked:
                try:
                    attached.append(
                        link_evidence(
                            submission=submission,
                            indicator=indicator,
                            evidence=source,
                            by=by,
                            at=at,
                        )
                    )
                except ValidationError as error:
                    refused.setdefault(indicator, []).extend(error.messages)
            if removed is not None:
                removed = remove_evidence(evidence=removed, by=by, at=at)
            told = ExplainOutcome(saved.revision)
            if explanations:
                told = explain_findings(
                    submission=submission, explanations=explanations, by=by, at=at
                )
    return FormOutcome(saved, tuple(attached), refused, removed, len(told.saved), told.problems)
