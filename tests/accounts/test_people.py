"""Accounts: made, changed, switched off."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Membership, User
from accounts.roles import Role
from accounts.services import create_user, end_membership, set_language, update_user
from assessment.audit.models import Event
from tests.cast import Cast
from tests.factories import NOW, UserFactory


def new_user(**changes: object) -> User:
    fields: dict[str, object] = {
        "username": "zhangsan",
        "email": "Zhang.San@Example.org ",
        "full_name": "张三",
        "password": "long-enough-2017",
        "by": None,
        "at": NOW,
        **changes,
    }
    return create_user(**fields)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_create_user_keeps_one_form_of_the_address_and_leaves_an_event() -> None:
    user = new_user()
    user.refresh_from_db()
    assert (user.email, user.date_joined, user.is_active) == ("zhang.san@example.org", NOW, True)
    assert user.check_password("long-enough-2017")
    event = Event.objects.get()
    assert (event.action, event.target_id, event.actor) == (
        "accounts.create_user",
        str(user.pk),
        None,
    )
    assert event.after["username"] == "zhangsan"
    assert "password" not in event.after


@pytest.mark.django_db
def test_create_user_without_password_cannot_sign_in() -> None:
    assert not new_user(password=None).has_usable_password()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "1234567890123"}, "password"),
        ({"password": "zhangsan2017"}, "password"),
        ({"email": "not an address"}, "email"),
        ({"username": "with space"}, "username"),
        ({"full_name": " "}, "full_name"),
        ({"language": "fr"}, "language"),
    ],
)
def test_create_user_names_the_field_that_does_not_fit(changes: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        new_user(**changes)
    assert list(refusal.value.message_dict) == [field]
    assert not User.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"username": "ZhangSan", "email": "b@example.org"}, {"username": "other"}]
)
def test_create_user_refuses_names_and_addresses_taken_in_any_case(
    changes: dict[str, str],
) -> None:
    new_user()
    with pytest.raises(ValidationError):
        new_user(**changes)
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["coordinator", "security_administrator", "audit_administrator"])
def test_create_user_is_for_the_system_administrator_alone(cast: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied):
        new_user(by=getattr(cast, name))
    new_user(by=cast.system_administrator)


@pytest.mark.django_db
def test_update_user_records_only_what_became_different() -> None:
    user = UserFactory(full_name="张三", phone="1")
    update_user(user=user, changes={"full_name": "李四", "phone": "1"}, by=None, at=NOW)
    event = Event.objects.get()
    assert (event.before, event.after) == ({"full_name": "张三"}, {"full_name": "李四"})
    update_user(user=user, changes={"full_name": "李四"}, by=None, at=NOW)
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_update_user_forgets_the_old_address_everywhere() -> None:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    update_user(user=user, changes={"email": "New@example.org"}, by=None, at=NOW)
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert not EmailAddress.objects.filter(user=user).exists()


ROLE_HOLDERS = [
    "contributor",
    "approver",
    "coordinator",
    "reviewer",
    "auditor",
    "security_administrator",
    "audit_administrator",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROLE_HOLDERS)
@pytest.mark.parametrize("is_active", [True, False])
def test_nobody_takes_over_a_role_by_the_address_of_its_reset_links(
    cast: Cast,
    name: str,
    is_active: bool,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """The attack: the system administrator enters an address of theirs, then asks for a link.

    An account that is switched off first and on again afterwards is no way round.
    """
    victim, by = getattr(cast, name), cast.system_administrator
    User.objects.filter(pk=victim.pk).update(is_active=is_active)
    with pytest.raises(ValidationError) as refusal:
        update_user(
            user=victim, changes={"email": "mine@example.org", "is_active": True}, by=by, at=NOW
        )
    assert victim.memberships.get().label in refusal.value.message_dict["email"][0]
    client = cast.client("system_administrator")
    entered = {"email": "mine@example.org", "full_name": "x", "phone": "", "language": ""}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            f"/admin/accounts/user/{victim.pk}/change/",
            {**entered, "is_active": "on", "_send_reset_link": "1"},
        )
    victim.refresh_from_db()
    assert victim.email != "mine@example.org"
    assert not mail.outbox
    assert not Event.objects.filter(action="accounts.update_user").exists()


@pytest.mark.django_db
def test_two_administrators_change_the_address_of_a_role_together(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    person, old = cast.approver, cast.approver.email
    end_membership(membership=person.memberships.get(), by=cast.security_administrator, at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        update_user(
            user=person,
            changes={"email": "new@example.org"},
            by=cast.system_administrator,
            at=NOW,
        )
    page = cast.client("security_administrator").get("/admin/accounts/membership/add/")
    assert "new@example.org" in page.content.decode()  # who grants sees where links go
    [letter] = mail.outbox
    assert letter.to == [old]
    assert "new@example.org" in letter.body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Lianping: the e-mail of your account was changed"),
        ("zh-hans", "联评：账号邮箱已更改"),
    ],
)
def test_the_old_address_is_told_in_the_language_of_the_person(
    language: str,
    subject: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user = UserFactory(email="old@example.org", language=language)
    with django_capture_on_commit_callbacks(execute=True):
        update_user(
            user=user, changes={"full_name": "N", "email": "n@example.org"}, by=None, at=NOW
        )
        update_user(user=user, changes={"email": "n@example.org"}, by=None, at=NOW)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["old@example.org"], subject)


@pytest.mark.django_db
def test_update_user_does_not_take_fields_of_power() -> None:
    with pytest.raises(TypeError):
        update_user(user=UserFactory(), changes={"is_superuser": True}, by=None, at=NOW)


@pytest.mark.django_db
def test_an_administrator_cannot_switch_off_the_own_account(cast: Cast) -> None:
    by = cast.system_administrator
    with pytest.raises(ValidationError):
        update_user(user=by, changes={"is_active": False}, by=by, at=NOW)
    update_user(user=cast.coordinator, changes={"is_active": False}, by=by, at=NOW)
    cast.coordinator.refresh_from_db()
    assert not cast.coordinator.is_active


@pytest.mark.django_db
def test_set_language_is_ones_own_or_the_system_administrators(cast: Cast) -> None:
    person = cast.contributor
    set_language(user=person, language="en", by=person, at=NOW)
    person.refresh_from_db()
    assert person.language == "en"
    set_language(user=person, language="", by=cast.system_administrator, at=NOW)
    with pytest.raises(PermissionDenied):
        set_language(user=person, language="en", by=cast.coordinator, at=NOW)
    with pytest.raises(ValidationError):
        set_language(user=person, language="fr", by=person, at=NOW)


@pytest.mark.django_db
def test_create_administrator_makes_the_first_account(capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "create_administrator",
        "system_administrator",
        username="root",
        email="root@example.org",
        name="系统管理员",
    )
    membership = Membership.objects.select_related("user").get()
    assert (membership.role, membership.user.username) == (Role.SYSTEM_ADMINISTRATOR, "root")
    assert not membership.user.has_usable_password()
    assert "root@example.org" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command(
            "create_administrator",
            "audit_administrator",
            username="ROOT",
            email="second@example.org",
            name="x",
        )
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_name_taken_in_other_letters_is_said_at_its_field(cast: Cast) -> None:
    """In words, once each; the database's own constraint is not named."""
    UserFactory(username="zhangsan", email="zhang@example.org")
    typed = {
        "full_name": "张三",
        "phone": "",
        "language": "",
        "username": "ZhangSan",
        "email": "Zhang@Example.org",
    }
    page = cast.client("system_administrator").post(
        "/admin/accounts/user/add/", typed, headers={"accept-language": "en"}
    )
    assert page.context["adminform"].form.errors == {
        "username": ["Another account has this user name. Choose another one."],
        "email": ["Another account has this e-mail address."],
    }
