"""What every page's frame needs: who is here, in which role, where they can go."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Membership, User
from accounts.queries import active_membership, memberships_of
from assessment.cycles.queries import is_demonstration_installation
from assessment.desk.navigation import NavigationItem, navigation_for


@dataclass(frozen=True)
class MembershipChoice:
    """One entry of the role switch."""

    pk: int
    label: str
    is_active: bool


@dataclass(frozen=True)
class Frame:
    """The context of base.html."""

    user: User | None = None
    memberships: list[MembershipChoice] = field(default_factory=list)
    active: Membership | None = None
    navigation: list[NavigationItem] = field(default_factory=list)
    languages: list[tuple[str, str]] = field(default_factory=list)
    is_demonstration: bool = False
    region_name: str = ""


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: the frame of the page for this reader."""
    user = getattr(request, "user", None)
    languages = [(code, str(name)) for code, name in settings.LANGUAGES]
    demonstration = is_demonstration_installation()
    if not isinstance(user, User):
        return {"frame": Frame(languages=languages, is_demonstration=demonstration)}
    active = active_membership(user, request.session.get("membership"))
    choices = [
        MembershipChoice(m.pk, m.label, active is not None and m.pk == active.pk)
        for m in memberships_of(user)
    ]
    return {
        "frame": Frame(
            user=user,
            memberships=choices,
            active=active,
            navigation=navigation_for(user, active, request.path),
            languages=languages,
            is_demonstration=demonstration,
            region_name=active.region_name if active else "",
        )
    }
