"""The list of notices, and marking them as read."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import DeskRequest, safe_next, signed_in_view
from accounts.trail import trail
from assessment.notices.notice_list import notices_csv, read_notices
from assessment.notices.queries import notices_for, unread
from assessment.notices.services import mark_all_read, mark_read
from assessment.notices.wording import notices_of


@require_safe
@signed_in_view
def notice_list(request: DeskRequest) -> HttpResponseBase:
    """What concerns the reader, newest first, fifty to a page; all of it or the unread."""
    everything = notices_for(request.user)
    listed = read_notices(everything, request.GET, request.user)
    if listed.wants_csv:
        return notices_csv(listed, request.user)
    context = {
        "list": listed,
        "notices": notices_of(list(listed.page), request.user),
        "newest": everything.values_list("sequence", flat=True).first() or 0,
        "unread_total": unread(request.user, everything).count(),
        "is_all_read": not listed.query and request.GET.get("show") == "unread",
        "breadcrumbs": trail((_("My account"), reverse("accounts:profile")), (_("Notices"), "")),
    }
    return render(request, "notices/list.html", context)


@require_POST
@signed_in_view
def read(request: DeskRequest) -> HttpResponse:
    """Mark one notice as read, or all up to the newest that was shown."""
    one, until = request.POST.get("notice", ""), request.POST.get("until", "")
    if one.isdecimal() and one.isascii() and len(one) < 19:
        if not mark_read(sequence=int(one), by=request.user):
            raise Http404
    elif until.isdecimal() and until.isascii() and len(until) < 19:
        mark_all_read(until=int(until), by=request.user)
    return redirect(safe_next(request, reverse("notices:list")))
