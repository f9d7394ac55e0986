"""The publication desk: who opens it, what it asks, what it hands out."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.engine.verification import verify
from assessment.observations.models import Observation
from assessment.publication.conflicts import last_step
from assessment.publication.models import Publication
from assessment.publication.queries import visible_to
from assessment.publication.services import publish_preliminary, withdraw_preliminary
from assessment.scores.models import ScoreRun
from assessment.scores.services import run_scores
from assessment.submissions.models import Submission
from assessment.submissions.workflow import SubmissionAction, SubmissionState
from tests.cast import Cast
from tests.factories import NOW, FrameworkVersionFactory, tiny_framework
from tests.observations.scene import at_stage, fill, record
from tests.publishing import said
from tests.queries import assert_same_queries

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
READERS = {
    "visitor": 302,
    "contributor": 403,
    "approver": 403,
    "coordinator": 200,
    "other_coordinator": 404,
    "reviewer": 403,
    "auditor": 200,
    "system_administrator": 404,
    "security_administrator": 404,
    "audit_administrator": 404,
}


@pytest.fixture
def run(cast: Cast) -> ScoreRun:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    return run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)


def url(cast: Cast, name: str = "detail", *more: int) -> str:
    return reverse(f"publication:{name}", args=[cast.cycle.code, *more])


def text_of(client: Client, address: str) -> str:
    html = client.get(address, **ENGLISH).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(("name", "status"), READERS.items())
def test_desk_and_bundle_by_role(cast: Cast, run: ScoreRun, name: str, status: int) -> None:
    publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    client = cast.client(name)
    assert client.get(url(cast)).status_code == status
    response = client.get(url(cast, "bundle", 1))
    response.close()
    assert response.status_code == status


@pytest.mark.parametrize(("name", "status"), READERS.items())
def test_steps_by_role(cast: Cast, run: ScoreRun, name: str, status: int) -> None:
    client, expected = cast.client(name), {"auditor": 403}.get(name, status)
    assert client.get(url(cast, "preliminary")).status_code == expected
    posted = {"coordinator": 302}.get(name, expected)
    assert client.post(url(cast, "preliminary"), sent(cast)).status_code == posted
    assert Publication.objects.exists() is (name == "coordinator")


def test_visible_to_the_region_s_people(cast: Cast, run: ScoreRun) -> None:
    publication = publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    assert list(visible_to(cast.auditor)) == [publication]
    for person in (cast.other_coordinator, cast.contributor, cast.audit_administrator):
        assert not visible_to(person).exists()


def sent(cast: Cast) -> dict[str, str]:
    """What the question's page sends of itself: its run and the last change it knows."""
    return {"run": "1", "seen": str(last_step(cast.cycle))}


def test_a_stale_question_undoes_nothing(cast: Cast, run: ScoreRun) -> None:
    """Meanwhile another publishes, withdraws and publishes again."""
    publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    client, old = cast.client("coordinator"), sent(cast)
    withdraw_preliminary(cycle=cast.cycle, reason=said("Typo."), by=cast.coordinator, at=NOW)
    publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    typed = {**old, "reason_zh": "数据有误。", "reason_en": "Wrong figures."}
    refused = client.post(url(cast, "withdraw"), typed, **ENGLISH)
    assert refused.status_code == 422
    assert f"by {cast.coordinator} at 2017-03-01 10:00" in refused.text
    assert "Wrong figures." in refused.text
    assert Cycle.objects.get(pk=cast.cycle.pk).stage == Stage.PRELIMINARY


def test_whole_way_through_the_pages(cast: Cast, run: ScoreRun) -> None:
    client = cast.client("coordinator")
    for step, stage in (
        ("preliminary", Stage.PRELIMINARY),
        ("finalise", Stage.FINAL),
        ("publish", Stage.PUBLISHED),
    ):
        page = client.get(url(cast, step), **ENGLISH)
        assert page.status_code == 200
        shown = re.search(r'name="run" value="(\d*)"', page.content.decode())
        number = shown[1] if shown else ""
        response = client.post(
            url(cast, step), {**sent(cast), "run": number}, follow=True, **ENGLISH
        )
        assert Cycle.objects.get(pk=cast.cycle.pk).stage == stage, response.content.decode()
    text = text_of(client, url(cast))
    assert f"Final results published (publication 2) {cast.coordinator}" in text
    bundle = client.get(url(cast, "bundle", 2))
    assert bundle["Content-Disposition"] == f'attachment; filename="{cast.cycle.code}-final-2.zip"'
    content = b"".join(bundle.streaming_content)
    bundle.close()
    assert verify(content).is_ok


def test_step_that_does_not_fit_the_stage_goes_back_to_the_desk(cast: Cast, run: ScoreRun) -> None:
    response = cast.client("coordinator").post(url(cast, "publish"), follow=True, **ENGLISH)
    assert response.redirect_chain == [(url(cast), 302)]
    assert "this is possible in: Final results." in response.content.decode()


