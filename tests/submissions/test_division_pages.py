"""A divided form on its pages: one's own part, others' to read, who answers on sign-off."""

from typing import Any

from django.urls import reverse
from django.utils import translation

from accounts.models import Department, Membership, User
from accounts.roles import Role
from assessment.submissions.division import division_mark
from assessment.submissions.division_forms import DivisionForm
from assessment.submissions.models import Submission
from assessment.submissions.services import PartInput
from tests.cast import Cast
from tests.factories import NOW, DepartmentFactory, UserFactory
from tests.queries import assert_same_queries
from tests.submissions.conftest import divided, fill
from tests.submissions.test_form_page import cards, english


def form_page(cast: Cast, name: str, submission: Submission, **query: str) -> Any:
    return english(cast.client(name)).get(reverse("submissions:form", args=[submission.pk]), query)


def test_the_form_opens_with_ones_own_part_and_shows_others_to_read(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    parts = {"S1": PartInput(person=cast.contributor), "S2": PartInput(person=colleague)}
    divided(submission, cast, parts)
    mine = form_page(cast, "contributor", submission)
    assert list(cards(mine)) == ["S1"]
    assert [(c.label, c.count, c.is_current) for c in mine.context["choices"]] == [
        ("My part", "0/1", True),
        ("Whole form", "0/3", False),
        ("Person contributor", "0/1", False),
        ("Person colleague", "0/1", False),
        ("Open to everyone", "0/1", False),
    ]
    whole = form_page(cast, "contributor", submission, part="all")
    assert list(cards(whole)) == ["S1", "S2", "S3"]
    text = whole.content.decode()
    assert 'name="S1-value"' in text
    assert 'name="S3-value"' in text
    assert 'name="S2-value"' not in text
    assert "Responsible: Person colleague" in text
    assert list(cards(form_page(cast, "contributor", submission, part="open"))) == ["S3"]
    assert list(cards(form_page(cast, "approver", submission))) == ["S1", "S2", "S3"]


def test_a_form_nobody_divided_looks_as_before(submission: Submission, cast: Cast) -> None:
    page = form_page(cast, "contributor", submission)
    assert page.context["choices"] == []
    assert list(cards(page)) == ["S1", "S2", "S3"]


def test_what_was_typed_for_a_part_given_away_meanwhile_stays_on_the_page(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    divided(submission, cast, {"S1": PartInput(person=colleague)})
    data = {"S1-value": "77", "S1-revision": "0", "S1-seen": "other"}
    client = english(cast.client("contributor"))
    response = client.post(reverse("submissions:form", args=[submission.pk]), data)
    text = response.content.decode()
    assert "Person colleague answers for this indicator." in text
    assert "77" in text
    assert not submission.answers.exists()


def division_data(submission: Submission, **chosen: object) -> dict[str, str]:
    return {"seen": division_mark(submission)} | {k: str(v) for k, v in chosen.items()}


def test_the_approver_divides_on_the_page(
    submission: Submission, cast: Cast, bureau: Department, driver: User
) -> None:
    client = english(cast.client("approver"))
    address = reverse("submissions:division", args=[submission.pk])
    data = division_data(
        submission, lead=driver.pk, **{"sharing-department": bureau.pk, "S3-person": driver.pk}
    )
    assert client.post(address, data).status_code == 302
    rows = {row.code: row.answers for row in client.get(address).context["rows"]}
    assert rows == {
        "sharing": "Transport bureau",
        "S1": "Transport bureau",
        "S2": "Transport bureau",
        "effort": "",
        "S3": "Person driver",
    }
    stale = client.post(address, data | {"seen": "old", "lead": ""})
    assert "The division was changed after you opened this page." in stale.content.decode()
    page = english(cast.client("contributor")).get(address).content.decode()
    assert "<select" not in page.partition("<main")[2]
    assert "The work is divided by Person approver, and by Person driver" in page


def test_the_start_page_lists_ones_open_parts_and_what_is_open_to_everyone(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    divided(submission, cast, {"sharing": PartInput(person=cast.contributor)})
    page = english(cast.client("contributor")).get("/desk/")
    name = cast.cycle.name_en
    address = reverse("submissions:form", args=[submission.pk])
    assert [(t.label, t.note, t.url) for t in page.context["tasks"]] == [
        (
            f"{name}: your part of “Data sharing”",
            "0 of 2 indicators complete",
            f"{address}?part=mine#section-sharing",
        ),
        (
            f"{name}: indicators open to everyone",
            "0 of 1 indicators complete",
            f"{address}?part=open",
        ),
    ]


def test_the_sign_page_says_who_answers_for_what(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    fill(submission, cast.contributor)
    divided(submission, cast, {"S1": PartInput(person=colleague)})
    page = english(cast.client("approver")).get(reverse("submissions:sign", args=[submission.pk]))
    chosen = [(c.label, c.count) for c in page.context["by_responsible"]]
    assert chosen == [
        ("Whole form", "3/3"),
        ("Person colleague", "1/1"),
        ("Open to everyone", "2/2"),
    ]
    assert "Who answers for what" in page.content.decode()


def test_page_asks_equally_often(submission: Submission, cast: Cast) -> None:
    client = cast.client("approver")
    parts = {"S1": PartInput(person=cast.contributor)}
    divided(submission, cast, parts)

    def more() -> None:
        people = [UserFactory(), UserFactory()]
        for person, code in zip(people, ("S2", "S3"), strict=True):
            Membership.objects.create(
                user=person, role=Role.CONTRIBUTOR, locality=cast.locality, created_at=NOW
            )
            submission.assignments.create(
                code=code, person=person, department=DepartmentFactory(locality=cast.locality)
            )

    def ask() -> None:
        for name in ("division", "form", "sign"):
            client.get(reverse(f"submissions:{name}", args=[submission.pk]))

    assert_same_queries(ask, more)


def test_who_fills_in_for_two_departments_is_offered_once(cast: Cast) -> None:
    offices = [
        DepartmentFactory(locality=cast.locality, name_en=name) for name in ("Office 1", "Office 2")
    ]
    held = [Membership(user=cast.contributor, department=office) for office in offices]
    with translation.override("en"):
        form = DivisionForm(
            None,
            codes=["S1"],
            stored={},
            contributors=held,
            departments=offices,
            lead=None,
            may_name_lead=True,
            seen="",
        )
        people = [label for _code, label in form.fields["S1-person"].choices]  # type: ignore[attr-defined]
    assert people == ["Nobody in particular", "Person contributor · Office 1, Office 2"]
