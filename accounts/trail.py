"""Where a page stands: the breadcrumbs of every page behind the sign-in."""

from django.urls import reverse
from django.utils.translation import gettext as _

Crumb = tuple[str, str]


def trail(*more: Crumb) -> list[Crumb]:
    """Label and address of each step from the start page; the page itself comes last."""
    return [(_("Start"), reverse("desk:start")), *more]