def test_the_reason_of_a_withdrawal_that_comes_too_late_is_kept(cast: Cast, run: ScoreRun) -> None:
    """A colleague withdrew in the meantime: their step is told, the words stay."""
    publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    seen = last_step(cast.cycle)
    withdraw_preliminary(cycle=cast.cycle, reason=said("Wrong."), by=cast.coordinator, at=NOW)
    typed = {"seen": str(seen), "reason_zh": " ", "reason_en": "A figure was wrong."}
    late = cast.client("coordinator").post(url(cast, "withdraw"), typed, **ENGLISH)
    assert late.status_code == 409
    assert late.context["kept"] == [("Reason (English)", "A figure was wrong.")]
    assert f"by {cast.coordinator} at" in late.context["changed_meanwhile"]
    assert "this is possible in: Preliminary results." in late.context["closed_text"]
    assert "A figure was wrong." in late.content.decode()


def test_obstacles_are_named_on_desk_and_question(cast: Cast, run: ScoreRun) -> None:
    record(cast.cycle, cast.locality, {"S1": "1"})
    client = cast.client("coordinator")
    sentence = "Changed since run 1: observations. Compute the scores again."
    assert sentence in text_of(client, url(cast))
    question = client.get(url(cast, "preliminary"), **ENGLISH).content.decode()
    assert sentence in question
    assert 'name="run"' not in question
    response = client.post(url(cast, "preliminary"), sent(cast), **ENGLISH)
    assert response.status_code == 422
    assert not Publication.objects.exists()


def test_each_obstacle_leads_to_where_it_is_mended(cast: Cast, run: ScoreRun) -> None:
    form = Submission.objects.create(
        cycle=cast.cycle,
        locality=cast.locality,
        state=SubmissionState.SUBMITTED,
        created_at=NOW,
        updated_at=NOW,
    )
    other = Submission.objects.create(
        cycle=cast.cycle, locality=cast.neighbour, created_at=NOW, updated_at=NOW
    )
    record(cast.cycle, cast.locality, {"S1": "1"})
    code = cast.cycle.code
    expected = [
        [reverse("scores:list", args=[code]), reverse("observations:matrix", args=[code])],
        [
            reverse("reviews:submission", args=[code, form.locality.code]),
            reverse("submissions:form", args=[other.pk]),
        ],
    ]
    client = cast.client("coordinator")
    for name in ("detail", "preliminary"):
        response = client.get(url(cast, name), **ENGLISH)
        found = response.context["obstacles"]
        assert [[remedy.url for remedy in each.remedies] for each in found] == expected
        assert all(f'href="{address}"' in response.text for row in expected for address in row)


def test_gaps_of_an_outdated_run_are_said_to_be_its_own(cast: Cast) -> None:
    run = without_a_value(cast)
    client, desk = cast.client("coordinator"), url(cast)
    assert "To be mended or confirmed with a reason" in text_of(client, desk)
    record(cast.cycle, cast.locality, {"S1": "1"})
    outdated = text_of(client, desk)
    assert f"Gaps of run {run.number}, which is outdated" in outdated
    assert "compute the scores again to see which remain" in outdated
    assert "To be mended or confirmed" not in outdated


def test_an_unanswered_request_to_unlock_is_told_before_publishing(
    cast: Cast, run: ScoreRun
) -> None:
    form = Submission.objects.create(
        cycle=cast.cycle,
        locality=cast.locality,
        state=SubmissionState.ACCEPTED,
        created_at=NOW,
        updated_at=NOW,
    )
    client = cast.client("coordinator")
    assert "wait for an answer" not in text_of(client, url(cast, "preliminary"))
    form.unlock_request = form.steps.create(
        action=SubmissionAction.ASK_UNLOCK,
        from_state=SubmissionState.ACCEPTED,
        to_state=SubmissionState.ACCEPTED,
        at=NOW,
        by=cast.approver,
        reason="A figure is wrong.",
    )
    form.save(update_fields=["unlock_request"])
    answer = reverse("reviews:unlock", args=[cast.cycle.code, cast.locality.code])
    for name in ("detail", "preliminary"):
        page = client.get(url(cast, name), **ENGLISH)
        assert "Requests to unlock a form wait for an answer" in page.text
        assert f'href="{answer}"' in page.text


