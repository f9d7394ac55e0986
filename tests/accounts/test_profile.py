"""One's own account: what it shows, and the switch of roles."""

import pytest
from django.test import Client

from accounts.roles import Role
from accounts.services import grant_membership
from tests.cast import Cast
from tests.factories import NOW, LocalityFactory
from tests.queries import assert_same_queries


def add_role(cast: Cast) -> int:
    membership = grant_membership(
        user=cast.contributor, role=Role.APPROVER, locality=LocalityFactory(), by=None, at=NOW
    )
    return membership.pk


@pytest.mark.django_db
def test_profile_shows_person_and_roles(cast: Cast) -> None:
    response = cast.client("contributor").get("/account/")
    content = response.content.decode()
    assert cast.contributor.full_name in content
    assert response.context["memberships"] == [cast.contributor.memberships.get()]
    assert response.context["active"] == cast.contributor.memberships.get()


@pytest.mark.django_db
def test_profile_asks_the_database_equally_often_for_one_and_three_roles(cast: Cast) -> None:
    client = cast.client("contributor")

    def open_page() -> None:
        assert client.get("/account/").status_code == 200

    def add_two() -> None:
        add_role(cast)
        add_role(cast)

    assert_same_queries(open_page, add_two)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "goes"),
    [("/account/", "/account/"), ("//evil.example/", "/desk/"), ("", "/desk/")],
)
def test_switch_works_in_another_role(cast: Cast, wanted: str, goes: str) -> None:
    client, other = cast.client("contributor"), add_role(cast)
    response = client.post("/account/switch/", {"membership": other, "next": wanted})
    assert (response.status_code, response.url) == (302, goes)
    assert client.session["membership"] == other
    assert client.get("/account/").context["active"].pk == other


@pytest.mark.django_db
def test_switch_does_not_find_other_peoples_or_ended_roles(cast: Cast) -> None:
    client = cast.client("contributor")
    foreign = cast.approver.memberships.get().pk
    ended = add_role(cast)
    cast.contributor.memberships.filter(pk=ended).update(ended_at=NOW)
    for membership in (foreign, ended, "x", "", "1' OR 1=1"):
        response = client.post("/account/switch/", {"membership": membership})
        assert response.status_code == 404
    assert "membership" not in client.session


@pytest.mark.django_db
def test_switch_takes_no_link(cast: Cast) -> None:
    assert cast.client("contributor").get("/account/switch/").status_code == 405


@pytest.mark.django_db
def test_a_role_that_ended_is_worked_in_no_longer(cast: Cast) -> None:
    client, other = cast.client("contributor"), add_role(cast)
    client.post("/account/switch/", {"membership": other})
    cast.contributor.memberships.filter(pk=other).update(ended_at=NOW)
    assert client.get("/account/").context["active"].role == Role.CONTRIBUTOR


@pytest.mark.django_db
def test_profile_without_a_role(client: Client) -> None:
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_e_mail_is_turned_off_and_on_and_the_language_stays(cast: Cast) -> None:
    client = cast.client("contributor")
    client.post("/account/", {"email": "1"})
    cast.contributor.refresh_from_db()
    assert not cast.contributor.wants_email
    client.post("/account/", {"language": "en"})
    cast.contributor.refresh_from_db()
    assert (cast.contributor.language, cast.contributor.wants_email) == ("en", False)
    client.post("/account/", {"email": "1", "wants_email": "on"})
    cast.contributor.refresh_from_db()
    assert (cast.contributor.language, cast.contributor.wants_email) == ("en", True)
