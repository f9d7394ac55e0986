"""How the public area answers: no cookies, revalidated by content, one publication per cycle."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from accounts.downloads import attachment
from assessment.portal.queries import (
    find_publication,
    find_withdrawn,
    is_contestable,
)
from assessment.publication.models import Publication
from assessment.publication.queries import previous_publication
from assessment.publication.wording import caveats_told

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
PublicationView = Callable[Concatenate[HttpRequest, Publication, P], HttpResponseBase]


def public_page(view: View[P]) -> View[P]:
    """Answer GET and HEAD only; caches may keep the answer but ask each time (ETag).

    A withdrawn publication must be gone at once, so nothing is kept without asking. What a
    signed-in reader sees carries their name and stays in their own cache.
    """

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        allow_caching(request, response)
        return response

    safe: View[P] = require_safe(conditional_page(answer))
    return safe


def publication_page(view: PublicationView[P]) -> Callable[..., HttpResponseBase]:
    """A public page of one cycle, revalidated by its content; see ``of_publication``."""
    return public_page(of_publication(view))


def of_publication(view: PublicationView[P]) -> Callable[..., HttpResponseBase]:
    """Give the view the cycle's public publication.

    Where it was withdrawn, say so at every address it had; Http404 for what never was public.
    """

    @wraps(view)
    def answer(
        request: HttpRequest, /, cycle: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        publication = find_publication(cycle)
        if publication is not None:
            return view(request, publication, *args, **kwargs)
        withdrawn = find_withdrawn(cycle)
        if withdrawn is None:
            raise Http404
        return withdrawal_notice(request, withdrawn)

    return answer


def withdrawal_notice(request: HttpRequest, publication: Publication) -> HttpResponse:
    """That the publication was withdrawn: when, by which body, why, and what follows.

    The status is 410. With 200 a program that asks for a table would store this page as
    figures, and search engines would keep the address as a result; 404 would deny that
    anything was ever published. No cache may keep the answer without asking (``max-age=0``):
    once the cycle publishes again, the same address shows the new results.
    """
    context = {
        "withdrawn": publication,
        "cycle": publication.cycle,
        "coordinating_body": publication.body_name,
        "earlier": previous_publication(publication),
        "breadcrumbs": [
            (_("Publications"), reverse("portal:publications")),
            (publication.cycle_name, ""),
        ],
    }
    response = render_page(
        request, "portal/withdrawn.html", context, section="publications", status=410
    )
    allow_caching(request, response)
    return response


def allow_caching(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let caches keep the answer as long as they ask whether it still stands."""
    is_own = request.user.is_authenticated
    whose = {"private": True} if is_own else {"public": True}
    patch_cache_control(response, max_age=0, must_revalidate=True, **whose)


def frozen_file(publication: Publication, content: str, name: str, kind: str) -> HttpResponse:
    """A text file of a publication, downloaded under a speaking name."""
    response = attachment(HttpResponse(content, content_type=f"{kind}; charset=utf-8"), name)
    return dated(publication, response)


def dated(publication: Publication, response: HttpResponse) -> HttpResponse:
    """Say that the answer is as old as the publication."""
    if publication.published_at is not None:
        response["Last-Modified"] = http_date(publication.published_at.timestamp())
    return response


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    section: str,
    publication: Publication | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a portal page with what head and foot need.

    ``section`` is the entry of the navigation that the page belongs to. Pages of no
    publication name the body and the methodology of the latest one (``config.context.Frame``).
    """
    whole = {
        "section": section,
        "publication": publication,
        "cycle": publication.cycle if publication else None,
        "is_contestable": publication is not None and is_contestable(publication, timezone.now()),
        "caveats": caveats_told(publication) if publication else [],
        "tabs": _tabs(publication, request.path) if publication else [],
        "coordinating_body": publication.body_name if publication else "",
        "methodology_url": (
            reverse("portal:methodology", args=[publication.cycle.code]) if publication else ""
        ),
        **context,
    }
    return render(request, template, whole, status=status)


def crumbs(publication: Publication, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The path to a page of a publication; the last one is the page itself."""
    cycle = publication.cycle
    return [
        (_("Publications"), reverse("portal:publications")),
        (publication.cycle_name, reverse("portal:cycle", args=[cycle.code])),
        *more,
    ]


def _tabs(publication: Publication, path: str) -> list[dict[str, Any]]:
    code = publication.cycle.code
    pages = [
        (_("Results"), reverse("portal:cycle", args=[code]), ("/",)),
        (_("Full ranking"), reverse("portal:ranking", args=[code]), ()),
        (_("Methodology"), reverse("portal:methodology", args=[code]), ()),
        (_("Downloads"), reverse("portal:cycle-downloads", args=[code]), ()),
    ]
    return [
        {"label": label, "url": url, "is_current": path == url or path in also}
        for label, url, also in pages
    ]
