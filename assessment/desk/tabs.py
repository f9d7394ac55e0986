"""The tabs of a cycle: which the reader may open, and which of them a page belongs to."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import ResolverMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import has_role
from accounts.roles import LOCALITY_ROLES, Role

OVERSEERS = frozenset({Role.COORDINATOR, Role.AUDITOR})
REVIEWERS = frozenset({Role.REVIEWER})


@dataclass(frozen=True)
class Tab:
    """One section of a cycle; ``region_roles`` and ``localities`` say who may open it."""

    code: str
    label: Promise
    url_name: str
    region_roles: frozenset[Role]
    localities: bool = False

    def is_open_to(self, user: User | AnonymousUser, region_id: int) -> bool:
        """Whether the reader may open it in a cycle of the region."""
        return has_role(user, *self.region_roles, region_id=region_id) or (
            self.localities and has_role(user, *LOCALITY_ROLES)
        )


OVERVIEW = Tab("overview", _("Overview"), "desk:cycle", OVERSEERS | REVIEWERS, localities=True)
TABS = (
    OVERVIEW,
    Tab("board", _("Forms"), "submissions:board", OVERSEERS),
    Tab("reviews", _("Verification"), "reviews:list", OVERSEERS),
    Tab("rubric", _("Expert scores"), "reviews:rubric", OVERSEERS | REVIEWERS),
    Tab("observations", _("Observations"), "observations:matrix", OVERSEERS),
    Tab("runs", _("Score runs"), "scores:list", OVERSEERS),
    Tab("publication", _("Publication"), "publication:detail", OVERSEERS),
    Tab("reports", _("Reports"), "reports:list", OVERSEERS, localities=True),
)
# Pages below a tab whose room has several, or lies in another room.
_TAB_OF_PAGE = {
    "reviews:rubric": "rubric",
    "reviews:rubric-locality": "rubric",
    "reviews:settle": "rubric",
    "airquality:means": "observations",
    "airquality:derive": "observations",
}
_TAB_OF_ROOM = {tab.url_name.partition(":")[0]: tab for tab in reversed(TABS)}


def tab_of(match: ResolverMatch | None) -> Tab:
    """The tab a page belongs to; the overview for pages outside every tab."""
    if match is None:
        return OVERVIEW
    code = _TAB_OF_PAGE.get(match.view_name)
    if code is not None:
        return next(tab for tab in TABS if tab.code == code)
    return _TAB_OF_ROOM.get(match.namespace, OVERVIEW)


def tab_url(tab: Tab, cycle_code: str) -> str:
    """The address of the tab in a cycle."""
    return reverse(tab.url_name, args=[cycle_code])
