"""What a file proves, and one file that serves several answers and later cycles."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from assessment.audit.models import Event
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.periods import Period, typed_period
from assessment.submissions.queries import stored_files
from assessment.submissions.services import (
    attach_evidence,
    date_evidence,
    link_evidence,
    remove_evidence,
    return_submission,
)
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries
from tests.submissions.conftest import fill, sign
from tests.submissions.earlier import (
    THREE_YEARS,
    YEAR_BEFORE,
    accepted_year_before,
    asking,
    english,
)
from tests.submissions.files import PDF, PNG

YEAR = Period(date(2016, 1, 1), date(2016, 12, 31))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def file(submission: Submission, cast: Cast) -> Evidence:
    """A file attached to S1."""
    return attach(submission, cast, "S1", PDF)


def attach(
    submission: Submission, cast: Cast, code: str, content: bytes, period: Period | None = None
) -> Evidence:
    name = "ledger.pdf" if content.startswith(b"%PDF") else "plan.png"
    return attach_evidence(
        submission=submission,
        indicator=code,
        upload=SimpleUploadedFile(name, content),
        period=period,
        by=cast.contributor,
        at=NOW,
    )


def link(submission: Submission, code: str, file: Evidence, cast: Cast) -> Evidence:
    return link_evidence(
        submission=submission, indicator=code, evidence=file, by=cast.contributor, at=NOW
    )


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        (None, None, YEAR),
        (date(2016, 5, 4), None, Period(date(2016, 5, 4), date(2016, 5, 4))),
        (None, date(2016, 5, 4), Period(date(2016, 5, 4), date(2016, 5, 4))),
        (date(2015, 1, 1), date(2016, 1, 1), Period(date(2015, 1, 1), date(2016, 1, 1))),
        (date(2016, 12, 31), date(2030, 1, 1), Period(date(2016, 12, 31), date(2030, 1, 1))),
    ],
)
def test_days_typed_are_a_period(
    cast: Cast, first: date | None, last: date | None, period: Period
) -> None:
    """One day alone is that day; the first and the last day of the cycle's period count."""
    assert typed_period(first, last, cast.cycle) == period


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2016, 5, 4), date(2016, 5, 3), "period_to"),
        (date(2015, 1, 1), date(2015, 12, 31), "period_from"),
        (date(2017, 1, 1), None, "period_from"),
        (date(216, 1, 1), date(2016, 12, 31), "period_from"),
        (date(2016, 1, 1), date(2916, 12, 31), "period_to"),
    ],
)
def test_days_no_evidence_can_prove_are_refused(
    cast: Cast, first: date, last: date | None, field: str
) -> None:
    """In the wrong order, none of the period assessed among them, a slip of the pen."""
    with pytest.raises(ValidationError) as refused:
        typed_period(first, last, cast.cycle)
    assert list(refused.value.message_dict) == [field]


