"""The job that makes one report."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Locality
from assessment.engine.problems import EngineVersionError
from assessment.jobs.failures import JobFailed
from assessment.jobs.kinds import Progress, ResultLink
from assessment.jobs.models import Job
from assessment.publication.models import Publication
from assessment.publication.services import keep_analysis
from assessment.reports.models import Document, Rendered, Report
from assessment.reports.services import (
    DOCUMENT_JOBS,
    confirm_report,
    end_batches,
    keep_document,
    keep_report,
    require_current,
)
from assessment.reports.wording import language_label

if TYPE_CHECKING:
    from assessment.reports.printable import Printable

READING = gettext_noop("Reading the results")
STUDYING = gettext_noop("Finding how firm the ranks are")
SETTING = gettext_noop("Setting the pages")
KEEPING = gettext_noop("Keeping the file")
GONE = gettext_noop("The publication this report belongs to no longer exists.")
NO_KEY = gettext_noop(
    "The key that signs reports cannot be used, so no report was made. "
    "Ask your administrator to run “manage.py check”, then try again."
)
OTHER_ENGINE = gettext_noop(
    "The results were made by another version of the scoring engine, which this one cannot "
    "recompute. Compute and publish them again, or make the report with that version."
)
WITHDRAWN = gettext_noop("The publication was withdrawn; its reports are no longer made.")


def make_report(job: Job, progress: Progress) -> dict[str, Any]:
    """Render the report the job names and keep it; one that would be the same stays.

    Whether it would is known from what it is read from, before it is read; where that changed,
    from what it says, before it is set.
    """
    # Imported here: only processes that make reports load WeasyPrint and its fonts.
    from assessment.reports.keys import inputs_key
    from assessment.reports.signing import SigningKeyError

    report = _report_of(job)
    try:
        if report.inputs_key and report.inputs_key == inputs_key(report) and _is_stored(report):
            return _made(report, unchanged=True)
        # Once for each publication: the first report waits for it, the others read it.
        progress.report(5, STUDYING)
        _study(report.publication, progress)
        # Taken before the contents: what changes while they are read counts as changed.
        inputs = inputs_key(report)
        progress.report(15, READING)
        content, key = _set_anew(report, progress)
    except SigningKeyError as error:
        raise JobFailed(NO_KEY) from error
    if content is None:
        confirm_report(report=report, inputs_key=inputs)
        return _made(report, unchanged=True)
    progress.report(90, KEEPING)
    kept = keep_report(
        report=report,
        content=content,
        at=timezone.now(),
        content_key=key,
        inputs_key=inputs,
        job=job,
    )
    return _made(kept)


def _set_anew(report: Report, progress: Progress) -> tuple[bytes | None, str]:
    """The file and its key; no file where the report would be what is stored."""
    from assessment.reports.contents import report_contents

    with translation.override(report.language):
        contents = report_contents(
            publication=report.publication, locality=report.locality, language=report.language
        )
        return _rendered(report, contents, progress)


def _rendered(
    rendered: Rendered, contents: "Printable", progress: Progress
) -> tuple[bytes | None, str]:
    """The contents set, unless the stored file was made of just these; and their key."""
    from assessment.reports.keys import content_key
    from assessment.reports.pdf import render_pdf
    from assessment.reports.printable import html_of

    html = html_of(contents)
    key = content_key(contents, html)
    if rendered.content_key == key and _is_stored(rendered):
        return None, key
    progress.report(25, SETTING)
    return render_pdf(contents, html), key


def _is_stored(rendered: Rendered) -> bool:
    """Whether the storage still has the file: one that was lost is made anew."""
    name = rendered.file.name or ""
    return bool(name) and rendered.file.storage.exists(name)


def _made(report: Report, *, unchanged: bool = False) -> dict[str, Any]:
    made = {"report": report.pk, "sha256": report.sha256, "bytes": report.size}
    return made | ({"unchanged": True} if unchanged else {})


def batch_of(job: Job, at: datetime) -> None:
    """What follows the end of a report's job: the end of its batch, if it was the last."""
    end_batches(at=at, job=job)


