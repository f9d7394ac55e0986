"""Events of one request, job or command say that they belong together."""

import pytest

from accounts.models import User
from assessment.audit.models import Event
from assessment.audit.origin import Origin, coming_from
from assessment.audit.services import record_event
from assessment.jobs import kinds
from assessment.jobs.models import Job
from assessment.jobs.runs import run_job
from assessment.submissions.services import accept_submission
from tests.cast import Cast
from tests.factories import NOW, UserFactory
from tests.permission_scene import build_scene

pytestmark = pytest.mark.django_db


def record(user: User) -> Event:
    return record_event(action="room.verb", by=None, at=NOW, target=user)


def test_what_one_origin_changes_is_one_operation() -> None:
    user = UserFactory()
    with coming_from(Origin(channel="web")):
        first, second = record(user), record(user)
    with coming_from(Origin(channel="web")):
        other = record(user)
    assert first.operation == second.operation
    assert first.operation != other.operation
    assert record(user).operation == record(user).operation  # a command is one operation


def test_the_page_of_an_event_names_the_others_of_its_operation() -> None:
    """Accepting a form changes the form and records its values: two events, one operation."""
    scene = build_scene()
    last = Event.objects.latest("sequence").sequence
    with coming_from(Origin(channel="web")):
        accept_submission(submission=scene.submitted, by=scene.cast.coordinator, at=NOW)
    events = Event.objects.filter(sequence__gt=last).order_by("sequence")
    assert [event.action for event in events] == ["observations.record", "submissions.accept"]
    assert len({event.operation for event in events}) == 1
    page = scene.cast.client("auditor").get(f"/desk/audit/{events[0].sequence}/")
    assert [row.event for row in page.context["together"]] == [events[1]]
    listed = scene.cast.client("auditor").get("/desk/audit/").context["rows"][0]
    assert listed.event == events[1]
    assert [part.event for part in listed.parts] == [events[0]]


def test_who_may_not_see_an_event_does_not_find_it_beside_another(cast: Cast) -> None:
    with coming_from(Origin(channel="web")):
        seen = record_event(
            action="room.verb", by=None, at=NOW, target=cast.region, region=cast.region
        )
        record_event(
            action="room.verb", by=None, at=NOW, target=cast.region, region=cast.other_region
        )
    page = cast.client("auditor").get(f"/desk/audit/{seen.sequence}/")
    assert page.context["together"] == []


def test_a_job_is_one_operation_of_the_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(job: Job, progress: kinds.Progress) -> dict[str, int]:
        record(cast.contributor)
        record(cast.contributor)
        return {}

    monkeypatch.setattr(
        "assessment.jobs.runs.kind_named", lambda name: kinds.JobKind(name, work, "Test")
    )
    job = Job.objects.create(kind="test", parameters={}, created_at=NOW, heartbeat_at=NOW)
    run_job(job.pk)
    first, second = Event.objects.order_by("sequence")
    assert (first.channel, first.operation) == ("worker", second.operation)
