"""Internal comments: what the people of a locality say to one another about an answer."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessment.audit.models import Event
from assessment.notices.queries import notices_for
from assessment.submissions.mentions import mentioned_in
from assessment.submissions.models import Comment, Submission
from assessment.submissions.services import write_comment
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries
from tests.submissions.test_form_page import english

HOSTILE = "<script>alert(1)</script>{{ 7 }} @approver"


def comment(submission: Submission, by: User, text: str = "See the ledger", **more: object) -> None:
    write_comment(submission=submission, indicator="S1", text=text, by=by, at=NOW, **more)  # type: ignore[arg-type]


def address(submission: Submission, indicator: str = "S1") -> str:
    return reverse("submissions:comments", args=[submission.pk, indicator])


def person(username: str, name: str) -> User:
    return User(pk=abs(hash(username)) % 10_000, username=username, full_name=name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@王芳请核对", ["wangfang"]),
        ("＠王芳芳，请看", ["wangfangfang"]),
        ("@ann, @ANN and @anna", ["ann", "anna"]),
        ("@anna-lee", []),
        ("write to somebody@annotate.example", []),
        ("ask Ann", []),
        ("@Ann Lee please", ["ann"]),
    ],
)
def test_a_mention_is_a_name_after_the_sign_the_longest_that_fits(
    text: str, found: list[str]
) -> None:
    people = [
        person("wangfang", "王芳"),
        person("wangfangfang", "王芳芳"),
        person("ann", "Ann Lee"),
        person("anna", "Anna Wei"),
    ]
    assert [each.username for each in mentioned_in(text, people)] == found


def test_a_comment_notifies_whom_it_mentions_and_nobody_else(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    comment(submission, cast.contributor, "Please look, @approver", mentions=[colleague])
    stored = Comment.objects.get()
    assert set(stored.mentions.all()) == {cast.approver, colleague}
    event = Event.objects.get(action="submissions.write_comment")
    assert event.after == {"indicator": "S1", "mentions": ["approver", "colleague"]}
    told = {
        name: notices_for(getattr(cast, name)).filter(action=event.action).count()
        for name in ("contributor", "approver", "neighbour_approver", "coordinator", "auditor")
    }
    assert told == {
        "contributor": 0,
        "approver": 1,
        "neighbour_approver": 0,
        "coordinator": 0,
        "auditor": 0,
    }


def test_the_notice_leads_to_the_comment(submission: Submission, cast: Cast) -> None:
    comment(submission, cast.contributor, "@approver")
    page = english(cast.client("approver")).get(reverse("notices:list"))
    (notice,) = [n for n in page.context["notices"] if "mentioned" in n.text]
    assert notice.text == (
        f"You were mentioned in a comment on “Indicator S1”: {cast.cycle.name_en}"
    )
    assert notice.url == f"{address(submission)}#comment-{Comment.objects.get().pk}"
    assert notice.note == ""


def test_the_log_does_not_hold_what_was_said(submission: Submission, cast: Cast) -> None:
    comment(submission, cast.contributor, "The mayor is worried")
    event = Event.objects.get(action="submissions.write_comment")
    assert "mayor" not in f"{event.before}{event.after}{event.target_label}"


def test_hostile_text_is_text(submission: Submission, cast: Cast) -> None:
    comment(submission, cast.contributor, HOSTILE)
    page = cast.client("approver").get(address(submission)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 }}" in page


@pytest.mark.parametrize(
    "name", ["coordinator", "reviewer", "auditor", "neighbour_contributor", "system_administrator"]
)
def test_nobody_outside_the_locality_reads_or_writes(
    submission: Submission, cast: Cast, name: str
) -> None:
    comment(submission, cast.contributor)
    client: Client = cast.client(name)
    assert client.get(address(submission)).status_code == 404
    form = client.get(reverse("submissions:form", args=[submission.pk]))
    assert "/comments/" not in form.content.decode()
    with pytest.raises(PermissionDenied):
        comment(submission, getattr(cast, name))


def test_a_comment_needs_words_an_indicator_and_people_of_the_locality(
    submission: Submission, cast: Cast
) -> None:
    with translation.override("en"):
        for more, part in (
            ({"text": " \x00 "}, "text"),
            ({"text": "x" * 2001}, "text"),
            ({"indicator": "PM25_CHANGE"}, "indicator"),
            ({"mentions": [cast.coordinator]}, "mentions"),
        ):
            said = {"indicator": "S1", "text": "Look", **more}
            with pytest.raises(ValidationError) as refused:
                write_comment(submission=submission, by=cast.approver, at=NOW, **said)  # type: ignore[arg-type]
            assert list(refused.value.message_dict) == [part]
    assert not Comment.objects.exists()
    assert cast.client("approver").get(address(submission, "nowhere")).status_code == 404


def test_the_page_takes_a_comment_without_scripts_and_the_form_counts_it(
    submission: Submission, cast: Cast
) -> None:
    client = english(cast.client("contributor"))
    assert client.post(address(submission), {"text": ""}).context["form"].errors == {
        "text": ["Write the comment first."]
    }
    sent = {"text": "Look", "mentions": [cast.approver.pk]}
    assert client.post(address(submission), sent).status_code == 302
    page = client.get(address(submission)).content.decode()
    assert "Notified: Person approver" in page
    form = client.get(reverse("submissions:form", args=[submission.pk]))
    counts = {c.code: c.comments for s in form.context["sections"] for c in s.cards}
    assert counts == {"S1": 1, "S2": 0, "S3": 0}


def test_page_asks_equally_often(submission: Submission, cast: Cast) -> None:
    comment(submission, cast.contributor, "@approver")
    client = cast.client("approver")

    def more() -> None:
        comment(submission, cast.contributor, "@approver")
        comment(submission, cast.contributor, "Look", mentions=[cast.approver])

    def ask() -> None:
        client.get(address(submission))
        client.get(reverse("notices:list"))

    assert_same_queries(ask, more)
