"""How sizes of files are told beside their limits."""

from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import ngettext


def told_apart(limit: int, *parts: int) -> list[str]:
    """The limit in words, then the sizes that are together too much for it.

    Rounded to a tenth of their unit, but in bytes where rounded the sum would read like the
    limit: nobody is to be told that of 20.0 MB at most 20.0 MB are allowed.
    """
    say = _bytes if filesizeformat(sum(parts)) == filesizeformat(limit) else filesizeformat
    return [str(say(size)) for size in (limit, *parts)]


def _bytes(size: int) -> str:
    number = number_format(size, force_grouping=True)
    return ngettext("%(number)s byte", "%(number)s bytes", size) % {"number": number}
