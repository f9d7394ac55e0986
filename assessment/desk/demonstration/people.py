"""Demonstration users, named by role."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Department, Locality, Membership, Region, User
from accounts.roles import Role
from accounts.services import create_token, create_user, grant_membership

# Known to everybody on purpose: the demonstration listens on the loopback address only.
PASSWORD = "lianping-demo-2016"  # noqa: S105
DOMAIN = "demo.example"


@dataclass(frozen=True)
class SignIn:
    """A line of the list of demonstration sign-ins."""

    username: str
    role: str
    note_zh: str
    note_en: str


SIGN_INS = (
    SignIn("coordinator", "coordinator", "协调办", "coordinates the region"),
    SignIn("contributor", "contributor", "石家庄填报员（被退回）", "Shijiazhuang, returned form"),
    SignIn("approver", "approver", "石家庄审签人", "Shijiazhuang, signs off"),
    SignIn("contributor-130200", "contributor", "唐山填报员（草稿）", "Tangshan, draft"),
    SignIn("industry-130200", "contributor", "唐山工信局填报员", "Tangshan, industry department"),
    SignIn("approver-130200", "approver", "唐山审签人", "Tangshan, signs off"),
    SignIn("two-roles", "contributor", "廊坊填报员、衡水审签人", "Langfang and Hengshui"),
    SignIn("reviewer", "reviewer", "评审专家", "scores the depth of cooperation"),
    SignIn("auditor", "auditor", "审计员", "reads everything"),
    SignIn("system-admin", "system_administrator", "系统管理员", "accounts"),
    SignIn("security-admin", "security_administrator", "安全管理员", "permissions"),
    SignIn("audit-admin", "audit_administrator", "审计管理员", "audit log"),
)
SPECIAL = {"130100": ("contributor", "approver")}
REVIEWERS = ("reviewer", "reviewer-2", "reviewer-3")


@dataclass(frozen=True)
class People:
    """Who acts in the story."""

    coordinator: User
    reviewers: list[User]
    contributors: dict[str, User]
    approvers: dict[str, User]
    # Contributors of a second department, in the cities that divide their form.
    second: dict[str, User]


def load_people(*, region: Region, at: datetime) -> People:
    """Create one user per role, and a contributor and an approver for every city."""

    def person(username: str, name: str, role: Role, **place: object) -> User:
        user = create_user(
            username=username,
            email=f"{username}@{DOMAIN}",
            full_name=name,
            password=PASSWORD,
            wants_email=False,  # nobody reads what is sent to these addresses
            by=None,
            at=at,
        )
        grant_membership(user=user, role=role, by=None, at=at, **place)  # type: ignore[arg-type]
        return user

    contributors, approvers = {}, {}
    departments = {d.locality_id: d for d in Department.objects.filter(code="environment")}
    for city in region.localities.all():
        names = SPECIAL.get(city.code, (f"contributor-{city.code}", f"approver-{city.code}"))
        place = {"locality": city, "department": departments[city.pk]}
        contributors[city.code] = person(
            names[0], f"{city.name_zh}填报员", Role.CONTRIBUTOR, **place
        )
        approvers[city.code] = person(names[1], f"{city.name_zh}审签人", Role.APPROVER, **place)
    second = {
        d.locality.code: person(
            f"industry-{d.locality.code}",
            f"{d.locality.name_zh}工信局填报员",
            Role.CONTRIBUTOR,
            locality=d.locality,
            department=d,
        )
        for d in Department.objects.filter(code="industry").select_related("locality")
    }
    coordinator = person("coordinator", "协调办工作人员", Role.COORDINATOR, region=region)
    reviewers = [
        person(name, f"评审专家{number}", Role.REVIEWER, region=region)
        for number, name in enumerate(REVIEWERS, start=1)
    ]
    person("auditor", "审计员", Role.AUDITOR, region=region)
    person("system-admin", "系统管理员", Role.SYSTEM_ADMINISTRATOR)
    person("security-admin", "安全管理员", Role.SECURITY_ADMINISTRATOR)
    person("audit-admin", "审计管理员", Role.AUDIT_ADMINISTRATOR)
    _give_two_roles(person, at)
    _connect_systems(region, person)
    return People(coordinator, reviewers, contributors, approvers, second)


def _connect_systems(region: Region, person: object) -> None:
    """One system of a city and one of the region."""
    city = Locality.objects.get(code="130200")
    environment = Department.objects.get(locality=city, code="environment")
    systems = (
        ("system-130200", "唐山数据平台", {"locality": city, "department": environment}),
        ("system-region", "区域数据平台", {"region": region}),
    )
    for username, name, place in systems:
        person(username, name, Role.INTEGRATOR, **place)  # type: ignore[operator]


def issue_tokens(*, at: datetime) -> None:
    """A token for each system, valid for a year from today; nobody was shown it."""
    for membership in Membership.objects.filter(role=Role.INTEGRATOR).order_by("pk"):
        create_token(
            membership=membership,
            name="演示 · demonstration",
            expires_at=at + timedelta(days=365),
            by=None,
            at=at,
        )


def _give_two_roles(person: object, at: datetime) -> None:
    langfang, hengshui = (Locality.objects.get(code=code) for code in ("131000", "131100"))
    user = person("two-roles", "廊坊填报员兼衡水审签人", Role.CONTRIBUTOR, locality=langfang)  # type: ignore[operator]
    grant_membership(user=user, role=Role.APPROVER, locality=hengshui, by=None, at=at)
