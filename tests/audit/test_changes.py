"""What an event changed, line by line, in the reader's language."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from assessment.audit.changes import MOST_ITEMS, changes_of, leaves_of, unlabelled
from assessment.audit.fields import field_of
from assessment.audit.models import Event
from assessment.audit.services import record_event
from assessment.audit.views import MOST_LINES
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries

SCHEMA = Path(__file__).parents[2] / "assessment" / "engine" / "schema"
pytestmark = pytest.mark.django_db


def event(before: Any, after: Any, action: str = "room.verb", **more: Any) -> Event:
    return record_event(
        **{
            "action": action,
            "by": None,
            "at": NOW,
            "target": None,
            "before": before,
            "after": after,
            **more,
        }
    )


def lines(one: Event, language: str = "en") -> list[str]:
    with override(language):
        return [str(line) for line in changes_of([one])[one.sequence]]


def test_each_value_that_differs_is_one_line() -> None:
    one = event(
        {"same": 1, "gone": "x", "part": {"kept": 1, "moved": "a"}},
        {"same": 1, "came": "y", "part": {"kept": 1, "moved": "b"}},
    )
    assert lines(one) == ["came: y (added)", "gone: x (removed)", "part · moved: a → b"]


def test_what_was_absent_and_is_empty_is_no_change() -> None:
    assert lines(event({}, {"parent": None, "note": "", "list": [], "code": "R1"})) == [
        "Code: R1 (added)"
    ]


def test_a_list_tells_what_came_and_what_went() -> None:
    assert lines(event({"list": ["a", "b"]}, {"list": ["b", "c", "d"]})) == [
        "list: a (removed)",
        "list: c, d (added)",
    ]
    assert lines(event({"list": ["a", "b"]}, {"list": ["b", "a"]})) == ["list: a, b → b, a"]


def test_a_list_of_parts_is_told_part_by_part_with_its_number() -> None:
    one = event({"rows": [{"n": 1}, {"n": 2}]}, {"rows": [{"n": 1}, {"n": 3}]})
    assert lines(one) == ["Rows 2 · n: 2 → 3"]


def test_a_value_that_becomes_a_mapping_loses_nothing() -> None:
    one = event({"article": "第三条"}, {"article": {"zh-Hans": "第三条", "en": "Article 3"}})
    assert lines(one) == [
        "Article: 第三条 (removed)",
        "Article · Chinese: 第三条 (added)",
        "Article · English: Article 3 (added)",
    ]


def test_a_long_list_is_cut_with_a_count() -> None:
    (line,) = lines(event({}, {"list": [f"n{number}" for number in range(MOST_ITEMS + 3)]}))
    assert line.endswith(f"n{MOST_ITEMS - 1} and 3 more (added)")


@pytest.mark.parametrize(
    ("action", "before", "after", "english", "chinese"),
    [
        (
            "cycles.open_collection",
            {"stage": "draft"},
            {"stage": "collecting"},
            "Stage: Draft → Collecting",
            "阶段：草稿 → 填报中",
        ),
        (
            "publication.finalise",
            {},
            {"objections_closed": True},
            "Time to object over: yes (added)",
            "申诉期已结束：是（新增）",
        ),
        (
            "accounts.end_membership",
            {},
            {"ended_at": "2017-03-01T02:00:00Z"},
            "Ended at: 2017-03-01 10:00 (added)",
            "结束时间：2017-03-01 10:00（新增）",
        ),
        (
            "submissions.extend_deadline",
            {"last_day": "2016-12-31"},
            {"last_day": "2017-01-15"},
            "Last day to submit: 2016-12-31 → 2017-01-15",
            "提交截止日：2016-12-31 → 2017-01-15",
        ),
        (
            "frameworks.update_node",
            {"direction": "positive", "aggregation": {"method": "arithmetic"}},
            {"direction": "negative", "aggregation": {"method": "geometric"}},
            "Direction: More is better → Less is better",
            "方向：越大越好 → 越小越好",
        ),
    ],
)
def test_codes_dates_and_truths_are_read_in_words(
    action: str, before: Any, after: Any, english: str, chinese: str
) -> None:
    one = event(before, after, action)
    assert lines(one)[0] == english
    assert lines(one, "zh-hans")[0] == chinese


def test_references_are_named_in_the_language_of_the_reader(cast: Cast) -> None:
    code, place = cast.locality.code, cast.locality
    one = event({}, {"locality": code, "role": "approver"}, "accounts.grant_membership")
    assert lines(one) == [
        f"Locality: {place.name_en} {code} (added)",
        "Role: Approver (added)",
    ]
    assert lines(one, "zh-hans") == [
        f"地区：{place.name_zh} {code}（新增）",
        "角色：审签人（新增）",
    ]


def test_what_is_referred_to_and_no_more_there_keeps_its_code() -> None:
    assert lines(event({}, {"localities": ["999999"]}, "cycles.create_cycle")) == [
        "Localities: 999999 (added)"
    ]


def test_recorded_values_name_the_place_and_the_indicator(cast: Cast) -> None:
    """The title is the one of the framework that the cycle uses."""
    node = cast.cycle.framework_version.parsed.indicators[0]
    one = event(
        {f"{cast.locality.code} {node.code}": "missing (submissions)"},
        {f"{cast.locality.code} {node.code}": "12 (airquality)"},
        "observations.record",
        target=cast.cycle,
    )
    place = f"{cast.locality.name_en} {cast.locality.code}"
    (line,) = lines(one)
    assert line.startswith(f"{place} · {node.title.text('en')} {node.code}: Missing · ")
    assert line.endswith(" · Air quality monitoring")


def test_the_division_of_a_form_names_parts_people_and_the_lead(cast: Cast) -> None:
    """The names are indicators, and one of them a field of the form."""
    node = cast.cycle.framework_version.parsed.indicators[0]
    person = cast.contributor
    after = {node.code: {"department": None, "person": person.username}, "lead": person.username}
    one = event({}, after, "submissions.divide", target=cast.cycle)
    said = f"{person.full_name} {person.username} (added)"
    assert lines(one) == [
        f"Leads the filling: {said}",
        f"{node.title.text('en')} {node.code} · Person: {said}",
    ]


def test_a_field_without_a_label_is_found() -> None:
    known = Event(action="cycles.update_cycle", before={}, after={"stage": "draft", "invented": 1})
    assert unlabelled(known) == ["invented"]
    assert [leaf.path for leaf in leaves_of(known)] == [("stage",), ("invented",)]


def test_pages_read_any_number_of_changes_with_the_same_queries(cast: Cast) -> None:
    one = event({}, {"locality": cast.locality.code}, "accounts.grant_membership")
    events = [one]

    def add_two() -> None:
        places = (cast.neighbour, cast.locality)
        after = [{"locality": place.code} for place in places]
        events.extend(event({}, each, "accounts.grant_membership") for each in after)

    assert_same_queries(lambda: changes_of(events), add_two)


def test_many_changes_are_bounded_on_the_page_and_whole_in_the_record(cast: Cast) -> None:
    after = {f"f{number:03}": "x" for number in range(200)}
    one = event({}, after, region=cast.region)
    page = cast.client("auditor").get(f"/desk/audit/{one.sequence}/")
    assert len(page.context["changes"]) == MOST_LINES
    assert (page.context["change_count"], page.context["left_out"]) == (200, 200 - MOST_LINES)
    record = cast.client("auditor").get(f"/desk/audit/{one.sequence}/record/")
    assert record.json()["sealed"]["after"] == after


def test_no_page_shows_json(cast: Cast) -> None:
    one = event({}, {"map": {"k": {"l": 1}}, "rows": [{"a": 1}]}, region=cast.region)
    page = cast.client("auditor").get(f"/desk/audit/{one.sequence}/").text
    assert "map · k · l" in page
    assert "{&quot;" not in page
    assert "{&#x27;" not in page


def names_of(schema: Any, definitions: dict[str, Any], seen: frozenset[str]) -> set[str]:
    """The names of all properties below a schema, its references followed."""
    if isinstance(schema, list):
        return set().union(*(names_of(each, definitions, seen) for each in schema), set())
    if not isinstance(schema, dict):
        return set()
    found = set(schema.get("properties", {}))
    target = schema.get("$ref", "").removeprefix("#/$defs/")
    if target and target not in seen:
        found |= names_of(definitions[target], definitions, seen | {target})
    for value in schema.values():
        found |= names_of(value, definitions, seen)
    return found


def test_every_part_of_a_node_that_a_framework_may_have_has_a_label() -> None:
    """A node's parts are recorded as they are in FRAMEWORK.json, whichever a document uses."""
    definitions = json.loads((SCHEMA / "framework.schema.json").read_text("utf-8"))["$defs"]
    kinds = ("index_node", "dimension_node", "indicator_node", "flag_node")
    names = names_of([definitions[kind] for kind in kinds], definitions, frozenset())
    assert names >= {"weight", "normalisation", "valid_from", "max_share"}
    assert sorted(name for name in names if field_of("frameworks", [name]) is None) == []
