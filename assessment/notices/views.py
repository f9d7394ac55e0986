"""The list of notices, and marking them as read."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.addresses import query_url
from accounts.http import DeskRequest, safe_next, signed_in_view
from accounts.trail import trail
from assessment.notices.queries import notices_for, unread
from assessment.notices.services import mark_all_read, mark_read
from assessment.notices.wording import notices_of

PAGE_SIZE = 50


@require_safe
@signed_in_view
def notice_list(request: DeskRequest) -> HttpResponseBase:
    """What concerns the reader, newest first, fifty to a page; all of it or the unread."""
    everything = notices_for(request.user)
    waiting = unread(request.user, everything)
    only_unread = request.GET.get("show") == "unread"
    unread_total = waiting.count()
    page = Paginator(waiting if only_unread else everything, PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "notices": notices_of(list(page), request.user),
        "newest": everything.values_list("sequence", flat=True).first() or 0,
        "unread_total": unread_total,
        "only_unread": only_unread,
        "chips": [
            {
                "label": _("All"),
                "url": query_url(request.GET, show=""),
                "is_current": not only_unread,
            },
            {
                "label": _("Unread"),
                "url": query_url(request.GET, show="unread"),
                "is_current": only_unread,
                "count": unread_total,
            },
        ],
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
