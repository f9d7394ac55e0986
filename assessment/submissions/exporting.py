"""The job that writes all forms of a cycle into one workbook."""

import os
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessment.cycles.models import Cycle
from assessment.jobs.failures import JobFailed
from assessment.jobs.kinds import Progress, ResultLink
from assessment.jobs.models import Job
from assessment.submissions.models import RegionWorkbook
from assessment.submissions.services import keep_region_workbook
from assessment.submissions.workbooks.region import region_workbook

_WRITING = gettext_noop("Writing the forms")
_KEEPING = gettext_noop("Keeping the file")
_GONE = gettext_noop("Nobody came back for this workbook for days. Ask for it again.")
# Putting the sheets together and storing the file take the rest.
_WRITTEN = 90


def kept_region_workbook(cycle: Cycle, language: str) -> RegionWorkbook | None:
    """The workbook asked for last in the language, with its job; it may not be made yet."""
    kept = cycle.region_workbooks.select_related("job")
    return kept.filter(language=language).first()


def make_region_workbook(job: Job, progress: Progress) -> dict[str, Any]:
    """Write the workbook and keep it; running again replaces it by the one of that moment."""
    found = RegionWorkbook.objects.select_related("cycle__region", "cycle__framework_version")
    workbook = found.filter(pk=job.parameters["workbook"]).first()
    if workbook is None:
        raise JobFailed(_GONE)
    now, total = timezone.now(), max(1, workbook.cycle.submissions.count())

    def told(written: int) -> None:
        progress.report(_WRITTEN * min(written, total) // total, _WRITING)

    with (
        translation.override(workbook.language),
        region_workbook(workbook.cycle, at=now, told=told) as content,
    ):
        progress.report(_WRITTEN, _KEEPING)
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        keep_region_workbook(workbook=workbook, content=content, size=size, as_of=now)
    return {"workbook": workbook.pk, "bytes": size}


def title_of(job: Job) -> str:
    """What pages call the job: the workbook and its cycle."""
    return _("Workbook of all forms: %(cycle)s") % {"cycle": job.parameters.get("cycle", "")}


def result_link(job: Job) -> ResultLink | None:
    """Where the workbook can be downloaded; nothing is there once its days are over."""
    cycle, language = job.parameters.get("cycle"), job.parameters.get("language")
    if not cycle or not language:
        return None
    url = reverse("submissions:board-workbook-file", args=[cycle, language])
    return ResultLink(url, _("Download the workbook"))
