"""What every page of a version needs: the version itself, its address, the way back."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import DeskRequest
from accounts.trail import Crumb, trail
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.permissions import can_change_version
from assessment.frameworks.queries import find_version


def version_or_404(request: DeskRequest, code: str, number: int) -> FrameworkVersion:
    """The version at this address if the reader may see it."""
    version = find_version(request.user, code=code, number=number)
    if version is None:
        raise Http404
    return version


def changeable_version(request: DeskRequest, code: str, number: int) -> FrameworkVersion:
    """The version at this address if the reader may see (404) and change it (403)."""
    version = version_or_404(request, code, number)
    if not can_change_version(request.user, version):
        raise PermissionDenied
    return version


def version_url(version: FrameworkVersion) -> str:
    """The address of the designer of this version."""
    return reverse("frameworks:version", args=[version.framework.code, version.number])


def shown_revision(request: DeskRequest) -> int:
    """The revision the reader had before them; 0, which no version has, if it is missing."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def crumbs(version: FrameworkVersion, *more: str) -> list[Crumb]:
    """The path to a page of this version."""
    return trail(
        (_("Frameworks"), reverse("frameworks:list")),
        (f"{version.framework.name} v{version.number}", version_url(version)),
        *((label, "") for label in more),
    )
