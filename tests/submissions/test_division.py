"""Who answers for which part of a form: divided by the approver, held to by the services."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from accounts.models import Department, Membership, User
from assessment.audit.models import Event
from assessment.cycles.models import Participant
from assessment.cycles.workflow import NotAllowedNow
from assessment.notices.queries import notices_for
from assessment.submissions.division import Responsible, division_mark, division_of, joint
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    AnswerInput,
    PartInput,
    attach_evidence,
    divide_submission,
    open_collection,
    preview_answers,
    remove_evidence,
    return_submission,
    save_answers,
)
from tests.cast import Cast
from tests.concurrency import at_once, refusals
from tests.factories import NOW, CycleFactory, DepartmentFactory
from tests.submissions.conftest import divided, fill, sign
from tests.submissions.files import PDF
from tests.submissions.test_form_page import english


def save(submission: Submission, by: User, **values: str) -> Any:
    answers = {code: AnswerInput(value=value) for code, value in values.items()}
    with translation.override("en"):
        return save_answers(submission=submission, answers=answers, by=by, at=NOW)


def labels(submission: Submission) -> dict[str, str]:
    return {code: str(who) for code, who in division_of(submission).responsible.items()}


def test_a_section_goes_to_a_department_and_one_indicator_of_it_to_a_person(
    submission: Submission, cast: Cast, bureau: Department, driver: User
) -> None:
    parts = {"sharing": PartInput(department=bureau), "S2": PartInput(person=cast.contributor)}
    with translation.override("en"):
        divided(submission, cast, parts)
        assert labels(submission) == {"S1": "Transport bureau", "S2": "Person contributor"}
    assert save(submission, driver, S1="1", S2="2", S3="3").saved == ("S1", "S3")
    outcome = save(submission, cast.contributor, S1="4", S2="5")
    assert outcome.saved == ("S2",)
    assert outcome.problems == {
        "S1": {
            "indicator": [
                "Transport bureau answers for this indicator. Ask the approver if it should be you."
            ]
        }
    }


def test_a_person_named_beside_a_department_answers_and_the_department_may_fill(
    submission: Submission, cast: Cast, bureau: Department, driver: User
) -> None:
    part = PartInput(department=bureau, person=cast.contributor)
    with translation.override("en"):
        divided(submission, cast, {"S1": part})
        assert labels(submission) == {"S1": "Person contributor · Transport bureau"}
    assert save(submission, driver, S1="1").saved == ("S1",)
    again = AnswerInput(value="2", revision=submission.answers.get().revision)
    saved = save_answers(submission=submission, answers={"S1": again}, by=cast.contributor, at=NOW)
    assert saved.saved == ("S1",)


def test_the_part_of_a_department_nobody_fills_in_for_is_open_to_the_others(
    submission: Submission, cast: Cast, bureau: Department, driver: User
) -> None:
    divided(submission, cast, {"S1": PartInput(department=bureau)})
    Membership.objects.filter(user=driver).update(ended_at=NOW)
    address = reverse("submissions:form", args=[submission.pk])
    page = english(cast.client("contributor")).get(f"{address}?part=all")
    assert (
        "Responsible: Transport bureau · "
        "nobody there fills in forms at present, so every contributor may"
    ) in page.text
    assert 'data-answer="S1"' in page.text
    assert save(submission, cast.contributor, S1="1").saved == ("S1",)
    upload = SimpleUploadedFile("台账.pdf", PDF)
    attach_evidence(
        submission=submission, indicator="S1", upload=upload, by=cast.contributor, at=NOW
    )


def test_what_is_said_already_is_no_change_and_a_preview_says_the_same_refusal(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    save(submission, cast.contributor, S1="1")
    divided(submission, cast, {"S1": PartInput(person=cast.contributor)})
    assert save(submission, colleague, S1="1").unchanged == ("S1",)
    answers = {"S1": AnswerInput(value="2", revision=1)}
    preview = preview_answers(submission=submission, answers=answers, by=colleague, at=NOW)
    assert list(preview.problems) == ["S1"]


def test_evidence_of_a_part_is_attached_and_removed_by_those_who_answer_for_it(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    divided(submission, cast, {"S1": PartInput(person=cast.contributor)})
    upload = SimpleUploadedFile("台账.pdf", PDF)
    with pytest.raises(ValidationError) as refused:
        attach_evidence(submission=submission, indicator="S1", upload=upload, by=colleague, at=NOW)
    assert list(refused.value.message_dict) == ["indicator"]
    upload.seek(0)
    evidence = attach_evidence(
        submission=submission, indicator="S1", upload=upload, by=cast.contributor, at=NOW
    )
    with pytest.raises(PermissionDenied):
        remove_evidence(evidence=evidence, by=colleague, at=NOW)
    evidence.refresh_from_db()
    assert evidence.removed_at is None


def test_dividing_leaves_one_event_with_codes_and_gives_the_form_a_new_revision(
    submission: Submission, cast: Cast
) -> None:
    divided(submission, cast, {"S1": PartInput(person=cast.contributor)}, cast.contributor)
    event = Event.objects.get(action="submissions.divide")
    assert (event.before, event.after) == (
        {"S1": None, "lead": ""},
        {"S1": {"department": None, "person": "contributor"}, "lead": "contributor"},
    )
    assert (event.locality, event.actor) == (cast.locality, cast.approver)
    assert submission.revision == 1
    divided(submission, cast, {"S1": PartInput(person=cast.contributor)}, cast.contributor)
    assert Event.objects.filter(action="submissions.divide").count() == 1
    assert submission.revision == 1


def test_those_who_fill_the_form_are_told_that_it_was_divided(
    submission: Submission, cast: Cast
) -> None:
    divided(submission, cast, {"S1": PartInput(person=cast.contributor)})
    told = {
        name: notices_for(getattr(cast, name)).filter(action="submissions.divide").count()
        for name in ("contributor", "approver", "neighbour_contributor", "coordinator")
    }
    assert told == {"contributor": 1, "approver": 0, "neighbour_contributor": 0, "coordinator": 0}


def test_the_lead_divides_but_names_no_lead(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    def divide(by: User, lead: User | None) -> bool:
        parts = {"S1": PartInput(person=cast.contributor)}
        return divide_submission(submission=submission, parts=parts, lead=lead, by=by, at=NOW)

    with pytest.raises(PermissionDenied):
        divide(colleague, None)
    divided(submission, cast, {}, lead=colleague)
    assert divide(colleague, colleague)
    with pytest.raises(PermissionDenied):
        divide(colleague, cast.contributor)
    Membership.objects.filter(user=colleague).update(ended_at=NOW)
    with pytest.raises(PermissionDenied):
        divide(User.objects.get(pk=colleague.pk), colleague)


@pytest.mark.parametrize("name", ["contributor", "coordinator", "neighbour_approver", "auditor"])
def test_others_divide_nothing(submission: Submission, cast: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied):
        divide_submission(
            submission=submission, parts={}, lead=None, by=getattr(cast, name), at=NOW
        )


def test_parts_go_to_those_who_fill_forms_of_the_locality(
    submission: Submission, cast: Cast, bureau: Department
) -> None:
    foreign = DepartmentFactory(locality=cast.neighbour)
    parts = {
        "S1": PartInput(person=cast.approver),
        "S2": PartInput(department=foreign),
        "S3": PartInput(department=bureau),
        "PM25_CHANGE": PartInput(person=cast.contributor),
    }
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        divided(submission, cast, parts, lead=cast.neighbour_contributor)
    assert refused.value.message_dict == {
        "S1": ["Person approver fills in no forms of this locality."],
        "S2": ["This department belongs to another locality."],
        "S3": ["Nobody in “Transport bureau” fills in forms. Name a person as well."],
        "PM25_CHANGE": ["The form has no such part."],
        "lead": ["Person neighbour fills in no forms of this locality."],
    }
    assert not submission.assignments.exists()


def test_who_left_holds_nothing(submission: Submission, cast: Cast, colleague: User) -> None:
    divided(submission, cast, {"S1": PartInput(person=cast.contributor)})
    Membership.objects.filter(user=cast.contributor).update(ended_at=NOW)
    assert labels(submission) == {}
    assert save(submission, colleague, S1="1").saved == ("S1",)


def test_a_signed_form_is_not_divided_a_returned_one_is(signed: Submission, cast: Cast) -> None:
    parts = {"S1": PartInput(person=cast.contributor)}
    with pytest.raises(NotAllowedNow):
        divided(signed, cast, parts)
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    divided(signed, cast, parts)
    assert list(labels(signed)) == ["S1"]


def test_the_signed_version_names_who_answers_and_a_page_from_before_is_refused(
    submission: Submission, cast: Cast
) -> None:
    fill(submission, cast.contributor)
    seen = submission.revision
    divided(submission, cast, {"S1": PartInput(person=cast.contributor)})
    client = english(cast.client("approver"))
    address = reverse("submissions:sign", args=[submission.pk])
    client.post(address, {"revision": seen, "confirm": "on"})
    assert not submission.versions.exists()
    sign(submission, cast.approver)
    content = submission.versions.get().content
    assert content["responsible"] == {"S1": "Person contributor"}


def test_a_change_after_the_return_needs_a_new_signature(signed: Submission, cast: Cast) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    signed.refresh_from_db()
    revision = signed.answers.get(indicator="S1").revision
    answers = {"S1": AnswerInput(value="90", revision=revision)}
    save_answers(submission=signed, answers=answers, by=cast.contributor, at=NOW)
    signed.refresh_from_db()
    assert (signed.state, signed.versions.count()) == ("returned", 1)
    sign(signed, cast.approver)
    newest, first = signed.versions.all()
    assert [v.content["answers"]["S1"]["value"] for v in (first, newest)] == ["81.5", "90"]
    assert first.sha256 != newest.sha256


def test_the_next_cycle_takes_the_division_over_by_code(
    submission: Submission, cast: Cast, colleague: User, bureau: Department
) -> None:
    parts = {
        "S1": PartInput(person=cast.contributor),
        "S2": PartInput(person=colleague),
        "effort": PartInput(department=bureau, person=cast.contributor),
    }
    divided(submission, cast, parts, lead=cast.contributor)
    Membership.objects.filter(user=colleague).update(ended_at=NOW)
    cycle = CycleFactory(
        region=cast.region,
        framework_version=cast.cycle.framework_version,
        period_end_date=date(2017, 12, 31),
    )
    Participant.objects.create(cycle=cycle, locality=cast.locality)
    Participant.objects.create(cycle=cycle, locality=cast.neighbour)
    open_collection(cycle=cycle, by=cast.coordinator, at=NOW)
    form = Submission.objects.get(cycle=cycle, locality=cast.locality)
    assert {(a.code, a.person, a.department) for a in form.assignments.all()} == {
        ("S1", cast.contributor, None),
        ("effort", cast.contributor, bureau),
    }
    assert form.lead == cast.contributor
    other = Submission.objects.get(cycle=cycle, locality=cast.neighbour)
    assert not other.assignments.exists()
    carried = Event.objects.filter(action="submissions.divide", target_id=str(form.pk))
    assert carried.count() == 1
    # The log shows what was carried over as a part of the opening, which recorded last.
    newest = Event.objects.order_by("sequence").last()
    assert newest is not None
    assert (newest.action, newest.operation) == ("cycles.open_collection", carried.get().operation)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_divide_from_the_same_page_one_is_asked_to_look_again(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    seen = division_mark(submission)

    def divide(person: User) -> object:
        return divide_submission(
            submission=submission,
            parts={"S1": PartInput(person=person)},
            lead=None,
            seen=seen,
            by=User.objects.get(pk=cast.approver.pk),
            at=NOW,
        )

    outcomes = at_once([lambda: divide(cast.contributor), lambda: divide(colleague)])
    (refused,) = refusals(outcomes)
    assert isinstance(refused, ValidationError)
    assert list(refused.message_dict) == ["seen"]
    assert submission.assignments.count() == 1


def test_one_persons_parts_are_one_whatever_department_stands_beside() -> None:
    person = User(pk=7, full_name="Person A")
    bureau = Department(pk=1, name_zh="甲局", name_en="Bureau A")
    other = Department(pk=2, name_zh="乙局", name_en="Bureau B")
    alone, of_bureau = Responsible(person=person), Responsible(bureau, person)
    assert alone.key == of_bureau.key != Responsible(bureau).key
    assert joint([alone, of_bureau]) == of_bureau
    assert joint([of_bureau, Responsible(other, person)]) == alone
