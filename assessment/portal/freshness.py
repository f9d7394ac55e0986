"""Pages made of frozen results alone: known by what they are made of, before they are made."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.http import quote_etag

from accounts.software import software_digest
from assessment.cycles.queries import is_demonstration_installation
from assessment.portal.queries import is_contestable
from assessment.portal.text import reader_language
from assessment.publication.models import Publication

P = ParamSpec("P")
FrozenView = Callable[Concatenate[HttpRequest, Publication, P], HttpResponse]
# Their bearer may see a name, a message or unread notices on the page.
_PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, "messages"}


def frozen_page(
    *, also: Callable[..., Sequence[object]] = lambda publication, **_named: ()
) -> Callable[[FrozenView[P]], FrozenView[P]]:
    """Answer 304, without making the page, to a visitor who has it.

    For views that show a publication and nothing else that changes but what ``also`` gives for
    the same arguments (plain values). A view that left something out for the moment is
    ``known_by_content``, so that its answer is not taken for the whole page.
    """

    def decorated(view: FrozenView[P]) -> FrozenView[P]:
        @wraps(view)
        def answer(
            request: HttpRequest, publication: Publication, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if not _is_anybodys(request):
                return view(request, publication, *args, **kwargs)
            etag = _etag(request, publication, also(publication, *args, **kwargs))
            known: HttpResponse | None = get_conditional_response(request, etag=etag)
            if known is not None:
                return known
            response = view(request, publication, *args, **kwargs)
            if response.status_code == HTTPStatus.OK:
                response.headers.setdefault("ETag", etag)
            return response

        return answer

    return decorated


def known_by_content(response: HttpResponse) -> HttpResponse:
    """An answer that may lack something for the moment, as a chart that could not be drawn."""
    set_response_etag(response)
    return response


def _is_anybodys(request: HttpRequest) -> bool:
    """Whether the page is the same for everybody; developers' templates change as they work."""
    return not settings.DEBUG and not request.COOKIES.keys() & _PERSONAL_COOKIES


def _etag(request: HttpRequest, publication: Publication, also: Sequence[object]) -> str:
    made_of = [
        software_digest(),
        publication.bundle_sha256,
        publication.pk,
        is_contestable(publication, timezone.now()),
        str(publication.cycle.objection_end_date),
        is_demonstration_installation(),
        reader_language(),
        request.get_full_path(),
        [str(part) for part in also],
    ]
    return quote_etag(hashlib.sha256(json.dumps(made_of).encode()).hexdigest())
