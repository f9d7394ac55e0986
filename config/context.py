"""What every page's frame needs: who is here, in which role, where they can go."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Membership, User
from accounts.queries import active_membership, memberships_of
from assessment.cycles.queries import is_demonstration_installation
from assessment.desk.cycle_switch import CycleChoice, cycle_choices
from assessment.desk.navigation import NavigationItem, navigation_for
from assessment.notices.queries import MOST_COUNTED, unread_count
from assessment.publication.models import Publication
from assessment.publication.queries import latest


@dataclass(frozen=True)
class MembershipChoice:
    """One entry of the role switch."""

    pk: int
    label: str
    is_active: bool


class Frame:
    """The context of base.html for one reader.

    Each part is read when a template asks for it: the public pages and the parts of pages
    that refresh themselves have no bar and pay for none.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        user = getattr(request, "user", None)
        self.user = user if isinstance(user, User) else None

    @cached_property
    def memberships(self) -> list[MembershipChoice]:
        """The roles the reader holds."""
        if self.user is None:
            return []
        active = self.active
        return [
            MembershipChoice(m.pk, m.label, active is not None and m.pk == active.pk)
            for m in memberships_of(self.user)
        ]

    @cached_property
    def active(self) -> Membership | None:
        """The role the reader works in."""
        if self.user is None:
            return None
        return active_membership(self.user, self._request.session.get("membership"))

    @cached_property
    def region_name(self) -> str:
        """The region of that role, where it has one."""
        return self.active.region_name if self.active else ""

    @cached_property
    def navigation(self) -> list[NavigationItem]:
        """The links of that role."""
        if self.user is None:
            return []
        return navigation_for(self.user, self.active, self._request.path)

    @cached_property
    def cycles(self) -> list[CycleChoice]:
        """The cycle switch; one query."""
        if self.user is None:
            return []
        return cycle_choices(self.user, self._request.resolver_match)

    @cached_property
    def cycle(self) -> CycleChoice | None:
        """The cycle of the page."""
        return next((choice for choice in self.cycles if choice.is_current), None)

    @cached_property
    def unread_notices(self) -> str:
        """How many notices are unread, "99+" for more, empty for none; one query."""
        if self.user is None:
            return ""
        count = unread_count(self.user)
        if count > MOST_COUNTED:
            return f"{MOST_COUNTED}+"
        return str(count) if count else ""

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        """The languages offered."""
        return [(code, str(name)) for code, name in settings.LANGUAGES]

    @cached_property
    def publication(self) -> Publication | None:
        """The newest public one; head and foot of pages of no publication speak of it."""
        return latest()

    @cached_property
    def coordinating_body(self) -> str:
        """Who published last; empty before the first publication."""
        return self.publication.body_name if self.publication else ""

    @cached_property
    def methodology_url(self) -> str:
        """How the latest scores were made; empty before the first publication."""
        if self.publication is None:
            return ""
        return reverse("portal:methodology", args=[self.publication.cycle.code])

    @cached_property
    def is_demonstration(self) -> bool:
        """Whether every page says that the data are a demonstration."""
        return is_demonstration_installation()


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: the frame of the page for this reader."""
    return {"frame": Frame(request)}
