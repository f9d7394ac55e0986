"""The one reminder of a day: on which days, for whom, and what it says."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from accounts.services import set_email_wish
from assessment.audit.models import Event
from assessment.cycles.calendar import WorkingCalendar
from assessment.cycles.models import Cycle, HolidayYear
from assessment.cycles.workflow import Stage
from assessment.jobs.models import Job
from assessment.notices import tasks
from assessment.notices.digests import Digest
from assessment.notices.models import Letter
from assessment.notices.queries import notices_for
from assessment.notices.services import remind_people, telling
from assessment.notices.wording import Notice, notices_of
from assessment.reviews.services import save_rubric_score
from assessment.submissions.models import Submission
from assessment.submissions.services import PartInput, extend_deadline
from assessment.submissions.workflow import SubmissionState
from tests.cast import Cast, make_cast
from tests.factories import NOW, CycleFactory, member
from tests.notices.conftest import moment
from tests.queries import assert_same_queries
from tests.reviews.conftest import rubric_framework
from tests.submissions.conftest import divided, fill

IN_LOCALITY = {"contributor", "approver"}
NEIGHBOURS = {"neighbour", "neighbourapprover"}


def reminded(at: datetime) -> set[str]:
    """Who gets a reminder by the run of that moment."""
    before = set(Letter.objects.values_list("pk", flat=True))
    remind_people(at=at)
    new = Letter.objects.exclude(pk__in=before)
    return set(new.values_list("user__username", flat=True))


def reminder(person: User) -> Notice:
    """The newest reminder of the person, in English."""
    event = notices_for(person).filter(action="notices.remind").first()
    assert event is not None
    with translation.override("en"):
        return notices_of([event], person)[0]


@pytest.mark.parametrize(
    ("at", "is_reminder_day"),
    [
        (moment(3, 6), True),  # seven working days before 15 March
        (moment(3, 7), False),
        (moment(3, 10), True),  # three: 13, 14, 15 March
        (moment(3, 11), False),  # a Saturday
        (moment(3, 14), True),
        (moment(3, 15, 0), True),
        (moment(3, 15, 23, 59), True),  # the last day counts to its end
        (moment(3, 16, 0), False),
        (moment(3, 20), True),  # three after: 16, 17, 20 March
        (moment(3, 23), True),
    ],
)
def test_days_of_reminders(form: Submission, at: datetime, *, is_reminder_day: bool) -> None:
    assert bool(reminded(at)) == is_reminder_day


def test_holidays_move_the_reminders(cast: Cast, form: Submission) -> None:
    """With 14 March off, 9 March is the third working day before the last day."""
    HolidayYear.objects.create(
        year=2017, source="Test", rest_days=["2017-03-14"], entered_at=moment(3, 1)
    )
    assert reminded(moment(3, 10)) == set()
    assert reminded(moment(3, 13)) == IN_LOCALITY | NEIGHBOURS | {"coordinator"}


def test_each_gets_one_digest_a_day_over_all_forms_and_roles(cast: Cast, form: Submission) -> None:
    second = CycleFactory(region=cast.region, stage="collecting", code="second")
    Submission.objects.create(
        cycle=second, locality=cast.locality, created_at=moment(3, 1), updated_at=moment(3, 1)
    )
    assert reminded(moment(3, 14)) == IN_LOCALITY | NEIGHBOURS | {"coordinator"}
    notice = reminder(cast.contributor)
    assert notice.text == "Reminder: 2 forms wait for you"
    lines = notice.note.splitlines()
    assert (
        sorted(line.rpartition(": ")[2] for line in lines)
        == ["last day 2017-03-15, due in 1 working day"] * 2
    )
    assert notice.url == "/desk/"
    assert reminder(cast.coordinator).text == "Reminder: 3 forms have not been handed in"
    # Run again, on the same day, nobody gets a second one.
    assert reminded(moment(3, 14, 18)) == set()
    assert Event.objects.filter(action="notices.remind").count() == 5


def test_a_digest_of_one_form_leads_to_it_and_says_how_late_it_is(
    cast: Cast, form: Submission
) -> None:
    remind_people(at=moment(3, 20))
    notice = reminder(cast.approver)
    assert notice.text == "Reminder: 1 form waits for you"
    assert notice.note == (
        f"{cast.locality.name_en} · {cast.cycle.name_en}: last day 2017-03-15, "
        "5 days late (3 working days). The form is locked: ask the coordinating body for more time."
    )
    assert notice.url == f"/desk/submissions/{form.pk}/"


def test_only_those_are_reminded_whom_the_form_waits_for(cast: Cast, form: Submission) -> None:
    busy = member(Role.CONTRIBUTOR, locality=cast.locality, username="busy")
    divided(
        form,
        cast,
        {
            "sharing": PartInput(person=cast.contributor),
            "S3": PartInput(person=busy),
        },
    )
    neighbours = NEIGHBOURS | {"coordinator"}
    assert reminded(moment(3, 10)) == {"contributor", "busy", "approver"} | neighbours
    Submission.objects.filter(pk=form.pk).update(state=SubmissionState.SUBMITTED)
    assert reminded(moment(3, 14)) == neighbours


def test_a_complete_form_waits_for_its_approver_alone(cast: Cast, form: Submission) -> None:
    fill(form, cast.contributor)
    assert reminded(moment(3, 10)) & IN_LOCALITY == {"approver"}


@pytest.mark.parametrize("state", [SubmissionState.SUBMITTED, SubmissionState.ACCEPTED])
def test_what_is_handed_in_is_not_called_to_mind(form: Submission, state: str) -> None:
    Submission.objects.update(state=state)
    assert reminded(moment(3, 20)) == set()
    assert not Job.objects.exists()


def test_who_was_given_more_time_is_reminded_by_the_new_day(cast: Cast, form: Submission) -> None:
    extend_deadline(
        submission=form, end_date=date(2017, 3, 23), reason="Flood.", by=None, at=moment(3, 2)
    )
    assert reminded(moment(3, 15)) & IN_LOCALITY == set()
    # 20 March: three working days before the new day, three after the neighbour's.
    assert reminded(moment(3, 20)) == IN_LOCALITY | NEIGHBOURS | {"coordinator"}
    assert reminder(cast.contributor).note.endswith("last day 2017-03-23, due in 3 working days")


def test_without_e_mail_the_reminder_stands_in_the_interface(cast: Cast, form: Submission) -> None:
    person = cast.contributor
    set_email_wish(user=person, wants_email=False, by=person, at=moment(3, 1))
    remind_people(at=moment(3, 14))
    assert reminder(person).text == "Reminder: 1 form waits for you"
    assert not Letter.objects.get(user=person).is_mailed
    assert Letter.objects.get(user=cast.approver).is_mailed


def test_a_worker_that_was_slower_tells_nobody_twice(
    cast: Cast, form: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read who was told before either wrote: the database refuses the second letter."""
    remind_people(at=moment(3, 14))
    letters, events = Letter.objects.count(), Event.objects.count()
    monkeypatch.setattr("assessment.notices.services.telling.told_on", lambda _day: set())
    assert remind_people(at=moment(3, 14)) == 0
    assert (Letter.objects.count(), Event.objects.count()) == (letters, events)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datetime], None]]:
    """Sets the present; no day counts as done yet."""
    cache.clear()
    yield lambda at: monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    cache.clear()


