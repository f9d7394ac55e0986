"""Two workers, two coordinators at the same moment: nobody is told twice, no letter goes twice."""

from functools import partial

import pytest
from django.core import mail

from accounts.roles import Role
from assessment.audit.models import Event
from assessment.audit.queries import verify_chain
from assessment.jobs.models import Job
from assessment.notices.models import Letter
from assessment.notices.services import remind_people, urge_localities
from assessment.notices.services.delivering import send_letters
from assessment.submissions.models import Submission
from assessment.submissions.services import open_collection
from tests.cast import Cast, make_cast
from tests.concurrency import at_once, refusals
from tests.factories import NOW, member
from tests.notices.conftest import moment

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 3
DAY = moment(3, 14)


class Silent:
    """A job's progress that nobody reads."""

    def report(self, percent: int, step: str) -> None:
        """Nothing to say."""


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast with open forms on the day of a reminder; nothing is sent by itself."""
    found = make_cast()
    open_collection(cycle=found.cycle, by=found.coordinator, at=NOW)
    found.cycle.refresh_from_db()
    monkeypatch.setattr("django.utils.timezone.now", lambda: DAY)
    monkeypatch.setattr("assessment.notices.services.telling.queue_letters", lambda **_asked: None)
    return found


def test_of_workers_that_remind_at_once_each_person_hears_once(cast: Cast) -> None:
    outcomes = at_once([partial(remind_people, at=DAY)] * WORKERS)
    assert refusals(outcomes) == []
    assert sum(outcomes) == 5  # type: ignore[arg-type]
    assert Letter.objects.count() == Event.objects.filter(action="notices.remind").count() == 5
    assert verify_chain().broken is None


def test_of_coordinators_who_urge_at_once_one_does(cast: Cast) -> None:
    forms = list(Submission.objects.select_related("cycle", "locality"))
    colleagues = [cast.coordinator, member(Role.COORDINATOR, region=cast.region)]
    calls = [
        partial(urge_localities, cycle=cast.cycle, submissions=forms, by=by, at=DAY)
        for by in colleagues
    ]
    outcomes = at_once(calls)
    assert refusals(outcomes) == []
    assert sorted(len(each.urged) for each in outcomes) == [0, 2]  # type: ignore[attr-defined]
    assert Letter.objects.count() == 4


def test_of_workers_that_send_at_once_each_letter_goes_once(cast: Cast) -> None:
    remind_people(at=DAY)
    job = Job(kind="notices.letters", parameters={"region": cast.region.pk})
    outcomes = at_once([partial(send_letters, job, Silent())] * WORKERS)
    assert refusals(outcomes) == []
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        Letter.objects.values_list("user__email", flat=True)
    )
