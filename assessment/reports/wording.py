"""Words that several pages of reports share."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Locality
from assessment.jobs.models import Job


def language_label(code: str) -> str:
    """The language of a report in the reader's own; nothing for an unknown one."""
    labels = {
        "zh-hans": pgettext("language of a report", "Chinese"),
        "en": pgettext("language of a report", "English"),
    }
    return labels.get(code, "")


def subject_of(job: Job) -> str:
    """The locality and the language a job makes a report for; no query."""
    names = Locality(
        name_zh=job.parameters.get("name_zh", ""), name_en=job.parameters.get("name_en", "")
    )
    return _("%(locality)s, %(language)s") % {
        "locality": names.name,
        "language": language_label(job.parameters.get("language", "")),
    }


def own_label(code: str) -> str:
    """The language as it calls itself."""
    return {"zh-hans": "中文", "en": "English"}.get(code, code)
