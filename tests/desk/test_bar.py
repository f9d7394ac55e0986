"""The bar of the desk: cycle switch, search, work in other roles, and what it costs."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.desk.navigation import navigation_for
from assessment.desk.search import MOST_IN_A_GROUP
from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, FrameworkVersionFactory, LocalityFactory
from tests.observations.scene import at_stage
from tests.queries import assert_same_queries

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
SEARCH = "/desk/search/"


def earlier(cast: Cast, **more: Any) -> Cycle:
    """The cycle of the year before, without localities."""
    cycle: Cycle = CycleFactory(
        region=cast.region,
        framework_version=cast.cycle.framework_version,
        period_start_date=date(2015, 1, 1),
        period_end_date=date(2015, 12, 31),
        **more,
    )
    return cycle


def choices(client: Client, address: str) -> list[tuple[str, str, bool]]:
    frame = client.get(address).context["frame"]
    return [(each.code, each.url, each.is_current) for each in frame.cycles]


@pytest.mark.parametrize(
    ("page", "tab"),
    [
        ("desk:cycle", "desk:cycle"),
        ("submissions:board", "submissions:board"),
        ("reviews:list", "reviews:list"),
        ("reviews:rubric", "reviews:rubric"),
        ("airquality:means", "observations:matrix"),
        ("scores:adjust", "scores:list"),
        ("publication:detail", "publication:detail"),
        ("reports:list", "reports:list"),
        ("cycles:edit", "desk:cycle"),
    ],
)
def test_cycle_switch_stays_on_the_tab(cast: Cast, page: str, tab: str) -> None:
    before = earlier(cast)
    at_stage(cast.cycle, Stage.REVIEWING)
    address = reverse(page, args=[cast.cycle.code])
    assert choices(cast.client("coordinator"), address) == [
        (cast.cycle.code, reverse(tab, args=[cast.cycle.code]), True),
        (before.code, reverse(tab, args=[before.code]), False),
    ]


def test_cycle_switch_leads_to_the_overview_where_the_tab_is_closed(cast: Cast) -> None:
    """A coordinator of one region who reports for a locality of another."""
    at_stage(cast.cycle, Stage.REVIEWING)
    own = CycleFactory(region=cast.other_region)
    Membership.objects.create(
        user=cast.other_coordinator,
        role=Role.CONTRIBUTOR,
        locality=cast.locality,
        created_at=NOW,
    )
    client = cast.client("other_coordinator")
    address = reverse("scores:list", args=[own.code])
    assert {code: url for code, url, _now in choices(client, address)} == {
        own.code: reverse("scores:list", args=[own.code]),
        cast.cycle.code: reverse("desk:cycle", args=[cast.cycle.code]),
    }


def test_cycle_switch_shows_what_one_may_see(cast: Cast) -> None:
    assert choices(cast.client("contributor"), "/desk/") == []  # in preparation
    assert choices(cast.client("other_coordinator"), "/desk/") == []
    at_stage(cast.cycle, Stage.COLLECTING)
    assert [code for code, _u, _c in choices(cast.client("contributor"), "/desk/")] == [
        cast.cycle.code
    ]
    assert choices(cast.client("system_administrator"), "/desk/") == []


def test_bar_asks_equally_often_for_one_and_three_cycles(cast: Cast) -> None:
    client = cast.client("auditor")
    assert_same_queries(
        lambda: client.get(reverse("accounts:profile")),
        lambda: (earlier(cast), earlier(cast)),
    )


def found(client: Client, query: str) -> dict[str, list[str]]:
    groups = client.get(SEARCH, {"q": query}, **ENGLISH).context["groups"]
    return {group.code: [hit.url for hit in group.hits] for group in groups}


def test_search_finds_by_both_names_and_code(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    form = Submission.objects.create(
        cycle=cast.cycle, locality=cast.locality, created_at=NOW, updated_at=NOW
    )
    version = cast.cycle.framework_version
    framework = [version.framework.code, version.number]
    client = cast.client("coordinator")
    place = cast.locality
    for query in (place.name_zh, place.name_en.upper(), place.code):
        assert found(client, query) == {"forms": [reverse("submissions:form", args=[form.pk])]}
    cycle_page = [reverse("desk:cycle", args=[cast.cycle.code])]
    assert found(client, "年度考核")["cycles"] == cycle_page
    assert found(client, "2016 assessment")["cycles"] == cycle_page
    assert found(client, version.framework.code)["frameworks"] == [
        reverse("frameworks:version", args=framework)
    ]
    for query in ("PM25_change", "Indicator PM25_CHANGE", "指标PM25_CHANGE"):
        assert found(client, query) == {
            "indicators": [reverse("frameworks:node", args=[*framework, "PM25_CHANGE"])]
        }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("contributor", {"forms"}),
        ("neighbour_contributor", set()),
        ("coordinator", {"forms"}),
        ("reviewer", set()),  # the form was never handed in
        ("auditor", {"forms"}),
        ("other_coordinator", set()),
        ("system_administrator", set()),
    ],
)
def test_search_finds_what_one_may_see(cast: Cast, name: str, expected: set[str]) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    Submission.objects.create(
        cycle=cast.cycle, locality=cast.locality, created_at=NOW, updated_at=NOW
    )
    assert set(found(cast.client(name), cast.locality.code)) == expected


def test_search_opens_the_newest_version_one_may_see(cast: Cast) -> None:
    version = cast.cycle.framework_version
    draft = FrameworkVersionFactory(
        framework=version.framework, number=2, state="draft", frozen_at=None
    )
    at_stage(cast.cycle, Stage.REVIEWING)
    newest = {
        name: found(cast.client(name), version.framework.code)["frameworks"]
        for name in ("coordinator", "contributor")
    }
    assert newest == {
        "coordinator": [reverse("frameworks:version", args=[version.framework.code, draft.number])],
        "contributor": [reverse("frameworks:version", args=[version.framework.code, 1])],
    }


def test_search_reads_unfinished_drafts(cast: Cast) -> None:
    version = cast.cycle.framework_version
    draft = FrameworkVersionFactory(
        framework=version.framework, number=2, state="draft", frozen_at=None
    )
    node = next(node for node in draft.document["nodes"] if node["code"] == "S3")
    node["weight"], node["title"]["zh-Hans"] = 0, "未完成"
    draft.document["nodes"].append({"code": "NEW", "parent": "effort", "kind": "indicator"})
    draft.save()
    client, address = cast.client("coordinator"), [version.framework.code, draft.number]
    assert found(client, "未完成") == {
        "indicators": [reverse("frameworks:node", args=[*address, "S3"])]
    }
    assert found(client, "NEW")["indicators"] == [
        reverse("frameworks:node", args=[*address, "NEW"])
    ]


def test_search_without_words_or_hits_says_what_to_do(cast: Cast) -> None:
    client = cast.client("coordinator")
    assert "What are you looking for?" in client.get(SEARCH, **ENGLISH).text
    assert "Nothing found" in client.get(SEARCH, {"q": "%_\\"}, **ENGLISH).text
    assert client.get(SEARCH, {"q": "x" * 5000 + "\0"}).status_code == 200


def test_search_cuts_long_groups_and_says_so(cast: Cast) -> None:
    many = [LocalityFactory(name_en=f"Many {number}") for number in range(MOST_IN_A_GROUP + 1)]
    Submission.objects.bulk_create(
        Submission(cycle=cast.cycle, locality=each, created_at=NOW, updated_at=NOW) for each in many
    )
    page = cast.client("coordinator").get(SEARCH, {"q": "many"}, **ENGLISH)
    assert "The first 20 of 21" in page.text


def test_search_asks_equally_often_for_one_and_three_hits(cast: Cast) -> None:
    client = cast.client("coordinator")
    assert_same_queries(
        lambda: client.get(SEARCH, {"q": "2016"}),
        lambda: (CycleFactory(region=cast.region), CycleFactory(region=cast.region)),
    )


def two_roles(cast: Cast) -> Membership:
    """The contributor also signs off for the neighbour, whose form is open."""
    at_stage(cast.cycle, Stage.COLLECTING)
    Submission.objects.create(
        cycle=cast.cycle, locality=cast.neighbour, created_at=NOW, updated_at=NOW
    )
    return Membership.objects.create(
        user=cast.contributor, role=Role.APPROVER, locality=cast.neighbour, created_at=NOW
    )


def test_start_page_tells_of_work_in_the_other_role(cast: Cast) -> None:
    other = two_roles(cast)
    client = cast.client("contributor")
    page = client.get("/desk/", **ENGLISH)
    assert [(each.pk, each.waiting) for each in page.context["elsewhere"]] == [(other.pk, 1)]
    assert "Work waits in your other roles" in page.text
    client.post(reverse("accounts:switch"), {"membership": other.pk})
    assert "Work waits in your other roles" not in client.get("/desk/", **ENGLISH).text


def test_role_switch_learns_the_numbers_when_it_is_opened(cast: Cast) -> None:
    two_roles(cast)
    client = cast.client("contributor")
    page = client.get(reverse("accounts:profile"), **ENGLISH)
    assert 'hx-get="/desk/roles/"' in page.text
    part = client.get("/desk/roles/", headers={"hx-request": "true"}, **ENGLISH)
    assert [(each.is_active, each.waiting) for each in part.context["roles"]] == [
        (True, 0),
        (False, 1),
    ]
    assert part.text.count('class="lp-count"') == 1


def test_role_switch_opened_by_its_address_leads_to_the_start_page(cast: Cast) -> None:
    answer = cast.client("contributor").get("/desk/roles/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")


def test_one_role_has_no_switch(cast: Cast) -> None:
    assert "hx-get" not in cast.client("coordinator").get("/desk/").text


def test_the_page_of_a_form_belongs_to_its_cycle_for_who_has_no_forms(cast: Cast) -> None:
    coordinating, filling = Membership(role=Role.COORDINATOR), Membership(role=Role.CONTRIBUTOR)
    path = reverse("submissions:form", args=[1])
    current = {
        membership.role: [
            item.url
            for item in navigation_for(cast.coordinator, membership, path)
            if item.is_current
        ]
        for membership in (coordinating, filling)
    }
    assert current == {
        Role.COORDINATOR: [reverse("cycles:list")],
        Role.CONTRIBUTOR: [reverse("submissions:list")],
    }


def test_every_step_of_a_cycle_is_asked_for_before_it_is_taken(cast: Cast) -> None:
    """The overview has one form per step, inside its dialog; the link beside it only asks."""
    client = cast.client("coordinator")
    overview = reverse("desk:cycle", args=[cast.cycle.code])
    asking = reverse("desk:open-collection", args=[cast.cycle.code])
    assert client.get(overview).context["next_step"].url == asking
    assert client.get(asking).status_code == 200
    cast.cycle.refresh_from_db()
    assert cast.cycle.stage == Stage.DRAFT
    for stage in (Stage.COLLECTING, Stage.PUBLISHED):
        at_stage(cast.cycle, stage)
        page = client.get(overview)
        assert client.get(page.context["next_step"].url).status_code == 200
        assert page.context["can_edit"] == (stage == Stage.COLLECTING)
        cast.cycle.refresh_from_db()
        assert cast.cycle.stage == stage
