"""Runs, rankings, traces, differences, adjustments as pages."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Locality
from assessment.cycles.workflow import Stage
from assessment.scores import queries
from assessment.scores.conflicts import last_change
from assessment.scores.models import Adjustment, ScoreRun
from assessment.scores.services import run_scores
from tests.cast import Cast
from tests.factories import NOW, LocalityFactory, participants
from tests.observations.scene import at_stage, fill, record
from tests.queries import assert_same_queries
from tests.scores.test_services import adjust

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
    run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    return run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)


def text_of(client: Client, address: str, **query: str) -> str:
    html = client.get(address, query, **ENGLISH).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def addresses(cast: Cast, run: ScoreRun) -> dict[str, str]:
    cycle, number = cast.cycle.code, run.number
    return {
        "list": reverse("scores:list", args=[cycle]),
        "run": reverse("scores:run", args=[cycle, number]),
        "export": reverse("scores:export", args=[cycle, number]),
        "locality": reverse("scores:locality", args=[cycle, number, cast.locality.code]),
        "differences": reverse("scores:differences", args=[cycle, number]),
        "adjust": reverse("scores:adjust", args=[cycle]),
    }


@pytest.mark.parametrize(("name", "status"), READERS.items())
def test_pages_by_role(cast: Cast, run: ScoreRun, name: str, status: int) -> None:
    client = cast.client(name)
    found = {key: client.get(url).status_code for key, url in addresses(cast, run).items()}
    assert found == dict.fromkeys(found, status)


@pytest.mark.parametrize(("name", "status"), [*READERS.items()])
def test_changes_by_role(cast: Cast, run: ScoreRun, name: str, status: int) -> None:
    adjustment = adjust(cast)
    expected = {"coordinator": 302, "auditor": 403}.get(name, status)
    client, code = cast.client(name), cast.cycle.code
    withdraw = reverse("scores:withdraw", args=[code, adjustment.pk])
    assert client.post(reverse("scores:compute", args=[code])).status_code == expected
    sent = {"reason": "r", "seen": last_change(adjustment)}
    assert client.post(withdraw, sent).status_code == expected
    assert Adjustment.objects.get().is_withdrawn is (name == "coordinator")


def test_run_of_another_cycle_and_unknown_things_are_404(cast: Cast, run: ScoreRun) -> None:
    client, code = cast.client("coordinator"), cast.cycle.code
    stranger: Locality = LocalityFactory()
    for name, args in (
        ("scores:run", [code, 99]),
        ("scores:locality", [code, run.number, stranger.code]),
        ("scores:locality", [code, run.number, "nowhere"]),
        ("scores:differences", [code, 1]),
        ("scores:withdraw", [code, 12345]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404, (name, args)


def test_ranking_page_shows_the_frozen_results(cast: Cast, run: ScoreRun) -> None:
    text = text_of(cast.client("auditor"), addresses(cast, run)["run"])
    assert f"{cast.locality.name_en} {cast.locality.code} 1 90.00 Excellent" in text
    assert f"{cast.neighbour.name_en} {cast.neighbour.code} 2 80.00 Good" in text


def test_ranking_page_filters_and_sorts(cast: Cast, run: ScoreRun) -> None:
    client, address = cast.client("coordinator"), addresses(cast, run)["run"]

    def codes(**query: str) -> list[str]:
        html = client.get(address, query).content.decode()
        return re.findall(r'<th scope="row">.*?<span class="lp-code">(\d+)', html, re.DOTALL)

    first, second = cast.locality.code, cast.neighbour.code
    assert codes() == [first, second]
    assert codes(sort="-rank") == [second, first]
    assert codes(sort="score") == [second, first]
    assert codes(sort="-effort") == [first, second]
    assert codes(sort="-locality") == [second, first]
    assert codes(grade="good") == [second]
    assert codes(group=first) == [first]
    assert codes(q=cast.neighbour.name_zh) == [second]
    assert codes(node="sharing") == [first, second]
    assert codes(q="nowhere") == []
    assert codes(node="x", group="x", grade="x", sort="x", page="x") == [first, second]


def test_export_neutralises_formulas_and_equals_the_ranking(cast: Cast, run: ScoreRun) -> None:
    Locality.objects.filter(pk=cast.locality.pk).update(name_zh='=HYPERLINK("x")', name_en="+1")
    third = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    response = cast.client("auditor").get(addresses(cast, third)["export"])
    assert response["Content-Disposition"].endswith('run-3.csv"')
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ['\'=HYPERLINK("x")', cast.neighbour.name_zh]
    assert rows[0]["name_en"] == "'+1"
    assert [(row["rank"], row["score"], row["grade"], row["effort"]) for row in rows] == [
        ("1", "90.00", "excellent", "90.00"),
        ("2", "80.00", "good", "80.00"),
    ]


def test_trace_page_in_words_and_numbers(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    record(cast.cycle, cast.locality, {"S1": "87.3"})
    adjust(cast, points=Decimal("-1.5"))
    run = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    text = text_of(cast.client("auditor"), addresses(cast, run)["locality"])
    assert "Indicator S1 S1 87.3 % 87.3" in text
    assert "Adjusted by −1.5 (Annual scheme, bonus items): Led a joint enforcement action." in text
    assert str(queries.ranking(run)[0].published) in text


def test_differences_page(cast: Cast, run: ScoreRun) -> None:
    client = cast.client("coordinator")
    assert "No differences" in text_of(client, addresses(cast, run)["differences"])
    record(cast.cycle, cast.locality, {"S1": "50"})
    newer = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    text = text_of(client, reverse("scores:differences", args=[cast.cycle.code, newer.number]))
    assert "From run 2 to run 3" in text
    assert "90.00 · rank 1 · Excellent" in text


def test_compute_shows_what_prevents_it(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    record(cast.cycle, cast.locality, {"S1": "1"})
    response = cast.client("coordinator").post(
        reverse("scores:compute", args=[cast.cycle.code]), **ENGLISH
    )
    assert response.status_code == 422
    html = response.content.decode()
    assert f"[{cast.locality.code}] [sharing]" in html
    assert not ScoreRun.objects.exists()


def test_compute_in_the_wrong_stage_is_a_message(cast: Cast) -> None:
    response = cast.client("coordinator").post(
        reverse("scores:compute", args=[cast.cycle.code]), follow=True, **ENGLISH
    )
    assert "Scores are not computed in the present stage" in response.content.decode()


def test_list_says_when_the_newest_run_is_stale(cast: Cast, run: ScoreRun) -> None:
    client, address = cast.client("coordinator"), addresses(cast, run)["list"]
    assert "Changed since the newest run" not in text_of(client, address)
    record(cast.cycle, cast.locality, {"S1": "50"})
    assert "Changed since the newest run: observations" in text_of(client, address)


def test_adjustment_form_keeps_what_was_typed(cast: Cast, run: ScoreRun) -> None:
    client, address = cast.client("coordinator"), addresses(cast, run)["adjust"]
    typed = {
        "locality": str(cast.locality.pk),
        "node": "sharing",
        "points": "lots",
        "article_zh": "第五条",
        "article_en": "Article 5",
        "reason_zh": "报送迟延",
        "reason_en": "",
    }
    response = client.post(address, typed, **ENGLISH)
    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="lots"' in html
    assert 'value="Article 5"' in html
    assert "“lots”" in html
    assert "a number such as 2 or -1.5" in html
    assert not Adjustment.objects.exists()
    complete = typed | {"points": "−１．５", "reason_en": "Late", "confirmed": "1"}
    response = client.post(address, complete, **ENGLISH)
    assert response.status_code == 302
    made = Adjustment.objects.get()
    assert (made.points, made.reason_zh, made.reason_en) == (Decimal("-1.5"), "报送迟延", "Late")


def test_an_adjustment_form_begins_with_nothing_chosen(cast: Cast, run: ScoreRun) -> None:
    client, address = cast.client("coordinator"), addresses(cast, run)["adjust"]
    form = client.get(address, **ENGLISH).context["form"]
    assert [next(iter(form.fields[name].choices))[0] for name in ("locality", "node")] == ["", ""]
    refused = client.post(address, {"points": "１，０００"}, **ENGLISH).context["form"]
    assert {"locality", "node"} <= set(refused.errors)
    assert "points" not in refused.errors
    assert refused.cleaned_data["points"] == Decimal(1000)


def test_an_adjustment_is_asked_about_before_it_is_made(cast: Cast, run: ScoreRun) -> None:
    client, address = cast.client("coordinator"), addresses(cast, run)["adjust"]
    typed = {
        "locality": str(cast.locality.pk),
        "node": "sharing",
        "points": "2.5",
        "article_zh": "第五条",
        "article_en": "Article 5",
        "reason_zh": "联合行动",
        "reason_en": "A joint action",
    }
    question = client.post(address, typed, **ENGLISH)
    assert question.status_code == 200
    assert not Adjustment.objects.exists()
    html = question.content.decode()
    assert "Make this adjustment?" in html
    assert all(
        text in html for text in ("+2.5", "第五条", "Article 5", "联合行动", "A joint action")
    )
    back = client.post(address, typed | {"change": "1"}, **ENGLISH)
    assert 'value="Article 5"' in back.content.decode()
    assert not Adjustment.objects.exists()
    refused = client.post(address, typed | {"points": "0"}, **ENGLISH)
    assert refused.status_code == 422
    assert "but not 0; found 0." in refused.content.decode()
    assert client.post(address, typed | {"confirmed": "1"}, **ENGLISH).status_code == 302
    assert Adjustment.objects.get().reason_zh == "联合行动"


def test_adjustment_form_is_closed_before_the_review(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    address = reverse("scores:adjust", args=[cast.cycle.code])
    client = cast.client("coordinator")
    assert "New adjustment" not in text_of(client, address)
    typed = {
        "locality": cast.locality.pk,
        "node": "index",
        "points": "1",
        **dict.fromkeys(("article_zh", "article_en", "reason_zh", "reason_en"), "a"),
    }
    response = client.post(address, typed, **ENGLISH)
    assert response.status_code == 422
    html = response.content.decode()
    assert "The cycle is in the stage “Collecting”" in html
    assert "A coordinator starts the review first." in html
    kept = dict(response.context["kept"])
    assert (kept["Locality"], kept["Article in Chinese"]) == (str(cast.locality), "a")


def test_withdrawal_asks_for_a_reason(cast: Cast, run: ScoreRun) -> None:
    adjustment = adjust(cast)
    address = reverse("scores:withdraw", args=[cast.cycle.code, adjustment.pk])
    response = cast.client("coordinator").post(
        address, {"reason": "", "seen": last_change(adjustment)}, **ENGLISH
    )
    assert response.status_code == 422
    assert "Give the reason of the withdrawal." in response.content.decode()


def test_lists_ask_equally_often_for_one_and_three_rows(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    cast.cycle.participants.filter(locality=cast.neighbour).delete()
    fill(cast.cycle)
    first = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    client, pages = cast.client("coordinator"), addresses(cast, first)
    rank = {"number": first.number}

    def add_two() -> None:
        participants(cast.cycle, 2)
        fill(cast.cycle)
        rank["number"] = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW).number

    def ranking() -> None:
        client.get(reverse("scores:run", args=[cast.cycle.code, rank["number"]]))

    # The second run has an earlier one to link to, which takes no further query.
    assert_same_queries(ranking, add_two)
    assert_same_queries(
        lambda: client.get(pages["list"]), lambda: (ranking_of(cast), ranking_of(cast))
    )
    adjust(cast)
    assert_same_queries(lambda: client.get(pages["adjust"]), lambda: (adjust(cast), adjust(cast)))


def ranking_of(cast: Cast) -> ScoreRun:
    return run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
