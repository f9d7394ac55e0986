"""What one call changed in several places reads as one entry of the log."""

import pytest

from assessment.audit.entries import MOST_TOGETHER
from assessment.audit.models import Event
from assessment.audit.origin import Origin, coming_from
from assessment.audit.services import record_event
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries

pytestmark = pytest.mark.django_db


def call(cast: Cast, *actions: str) -> list[Event]:
    """The events of one request, the outer call's last."""
    with coming_from(Origin(channel="web")):
        return [
            record_event(action=action, by=None, at=NOW, target=cast.cycle, region=cast.region)
            for action in actions
        ]


def shown(cast: Cast, query: str = "") -> list[tuple[int, list[int]]]:
    page = cast.client("auditor").get(f"/desk/audit/{query}")
    return [
        (row.event.sequence, [part.event.sequence for part in row.parts])
        for row in page.context["rows"]
    ]


def test_an_entry_is_the_outer_call_with_its_parts_in_order(cast: Cast) -> None:
    call(cast, "room.alone")
    call(cast, "room.inner", "room.second", "room.outer")
    assert shown(cast) == [(4, [2, 3]), (1, [])]
    assert shown(cast, "?sort=number") == [(1, []), (4, [2, 3])]


def test_a_part_that_was_searched_for_brings_its_operation(cast: Cast) -> None:
    inner, outer = "observations.record", "submissions.accept"
    call(cast, inner, outer)
    call(cast, inner)
    assert shown(cast, f"?action={inner}") == [(3, []), (1, [2])]


def test_in_another_order_each_event_stands_for_itself(cast: Cast) -> None:
    call(cast, "room.b", "room.a")
    assert shown(cast, "?sort=action") == [(2, []), (1, [])]


def test_an_operation_at_the_edge_of_a_page_is_shown_once(cast: Cast) -> None:
    """51 events: the outer call of the oldest two is the fiftieth, its part the next."""
    call(cast, "room.inner", "room.outer")
    for _number in range(49):
        call(cast, "room.alone")
    assert shown(cast)[-1] == (2, [1])
    assert shown(cast, "?page=2") == []


def test_a_command_that_changes_much_is_listed_event_by_event(cast: Cast) -> None:
    events = call(cast, *["room.many"] * (MOST_TOGETHER + 1))
    assert [parts for _event, parts in shown(cast)] == [[]] * (MOST_TOGETHER + 1)
    page = cast.client("auditor").get(f"/desk/audit/{events[0].sequence}/")
    assert page.context["together_count"] == MOST_TOGETHER
    query = page.context["operation_url"].partition("?")[2]
    assert query == f"operation={events[0].operation}"
    assert len(shown(cast, f"?{query}")) == MOST_TOGETHER + 1


def test_the_parts_are_those_the_reader_may_see(cast: Cast) -> None:
    with coming_from(Origin(channel="web")):
        for region in (cast.other_region, cast.region):
            record_event(action="room.verb", by=None, at=NOW, target=region, region=region)
    assert shown(cast) == [(2, [])]


def test_the_list_asks_the_database_equally_often_with_one_and_three_parts(cast: Cast) -> None:
    client = cast.client("auditor")
    call(cast, "room.inner", "room.outer")

    def add() -> None:
        call(cast, "room.inner", "room.inner", "room.inner", "room.outer")

    assert_same_queries(lambda: client.get("/desk/audit/"), add)
