"""The files a locality has, as a list to choose from for one answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.lists import Choice, Column, Filter, ListPage, Search, read_computed
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.queries import files_of_locality


@dataclass(frozen=True)
class OwnFile:
    """One content, by the row that names it last; ``places`` says where it is attached."""

    evidence: Evidence
    places: tuple[str, ...]
    is_here: bool
    is_of_this_form: bool


def own_files(submission: Submission, indicator: str) -> list[OwnFile]:
    """Each content once, newest first; one query."""
    rows: dict[str, list[Evidence]] = {}
    for each in files_of_locality(submission):
        rows.setdefault(each.sha256, []).append(each)
    return [
        OwnFile(
            evidence=same[0],
            places=tuple(f"{each.submission.cycle.code} {each.indicator}" for each in same),
            is_here=any(_is_at(each, submission, indicator) for each in same),
            is_of_this_form=any(each.submission_id == submission.pk for each in same),
        )
        for same in rows.values()
    ]


def read_own_files(rows: Sequence[OwnFile], chosen: QueryDict) -> ListPage[OwnFile]:
    """Newest first; those of this form, or of earlier ones that still hold."""
    return read_computed(
        rows,
        chosen,
        columns=[
            Column(_("File"), "file", value=lambda row: row.evidence.name),
            Column(_("Attached to"), "places", value=lambda row: row.places),
            Column(_("Proves"), "proves", value=lambda row: str(row.evidence.proves)),
            Column(
                _("Uploaded"),
                "uploaded",
                value=lambda row: row.evidence.uploaded_at,
                descending_first=True,
            ),
            Column(_("Actions"), is_unseen=True),
        ],
        sort="-uploaded",
        export=None,
        search=Search(_("Search files"), texts=_texts),
        filters=[
            Filter(
                "form",
                _("Form"),
                [
                    Choice("this", _("This form"), fits=lambda row: row.is_of_this_form),
                    Choice("earlier", _("Earlier forms"), fits=lambda row: not row.is_of_this_form),
                ],
            )
        ],
    )


def _is_at(evidence: Evidence, submission: Submission, indicator: str) -> bool:
    return (evidence.submission_id, evidence.indicator) == (submission.pk, indicator)


def _texts(row: OwnFile) -> Iterable[str]:
    return (row.evidence.name, row.evidence.sha256, *row.places)
