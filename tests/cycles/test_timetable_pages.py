"""The page of a cycle's dates: days off, and when people are reminded."""

from datetime import date

import pytest
from django.urls import reverse

from assessment.cycles.workflow import Stage
from tests.cast import Cast
from tests.cycles.test_pages import english, moved, sent


def test_running_cycle_changes_its_timetable_alone(cast: Cast) -> None:
    cycle, client = moved(cast, Stage.COLLECTING), english(cast)
    url = reverse("cycles:edit", args=[cycle.code])
    assert list(client.get(url).context["form"].fields) == [
        "collection_start_date",
        "collection_end_date",
        "review_end_date",
        "objection_end_date",
        "reminders_before",
        "reminder_interval",
    ]
    answer = client.post(url, sent(cast, code="other", collection_end_date="2017-03-20"))
    assert answer.status_code == 302
    cycle.refresh_from_db()
    assert (cycle.code, cycle.collection_end_date) == (cast.cycle.code, date(2017, 3, 20))
    early = client.post(url, sent(cast, collection_start_date="2015-01-01"))
    assert list(early.context["form"].errors) == ["collection_start_date"]


def test_last_day_on_a_day_off_is_said_and_a_working_day_offered(cast: Cast) -> None:
    """In 2026 the holiday lasted from 1 to 7 October; the notice for 2027 is not known."""
    cycle, client = moved(cast, Stage.COLLECTING), english(cast)
    url = reverse("cycles:edit", args=[cycle.code])
    dates = {
        "review_end_date": "2026-10-03",
        "objection_end_date": "2027-02-05",
    }
    answer = client.post(url, sent(cast, **dates), follow=True)
    assert answer.redirect_chain == [(url, 302)]
    notes = {note.name: note for note in answer.context["form"].day_notes()}
    assert notes["review_end_date"].text == (
        "2026-10-03 is a day off. The working day before it is 2026-09-30, the next one 2026-10-08."
    )
    assert notes["review_end_date"].offered == ["2026-09-30", "2026-10-08"]
    assert notes["objection_end_date"].text == (
        "The holidays of 2027 are not known here yet: besides weekends only 1 January, 1 and 2 "
        "May and 1 to 3 October count as days off."
    )
    assert 'name="set_review_end_date" value="2026-10-08"' in answer.content.decode()
    chosen = {"set_review_end_date": "2026-10-08", "revision": answer.context["revision"]}
    taken = client.post(url, sent(cast, **dates, **chosen), follow=True)
    cycle.refresh_from_db()
    assert cycle.review_end_date == date(2026, 10, 8)
    assert taken.redirect_chain == [(reverse("desk:cycle", args=[cycle.code]), 302)]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("1、 3 7", [7, 3, 1]), ("７，０", [7, 0]), ("", [])],
)
def test_reminders_are_read_as_they_are_typed(cast: Cast, typed: str, stored: list[int]) -> None:
    url = reverse("cycles:edit", args=[cast.cycle.code])
    answer = english(cast).post(url, sent(cast, reminders_before=typed, reminder_interval="5"))
    assert answer.status_code == 302
    cast.cycle.refresh_from_db()
    assert (cast.cycle.reminders_before, cast.cycle.reminder_interval) == (stored, 5)


def test_reminders_that_are_no_days_are_refused_at_their_field(cast: Cast) -> None:
    url = reverse("cycles:edit", args=[cast.cycle.code])
    answer = english(cast).post(url, sent(cast, reminders_before="7, soon", reminder_interval="61"))
    errors = answer.context["form"].errors
    assert errors["reminders_before"] == [
        "“soon” is no whole number. Write, for example, 7, 3, 1, 0."
    ]
    assert list(errors) == ["reminders_before", "reminder_interval"]
