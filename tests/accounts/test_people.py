"""Accounts: made, changed, switched off."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from accounts.models import Membership, User
from accounts.roles import Role
from accounts.services import create_user, set_language, update_user
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
