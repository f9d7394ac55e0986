"""The administrators' site: who enters, what each one finds, and that services do the work."""

import json
import re

import pytest
from django.contrib import admin
from django.contrib.auth.hashers import is_password_usable
from django.core import mail
from django.test import Client
from django.test.utils import override_settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.administration import DJANGO_SCRIPT_TEXTS
from accounts.models import Department, Locality, Membership, Region, User
from accounts.roles import Role
from accounts.text import has_chinese
from assessment.audit.models import Event
from tests.cast import Cast
from tests.factories import LocalityFactory, UserFactory, member
from tests.queries import assert_same_queries

OUTSIDERS = ("contributor", "approver", "coordinator", "reviewer", "auditor")
ADMINISTRATORS = ("system_administrator", "security_administrator", "audit_administrator")
PAGES = {
    "/admin/accounts/user/": "system_administrator",
    "/admin/accounts/user/add/": "system_administrator",
    "/admin/accounts/region/": "system_administrator",
    "/admin/accounts/region/add/": "system_administrator",
    "/admin/accounts/locality/": "system_administrator",
    "/admin/accounts/department/": "system_administrator",
    "/admin/accounts/membership/": "security_administrator",
    "/admin/accounts/membership/add/": "security_administrator",
    "/admin/audit/event/": "audit_administrator",
}
PERSON = {
    "username": "zhangsan",
    "email": "zhang@example.org",
    "full_name": "张三",
    "phone": "",
    "language": "",
}


def test_nothing_else_is_registered() -> None:
    assert set(admin.site._registry) == {User, Region, Locality, Department, Membership, Event}


@pytest.mark.django_db
@pytest.mark.parametrize("name", OUTSIDERS)
def test_other_roles_do_not_enter(cast: Cast, name: str) -> None:
    client = cast.client(name)
    for page in ("/admin/", *PAGES):
        assert client.get(page).status_code == 403


@pytest.mark.django_db
def test_flags_of_django_open_nothing(client: Client) -> None:
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/").status_code == 403
    assert client.get("/admin/accounts/user/").status_code == 403


@pytest.mark.django_db
def test_flags_of_django_open_no_other_administrators_pages(client: Client) -> None:
    user = member(Role.AUDIT_ADMINISTRATOR)
    User.objects.update(is_staff=True, is_superuser=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/accounts/user/").status_code == 403


@pytest.mark.django_db
def test_strangers_sign_in_on_our_page(client: Client) -> None:
    for page in ("/admin/", "/admin/accounts/user/"):
        response = client.get(page)
        assert (response.status_code, response.url) == (302, f"/account/login/?next={page}")
    assert client.get("/admin/login/").url == "/admin/"
    assert client.get("/admin/no-such-page/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", ADMINISTRATORS)
def test_each_administrator_finds_the_own_pages_alone(cast: Cast, name: str) -> None:
    client = cast.client(name)
    assert client.get("/admin/").status_code == 200
    for page, owner in PAGES.items():
        assert client.get(page).status_code == (200 if owner == name else 403), page
    assert client.get("/admin/logout/").url == "/account/logout/"
    assert client.get("/admin/password_change/").url == "/account/password/change/"


@pytest.mark.django_db
def test_a_new_account_is_made_by_the_service_and_gets_a_link(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = cast.client("system_administrator")
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/admin/accounts/user/add/", PERSON | {"_send_reset_link": "1"})
        assert not mail.outbox  # while the account is not committed no letter speaks of it
    assert response.status_code == 302
    user = User.objects.get(username="zhangsan")
    assert not is_password_usable(user.password)
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)
    (letter,) = mail.outbox
    assert letter.to == ["zhang@example.org"]
    actions = Event.objects.order_by("sequence").values_list("action", "actor__username")
    assert list(actions) == [
        ("accounts.create_user", "sysadmin"),
        ("accounts.request_password_reset", "sysadmin"),
    ]
    page = client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert user.password not in page
    assert 'name="password' not in page
    assert 'name="is_superuser' not in page


@pytest.mark.django_db
def test_a_taken_name_is_said_at_the_field(cast: Cast) -> None:
    client = cast.client("system_administrator")
    taken = PERSON | {"username": "Coordinator"}
    response = client.post("/admin/accounts/user/add/", taken)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert not User.objects.filter(email="zhang@example.org").exists()


@pytest.mark.django_db
def test_faults_are_named_by_field_at_the_head_of_the_form(cast: Cast) -> None:
    """As on the desk: the field's name leads to it, and Django's count of faults is gone."""
    client = cast.client("system_administrator")
    page = client.post(
        "/admin/accounts/user/add/", PERSON | {"email": ""}, headers={"accept-language": "en"}
    ).text
    summary = page.partition("data-error-summary")[2].partition("</div>")[0]
    assert '<a href="#id_email">e-mail</a> <span>Fill in “e-mail”.</span>' in " ".join(
        summary.split()
    ).replace("E-mail", "e-mail")
    assert "errornote" not in page
    assert page.partition("<title>")[2].startswith("Error: ")


@pytest.mark.django_db
def test_a_form_sent_twice_is_carried_out_once(cast: Cast) -> None:
    client, key = cast.client("system_administrator"), "0123456789abcdef" * 2
    first, second = (
        client.post("/admin/accounts/user/add/", PERSON | {"form_key": key}) for _time in range(2)
    )
    assert (first.status_code, second.status_code) == (302, 302)
    assert second.url == first.url
    assert User.objects.filter(username="zhangsan").count() == 1


@pytest.mark.django_db
def test_what_is_typed_is_kept_under_the_name_of_who_typed_it(cast: Cast) -> None:
    page = cast.client("system_administrator").get("/admin/accounts/user/add/").text
    assert f'data-user="{cast.system_administrator.pk}"' in page
    assert "js/drafts.js" in page
    assert 'name="form_key"' in page


@pytest.mark.django_db
def test_an_account_is_changed_by_the_service(cast: Cast) -> None:
    client, person = cast.client("system_administrator"), cast.contributor
    page = f"/admin/accounts/user/{person.pk}/change/"
    fields = {"email": person.email, "full_name": "新名", "phone": "", "language": ""}
    fields["initial-is_active"] = "True"  # and the box is not ticked
    assert client.post(page, fields).status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.is_active) == ("新名", False)
    event = Event.objects.get()
    assert (event.action, event.actor) == ("accounts.update_user", cast.system_administrator)
    assert set(event.after) == {"full_name", "is_active"}