def _study(publication: Publication, progress: Progress) -> None:
    try:
        keep_analysis(
            publication=publication,
            at=timezone.now(),
            waiting=lambda: progress.report(5, STUDYING),
        )
    except EngineVersionError as error:
        raise JobFailed(OTHER_ENGINE) from error


def make_document(job: Job, progress: Progress) -> dict[str, Any]:
    """Render the document the job names and keep it; one that would be the same stays."""
    from assessment.reports.signing import SigningKeyError

    document = _document_of(job)
    progress.report(5, READING)
    try:
        with translation.override(document.language):
            content, key = _rendered(document, _document_contents(document, progress), progress)
    except SigningKeyError as error:
        raise JobFailed(NO_KEY) from error
    kept = document
    if content is not None:
        progress.report(90, KEEPING)
        kept = keep_document(
            document=document, content=content, at=timezone.now(), content_key=key, job=job
        )
    return {"document": kept.pk, "sha256": kept.sha256, "bytes": kept.size}


def _document_contents(document: Document, progress: Progress) -> "Printable":
    from assessment.reports.blank import blank_form, blank_framework
    from assessment.reports.notices import commendation_contents, receipt_contents
    from assessment.reports.regional import regional_contents

    if document.version is not None:
        return receipt_contents(document.version, document.language)
    if document.submission is not None:
        return blank_form(document.submission, document.language)
    if document.framework_version is not None:
        return blank_framework(document.framework_version, document.language)
    publication = document.publication
    if publication is None or publication.withdrawn_at is not None:
        raise JobFailed(WITHDRAWN)
    if document.kind == Document.Kind.COMMENDATION:
        return commendation_contents(publication, document.language)
    _study(publication, progress)
    return regional_contents(publication, document.language)


def _document_of(job: Job) -> Document:
    document = (
        Document.objects.select_related(
            "publication__cycle__region",
            "publication__run",
            "version__submission__cycle__region",
            "version__submission__cycle__framework_version",
            "version__submission__locality",
            "submission__cycle__region",
            "submission__cycle__framework_version",
            "submission__locality",
            "framework_version__framework__region",
        )
        .filter(pk=job.parameters["document"])
        .first()
    )
    if document is None:
        raise JobFailed(GONE)
    require_current(document, job)
    return document


def document_title(job: Job) -> str:
    """What pages call the job: the kind of document, whose it is, its language."""
    kind = next(kind for kind, name in DOCUMENT_JOBS.items() if name == job.kind)
    label = Document.Kind(kind).label
    names = Locality(
        name_zh=job.parameters.get("name_zh", ""), name_en=job.parameters.get("name_en", "")
    )
    of = names.name or job.parameters.get("cycle", "")
    return _("%(document)s: %(of)s, %(language)s") % {
        "document": label,
        "of": of,
        "language": language_label(job.parameters.get("language", "")),
    }


def document_link(job: Job) -> ResultLink | None:
    """Where the finished document can be downloaded."""
    document = job.result.get("document")
    if document is None:
        return None
    return ResultLink(reverse("reports:document", args=[document]), _("Download the document"))


def _report_of(job: Job) -> Report:
    report = (
        Report.objects.select_related("publication__cycle__region", "locality")
        .filter(
            publication=job.parameters["publication"],
            locality=job.parameters["locality"],
            language=job.parameters["language"],
        )
        .first()
    )
    if report is None:
        raise JobFailed(GONE)
    require_current(report, job)
    if _is_withdrawn(report.publication):
        raise JobFailed(WITHDRAWN)
    return report


def _is_withdrawn(publication: Publication) -> bool:
    return publication.withdrawn_at is not None


def title_of(job: Job) -> str:
    """What pages call the job: the locality in the reader's language, and the report's own."""
    names = Locality(
        name_zh=job.parameters.get("name_zh", ""), name_en=job.parameters.get("name_en", "")
    )
    if not names.name:
        return _("Evaluation report")
    return _("Evaluation report: %(locality)s, %(language)s") % {
        "locality": names.name,
        "language": language_label(job.parameters.get("language", "")),
    }


def result_link(job: Job) -> ResultLink | None:
    """Where the finished report can be downloaded."""
    report = job.result.get("report")
    if report is None:
        return None
    return ResultLink(reverse("reports:download", args=[report]), _("Download the report"))
