"""What a page of the form asks to take over: suggestions, files there are, what files prove."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.engine.document import FrameworkDocument
from assessment.submissions.answers import AnswerInput
from assessment.submissions.completeness import section_of
from assessment.submissions.forms import AnswerForm, PeriodForm
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.queries import document_of, evidence_visible_to, find_visible_evidence

OFFER, VALID = "offer", "valid"


@dataclass(frozen=True)
class Taking:
    """Answers to take over, files to link (indicator and file), and where the page goes on."""

    answers: Mapping[str, AnswerInput]
    files: tuple[tuple[str, Evidence], ...]
    anchor: str


def read_taking(
    submission: Submission, forms: Mapping[str, AnswerForm], posted: QueryDict, reader: User
) -> Taking:
    """What the button pressed takes over: one suggestion, one file, or all of a section.

    A suggestion is named by the mark the page showed, a file by its key; what the page did not
    show is not taken.
    """
    if "take" in posted:
        code, _space, mark = posted.get("take", "").partition(" ")
        return Taking(_answers(forms, [(code, mark)]), (), f"card-{code}" if code in forms else "")
    if "link" in posted:
        code, _space, key = posted.get("link", "").partition(" ")
        files = _files(forms, [(code, key)], reader)
        return Taking({}, files, f"card-{code}" if code in forms else "")
    if "take-section" not in posted:
        return Taking({}, (), "")
    section = posted.get("take-section", "")
    # What is typed goes before what is offered: it may not be stored yet.
    codes = [
        code
        for code in _codes_of(document_of(submission), forms, section)
        if not forms[code].typed.value and not forms[code].typed.status
    ]
    offered = [(code, mark) for code in codes for mark in posted.getlist(f"{code}-{OFFER}")]
    valid = [(code, key) for code in codes for key in posted.getlist(f"{code}-{VALID}")]
    anchor = f"section-{section}" if codes else ""
    return Taking(_answers(forms, offered), _files(forms, valid, reader), anchor)


def read_periods(
    submission: Submission, codes: Iterable[str], posted: QueryDict
) -> dict[str, PeriodForm]:
    """What the files uploaded for these indicators are said to prove, where anything was typed."""
    forms = {code: PeriodForm(posted, cycle=submission.cycle, prefix=code) for code in codes}
    return {code: form for code, form in forms.items() if form.is_said}


def undated_text() -> str:
    """What to say of files whose days are not understood."""
    return _("The file was not added: correct the days it proves, then choose it again.")


def _codes_of(
    document: FrameworkDocument, forms: Mapping[str, AnswerForm], section: str
) -> list[str]:
    return [code for code, form in forms.items() if section_of(document, form.node).code == section]


def _answers(
    forms: Mapping[str, AnswerForm], marks: Iterable[tuple[str, str]]
) -> dict[str, AnswerInput]:
    """The suggestions by indicator, over the revision the page showed; notes typed stay."""
    return {
        code: AnswerInput(
            prefill=mark[:64],
            note=forms[code].raw("note"),
            revision=forms[code].typed.revision,
        )
        for code, mark in marks
        if code in forms and mark
    }


def _files(
    forms: Mapping[str, AnswerForm], keys: Iterable[tuple[str, str]], reader: User
) -> tuple[tuple[str, Evidence], ...]:
    seen = evidence_visible_to(reader)
    found = [(code, find_visible_evidence(seen, key)) for code, key in keys if code in forms]
    return tuple((code, file) for code, file in found if file is not None)
