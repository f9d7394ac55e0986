"""Nobody decides on what they filled or signed, even once they hold another role."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Membership, User
from accounts.roles import Role
from assessment.audit.models import Event
from assessment.publication.services import publish_preliminary
from assessment.reviews.services import save_rubric_score
from assessment.scores.services import make_adjustment, withdraw_adjustment
from assessment.submissions.services import (
    OwnWorkError,
    accept_submission,
    return_submission,
)
from tests.cast import Cast
from tests.factories import NOW
from tests.permission_scene import Scene, build_scene

pytestmark = pytest.mark.django_db


def turn(user: User, role: Role, cast: Cast) -> User:
    """The person's roles have ended; now they hold another in the region."""
    user.memberships.update(ended_at=NOW)
    Membership.objects.create(user=user, role=role, region=cast.region, created_at=NOW)
    return User.objects.get(pk=user.pk)


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Forms and cycles in every state; gone after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_scene()
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", ["contributor", "approver"])
def test_a_coordinator_does_not_decide_on_the_form_they_worked_on(scene: Scene, name: str) -> None:
    by = turn(getattr(scene.cast, name), Role.COORDINATOR, scene.cast)
    before = Event.objects.count()
    with pytest.raises(OwnWorkError):
        accept_submission(submission=scene.submitted, by=by, at=NOW)
    with pytest.raises(OwnWorkError):
        return_submission(submission=scene.submitted, reason="Correct it", by=by, at=NOW)
    scene.submitted.refresh_from_db()
    assert (scene.submitted.state, Event.objects.count()) == ("submitted", before)


def test_a_coordinator_decides_on_the_forms_of_others(scene: Scene) -> None:
    by = turn(scene.cast.neighbour_contributor, Role.COORDINATOR, scene.cast)
    accept_submission(submission=scene.submitted, by=by, at=NOW)
    scene.submitted.refresh_from_db()
    assert scene.submitted.state == "accepted"


@pytest.mark.parametrize("name", ["contributor", "approver"])
def test_an_expert_does_not_judge_the_locality_they_reported_for(scene: Scene, name: str) -> None:
    cast, cycle = scene.cast, scene.cycles["reviewing"]
    by = turn(getattr(cast, name), Role.REVIEWER, cast)
    judged = {"indicator": "DEPTH", "level": 2, "has_abstained": False, "comment": "", "at": NOW}
    with pytest.raises(OwnWorkError):
        save_rubric_score(cycle=cycle, locality=cast.locality, by=by, **judged)
    save_rubric_score(cycle=cycle, locality=cast.neighbour, by=by, **judged)


@pytest.mark.parametrize("name", ["contributor", "approver", "neighbour_contributor"])
def test_nobody_publishes_a_cycle_they_reported_in(scene: Scene, name: str) -> None:
    cycle = scene.cycles["reviewing"]
    by = turn(getattr(scene.cast, name), Role.COORDINATOR, scene.cast)
    with pytest.raises(OwnWorkError):
        publish_preliminary(cycle=cycle, run=cycle.runs.latest("number"), by=by, at=NOW)
    assert not cycle.publications.exists()


def test_nobody_adjusts_the_score_of_the_locality_they_reported_for(scene: Scene) -> None:
    cast, cycle = scene.cast, scene.cycles["reviewing"]
    by = turn(cast.contributor, Role.COORDINATOR, cast)
    texts = ("article_zh", "article_en", "reason_zh", "reason_en")
    given: Any = {"node": "sharing", "points": Decimal(1), "at": NOW, **dict.fromkeys(texts, "x")}
    with pytest.raises(OwnWorkError):
        make_adjustment(cycle=cycle, locality=cast.locality, by=by, **given)
    make_adjustment(cycle=cycle, locality=cast.neighbour, by=by, **given)
    made = make_adjustment(cycle=cycle, locality=cast.locality, by=cast.coordinator, **given)
    with pytest.raises(OwnWorkError):
        withdraw_adjustment(adjustment=made, reason="Not right", by=by, at=NOW)
