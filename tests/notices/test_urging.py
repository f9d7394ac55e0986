"""催报: one press tells those a form waits for, once a day at most, and is logged."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Locality
from accounts.roles import Role
from accounts.services import set_email_wish
from assessment.audit.models import Event
from assessment.audit.queries import verify_chain
from assessment.desk.urging import told
from assessment.notices.models import Letter
from assessment.notices.queries import notices_for
from assessment.notices.services import Urging, urge_localities
from assessment.notices.wording import notices_of
from assessment.submissions.models import Submission
from assessment.submissions.workflow import SubmissionState
from tests.cast import Cast
from tests.factories import member, participants
from tests.notices.conftest import moment
from tests.queries import assert_same_queries

LATE = moment(3, 20)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages live five days after the last day."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATE)


def press(cast: Cast, who: str = "coordinator", **sent: object) -> list[str]:
    """What the board says after the press."""
    client: Client = cast.client(who)
    address = reverse("desk:urge", args=[cast.cycle.code])
    answer = client.post(address, sent, headers={"accept-language": "en"}, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def test_a_press_tells_those_the_form_waits_for_and_is_logged(cast: Cast, form: Submission) -> None:
    assert press(cast, submission=form.pk) == [
        f"{cast.locality.name_en} urged. 2 people find it among their notices; by e-mail it goes "
        "to 2."
    ]
    event = Event.objects.get(action="submissions.urge")
    assert (event.actor, event.locality) == (cast.coordinator, cast.locality)
    assert sorted(event.after["people"]) == ["approver", "contributor"]
    assert (event.after["last_day"], event.after["missing"]) == ("2017-03-15", 3)
    told = Letter.objects.filter(sequence=event.sequence).values_list("user__username", flat=True)
    assert set(told) == {"contributor", "approver"}
    form.refresh_from_db()
    assert form.urged_at == LATE
    with translation.override("en"):
        notice = notices_of(list(notices_for(cast.approver)[:1]), cast.approver)[0]
    assert notice.text == (
        f"{cast.locality.name_en} is urged to hand in its form, which locked after 2017-03-15: ask "
        f"the coordinating body for more time ({cast.cycle.name_en})"
    )
    assert notice.url == reverse("submissions:form", args=[form.pk])
    assert not notices_for(cast.neighbour_approver).filter(pk=event.pk).exists()


def test_who_wants_no_e_mail_gets_none_when_urged(cast: Cast, form: Submission) -> None:
    person = cast.contributor
    set_email_wish(user=person, wants_email=False, by=person, at=LATE)
    assert press(cast, submission=form.pk) == [
        f"{cast.locality.name_en} urged. 2 people find it among their notices; by e-mail it goes "
        "to 1."
    ]
    assert list(Letter.objects.filter(is_mailed=True).values_list("user", flat=True)) == [
        cast.approver.pk
    ]


def test_a_second_coordinator_urges_nobody_again_within_a_day(cast: Cast, form: Submission) -> None:
    colleague = member(Role.COORDINATOR, region=cast.region)
    press(cast, submission=form.pk)
    within = LATE + timedelta(hours=23, minutes=59)
    again = urge_localities(cycle=cast.cycle, submissions=[form], by=colleague, at=within)
    assert (again.urged, again.lately) == ([], [(form, LATE)])
    assert press(cast, submission=form.pk) == [
        f"{cast.locality.name_en} was urged already at 2017-03-20 09:00; again after 24 hours at "
        "the earliest."
    ]
    assert Letter.objects.count() == 2
    urge_localities(
        cycle=cast.cycle, submissions=[form], by=colleague, at=LATE + timedelta(hours=24)
    )
    assert Event.objects.filter(action="submissions.urge").count() == 2


def test_of_many_some_are_named_and_all_counted() -> None:
    forms = [
        Submission(locality=Locality(name_en=f"Place {n}", name_zh=f"地{n}")) for n in range(7)
    ]
    with translation.override("zh-hans"):
        said = told(Urging(urged=forms, people=9, mailed=8))
    assert said.startswith("已催报地0、地1、地2、地3、地4等 7 个地区。")


def test_all_late_ones_are_urged_but_nobody_who_has_time_left(cast: Cast, form: Submission) -> None:
    Submission.objects.filter(pk=form.pk).update(
        extended_end_date="2017-03-20", extension_reason="Flood."
    )
    assert press(cast, all="late") == [
        f"{cast.neighbour.name_en} urged. 2 people find it among their notices; by e-mail it goes "
        "to 2."
    ]
    form.refresh_from_db()
    assert form.urged_at is None


@pytest.mark.parametrize("state", [SubmissionState.SUBMITTED, SubmissionState.ACCEPTED])
def test_nobody_is_urged_for_a_form_that_was_handed_in(
    cast: Cast, form: Submission, state: str
) -> None:
    Submission.objects.update(state=state)
    assert press(cast, submission=form.pk) == [
        "Nobody had to be urged: the forms were handed in meanwhile."
    ]
    assert not Letter.objects.exists()


def test_only_the_coordinator_of_the_region_urges(cast: Cast, form: Submission) -> None:
    for person in (cast.approver, cast.auditor, cast.other_coordinator):
        with pytest.raises(PermissionDenied):
            urge_localities(cycle=cast.cycle, submissions=[form], by=person, at=LATE)
    assert not Letter.objects.exists()


def test_the_board_shows_when_and_leaves_the_button_out(cast: Cast, form: Submission) -> None:
    board = reverse("submissions:board", args=[cast.cycle.code])
    button = f'name="submission" value="{form.pk}"'
    client = cast.client("coordinator")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get(board).content.decode()
    assert button in page
    assert "Urge all 2 late localities" in page
    assert "5 days late" in page
    assert "3 working days" in page
    press(cast, submission=form.pk)
    page = client.get(board).content.decode()
    assert button not in page
    assert "Urge 1 late locality" in page
    assert "2017-03-20 09:00" in page
    assert "Urge" not in cast.client("auditor").get(
        board, headers={"accept-language": "en"}
    ).content.decode().replace("Last urged", "")


def test_the_board_is_filtered_by_section_sorted_by_days_and_downloaded(
    cast: Cast, form: Submission
) -> None:
    Submission.objects.filter(pk=form.pk).update(
        extended_end_date="2017-03-17", extension_reason="Flood."
    )
    board = reverse("submissions:board", args=[cast.cycle.code])
    client = cast.client("coordinator")
    page = client.get(board, {"section": "sharing", "sort": "-late"})
    assert [row.days_late for row in page.context["rows"]] == [5, 3]
    lines = client.get(board, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    heads = lines[0].split(",")
    rows = {
        line.split(",")[1]: dict(zip(heads, line.split(","), strict=True)) for line in lines[1:]
    }
    own = rows[cast.locality.code]
    assert (own["days_late"], own["working_days_late"]) == ("3", "1")
    assert own["waits_for"] == f"{cast.approver}; {cast.contributor}"
    assert own["missing_sections"] == "sharing effort"


def test_urging_many_asks_the_database_as_often_as_urging_one(cast: Cast, form: Submission) -> None:
    def urge() -> None:
        Submission.objects.update(urged_at=None)
        late = Submission.objects.select_related("cycle", "locality")
        outcome = urge_localities(cycle=cast.cycle, submissions=late, by=cast.coordinator, at=LATE)
        assert len(outcome.urged) == Submission.objects.count()

    def more() -> None:
        for locality in participants(cast.cycle, 2):
            Submission.objects.create(
                cycle=cast.cycle, locality=locality, created_at=LATE, updated_at=LATE
            )

    assert_same_queries(urge, more)
    assert verify_chain().broken is None
