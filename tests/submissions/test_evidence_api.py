"""Evidence through the API: the same service, the same refusals."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessment.submissions.models import Submission
from assessment.submissions.services import PartInput
from tests.cast import Cast
from tests.queries import assert_same_queries
from tests.submissions.conftest import divided, sign
from tests.submissions.conftest import fill as fill_form
from tests.submissions.files import PDF
from tests.submissions.test_form_page import english


def address(submission: Submission) -> str:
    return f"/api/v1/submissions/{submission.pk}/evidence/"


def send(client: Client, submission: Submission, indicator: str = "S1", name: str = "a.pdf") -> Any:
    upload = SimpleUploadedFile(name, PDF + name.encode())
    return client.post(address(submission), {"indicator": indicator, "upload": upload})


def test_a_file_is_attached_and_listed(submission: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    made = send(client, submission)
    assert made.status_code == 201
    listed = client.get(address(submission)).json()["results"]
    assert [(each["indicator"], each["name"]) for each in listed] == [("S1", "a.pdf")]
    assert listed[0]["sha256"] == made.json()["sha256"]


def test_what_is_wrong_is_told_by_part(
    submission: Submission, cast: Cast, colleague: object
) -> None:
    client = english(cast.client("contributor"))
    send(client, submission)
    again = send(client, submission)
    assert (again.status_code, list(again.json())) == (400, ["upload"])
    unknown = send(client, submission, "PM25_CHANGE")
    assert unknown.json() == {"indicator": ["The form does not ask this indicator."]}
    divided(submission, cast, {"S2": PartInput(person=colleague)})  # type: ignore[arg-type]
    others = send(client, submission, "S2", "b.pdf")
    assert (others.status_code, list(others.json())) == (400, ["indicator"])


def test_a_closed_form_takes_none(submission: Submission, cast: Cast) -> None:
    fill_form(submission, cast.contributor)
    sign(submission, cast.approver)
    answer = send(english(cast.client("contributor")), submission, name="late.pdf")
    assert answer.status_code == 423
    assert answer.json()["detail"].startswith("The form is signed off")


def test_list_asks_equally_often(submission: Submission, cast: Cast) -> None:
    client = cast.client("contributor")
    send(client, submission)

    def more() -> None:
        send(client, submission, name="b.pdf")
        send(client, submission, name="c.pdf")

    assert_same_queries(lambda: client.get(address(submission)), more)
