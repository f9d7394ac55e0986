"""Words that several pages of reports share."""

from django.utils.translation import pgettext


def language_label(code: str) -> str:
    """The language of a report in the reader's own; nothing for an unknown one."""
    labels = {
        "zh-hans": pgettext("language of a report", "Chinese"),
        "en": pgettext("language of a report", "English"),
    }
    return labels.get(code, "")