def test_desk_without_a_run_says_so(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    client = cast.client("coordinator")
    assert "No scores have been computed yet." in text_of(client, url(cast))
    assert client.post(url(cast, "preliminary"), {}, **ENGLISH).status_code == 422


def test_confirmation_of_a_run_no_longer_the_newest(cast: Cast, run: ScoreRun) -> None:
    run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    response = cast.client("coordinator").post(url(cast, "preliminary"), sent(cast), **ENGLISH)
    assert response.status_code == 422
    assert "A newer run was computed meanwhile." in response.content.decode()
    assert not Publication.objects.exists()


def test_withdrawal_keeps_the_page_without_a_reason(cast: Cast, run: ScoreRun) -> None:
    publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    client = cast.client("coordinator")
    response = client.post(
        url(cast, "withdraw"), {**sent(cast), "reason_zh": " ", "reason_en": "Kept <b>"}, **ENGLISH
    )
    assert response.status_code == 422
    assert response.text.count("Give the reason of the withdrawal.") == 1
    assert "Kept &lt;b&gt;" in response.text
    reasons = {"reason_zh": "数据有误", "reason_en": "Wrong figures <b>"}
    client.post(url(cast, "withdraw"), {**sent(cast), **reasons}, **ENGLISH)
    assert "Wrong figures &lt;b&gt;" in client.get(url(cast), **ENGLISH).content.decode()


def test_finalise_warns_while_objections_are_open(cast: Cast, run: ScoreRun) -> None:
    publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    client, today = cast.client("coordinator"), timezone.localdate()
    assert "Objections are still open" not in text_of(client, url(cast, "finalise"))
    Cycle.objects.filter(pk=cast.cycle.pk).update(objection_end_date=today + timedelta(days=1))
    assert "Objections are still open" in text_of(client, url(cast, "finalise"))


def without_a_value(cast: Cast) -> ScoreRun:
    """A run whose rule cannot be judged for the neighbour, as a value is missing."""
    document = tiny_framework()
    document["rules"] = [
        {
            "id": "worse",
            "type": "zero_on_deterioration",
            "node": "sharing",
            "indicator": "PM25_CHANGE",
            "threshold": 0,
            "article": "Article 1",
            "text": {"zh-Hans": "变差得零分。", "en": "Worse scores zero."},
        }
    ]
    version = FrameworkVersionFactory(framework__region=cast.region, document=document)
    Cycle.objects.filter(pk=cast.cycle.pk).update(framework_version=version)
    cast.cycle = Cycle.objects.get(pk=cast.cycle.pk)
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    Observation.objects.filter(locality=cast.neighbour, indicator="PM25_CHANGE").delete()
    return run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)


def test_gaps_are_named_with_their_remedy_and_published_only_confirmed(cast: Cast) -> None:
    without_a_value(cast)
    client, address = cast.client("coordinator"), url(cast, "preliminary")
    question = client.get(address, **ENGLISH)
    sentences = [warning.text for warning in question.context["warnings"]]
    assert sentences == [
        "The rule “Worse scores zero” could not be judged for 1 locality "
        f"({cast.neighbour.name_en}). It did not apply there.",
        "“Indicator PM25_CHANGE” has no value for 1 locality (source: Air quality monitoring).",
    ]
    means = reverse("airquality:means", args=[cast.cycle.code])
    assert f'href="{means}"' in question.text
    digest = question.context["digest"]
    refused = client.post(address, sent(cast), **ENGLISH)
    assert refused.status_code == 422
    assert "Confirm that the results are published in spite of this." in refused.text
    assert refused.text.count("Give the reason; it is shown with the results.") == 2
    reasons = {"reason_zh": "监测站烧毁。", "reason_en": "Its station <b>burnt down</b>."}
    answer = {**sent(cast), "confirmed": digest, **reasons}
    assert client.post(address, answer, **ENGLISH).status_code == 302
    public = Client().get(reverse("portal:cycle", args=[cast.cycle.code]), **ENGLISH).text
    assert "Published in spite of" in public
    assert "has no value for 1 locality" in public
    assert "Its station &lt;b&gt;burnt down&lt;/b&gt;." in public


def test_a_publication_without_gaps_says_nothing_of_them(cast: Cast, run: ScoreRun) -> None:
    question = cast.client("coordinator").get(url(cast, "preliminary"), **ENGLISH)
    assert question.context["warnings"] == []
    publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    public = Client().get(reverse("portal:cycle", args=[cast.cycle.code]), **ENGLISH).text
    assert "Published in spite of" not in public


def test_unknown_bundle_is_404(cast: Cast, run: ScoreRun) -> None:
    assert cast.client("coordinator").get(url(cast, "bundle", 9)).status_code == 404


def test_desk_asks_equally_often_for_one_and_three_publications(cast: Cast, run: ScoreRun) -> None:
    client, address = cast.client("coordinator"), url(cast)

    def publish_again() -> None:
        withdraw_preliminary(cycle=cast.cycle, reason=said("r"), by=cast.coordinator, at=NOW)
        publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)

    publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)
    assert_same_queries(lambda: client.get(address), lambda: (publish_again(), publish_again()))