def test_service_refuses_days_that_prove_nothing(submission: Submission, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        attach(submission, cast, "S1", PDF, YEAR_BEFORE)
    assert not Evidence.objects.exists()


def test_file_proves_the_period_of_the_cycle_unless_said(file: Evidence) -> None:
    assert file.proves == YEAR


def test_linked_file_is_stored_once_and_takes_no_room(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    linked = link(submission, "S2", file, cast)
    assert (linked.file.name, linked.sha256) == (file.file.name, file.sha256)
    assert (linked.linked_from, linked.uploaded_by) == (file, cast.contributor)
    stored = stored_files(submission)
    assert (stored.attached, stored.size) == (2, len(PDF))
    event = Event.objects.latest("sequence")
    assert event.action == "submissions.attach_evidence"
    assert event.after["linked_from"] == f"{submission.cycle.code} S1"


def test_link_of_a_link_names_where_the_file_came_in(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    second = link(submission, "S3", link(submission, "S2", file, cast), cast)
    assert second.linked_from == file


def test_file_taken_off_one_answer_stays_with_the_others(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    linked = link(submission, "S2", file, cast)
    remove_evidence(evidence=file, by=cast.contributor, at=NOW)
    linked.refresh_from_db()
    assert linked.removed_at is None
    client = english(cast.client("contributor"))
    for kept in (linked, file):  # replaced files are kept, too
        page = client.get(reverse("submissions:evidence", args=[kept.pk]))
        assert b"".join(page.streaming_content) == PDF


def test_same_content_uploaded_again_is_linked(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    again = attach(submission, cast, "S2", PDF)
    assert (again.linked_from, again.file.name) == (file, file.file.name)
    assert attach(submission, cast, "S3", PNG).linked_from is None


def test_content_known_from_an_earlier_form_is_linked_with_what_it_proves(
    cast: Cast, submission: Submission
) -> None:
    accepted_year_before(cast)
    again = attach(submission, cast, "S2", PDF)
    assert again.proves == THREE_YEARS
    assert again.linked_from.submission.cycle.code == "year-2015"
    named = attach(submission, cast, "S3", PDF, YEAR)
    assert named.proves == YEAR  # what is said now counts


def test_upload_refused_leaves_the_file_of_the_other_answer(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    with pytest.raises(ValidationError):
        attach(submission, cast, "S1", PDF)  # attached there already
    assert file.file.storage.exists(file.file.name)


def test_neighbours_content_is_stored_apart(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    theirs = Submission.objects.get(cycle=cast.cycle, locality=cast.neighbour)
    own = attach_evidence(
        submission=theirs,
        indicator="S1",
        upload=SimpleUploadedFile("ledger.pdf", PDF),
        by=cast.neighbour_contributor,
        at=NOW,
    )
    assert (own.linked_from, own.file.name != file.file.name) == (None, True)
    with pytest.raises(ValidationError, match="not one of yours"):
        link(submission, "S2", own, cast)


@pytest.mark.parametrize(("proves", "may"), [(THREE_YEARS, True), (YEAR_BEFORE, False)])
def test_file_of_an_earlier_cycle_is_linked_while_it_covers_the_period(
    cast: Cast, submission: Submission, proves: Period, may: bool
) -> None:
    before = accepted_year_before(cast, proves=proves)
    source = before.evidence.get()
    if may:
        assert link(submission, "S1", source, cast).proves == proves
    else:
        with pytest.raises(ValidationError, match="which proves 2015-01-01 – 2015-12-31"):
            link(submission, "S1", source, cast)


def test_link_follows_permission_and_the_last_day(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    with pytest.raises(PermissionDenied):
        link_evidence(
            submission=submission, indicator="S2", evidence=file, by=cast.approver, at=NOW
        )
    after = NOW.replace(year=2018)
    with pytest.raises(NotAllowedNow):
        link_evidence(
            submission=submission, indicator="S2", evidence=file, by=cast.contributor, at=after
        )


def test_days_are_changed_with_an_event_and_a_new_revision(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    submission.refresh_from_db()
    before = submission.revision
    date_evidence(evidence=file, period=THREE_YEARS, by=cast.contributor, at=NOW)
    date_evidence(evidence=file, period=THREE_YEARS, by=cast.contributor, at=NOW)
    submission.refresh_from_db()
    assert submission.revision == before + 1
    event = Event.objects.latest("sequence")
    assert (event.action, event.after["proves"]) == (
        "submissions.date_evidence",
        "2015-01-01 – 2017-12-31",
    )


def test_version_signed_says_what_a_file_proves_beyond_the_period(
    submission: Submission, cast: Cast
) -> None:
    """Of the period assessed it says nothing: versions signed before read the same."""
    fill(submission, cast.contributor)
    sign(submission, cast.approver)
    assert "proves" not in submission.versions.get().content["evidence"]["S1"][0]
    return_submission(
        submission=submission,
        reason="Which years?",
        end_date=date(2017, 3, 20),
        by=cast.coordinator,
        at=NOW,
    )
    file = submission.evidence.get()
    date_evidence(evidence=file, period=THREE_YEARS, by=cast.contributor, at=NOW)
    sign(submission, cast.approver)
    newest = submission.versions.first()
    assert newest.content["evidence"]["S1"][0]["proves"] == "2015-01-01 – 2017-12-31"


def test_still_valid_file_is_offered_where_it_was_until_it_is_there(cast: Cast) -> None:
    before = accepted_year_before(cast)
    form = asking(cast, {})
    client, address = (
        english(cast.client("contributor")),
        reverse("submissions:form", args=[form.pk]),
    )
    page = client.get(address).content.decode()
    button = f'name="link" value="S1 {before.evidence.get().pk}"'
    assert page.count(button) == 1
    client.post(address, {"link": f"S1 {before.evidence.get().pk}"})
    assert form.evidence.get().linked_from == before.evidence.get()
    assert button not in client.get(address).content.decode()


def test_days_beside_an_upload_are_kept_or_refused_at_their_field(
    submission: Submission, cast: Cast
) -> None:
    client, address = (
        english(cast.client("contributor")),
        reverse("submissions:form", args=[submission.pk]),
    )

    def send(first: str, last: str) -> Any:
        upload = SimpleUploadedFile("ledger.pdf", PDF)
        days = {"S1-period_from": first, "S1-period_to": last}
        return client.post(address, {"S1-files": upload, **days})

    page = send("2016-05-04", "2016-05-01")
    assert "2016-05-01 before 2016-05-04" in page.content.decode()
    assert not Evidence.objects.exists()
    assert send("2016-05-01", "2016-05-04").status_code == 302
    assert str(Evidence.objects.get().proves) == "2016-05-01 – 2016-05-04"


def test_page_of_days_saves_and_tells_what_is_wrong(file: Evidence, cast: Cast) -> None:
    client, address = (
        english(cast.client("contributor")),
        reverse("submissions:evidence-period", args=[file.pk]),
    )
    wrong = client.post(address, {"period_from": "2014-01-01", "period_to": "2014-12-31"})
    assert "at least one day of 2016-01-01 – 2016-12-31" in wrong.content.decode()
    right = client.post(address, {"period_from": "2016-05-01", "period_to": ""})
    assert right.headers["Location"].endswith("#card-S1")
    file.refresh_from_db()
    assert str(file.proves) == "2016-05-01"


def test_our_files_lists_each_content_once(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    link(submission, "S2", file, cast)
    attach(submission, cast, "S2", PNG)
    client = english(cast.client("contributor"))
    address = reverse("submissions:evidence-choose", args=[submission.pk, "S1"])
    rows = client.get(address).context["rows"]
    assert sorted((row.evidence.name, row.is_here) for row in rows) == [
        ("ledger.pdf", True),
        ("plan.png", False),
    ]
    plan = Evidence.objects.get(name="plan.png")
    client.post(address, {"evidence": str(plan.pk)})
    assert Evidence.objects.filter(indicator="S1", linked_from=plan).exists()


def test_choosing_asks_equally_often(submission: Submission, file: Evidence, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    address = reverse("submissions:evidence-choose", args=[submission.pk, "S3"])

    def more() -> None:
        attach(submission, cast, "S1", PNG)
        attach(submission, cast, "S2", PNG + b"\n")

    assert_same_queries(lambda: client.get(address), more, grows_by=1)


def test_program_dates_and_links_evidence(
    submission: Submission, file: Evidence, cast: Cast
) -> None:
    client = english(cast.client("contributor"))
    address = f"/api/v1/submissions/{submission.pk}/evidence/"
    linked = client.post(address, {"indicator": "S2", "evidence": str(file.pk)})
    assert (linked.status_code, linked.json()["linked_from"]) == (201, str(file.pk))
    dated = client.post(
        address,
        {
            "indicator": "S3",
            "upload": SimpleUploadedFile("plan.png", PNG),
            "period_from": "2016-05-01",
            "period_to": "2018-12-31",
        },
    )
    assert (dated.json()["period_from"], dated.json()["period_to"]) == ("2016-05-01", "2018-12-31")
    neither = client.post(address, {"indicator": "S3"})
    assert neither.status_code == 400
