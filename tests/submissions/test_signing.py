"""Sign-off by somebody else, of exactly what was seen, once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.utils import translation

from accounts.models import Membership, User
from accounts.roles import Role
from assessment.audit.models import Event
from assessment.submissions.models import Step, Submission, Version
from assessment.submissions.services import (
    AnswerInput,
    OwnAnswersError,
    attach_evidence,
    remove_evidence,
    return_submission,
    save_answers,
    submit_submission,
)
from assessment.submissions.versions import content_hash
from tests.cast import Cast
from tests.factories import NOW, member
from tests.submissions.conftest import STATEMENT, fill, sign
from tests.submissions.files import PDF


def test_submit_freezes_the_exact_content(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    revision = submission.revision
    sign(submission, cast.approver)
    version = submission.versions.get()
    content = version.content
    assert (version.number, version.signed_by, version.signed_at) == (1, cast.approver, NOW)
    assert version.statement == STATEMENT
    assert version.sha256 == content_hash(content)
    assert content["revision"] == revision
    assert content["locality"] == cast.locality.code
    assert {code: answer["value"] for code, answer in content["answers"].items()} == {
        "S1": "81.5",
        "S2": "70",
        "S3": "60.2",
    }
    assert [item["name"] for item in content["evidence"]["S1"]] == ["台账.pdf"]
    step = submission.steps.get()
    assert (step.action, step.by, step.version) == ("submit", cast.approver, version)
    submission.refresh_from_db()
    assert submission.state == "submitted"


def test_submit_twice_signs_once(signed: Submission, cast: Cast) -> None:
    first = signed.versions.get()
    again = submit_submission(
        submission=signed, revision=signed.revision, statement=STATEMENT, by=cast.approver, at=NOW
    )
    assert again == first
    assert Version.objects.count() == 1
    assert signed.steps.count() == 1


def test_submit_refuses_a_revision_the_approver_did_not_see(
    submission: Submission, cast: Cast
) -> None:
    fill(submission, cast.contributor)
    seen = submission.revision
    answer = submission.answers.get(indicator="S1")
    save_answers(
        submission=submission,
        answers={"S1": AnswerInput(value="99", revision=answer.revision)},
        by=cast.contributor,
        at=NOW,
    )
    with pytest.raises(ValidationError) as refused:
        submit_submission(
            submission=submission, revision=seen, statement=STATEMENT, by=cast.approver, at=NOW
        )
    assert list(refused.value.message_dict) == ["revision"]
    assert not Version.objects.exists()


def test_submit_names_what_is_missing(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    remove_evidence(evidence=submission.evidence.get(), by=cast.contributor, at=NOW)
    answer = submission.answers.get(indicator="S3")
    save_answers(
        submission=submission,
        answers={"S3": AnswerInput(revision=answer.revision)},
        by=cast.contributor,
        at=NOW,
    )
    submission.refresh_from_db()
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        submit_submission(
            submission=submission,
            revision=submission.revision,
            statement=STATEMENT,
            by=cast.approver,
            at=NOW,
        )
    assert refused.value.message_dict == {"answers": ["2 indicators are not complete: S1, S3."]}


def test_submit_needs_the_statement(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    with pytest.raises(ValidationError) as refused:
        submit_submission(
            submission=submission,
            revision=submission.revision,
            statement=" ",
            by=cast.approver,
            at=NOW,
        )
    assert list(refused.value.message_dict) == ["statement"]


def test_submit_refuses_the_last_editor_of_an_answer(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    Membership.objects.create(
        user=cast.approver, role=Role.CONTRIBUTOR, locality=cast.locality, created_at=NOW
    )
    approver = User.objects.get(pk=cast.approver.pk)
    answer = submission.answers.get(indicator="S2")
    save_answers(
        submission=submission,
        answers={"S2": AnswerInput(value="71", revision=answer.revision)},
        by=approver,
        at=NOW,
    )
    with pytest.raises(OwnAnswersError) as refused:
        sign(submission, approver)
    assert refused.value.indicators == ["S2"]
    # A colleague's later note does not make it somebody else's answer.
    answer.refresh_from_db()
    save_answers(
        submission=submission,
        answers={"S2": AnswerInput(value="71", note="checked", revision=answer.revision)},
        by=cast.contributor,
        at=NOW,
    )
    with pytest.raises(OwnAnswersError) as refused:
        sign(submission, approver)
    assert refused.value.indicators == ["S2"]
    second = member(Role.APPROVER, locality=cast.locality, username="secondapprover")
    sign(submission, second)
    assert submission.state == "submitted"


def test_submit_refuses_who_attached_the_evidence(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    Membership.objects.create(
        user=cast.approver, role=Role.CONTRIBUTOR, locality=cast.locality, created_at=NOW
    )
    approver = User.objects.get(pk=cast.approver.pk)
    upload = SimpleUploadedFile("second.pdf", PDF + b" ")
    proof = attach_evidence(
        submission=submission, indicator="S3", upload=upload, by=approver, at=NOW
    )
    with pytest.raises(OwnAnswersError) as refused:
        sign(submission, approver)
    assert refused.value.indicators == ["S3"]
    remove_evidence(evidence=proof, by=cast.contributor, at=NOW)
    sign(submission, approver)
    assert submission.state == "submitted"


@pytest.mark.parametrize(
    "name", ["contributor", "neighbour_contributor", "coordinator", "auditor", "reviewer"]
)
def test_submit_only_by_approvers_of_the_locality(
    submission: Submission, cast: Cast, name: str
) -> None:
    fill(submission, cast.contributor)
    with pytest.raises(PermissionDenied):
        sign(submission, getattr(cast, name))
    submission.refresh_from_db()
    assert submission.state == "draft"


@pytest.mark.parametrize("column", ["content", "sha256", "statement", "signed_at"])
def test_the_database_refuses_to_change_a_signed_version(signed: Submission, column: str) -> None:
    new = {"content": {}, "sha256": "0" * 64, "statement": "other", "signed_at": NOW}[column]
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        signed.versions.update(**{column: new})


def test_the_database_refuses_to_delete_a_signed_version(signed: Submission) -> None:
    Step.objects.all().delete()
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        signed.versions.all().delete()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # else it refuses for the checks still to be made
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            empty = "TRUNCATE submissions_version CASCADE"
        else:
            empty = "DELETE FROM submissions_version"
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            cursor.execute(empty)
    assert signed.versions.count() == 1


def test_a_form_with_a_signed_version_is_not_deleted(signed: Submission) -> None:
    with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
        signed.delete()
    assert Submission.objects.filter(pk=signed.pk).exists()


def test_the_model_refuses_to_change_a_signed_version(signed: Submission) -> None:
    version = signed.versions.get()
    version.statement = "other"
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()


def test_a_returned_form_signed_as_it_was_needs_the_reason(signed: Submission, cast: Cast) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        sign_again(signed, cast, "  ")
    assert refused.value.message_dict == {
        "reason": ["Write why nothing was changed: the coordinating body reads it."]
    }
    assert signed.versions.count() == 1
    sign_again(signed, cast, " The ledger of June is right. ")
    step = signed.steps.get(version__number=2)
    assert step.reason == "The ledger of June is right."
    event = Event.objects.filter(action="submissions.submit").latest("sequence")
    assert event.after["reason"] == "The ledger of June is right."


def test_a_note_or_a_file_corrects_a_form_as_a_figure_does(signed: Submission, cast: Cast) -> None:
    return_submission(submission=signed, reason="Explain S1.", by=cast.coordinator, at=NOW)
    answer = signed.answers.get(indicator="S1")
    note = AnswerInput(value="81.5", note="Ledger of June.", revision=answer.revision)
    save_answers(submission=signed, answers={"S1": note}, by=cast.contributor, at=NOW)
    sign_again(signed, cast, "Not asked, hence not kept.")
    assert signed.steps.get(version__number=2).reason == ""
    return_submission(submission=signed, reason="Prove S2.", by=cast.coordinator, at=NOW)
    upload = SimpleUploadedFile("ledger.pdf", PDF)
    attach_evidence(submission=signed, indicator="S2", upload=upload, by=cast.contributor, at=NOW)
    sign_again(signed, cast, "")
    assert signed.versions.count() == 3


def test_a_file_taken_off_and_attached_again_corrects_nothing(
    signed: Submission, cast: Cast
) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    remove_evidence(evidence=signed.evidence.get(), by=cast.contributor, at=NOW)
    signed.refresh_from_db()
    fill(signed, cast.contributor)
    with pytest.raises(ValidationError) as refused:
        sign_again(signed, cast, "")
    assert list(refused.value.message_dict) == ["reason"]


def sign_again(form: Submission, cast: Cast, reason: str) -> None:
    form.refresh_from_db()
    submit_submission(
        submission=form,
        revision=form.revision,
        statement=STATEMENT,
        reason=reason,
        by=cast.approver,
        at=NOW,
    )
