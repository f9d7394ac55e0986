"""Whom an event of the log concerns, and what stays unread."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from accounts.roles import Role
from accounts.services import grant_membership
from assessment.audit.models import Event
from assessment.audit.services import record_event
from assessment.cycles.workflow import Stage
from assessment.notices.queries import MOST_COUNTED, notices_for, unread, unread_count
from assessment.notices.services import mark_all_read, mark_read
from assessment.notices.wording import notices_of
from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.factories import NOW
from tests.observations.scene import at_stage
from tests.queries import assert_same_queries, count_queries

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
LIST = "/account/notices/"
READ = "/account/notices/read/"


def form_of(cast: Cast) -> Submission:
    form, _made = Submission.objects.get_or_create(
        cycle=cast.cycle,
        locality=cast.locality,
        defaults={"created_at": NOW, "updated_at": NOW},
    )
    return form


def about_form(cast: Cast, action: str, by: User | None = None, **after: Any) -> Event:
    return record_event(
        action=f"submissions.{action}",
        by=by,
        at=NOW,
        target=form_of(cast),
        after=after,
        region=cast.region,
        locality=cast.locality,
    )


def about_cycle(cast: Cast, action: str, by: User | None = None, **after: Any) -> Event:
    return record_event(
        action=f"cycles.{action}",
        by=by,
        at=NOW,
        target=cast.cycle,
        after=after,
        region=cast.region,
    )


def told(cast: Cast, event: Event) -> set[str]:
    """Everybody of the cast whom the event concerns."""
    people = {name: person for name, person in vars(cast).items() if isinstance(person, User)}
    return {
        name for name, person in people.items() if notices_for(person).filter(pk=event.pk).exists()
    }


@pytest.mark.parametrize(
    ("action", "by", "expected"),
    [
        ("return", "coordinator", {"contributor", "approver"}),
        ("accept", "coordinator", {"contributor", "approver"}),
        ("extend_deadline", "coordinator", {"contributor", "approver"}),
        ("submit", "approver", {"contributor", "coordinator"}),
        ("save_answers", "contributor", set()),
    ],
)
def test_whom_an_event_of_a_form_concerns(
    cast: Cast, action: str, by: str, expected: set[str]
) -> None:
    assert told(cast, about_form(cast, action, getattr(cast, by))) == expected


PARTICIPANTS = {"contributor", "approver", "neighbour_contributor", "neighbour_approver"}
REGION = {"coordinator", "reviewer", "auditor"}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("create_cycle", REGION),
        ("open_collection", PARTICIPANTS | REGION),
        ("withdraw_preliminary", PARTICIPANTS | REGION),
        ("finalise", REGION),
        ("reopen_preliminary", REGION),
        ("publish", PARTICIPANTS | REGION),
        ("update_cycle", set()),
    ],
)
def test_whom_a_step_of_a_cycle_concerns(cast: Cast, action: str, expected: set[str]) -> None:
    assert told(cast, about_cycle(cast, action)) == expected


@pytest.mark.parametrize(("asked", "expected"), [(4, {"coordinator"}), (1, set())])
def test_a_finished_batch_of_reports_concerns_the_coordinator(
    cast: Cast, asked: int, expected: set[str]
) -> None:
    """A single report is awaited on its page."""
    ended = record_event(
        action="reports.end_batch",
        by=None,
        at=NOW,
        target=cast.cycle,
        after={"asked": asked, "failed": 1},
        region=cast.region,
    )
    assert told(cast, ended) == expected


def test_what_came_before_the_role_is_no_news_but_the_role_is(cast: Cast) -> None:
    before = about_form(cast, "return", cast.coordinator)
    held = grant_membership(
        user=cast.neighbour_contributor,
        role=Role.APPROVER,
        locality=cast.locality,
        by=None,
        at=NOW,
    )
    after = about_form(cast, "accept", cast.coordinator)
    person = User.objects.get(pk=cast.neighbour_contributor.pk)
    concerned = list(notices_for(person))
    assert [event.action for event in concerned] == [
        "submissions.accept",
        "accounts.grant_membership",
    ]
    assert after in concerned
    assert before not in concerned
    assert notices_of(concerned, person)[1].text.endswith(held.label)


def test_an_ended_role_brings_no_news(cast: Cast) -> None:
    event = about_form(cast, "return", cast.coordinator)
    Membership.objects.filter(user=cast.contributor).update(ended_at=NOW)
    assert not notices_for(User.objects.get(pk=cast.contributor.pk)).filter(pk=event.pk).exists()


def test_one_is_read_alone_and_all_up_to_what_was_shown(cast: Cast) -> None:
    person = cast.contributor
    first, second, third = (about_form(cast, "return", cast.coordinator) for _ in range(3))
    assert unread_count(person) == 3
    assert mark_read(sequence=second.sequence, by=person)
    assert list(unread(person, notices_for(person))) == [third, first]
    fourth = about_form(cast, "accept", cast.coordinator)
    mark_all_read(until=third.sequence, by=person)
    assert list(unread(person, notices_for(person))) == [fourth]
    mark_all_read(until=first.sequence, by=person)
    assert unread_count(person) == 1
    assert unread_count(cast.approver) == 4


def test_the_mark_never_runs_ahead_of_the_notices(cast: Cast) -> None:
    about_form(cast, "return", cast.coordinator)
    mark_all_read(until=10**15, by=cast.contributor)
    about_form(cast, "accept", cast.coordinator)
    assert unread_count(cast.contributor) == 1


def test_notices_of_others_cannot_be_marked(cast: Cast) -> None:
    event = about_form(cast, "return", cast.coordinator)
    client = cast.client("neighbour_contributor")
    assert client.post(READ, {"notice": event.sequence}).status_code == 404
    assert unread_count(cast.contributor) == 1


def test_the_list_says_what_happened_and_why_and_leads_there(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    about_form(cast, "return", cast.coordinator, reason="Attach the ledger.")
    form = form_of(cast)
    page = cast.client("contributor").get(LIST, **ENGLISH)
    [notice] = page.context["notices"]
    assert notice.text == f"The form of {cast.locality.name_en} was returned: {cast.cycle.name_en}"
    assert notice.note == "Attach the ledger."
    assert notice.url == reverse("submissions:form", args=[form.pk])
    assert "Notices, 1 unread" in page.text
    chinese = cast.client("contributor").get(LIST, HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert f"{cast.locality.name_zh}的填报表被退回：{cast.cycle.name_zh}" in chinese.text


def test_reasons_kept_for_the_log_are_not_told(cast: Cast) -> None:
    about_cycle(cast, "reopen_collection", reason="A mistake of ours")
    [notice] = notices_of(list(notices_for(cast.contributor)), cast.contributor)
    assert notice.note == ""


def test_reading_from_the_page(cast: Cast) -> None:
    client = cast.client("contributor")
    assert "No notices yet" in client.get(LIST, **ENGLISH).text
    events = [about_form(cast, "return", cast.coordinator) for _ in range(2)]
    client.post(READ, {"notice": events[0].sequence})
    assert "Notices, 1 unread" in client.get(LIST, **ENGLISH).text
    answer = client.post(READ, {"until": events[1].sequence, "next": f"{LIST}?show=unread"})
    assert answer["Location"] == f"{LIST}?show=unread"
    assert "Everything is read" in client.get(f"{LIST}?show=unread", **ENGLISH).text
    for wrong in ({"notice": "²"}, {"until": "all"}, {"until": "9" * 40}, {}):
        assert client.post(READ, wrong).status_code == 302


def test_long_lists_are_paged_and_the_count_is_capped(cast: Cast) -> None:
    for _ in range(MOST_COUNTED + 2):
        about_form(cast, "return", cast.coordinator)
    page = cast.client("contributor").get(f"{LIST}?page=2", **ENGLISH)
    assert len(page.context["notices"]) == 50
    assert "Notices, 99+ unread" in page.text


def test_list_asks_equally_often_for_one_and_three_notices(cast: Cast) -> None:
    client = cast.client("coordinator")
    about_form(cast, "submit", cast.approver)
    about_cycle(cast, "start_review")
    assert_same_queries(
        lambda: client.get(LIST),
        lambda: [about_form(cast, "submit", cast.approver) for _ in range(2)],
    )


def test_counting_takes_one_query(cast: Cast) -> None:
    about_form(cast, "submit", cast.approver)
    unread_count(cast.coordinator)
    assert count_queries(lambda: unread_count(cast.coordinator)) == 1


def test_notices_are_searched_filtered_ordered_and_exported(cast: Cast) -> None:
    about_form(cast, "return", cast.coordinator, reason="Attach the ledger.")
    about_cycle(cast, "start_review")
    read = about_form(cast, "accept", cast.coordinator)
    client = cast.client("contributor")
    client.post(READ, {"notice": read.sequence})

    def found(query: str) -> list[str]:
        page = client.get(LIST + query, **ENGLISH)
        return [event.action for event in page.context["list"].page.object_list]

    accepted, started, returned = "submissions.accept", "cycles.start_review", "submissions.return"
    assert found("") == [accepted, started, returned]
    assert found("?sort=time") == [returned, started, accepted]
    assert found("?show=unread") == [started, returned]
    assert found("?about=forms") == [accepted, returned]
    assert found("?about=forms&show=unread") == [returned]
    assert found(f"?q={cast.coordinator}") == [accepted, returned]
    assert found(f"?q={cast.locality.name_en}") == [accepted, returned]
    table = client.get(f"{LIST}?format=csv&about=forms", **ENGLISH).content.decode("utf-8-sig")
    head, *rows = table.splitlines()
    assert head.startswith("time,person,notice,reason,read")
    assert [row.split(",")[3:5] for row in rows] == [["", "yes"], ["Attach the ledger.", ""]]
