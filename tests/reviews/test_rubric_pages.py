"""The pages on which experts score."""

from accounts.roles import Role
from assessment.cycles.workflow import Stage
from assessment.observations.models import Observation
from assessment.reviews.models import RubricScore
from tests.cast import Cast
from tests.factories import member, participants
from tests.queries import assert_same_queries


def test_reviewer_scores_a_locality_and_goes_on_to_the_next(judged: Cast) -> None:
    client = judged.client("reviewer")
    address = f"/desk/cycles/{judged.cycle.code}/rubric/{judged.locality.code}/"
    response = client.post(address, {"DEPTH-level": "2", "DEPTH-comment": "agreement signed"})
    assert response.status_code == 302
    assert response["Location"].endswith(f"/rubric/{judged.neighbour.code}/")
    assert RubricScore.objects.get().comment == "agreement signed"


def test_abstention_without_reason_keeps_what_was_chosen(judged: Cast) -> None:
    client = judged.client("reviewer")
    address = f"/desk/cycles/{judged.cycle.code}/rubric/{judged.locality.code}/"
    response = client.post(
        address, {"DEPTH-level": "abstain", "DEPTH-comment": ""}, headers={"accept-language": "en"}
    )
    assert response.status_code == 200
    form = response.context["forms"][0]
    assert form.errors == {"comment": ["Say why you abstain."]}
    assert form["level"].value() == "abstain"
    assert not RubricScore.objects.exists()


def test_nothing_chosen_is_said_at_the_levels_and_goes_nowhere(judged: Cast) -> None:
    address = f"/desk/cycles/{judged.cycle.code}/rubric/{judged.locality.code}/"
    response = judged.client("reviewer").post(
        address, {"DEPTH-comment": ""}, headers={"accept-language": "en"}
    )
    assert response.status_code == 200
    assert response.context["forms"][0].errors == {
        "level": ["Choose one of the levels, or abstain."]
    }
    assert not RubricScore.objects.exists()


def test_reviewers_see_their_own_scores_only(judged: Cast) -> None:
    RubricScore.objects.create(
        cycle=judged.cycle,
        locality=judged.locality,
        indicator="DEPTH",
        reviewer=judged.coordinator,
        level=3,
        updated_at=judged.cycle.created_at,
    )
    response = judged.client("reviewer").get(f"/desk/cycles/{judged.cycle.code}/rubric/")
    assert all(not row.scores for row in response.context["rows"])
    response = judged.client("coordinator").get(f"/desk/cycles/{judged.cycle.code}/rubric/")
    assert [row.done for row in response.context["rows"]] == [1, 0]


def test_a_locality_is_scored_when_every_expert_has_scored_it(judged: Cast) -> None:
    """Two experts hold the role: one score of one locality leaves three of four to give."""
    member(Role.REVIEWER, region=judged.region, username="second-reviewer")
    address = f"/desk/cycles/{judged.cycle.code}/rubric/"
    judged.client("reviewer").post(f"{address}{judged.locality.code}/", {"DEPTH-level": "2"})
    response = judged.client("coordinator").get(address, headers={"accept-language": "en"})
    assert [(row.done, row.total) for row in response.context["rows"]] == [(1, 2), (0, 2)]
    assert "1 of 4 scores given" in response.content.decode()


def test_rubric_overview_asks_the_database_equally_often(judged: Cast) -> None:
    client = judged.client("reviewer")
    address = f"/desk/cycles/{judged.cycle.code}/rubric/"
    assert_same_queries(lambda: client.get(address), lambda: participants(judged.cycle, 2))


def test_a_locality_outside_the_cycle_is_not_found(judged: Cast) -> None:
    response = judged.client("reviewer").get(f"/desk/cycles/{judged.cycle.code}/rubric/000000/")
    assert response.status_code == 404


def test_settling_carries_what_the_page_showed(judged: Cast) -> None:
    client = judged.client("coordinator")
    address = f"/desk/cycles/{judged.cycle.code}/rubric/"
    seen = client.get(address).context["seen"]
    judged.client("reviewer").post(f"{address}{judged.locality.code}/", {"DEPTH-level": "2"})
    english = {"accept-language": "en"}
    refused = client.post(f"{address}settle/", {"seen": seen}, follow=True, headers=english)
    assert "Look at the scores again before you settle them." in refused.content.decode()
    assert not Observation.objects.exists()
    page = refused.content.decode()
    assert page.count(f'name="seen" value="{refused.context["seen"]}"') == 2
    client.post(f"{address}settle/", {"seen": refused.context["seen"]})
    assert Observation.objects.count() == 2


def test_skipping_leads_to_the_next_other_locality_that_waits(judged: Cast) -> None:
    client = judged.client("reviewer")
    base = f"/desk/cycles/{judged.cycle.code}/rubric/"
    here, other = f"{base}{judged.locality.code}/", f"{base}{judged.neighbour.code}/"
    page = client.get(here, headers={"accept-language": "en"})
    assert page.context["skip_url"] == other
    assert f'href="{other}">Skip for now</a>' in page.content.decode()
    # From the last one round to the first that still waits.
    assert client.get(other).context["skip_url"] == here
    client.post(other, {"DEPTH-level": "2"})
    assert client.get(here).context["skip_url"] == ""
    assert client.post(here, {"DEPTH-level": "2"})["Location"] == base


def test_what_an_expert_wrote_when_scoring_closed_is_kept(judged: Cast) -> None:
    client = judged.client("reviewer")
    address = f"/desk/cycles/{judged.cycle.code}/rubric/{judged.locality.code}/"
    client.post(address, {"DEPTH-level": "1", "DEPTH-comment": "Stored."})
    judged.cycle.stage = Stage.PRELIMINARY
    judged.cycle.save()
    typed = {"DEPTH-level": "3", "DEPTH-comment": "A new agreement."}
    late = client.post(address, typed, headers={"accept-language": "en"})
    assert late.status_code == 409
    assert late.context["kept"] == [
        ("Depth of cooperation · Level", "3 · Deep"),
        ("Depth of cooperation · Comment", "A new agreement."),
    ]
    page = late.content.decode()
    assert "A coordinator can withdraw the preliminary results" in page
    assert "A new agreement." in page
    assert late.context["forms"][0]["comment"].value() == "Stored."


def test_settling_says_before_how_much_is_missing(judged: Cast) -> None:
    """One expert, two localities, one indicator: after one score one of two is missing."""
    address = f"/desk/cycles/{judged.cycle.code}/rubric/"
    judged.client("reviewer").post(f"{address}{judged.locality.code}/", {"DEPTH-level": "2"})
    client, english = judged.client("coordinator"), {"accept-language": "en"}
    assert client.get(address, headers=english).context["consequences"] == [
        "1 of 2 scores is missing.",
        "1 value stays missing: no expert gave a level for it.",
    ]
    judged.client("reviewer").post(f"{address}{judged.neighbour.code}/", {"DEPTH-level": "2"})
    assert client.get(address).context["consequences"] == []
