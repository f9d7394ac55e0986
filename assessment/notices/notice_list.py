"""The notices of a person as a list: search, filters, order, file."""

from collections.abc import Callable, Mapping

from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.lists import Choice, Column, Filter, ListPage, Search, list_csv, read_stored
from accounts.models import User
from accounts.moments import time_text
from assessment.audit.models import Event
from assessment.notices.queries import is_unread
from assessment.notices.wording import Notice, notices_of

CSV: Mapping[str, Callable[[Notice], object]] = {
    "time": lambda notice: time_text(notice.at),
    "person": lambda notice: notice.person,
    "notice": lambda notice: notice.text,
    "reason": lambda notice: notice.note,
    "read": lambda notice: "yes" if notice.is_read else "",
}


def read_notices(events: QuerySet[Event], chosen: QueryDict, reader: User) -> ListPage[Event]:
    """The events that concern the reader, newest first; the unread, or one kind of thing."""
    return read_stored(
        events,
        chosen,
        columns=[
            Column(_("Notice"), "thing", ("action", "target_label")),
            Column(_("Person"), "person", ("actor_name",)),
            Column(_("Time"), "time", ("sequence",), descending_first=True),
            Column(_("Actions"), is_unseen=True),
        ],
        sort="-time",
        ties=("-sequence",),
        search=Search(
            _("Search by person or place"),
            (
                "actor_name",
                "target_label",
                "locality__code",
                "locality__name_zh",
                "locality__name_en",
            ),
        ),
        filters=[
            Filter("show", _("Show"), [Choice("unread", _("Unread"), where=is_unread(reader))]),
            Filter(
                "about",
                _("About"),
                [
                    Choice("forms", _("Forms"), where=Q(action__startswith="submissions.")),
                    Choice("reminders", _("Reminders"), where=Q(action__startswith="notices.")),
                    Choice("cycles", _("Cycles"), where=Q(action__startswith="cycles.")),
                    Choice("reports", _("Reports"), where=Q(action__startswith="reports.")),
                    Choice("roles", _("Roles"), where=Q(action__startswith="accounts.")),
                ],
                hides_empty=True,
            ),
        ],
    )


def notices_csv(listed: ListPage[Event], reader: User) -> HttpResponse:
    """The notices found as a file, in the reader's words."""
    return list_csv("notices.csv", notices_of(list(listed.rows), reader), CSV)
