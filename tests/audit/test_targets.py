"""Things are called as they are today, in the reader's language, wherever the log shows them."""

from typing import Any

import pytest
from django.db import models
from django.utils.translation import override

from accounts.services import update_locality
from assessment.audit.changes import changes_of
from assessment.audit.models import Event
from assessment.audit.origin import Origin, coming_from
from assessment.audit.queries import filtered
from assessment.audit.services import record_event
from assessment.audit.targets import TARGETS, Things
from tests.cast import Cast
from tests.factories import NOW
from tests.permission_scene import build_scene
from tests.queries import count_queries

pytestmark = pytest.mark.django_db


def about(target: models.Model | None, **more: Any) -> Event:
    with coming_from(Origin(channel="web")):
        return record_event(action="room.verb", by=None, at=NOW, target=target, **more)


def label(event: Event, language: str) -> str:
    with override(language):
        return Things([event]).label(event)


def test_a_thing_is_named_in_the_language_of_the_reader(cast: Cast) -> None:
    with override("en"):
        event = about(cast.locality)
    assert event.target_label == cast.locality.name_zh
    assert label(event, "zh-hans") == cast.locality.name_zh
    assert label(event, "en") == cast.locality.name_en


def test_a_thing_that_is_no_more_keeps_the_name_it_had(cast: Cast) -> None:
    gone = about(cast.locality)
    gone.target_id = "0"
    assert label(gone, "en") == cast.locality.name_zh
    gone.target_type = "room.forgotten"
    assert label(gone, "en") == cast.locality.name_zh
    gone.target_type, gone.target_id = "jobs.job", "no key of a job"
    assert label(gone, "en") == cast.locality.name_zh


def test_the_page_tells_the_name_a_thing_had_where_it_was_renamed_since(cast: Cast) -> None:
    event = about(cast.locality, locality=cast.locality)
    client, address = cast.client("auditor"), f"/desk/audit/{event.sequence}/"
    before = [value for _label, value in client.get(address).context["facts"]]
    old = cast.locality.name_zh
    update_locality(locality=cast.locality, changes={"name_zh": "新名市"}, by=None, at=NOW)
    after = [value for _label, value in client.get(address).context["facts"]]
    assert "新名市" in after
    assert after.count(old) == 1
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_search_finds_a_thing_by_its_name_in_either_language(cast: Cast, language: str) -> None:
    event, _other = about(cast.locality), about(cast.neighbour)
    place = cast.locality
    for name in (place.name_zh, place.name_en, place.code):
        assert list(filtered(Event.objects.all(), {"thing": name})) == [event], name


def test_every_thing_that_services_record_is_named_with_one_query_each() -> None:
    """Their own joins are in the table: a second row of a kind costs nothing more."""
    build_scene()
    events = list(Event.objects.exclude(target_type=""))
    kinds = {event.target_type for event in events}
    assert kinds <= TARGETS.keys()
    for kind in kinds:
        of_kind = [event for event in events if event.target_type == kind]

        def read(some: list[Event]) -> None:
            things = Things(some)
            for event in some:
                assert things.label(event)

        one = count_queries(lambda some=of_kind[:1], read=read: read(some))  # type: ignore[misc]
        all_of_it = count_queries(lambda some=of_kind, read=read: read(some))  # type: ignore[misc]
        assert one == all_of_it, kind


def test_the_changes_of_many_events_cost_what_those_of_one_do() -> None:
    build_scene()
    of_forms = list(Event.objects.filter(action="submissions.save_answers"))
    assert count_queries(lambda: changes_of(of_forms[:1])) == count_queries(
        lambda: changes_of(of_forms)
    )
