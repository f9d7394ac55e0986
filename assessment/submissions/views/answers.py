"""The page's scripts save single answers here and ask what others have saved."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.sending import SESSION_SECONDS, session_seconds
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import queries
from assessment.submissions.live import (
    NotAnswersError,
    changes_since,
    outcome_words,
    read_answers,
)
from assessment.submissions.models import Submission
from assessment.submissions.services import save_answers
from assessment.submissions.views.lookup import find_submission, locked_text, why_closed
from assessment.submissions.wording import refusal
from assessment.submissions.workflow import SubmissionAction

# Of the largest number a revision can be.
REVISION_DIGITS = 10


@require_http_methods(["GET", "HEAD", "PATCH"])
@desk_view
def answers(request: DeskRequest, pk: int) -> HttpResponse:
    """JSON: what changed after the revision ``since`` (GET), or what a save did (PATCH).

    GET is answered 304 while nothing changed (ETag). PATCH takes what ``read_answers`` says
    and answers 200 with the outcome of each answer, 400 to anything else, 403 with a
    ``reason`` to another person than the one who typed or one who may not save, 423 where
    the form is closed. Each answer tells how long the session lasts.
    """
    if request.method == "PATCH":
        response = _save(request, _seen(request, pk))
    else:
        response = _ask(request, find_submission(request, pk))
    response.headers[SESSION_SECONDS] = str(session_seconds(request))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _seen(request: DeskRequest, pk: int) -> Submission:
    """The form, to be read by the service under its lock; 404 for who may not see it."""
    form = queries.seen_by(request.user, pk)
    if form is None:
        raise Http404
    return form


def _ask(request: DeskRequest, submission: Submission) -> HttpResponse:
    if request.GET.get("person", str(request.user.pk)) != str(request.user.pk):
        return _other_person(request)
    closed = why_closed(submission, SubmissionAction.SAVE, timezone.now())
    etag = _etag(submission, closed)
    known = get_conditional_response(request, etag=etag)
    if known is not None and known.status_code == 304:
        return known
    since = request.GET.get("since", "")
    is_number = since.isdecimal() and len(since) <= REVISION_DIGITS
    found = changes_since(submission, int(since) if is_number else 0, request.user)
    found["locked"] = locked_text(request, submission, closed)
    return _answer(found, etag)


def _save(request: DeskRequest, submission: Submission) -> HttpResponse:
    try:
        typed, person, since = read_answers(request.body)
    except NotAnswersError:
        return _refusal("request", _("This page is out of date: load it again."), 400)
    except RequestDataTooBig:
        text = _(
            "These answers are too long to be saved at once. Shorten one and load the page again."
        )
        return _refusal("request", text, 413)
    if person != request.user.pk:
        return _other_person(request)
    now = timezone.now()
    try:
        outcome = save_answers(submission=submission, answers=typed, by=request.user, at=now)
    except PermissionDenied:
        return _refusal("permission", _("You no longer fill in this form."), 403)
    except NotAllowedNow as error:
        return _refusal("locked", refusal(error, find_submission(request, submission.pk)), 423)
    found = changes_since(
        outcome.submission, since, request.user, asked=typed, stored=outcome.stored
    )
    return _answer(found | outcome_words(outcome), _etag(outcome.submission, None))


def _other_person(request: DeskRequest) -> HttpResponse:
    text = _("You are signed in as %(name)s. Nothing is saved under that name.")
    return _refusal("person", text % {"name": request.user}, 403)


def _etag(submission: Submission, closed: NotAllowedNow | None) -> str:
    """Names what the page shows of the form: another one whenever it would read otherwise."""
    shown = (submission.pk, submission.revision, type(closed).__name__, submission.state)
    return quote_etag("-".join(map(str, (*shown, submission.end_date, get_language()))))


def _answer(found: dict[str, Any], etag: str) -> HttpResponse:
    return JsonResponse(found, headers={"ETag": etag}, json_dumps_params={"ensure_ascii": False})


def _refusal(reason: str, detail: str, status: int) -> HttpResponse:
    """``reason`` for the script, ``detail`` for the reader."""
    return JsonResponse({"reason": reason, "detail": detail}, status=status)