@pytest.mark.django_db
def test_what_the_service_refuses_is_said_in_words(cast: Cast) -> None:
    client, own = cast.client("system_administrator"), cast.system_administrator
    page = f"/admin/accounts/user/{own.pk}/change/"
    fields = {"email": own.email, "full_name": own.full_name, "phone": "", "language": ""}
    fields["initial-is_active"] = "True"
    response = client.post(page, fields | {"full_name": "刚刚输入"})
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["is_active"]
    assert 'value="刚刚输入"' in response.content.decode()
    own.refresh_from_db()
    assert own.is_active
    assert own.full_name != "刚刚输入"
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_locality_within_itself_is_refused_at_the_field(cast: Cast) -> None:
    client, city = cast.client("system_administrator"), LocalityFactory()
    inner = LocalityFactory(parent=city)
    typed = {"code": city.code, "name_zh": "新名字", "name_en": "Typed name", "parent": inner.pk}
    response = client.post(f"/admin/accounts/locality/{city.pk}/change/", typed)
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["parent"]
    assert 'value="Typed name"' in response.content.decode()
    city.refresh_from_db()
    assert city.name_en != "Typed name"


def test_links_are_sent_to_active_people_alone(cast: Cast) -> None:
    client = cast.client("system_administrator")
    off = UserFactory(is_active=False)
    chosen = [cast.contributor.pk, off.pk]
    response = client.post(
        "/admin/accounts/user/",
        {"action": "send_reset_links", "_selected_action": chosen},
        follow=True,
    )
    assert [letter.to for letter in mail.outbox] == [[cast.contributor.email]]
    levels = sorted(message.level_tag for message in response.context["messages"])
    assert levels == ["success", "warning"]


@pytest.mark.django_db
def test_territory_is_kept_by_the_services(cast: Cast) -> None:
    client, city = cast.client("system_administrator"), LocalityFactory()
    texts = {"name_zh": "名称", "name_en": "Name"}
    body = {"body_name_zh": "办公室", "body_name_en": "Office", "contact": ""}
    assert (
        client.post(
            "/admin/accounts/region/add/",
            {"code": "delta", **texts, **body, "localities": [city.pk]},
        ).status_code
        == 302
    )
    region = Region.objects.get(code="delta")
    assert list(region.localities.all()) == [city]
    client.post(
        f"/admin/accounts/region/{region.pk}/change/",
        {"code": "delta", **texts, **body, "localities": [cast.locality.pk]},
    )
    assert list(region.localities.all()) == [cast.locality]
    client.post("/admin/accounts/locality/add/", {"code": "990999", **texts, "parent": city.pk})
    client.post(
        "/admin/accounts/department/add/", {"locality": city.pk, "code": "environment", **texts}
    )
    department = Department.objects.get()
    page = f"/admin/accounts/department/{department.pk}/change/"
    client.post(page, {"code": "environment", **texts, "name_en": "Bureau"})
    assert list(Event.objects.order_by("sequence").values_list("action", flat=True)) == [
        "accounts.create_region",
        "accounts.set_localities",
        "accounts.create_locality",
        "accounts.create_department",
        "accounts.update_department",
    ]


