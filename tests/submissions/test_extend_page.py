"""The page on which the coordinating body gives one locality more time."""

from datetime import date

from django.test import Client
from django.urls import reverse

from assessment.submissions.models import Submission
from tests.cast import Cast


def english(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_extend_page_refuses_at_the_field_and_extends(submission: Submission, cast: Cast) -> None:
    client = english(cast.client("coordinator"))
    address = reverse("submissions:extend", args=[submission.pk])
    refused = client.post(address, {"step": "0", "end_date": "2017-03-15", "reason": "Flood."})
    assert list(refused.context["form"].errors) == ["end_date"]
    assert "Flood." in refused.content.decode()
    both = client.post(address, {"step": "0", "end_date": "2017-03-15", "reason": ""})
    assert both.context["form"].errors == {
        "end_date": [
            "Found 2017-03-15; expected a day after the present last day, 2017-03-15. "
            "Choose a later day."
        ],
        "reason": ["Write why the locality gets more time: the reason is recorded."],
    }
    unreadable = client.post(address, {"step": "0", "end_date": "soon", "reason": ""})
    assert unreadable.context["form"].errors == {
        "end_date": ["“soon” is not a date. Write year, month and day, as in 2016-12-31."],
        "reason": ["Write why the locality gets more time: the reason is recorded."],
    }
    done = client.post(address, {"step": "0", "end_date": "２０１７-03-31", "reason": "Flood."})
    assert done["Location"] == reverse("submissions:board", args=[cast.cycle.code])
    submission.refresh_from_db()
    assert submission.end_date == date(2017, 3, 31)


def test_the_reason_of_an_extension_that_comes_too_late_is_kept(
    signed: Submission, cast: Cast
) -> None:
    address = reverse("submissions:extend", args=[signed.pk])
    typed = {"step": "1", "end_date": "2017-03-20", "reason": "Flood."}
    late = english(cast.client("coordinator")).post(address, typed)
    assert late.status_code == 409
    assert late.context["locked_text"] == (
        "The form is signed off and waits for the decision of the coordinating body. "
        "Accept it, or return it with a reason and a new last day."
    )
    assert late.context["kept"] == [("New last day", "2017-03-20"), ("Reason", "Flood.")]
    assert "Flood." in late.content.decode()


def test_an_extension_from_a_stale_page_says_what_happened_and_keeps_the_reason(
    submission: Submission, cast: Cast
) -> None:
    address = reverse("submissions:extend", args=[submission.pk])
    client = english(cast.client("coordinator"))
    first = {"step": "0", "end_date": "2017-03-20", "reason": "Flood."}
    assert client.post(address, first).status_code == 302
    second = {"step": "0", "end_date": "2017-03-25", "reason": "Snow."}
    stale = client.post(address, second)
    assert f"given another last day meanwhile by {cast.coordinator}" in stale.content.decode()
    assert "Snow." in stale.content.decode()
    submission.refresh_from_db()
    assert submission.end_date == date(2017, 3, 20)
    again = client.post(address, second | {"step": str(stale.context["seen"])})
    assert again.status_code == 302


def test_extend_page_is_for_coordinators(submission: Submission, cast: Cast) -> None:
    address = reverse("submissions:extend", args=[submission.pk])
    assert cast.client("auditor").get(address).status_code == 403
    assert cast.client("contributor").get(address).status_code == 403
    assert cast.client("neighbour_contributor").get(address).status_code == 404
