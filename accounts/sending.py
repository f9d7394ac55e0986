"""A form counts once, however often it is sent; and who works stays signed in.

A page that adds something carries ``{% form_key %}``. The first request with that key and
content claims it, in a transaction of its own, before the view runs; a second finds the claim,
waits for what comes of it, and does nothing. The claim stays where the view led on to another
page or made something (201 with the place to be led to), and is given back where it refused:
nothing was done, so the same may be sent again. A process killed in between keeps the claim:
rather nothing twice, and a page opened anew has a new key.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.compiled import CompiledInsert, CompiledQuery
from accounts.http import page_before
from accounts.models import SentForm, User

FIELD = "form_key"
KEY = re.compile(r"[0-9a-f]{32}")
# The script that keeps typed text reads here which form the server has.
COOKIE = "lianping_sent"
_COOKIE_SECONDS = 3600
_KEPT = timedelta(days=7)
# An answer saves itself every few seconds: not each of them looks for what is older than that.
SWEPT_ONCE_IN = 64
# How long a second click waits to hear what came of the first.
_PATIENCE_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 0.1
_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
RENEWED = "renewed_at"
# Set by scripts on requests nobody made: they do not keep a session open.
BACKGROUND = "Lianping-Background"
# Tells scripts how many seconds the session lasts.
SESSION_SECONDS = "Lianping-Session"

Answer = Callable[[HttpRequest], HttpResponse]

_SENT = CompiledQuery(
    lambda user, key, digest: SentForm.objects.filter(user_id=user, key=key, digest=digest),
    of=[int, str, str],
)
_INSERT = CompiledInsert(SentForm)


class SentOnceMiddleware:
    """Carries a form with a key out once; below the check of the form's token."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then keep the claim or give it back."""
        response = self.get_response(request)
        claimed: SentForm | None = getattr(request, "sent_form", None)
        if claimed is not None:
            _settle(claimed, response)
            if claimed.outcome:
                response.set_cookie(
                    COOKIE,
                    claimed.key,
                    max_age=_COOKIE_SECONDS,
                    secure=settings.SESSION_COOKIE_SECURE,
                    samesite="Lax",
                )
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Claim the form for this request; lead on where another one has it."""
        if request.method != "POST" or request.content_type not in _FORM_TYPES:
            return None
        key = request.POST.get(FIELD, "")
        if not KEY.fullmatch(key) or not isinstance(request.user, User):
            return None
        user, digest = request.user, digest_of(request)
        patience = time.monotonic() + _PATIENCE_SECONDS
        while True:
            claimed = claim(user=user, key=key, digest=digest, at=timezone.now())
            if claimed is not None:
                request.sent_form = claimed  # type: ignore[attr-defined]
                return None
            first = SentForm.objects.filter(user=user, key=key, digest=digest).first()
            if first is not None and (first.outcome or time.monotonic() > patience):
                break
            # The first is being carried out. It may be refused, and then this one is: of two
            # clicks the browser shows the answer to the second.
            time.sleep(_LOOK_AGAIN_SECONDS)
        if first.outcome:
            text = _("This form had already been sent. It was not carried out a second time.")
        else:
            text = _("This form was sent before and is still being carried out. Look again soon.")
        messages.info(request, text)
        return HttpResponseRedirect(
            first.outcome or page_before(request.headers.get("Referer"), request)
        )


def claim(*, user: User, key: str, digest: str, at: datetime) -> SentForm | None:
    """The form, now this request's to carry out; nothing if it was claimed before."""
    SentForm.objects.filter(user=user, sent_at__lt=at - _KEPT).delete()
    try:
        with transaction.atomic():
            return SentForm.objects.create(user=user, key=key, digest=digest, sent_at=at)
    except IntegrityError:
        return None


def carried_out(*, user: User, keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (key, digest) pairs that a change of the user's already carries; one query."""
    wanted = set(keys)
    if not wanted:
        return set()
    if len(wanted) == 1:
        ((key, digest),) = wanted
        return wanted if _SENT(user.pk, key, digest) else set()
    found = SentForm.objects.filter(user=user, key__in={key for key, _digest in wanted})
    return wanted & set(found.values_list("key", "digest"))


def note_carried_out(
    *, user: User, keys: Iterable[tuple[str, str]], outcome: str, at: datetime
) -> None:
    """Remember (key, digest) pairs with the change they belong to, in its transaction.

    For services that tell their parts apart by keys of their own; ``digest`` is hexadecimal.
    The caller holds a lock under which nobody else asks for the same keys, and asked
    ``carried_out`` under it.
    """
    made = [
        SentForm(user=user, key=key, digest=digest, outcome=outcome, sent_at=at)
        for key, digest in keys
    ]
    if any(int(each.digest[:8], 16) % SWEPT_ONCE_IN == 0 for each in made):
        SentForm.objects.filter(user=user, sent_at__lt=at - _KEPT).delete()
    _INSERT(made)


def digest_of(request: HttpRequest) -> str:
    """SHA-256 of what was sent where, without the token, which changes with each sign-in."""
    fields = {name: values for name, values in request.POST.lists() if "csrf" not in name}
    total = hashlib.sha256(json.dumps([request.get_full_path(), fields]).encode())
    for name, files in request.FILES.lists():
        for file in files:
            total.update(json.dumps([name, file.name, file.size]).encode())
            for part in file.chunks():
                total.update(part)
            file.seek(0)
    return total.hexdigest()


def _settle(claimed: SentForm, response: HttpResponse) -> None:
    led_to = response.headers.get("Location", "")
    if not led_to or (response.status_code != 201 and not 300 <= response.status_code < 400):
        claimed.delete()
        return
    claimed.outcome = led_to[:2000]
    claimed.save(update_fields=["outcome"])


class RenewedSessionMiddleware:
    """A session ends that long after the last request, not after sign-in.

    It is written again only when half of its time is over: a write for each page would be
    a high price for minutes nobody counts.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Renew the session of who is signed in, if it is time."""
        if not is_background(request) and is_session_open(request):
            now = int(timezone.now().timestamp())
            age = now - request.session.get(RENEWED, 0)
            if age > settings.SESSION_COOKIE_AGE / 2:
                request.session[RENEWED] = now
        return self.get_response(request)


def is_background(request: HttpRequest) -> bool:
    """Whether a script asked by itself: an open page nobody looks at is nobody's work."""
    return BACKGROUND in request.headers


def is_session_open(request: HttpRequest) -> bool:
    """Whether the request comes with a session of somebody signed in."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session


def session_seconds(request: HttpRequest) -> int:
    """How long the session lasts if nothing more is done."""
    renewed_at = request.session.get(RENEWED, 0)
    left = renewed_at + settings.SESSION_COOKIE_AGE - timezone.now().timestamp()
    return max(int(left), 0)
