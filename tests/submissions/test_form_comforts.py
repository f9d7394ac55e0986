"""Small things of the form's pages: one click to clear, the file asked for, the way back."""

import pytest
from django.urls import reverse

from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.submissions.conftest import fill, sign
from tests.submissions.test_form_page import AFTER, address, cards, english, filled_in


def test_one_click_clears_the_figure_beside_another_kind_of_answer(
    submission: Submission, cast: Cast
) -> None:
    client = english(cast.client("contributor"))
    typed = filled_in(
        client.get(address(submission)),
        S2__value="70",
        S2__status="not_applicable",
        S2__reason="No such data.",
    )
    refused = client.post(address(submission), typed)
    assert 'name="clear" value="S2"' in refused.content.decode()
    response = client.post(address(submission), {**filled_in(refused), "clear": "S2"})
    assert response["Location"] == f"{address(submission)}#card-S2"
    answer = submission.answers.get()
    assert (answer.status, answer.value, answer.reason) == ("not_applicable", None, "No such data.")


def test_uploading_nothing_asks_for_the_file_and_saves_the_rest(
    submission: Submission, cast: Cast
) -> None:
    client = english(cast.client("contributor"))
    typed = filled_in(client.get(address(submission)), S3__value="9")
    shown = cards(client.post(address(submission), {**typed, "stay": "S1"}))
    assert vars(shown["S1"])["upload_problems"] == ["Choose a file."]
    assert submission.answers.get().indicator == "S3"


def test_signed_in_again_in_a_new_tab_the_page_names_the_old_one(
    submission: Submission, cast: Cast
) -> None:
    client = english(cast.client("contributor"))
    response = client.get(address(submission), {"back": "tab"}, follow=True)
    assert response.redirect_chain == [(reverse("submissions:list"), 302)]
    assert "Go back to the tab where you were typing" in response.content.decode()


def test_every_page_of_a_late_form_says_so_and_is_named_first_in_its_title(
    submission: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    client = english(cast.client("contributor"))
    for page, name in (("form", "Form"), ("sign", "Sign-off"), ("history", "History")):
        html = client.get(reverse(f"submissions:{page}", args=[submission.pk])).content.decode()
        assert f"<title>{name} · " in html
        assert "lp-state--overdue" in html


def test_a_signed_form_waits_and_counts_nothing(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    sign(submission, cast.approver)
    for page in ("form", "sign"):
        html = cast.client("approver").get(reverse(f"submissions:{page}", args=[submission.pk]))
        assert "data-progress-text" not in html.content.decode()
