"""Accounts with a published password never come into an installation that is in use."""

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import override_settings

from accounts.models import User
from assessment.cycles.models import Cycle
from scripts import prepare
from tests.factories import UserFactory


def test_an_installation_with_accounts_is_left_alone(db: None) -> None:
    UserFactory()
    with pytest.raises(CommandError, match="empty"):
        call_command("load_demonstration")
    assert (User.objects.count(), Cycle.objects.count()) == (1, 0)


@override_settings(SESSION_COOKIE_SECURE=True)
def test_an_installation_open_to_the_network_is_left_alone(db: None) -> None:
    with pytest.raises(CommandError, match="LIANPING_HTTPS"):
        call_command("load_demonstration")
    assert not User.objects.exists()


@pytest.mark.parametrize(("arguments", "asked"), [([], False), (["--demonstration"], True)])
def test_preparing_loads_it_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], asked: bool
) -> None:
    given: list[bool] = []
    monkeypatch.setattr(
        prepare, "prepare", lambda *, with_demonstration: given.append(with_demonstration)
    )
    assert prepare.main(arguments) == 0
    assert given == [asked]