@pytest.mark.django_db
def test_a_locality_s_code_is_read_in_full_width_and_begins_with_no_zero(cast: Cast) -> None:
    client, page = cast.client("system_administrator"), "/admin/accounts/locality/add/"
    texts = {"name_zh": "甲市", "name_en": "Jia"}
    refused = client.post(page, {"code": "000000", **texts})
    assert list(refused.context["adminform"].form.errors) == ["code"]
    client.post(page, {"code": "１３０１９０", **texts})
    assert Locality.objects.filter(code="130190").exists()


@pytest.mark.django_db
def test_the_two_boxes_of_a_choice_speak_chinese(cast: Cast) -> None:
    client = cast.client("system_administrator")
    told = client.get("/admin/jsi18n/", headers={"accept-language": "zh-hans"}).text
    found = re.search(r"newcatalog = (\{.*?\});", told, re.DOTALL)
    assert found is not None
    catalogue = json.loads(found[1])
    for text in DJANGO_SCRIPT_TEXTS[:-1]:
        said = catalogue[text]
        assert said != text
        assert has_chinese(said if isinstance(said, str) else said[0])


@pytest.mark.django_db
def test_roles_are_granted_and_ended_by_the_services(cast: Cast) -> None:
    client, person = cast.client("security_administrator"), UserFactory()
    grant = {"user": person.pk, "role": "auditor", "region": cast.region.pk, "locality": ""}
    assert client.post("/admin/accounts/membership/add/", grant).status_code == 302
    membership = person.memberships.get()
    page = client.get(f"/admin/accounts/membership/{membership.pk}/change/")
    assert page.status_code == 200
    assert 'name="role"' not in page.content.decode()
    own = cast.security_administrator.memberships.get()
    response = client.post(
        "/admin/accounts/membership/",
        {"action": "end_memberships", "_selected_action": [membership.pk, own.pk]},
        follow=True,
    )
    assert sorted(message.level_tag for message in response.context["messages"]) == [
        "error",
        "info",
    ]
    membership.refresh_from_db()
    own.refresh_from_db()
    assert membership.ended_at is not None
    assert own.ended_at is None
    assert list(Event.objects.order_by("sequence").values_list("action", flat=True)) == [
        "accounts.grant_membership",
        "accounts.end_membership",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "field"), [("system_administrator", "role"), ("approver", "locality")]
)
def test_a_role_that_does_not_fit_is_said_at_the_field(cast: Cast, role: str, field: str) -> None:
    client = cast.client("security_administrator")
    response = client.post(
        "/admin/accounts/membership/add/", {"user": cast.contributor.pk, "role": role}
    )
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_nothing_is_deleted(cast: Cast) -> None:
    person, membership = cast.contributor, cast.contributor.memberships.get()
    for name, page in [
        ("system_administrator", f"/admin/accounts/user/{person.pk}/delete/"),
        ("security_administrator", f"/admin/accounts/membership/{membership.pk}/delete/"),
    ]:
        assert cast.client(name).get(page).status_code == 403
        assert cast.client(name).post(page, {"post": "yes"}).status_code == 405


@pytest.mark.django_db
@override_settings(LANGUAGE_CODE="en")
def test_lists_ask_the_database_equally_often_for_one_and_three_rows(cast: Cast) -> None:
    system, security = cast.client("system_administrator"), cast.client("security_administrator")

    def open_lists() -> None:
        for page in ("user", "locality", "region", "department"):
            assert system.get(f"/admin/accounts/{page}/").status_code == 200
        assert security.get("/admin/accounts/membership/").status_code == 200

    def add_two() -> None:
        for _number in range(2):
            member(Role.APPROVER, locality=LocalityFactory(parent=LocalityFactory()))

    assert_same_queries(open_lists, add_two)
