"""The locality's accepted form of the year before."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from assessment.cycles.models import Cycle, Participant
from assessment.submissions.models import Submission
from assessment.submissions.periods import Period
from assessment.submissions.services import (
    AnswerInput,
    accept_submission,
    attach_evidence,
    open_collection,
    save_answers,
    submit_submission,
)
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, FrameworkVersionFactory, tiny_framework
from tests.submissions.files import PDF

YEAR_BEFORE = Period(date(2015, 1, 1), date(2015, 12, 31))
THREE_YEARS = Period(date(2015, 1, 1), date(2017, 12, 31))
ANSWERS = {
    "S1": AnswerInput(value="81.5"),
    "S2": AnswerInput(status="not_applicable", reason="No port"),
    "S3": AnswerInput(value="12.5", note="From the ledger"),
}


def english(client: Client) -> Client:
    """The browser of somebody who reads English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def asking(cast: Cast, prefill: Mapping[str, dict[str, str]]) -> Submission:
    """The form of the cast's cycle under a framework that says this of its indicators."""
    document = tiny_framework()
    for node in document["nodes"]:
        if node["code"] in prefill:
            node["prefill"] = prefill[node["code"]]
    version = FrameworkVersionFactory(document=document)
    Cycle.objects.filter(pk=cast.cycle.pk).update(framework_version=version)
    cast.cycle.refresh_from_db()
    if cast.cycle.stage == "draft":
        open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    return Submission.objects.select_related(
        "cycle__framework_version", "cycle__region", "locality"
    ).get(cycle=cast.cycle, locality=cast.locality)


def accepted_year_before(
    cast: Cast,
    *,
    proves: Period = THREE_YEARS,
    answers: dict[str, AnswerInput] | None = None,
    by: User | None = None,
    **cycle: Any,
) -> Submission:
    """The form of 2015, signed and accepted; its file for S1 proves the days given."""
    made = {
        "period_start_date": YEAR_BEFORE.first,
        "period_end_date": YEAR_BEFORE.last,
        "framework_version": cast.cycle.framework_version,
        "code": "year-2015",
        **cycle,
    }
    before = CycleFactory(region=cast.region, **made)
    Participant.objects.create(cycle=before, locality=cast.locality)
    open_collection(cycle=before, by=cast.coordinator, at=NOW)
    form = Submission.objects.get(cycle=before)
    writer = by or cast.contributor
    save_answers(submission=form, answers=answers or ANSWERS, by=writer, at=NOW)
    attach_evidence(
        submission=form,
        indicator="S1",
        upload=SimpleUploadedFile("licence.pdf", PDF),
        period=proves,
        by=writer,
        at=NOW,
    )
    form.refresh_from_db()
    submit_submission(
        submission=form, revision=form.revision, statement="True.", by=cast.approver, at=NOW
    )
    accept_submission(submission=form, by=cast.coordinator, at=NOW)
    form.refresh_from_db()
    return form
