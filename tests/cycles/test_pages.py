"""The pages of cycles: list, new, change, stage."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from assessment.audit.models import Event
from assessment.cycles.models import Cycle
from assessment.cycles.queries import participants
from assessment.cycles.workflow import Stage
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, LocalityFactory
from tests.factories import participants as add_participants
from tests.frameworks.documents import draft, unbalanced
from tests.queries import assert_same_queries

PEOPLE = [
    *("coordinator", "reviewer", "auditor", "contributor", "approver", "other_coordinator"),
    *("system_administrator", "security_administrator", "audit_administrator", "visitor"),
]
LIST, NEW = "/desk/cycles/", "/desk/cycles/new/"


def english(cast: Cast, who: str = "coordinator") -> Client:
    client = cast.client(who)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def sent(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "region": cast.region.code,
        "framework_version": cast.cycle.framework_version_id,
        "code": "next-2016",
        "name_zh": "考核",
        "name_en": "Assessment",
        "period_start_date": "2016-01-01",
        "period_end_date": "2016-12-31",
        "collection_start_date": "2017-02-01",
        "collection_end_date": "2017-03-15",
        "review_end_date": "2017-04-15",
        "objection_end_date": "2017-04-30",
        "localities": [cast.locality.code, cast.neighbour.code],
        **more,
    }


def moved(cast: Cast, stage: Stage) -> Cycle:
    cast.cycle.stage = stage
    cast.cycle.save()
    return cast.cycle


@pytest.mark.parametrize("who", PEOPLE)
def test_who_opens_what(cast: Cast, who: str) -> None:
    client, cycle = cast.client(who), moved(cast, Stage.COLLECTING)
    listed = 302 if who == "visitor" else 403 if "administrator" in who else 200
    started = 302 if who == "visitor" else 200 if "coordinator" in who else 403
    sees = who in {"coordinator", "reviewer", "auditor", "contributor", "approver"}
    changed = 302 if who == "visitor" else 404 if not sees else 200 if who == "coordinator" else 403
    assert client.get(LIST).status_code == listed
    assert client.get(NEW).status_code == started
    edit = reverse("cycles:edit", args=[cycle.code])
    stage = reverse("cycles:stage", args=[cycle.code])
    assert client.get(edit).status_code == changed
    assert client.get(stage, {"action": "start_review"}).status_code == changed
    if who != "coordinator":
        assert client.post(edit, sent(cast)).status_code == changed
        assert client.post(stage, {"action": "start_review"}).status_code == changed
        cycle.refresh_from_db()
        assert cycle.stage == Stage.COLLECTING


def test_list_asks_the_database_equally_often(cast: Cast) -> None:
    client = cast.client("coordinator")

    def more() -> None:
        for _number in range(2):
            add_participants(CycleFactory(region=cast.region), 3)

    assert_same_queries(lambda: client.get(LIST), more)


def test_form_asks_the_database_equally_often(cast: Cast) -> None:
    client = cast.client("coordinator")

    def more() -> None:
        for _number in range(2):
            province = LocalityFactory()
            cast.region.localities.add(LocalityFactory(parent=province))
            draft(cast)
            CycleFactory(region=cast.region)

    assert_same_queries(lambda: client.get(NEW), more)


def test_edit_asks_the_database_equally_often(cast: Cast) -> None:
    client = cast.client("coordinator")
    url = reverse("cycles:edit", args=[cast.cycle.code])
    assert_same_queries(lambda: client.get(url), lambda: add_participants(cast.cycle, 2))


def test_list_is_searched_filtered_and_shows_plain_dates(cast: Cast) -> None:
    other = CycleFactory(
        region=cast.region, name_en="Winter round", stage=Stage.PUBLISHED, code="winter"
    )
    client = english(cast)
    assert list(client.get(LIST, {"q": "WINTER round"}).context["list"].page) == [other]
    assert list(client.get(LIST, {"stage": "published"}).context["list"].page) == [other]
    assert client.get(LIST, {"sort": "-code"}).context["list"].page.object_list[0] == other
    assert list(client.get(LIST, {"q": "nothing like it"}).context["list"].page) == []
    page = client.get(LIST).content.decode()
    assert "2016-01-01 – 2016-12-31" in page
    assert "2017-03-15" in page
    for language in ("zh-CN", "en"):
        shown = cast.client("coordinator").get(LIST, headers={"accept-language": language})
        assert "2017-04-30" in shown.content.decode()


def test_list_is_exported_without_formulas(cast: Cast) -> None:
    cast.cycle.name_en = "=HYPERLINK(1)"
    cast.cycle.save()
    answer = english(cast).get(LIST, {"format": "csv"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cycles.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("cycle,name_zh,name_en,stage,period_start_date")
    assert lines[1:] == [
        f"{cast.cycle.code},2016 年度考核,'=HYPERLINK(1),draft,2016-01-01,2016-12-31,2017-02-01,"
        f"2017-03-15,2017-04-15,2017-04-30,{cast.cycle.framework_version.framework.code},1,2,"
    ]


def test_locality_s_list_leaves_out_what_is_prepared(cast: Cast) -> None:
    client = english(cast, "contributor")
    assert list(client.get(LIST).context["list"].page) == []
    moved(cast, Stage.COLLECTING)
    assert list(client.get(LIST).context["list"].page) == [cast.cycle]


def test_cycle_is_prepared_by_the_form(cast: Cast) -> None:
    answer = english(cast).post(NEW, sent(cast))
    assert answer.url == "/desk/cycles/next-2016/"
    cycle = Cycle.objects.get(code="next-2016")
    assert (cycle.stage, cycle.collection_end_date) == (Stage.DRAFT, date(2017, 3, 15))
    assert list(participants(cycle)) == [cast.locality, cast.neighbour]


@pytest.mark.parametrize(
    "text",
    [
        "２０１７-０３-１５",
        "２０１７－０３－１５",
        "2017/3/15",
        "2017年3月15日",
        " 2017-03-15 ",
        "２０１７．３．１５",
    ],
)
def test_dates_are_read_as_people_type_them(cast: Cast, text: str) -> None:
    answer = english(cast).post(NEW, sent(cast, collection_end_date=text))
    assert answer.status_code == 302
    assert Cycle.objects.get(code="next-2016").collection_end_date == date(2017, 3, 15)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"collection_end_date": "2017-02-30"},
            {
                "collection_end_date": [
                    "“2017-02-30” is not a date. Write year, month and day, as in 2016-12-31."
                ]
            },
        ),
        (
            {"collection_end_date": "soon", "review_end_date": "2017-01-01"},
            {
                "collection_end_date": [
                    "“soon” is not a date. Write year, month and day, as in 2016-12-31."
                ]
            },
        ),
        (
            {"collection_end_date": "2017-01-15"},
            {
                "collection_end_date": [
                    "2017-01-15 lies before “Collection opens” (2017-02-01)."
                    " Choose 2017-02-01 or a later day."
                ]
            },
        ),
        (
            {"period_start_date": "1016-01-01"},
            {
                "period_start_date": [
                    "1016-01-01 is out of range. Choose a day from 2000-01-01 to 2100-12-31."
                ]
            },
        ),
        (
            {"collection_end_date": "9999-12-31"},
            {
                "collection_end_date": [
                    "9999-12-31 is out of range. Choose a day from 2000-01-01 to 2100-12-31."
                ]
            },
        ),
        ({"localities": []}, {"localities": ["Choose at least one locality."]}),
        ({"name_en": " "}, {"name_en": ["Fill in “English name”."]}),
        (
            {"code": "new"},
            {"code": ["“new” stands in addresses of the site itself. Choose another one."]},
        ),
    ],
)
def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(
    cast: Cast, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    answer = english(cast).post(NEW, sent(cast, name_zh="刚刚输入", **changes))
    assert answer.status_code == 200
    assert answer.context["form"].errors == errors
    page = answer.content.decode()
    assert 'value="刚刚输入"' in page
    if "localities" not in changes:
        assert page.count(" checked>") == 2
    assert not Cycle.objects.filter(code="next-2016").exists()


def test_foreign_things_cannot_be_chosen(cast: Cast) -> None:
    foreign = cast.other_region.localities.get()
    theirs = CycleFactory(region=cast.other_region)
    answer = english(cast).post(
        NEW,
        sent(
            cast,
            localities=[foreign.code],
            framework_version=theirs.framework_version_id,
            previous=theirs.pk,
        ),
    )
    assert sorted(answer.context["form"].errors) == ["framework_version", "localities", "previous"]


def test_version_with_problems_is_refused_at_its_field(cast: Cast) -> None:
    version = draft(cast, document=unbalanced())
    answer = english(cast).post(NEW, sent(cast, framework_version=version.pk))
    assert answer.context["form"].errors["framework_version"] == [
        "“Data sharing”: The children's weights sum to 50, not 60."
        " Change the weights until the sum is right."
    ]


def test_version_with_problems_is_shown_but_not_offered(cast: Cast) -> None:
    faulty, sound = draft(cast, document=unbalanced()), draft(cast)
    page = english(cast).get(NEW).text
    options = dict(re.findall(r'<option value="(\d+)"([^>]*)>', page))
    assert "disabled" in options[str(faulty.pk)]
    assert "disabled" not in options[str(sound.pk)]
    assert "(draft, to be corrected first)" in page


def test_localities_stand_by_province_with_codes(cast: Cast) -> None:
    province = LocalityFactory(code="130000", name_en="Hebei")
    city = LocalityFactory(code="130100", name_en="Shijiazhuang", parent=province)
    cast.region.localities.add(city)
    form = english(cast).get(NEW).context["form"]
    groups = {group.title: [one.code for one in group.choices] for group in form.locality_groups()}
    assert groups == {
        "Provinces and municipalities": [cast.locality.code, cast.neighbour.code],
        "Hebei": ["130100"],
    }


def test_coordinator_of_two_regions_chooses_the_region(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.coordinator, role=Role.COORDINATOR, region=cast.other_region, created_at=NOW
    )
    client = english(cast)
    assert client.get(NEW).context["region"] == cast.region
    assert (
        client.get(NEW, {"region": cast.other_region.code}).context["region"] == cast.other_region
    )
    assert client.get(NEW, {"region": "elsewhere"}).context["region"] == cast.region


def test_prepared_cycle_is_changed_whole(cast: Cast) -> None:
    client = english(cast)
    url = reverse("cycles:edit", args=[cast.cycle.code])
    page = client.get(url).content.decode()
    assert 'value="2016-12-31"' in page
    assert page.count(" checked>") == 2
    answer = client.post(url, sent(cast, code="changed", localities=[cast.neighbour.code]))
    assert answer.url == "/desk/cycles/changed/"
    cast.cycle.refresh_from_db()
    assert cast.cycle.code == "changed"
    assert list(participants(cast.cycle)) == [cast.neighbour]


def test_refused_change_leaves_the_participants_alone(cast: Cast) -> None:
    url = reverse("cycles:edit", args=[cast.cycle.code])
    answer = english(cast).post(url, sent(cast, code="new", localities=[cast.neighbour.code]))
    assert list(answer.context["form"].errors) == ["code"]
    assert len(participants(cast.cycle)) == 2


@pytest.mark.parametrize("stage", [Stage.PUBLISHED, Stage.ARCHIVED])
def test_published_cycle_is_not_changed(cast: Cast, stage: Stage) -> None:
    cycle = moved(cast, stage)
    url = reverse("cycles:edit", args=[cycle.code])
    client = english(cast)
    assert client.get(url).status_code == 302
    assert client.post(url, sent(cast)).status_code == 409
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("stage", "action", "reason", "after"),
    [
        (Stage.COLLECTING, "start_review", "", Stage.REVIEWING),
        (Stage.REVIEWING, "reopen_collection", "A form was lost", Stage.COLLECTING),
        (Stage.PUBLISHED, "archive", "", Stage.ARCHIVED),
    ],
)
def test_simple_steps_are_asked_and_taken(
    cast: Cast, stage: Stage, action: str, reason: str, after: Stage
) -> None:
    cycle, client = moved(cast, stage), english(cast)
    url = reverse("cycles:stage", args=[cycle.code])
    asked = client.get(url, {"action": action})
    assert asked.status_code == 200
    cycle.refresh_from_db()
    assert cycle.stage == stage
    answer = client.post(url, {"action": action, "reason": reason})
    assert answer.url == reverse("desk:cycle", args=[cycle.code])
    cycle.refresh_from_db()
    assert cycle.stage == after


def test_reopening_without_a_reason_is_asked_again(cast: Cast) -> None:
    cycle = moved(cast, Stage.REVIEWING)
    answer = english(cast).post(
        reverse("cycles:stage", args=[cycle.code]), {"action": "reopen_collection"}
    )
    assert answer.status_code == 200
    assert answer.context["reason_error"] == "Say why. The reason is kept in the audit log."
    cycle.refresh_from_db()
    assert cycle.stage == Stage.REVIEWING


@pytest.mark.parametrize("action", ["", "open_collection", "publish", "finalise", "nonsense"])
def test_steps_of_other_rooms_are_not_taken_here(cast: Cast, action: str) -> None:
    cycle = moved(cast, Stage.DRAFT)
    url = reverse("cycles:stage", args=[cycle.code])
    assert english(cast).post(url, {"action": action}).status_code == 404
    cycle.refresh_from_db()
    assert cycle.stage == Stage.DRAFT


def test_step_that_does_not_fit_is_told_in_words(cast: Cast) -> None:
    answer = english(cast).post(
        reverse("cycles:stage", args=[cast.cycle.code]), {"action": "archive"}
    )
    assert answer.url == reverse("desk:cycle", args=[cast.cycle.code])
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "The cycle is in the stage “Draft”; this is possible in: Published. "
        "A coordinator opens the collection first."
    ]


def test_exported_list_marks_demonstration_data(cast: Cast) -> None:
    cast.cycle.is_demonstration = True
    cast.cycle.save()
    [row] = english(cast).get(LIST, {"format": "csv"}).content.decode("utf-8-sig").splitlines()[1:]
    assert row.endswith(",演示数据 / Demonstration data")