@pytest.mark.parametrize(("hour", "count"), [(7, 0), (8, 5)])
def test_the_clock_gives_the_digests_out_in_the_morning(
    form: Submission, clock: Callable[[datetime], None], hour: int, count: int
) -> None:
    clock(moment(3, 14, hour))
    tasks.remind()
    assert Letter.objects.count() == count


def test_whom_to_remind_is_found_out_once_a_day(
    form: Submission, clock: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[date] = []
    digests_of = telling.digests_of

    def counted(day: date, calendar: WorkingCalendar) -> list[Digest]:
        asked.append(day)
        return digests_of(day, calendar)

    monkeypatch.setattr(telling, "digests_of", counted)
    for at in (moment(3, 13), moment(3, 13, 17), moment(3, 14), moment(3, 14, 9, 15)):
        clock(at)
        tasks.remind()
    assert asked == [date(2017, 3, 13), date(2017, 3, 14)]
    assert Letter.objects.count() == 5


def test_a_last_day_moved_after_the_morning_reminds_the_same_day(
    form: Submission, clock: Callable[[datetime], None]
) -> None:
    """13 March is the third working day before 16 March; for 15 March nobody is reminded then."""
    clock(moment(3, 13))
    tasks.remind()
    assert not Letter.objects.exists()
    extend_deadline(
        submission=form, end_date=date(2017, 3, 16), reason="Flood.", by=None, at=moment(3, 13, 10)
    )
    clock(moment(3, 13, 10, 15))
    tasks.remind()
    assert set(Letter.objects.values_list("user__username", flat=True)) >= IN_LOCALITY


def test_a_fault_with_one_person_stops_nobody_else_and_is_tried_again(
    cast: Cast,
    form: Submission,
    clock: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorded = Digest.recorded

    def faulty(digest: Digest, day: date) -> dict[str, Any]:
        if digest.user == cast.contributor:
            raise LookupError(digest.user.username)
        return recorded(digest, day)

    clock(moment(3, 14))
    with monkeypatch.context() as patch:
        patch.setattr(Digest, "recorded", faulty)
        with pytest.raises(LookupError, match="contributor"):
            tasks.remind()
    assert Letter.objects.count() == 4
    clock(moment(3, 14, 9, 15))
    tasks.remind()
    assert Letter.objects.count() == 5


def score(cast: Cast, *, places: int) -> None:
    """The cast's expert judges so many of the two localities."""
    for locality in (cast.locality, cast.neighbour)[:places]:
        save_rubric_score(
            cycle=cast.cycle,
            locality=locality,
            indicator="DEPTH",
            level=2,
            has_abstained=False,
            comment="",
            by=cast.reviewer,
            at=NOW,
        )


@pytest.fixture
def judging(db: None) -> Cast:
    """The cast in the review of a cycle that asks experts; its last day is 15 April 2017."""
    cast = make_cast(document=rubric_framework())
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=Stage.REVIEWING)
    cast.cycle.refresh_from_db()
    assert cast.cycle.review_end_date == date(2017, 4, 15)
    return cast


def test_experts_are_reminded_of_the_scores_they_have_not_given(judging: Cast) -> None:
    """15 April 2017 is a Saturday: Friday is the last working day up to it."""
    score(judging, places=1)
    assert reminded(moment(4, 13)) == {"reviewer"}
    notice = reminder(judging.reviewer)
    assert notice.text == "Reminder: 1 score is still to be given"
    assert notice.note == (
        f"{judging.cycle.name_en}: 1 of 2 scores still to be given, last day 2017-04-15, "
        "due in 1 working day"
    )
    assert notice.url == reverse("reviews:rubric", args=[judging.cycle.code])
    score(judging, places=2)
    assert reminded(moment(4, 14)) == set()


def test_reminding_asks_the_database_as_often_for_more_forms(cast: Cast, form: Submission) -> None:
    """Everybody was told already: what is counted is finding out whom to remind."""
    for _time in range(2):
        remind_people(at=moment(3, 14))

    def two_more() -> None:
        for code in ("third", "fourth"):
            cycle = CycleFactory(region=cast.region, stage="collecting", code=code)
            Submission.objects.create(
                cycle=cycle,
                locality=cast.locality,
                created_at=moment(3, 1),
                updated_at=moment(3, 1),
            )

    assert_same_queries(lambda: remind_people(at=moment(3, 14)), two_more)


def test_reading_reminders_asks_as_often_for_more_of_them(cast: Cast, form: Submission) -> None:
    def read() -> None:
        events = list(notices_for(cast.contributor).filter(action="notices.remind"))
        assert events
        notices_of(events, cast.contributor)

    remind_people(at=moment(3, 6))

    def two_more() -> None:
        remind_people(at=moment(3, 10))
        remind_people(at=moment(3, 14))

    assert_same_queries(read, two_more)
