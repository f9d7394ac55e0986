"""The ranking beside the one of the cycle before."""

import re

from assessment.cycles.models import Cycle, Participant
from assessment.publication.models import Publication
from assessment.scores.models import ScoreRun
from tests.cast import Cast
from tests.factories import CycleFactory, participants
from tests.flushing import past_triggers
from tests.portal.published import add_localities, bundle_results, final
from tests.portal.test_downloads import rows_of
from tests.portal.test_pages import page


def after(cast: Cast) -> Cycle:
    """The next cycle, of the same two localities, under the same framework."""
    later: Cycle = CycleFactory(
        region=cast.region,
        framework_version=cast.cycle.framework_version,
        previous=cast.cycle,
    )
    for locality in (cast.neighbour, cast.locality):
        Participant.objects.create(cycle=later, locality=locality)
    return later


def test_change_of_rank_against_the_cycle_before(cast: Cast) -> None:
    final(cast.cycle)
    before = {"start": 60}
    later = after(cast)
    new = final(later, **before)
    old_results = bundle_results(Publication.objects.get(cycle=cast.cycle, kind="final"))
    new_results = bundle_results(new)
    key = (cast.locality.code, "index")
    gain = float(new_results[key]["published"]) - float(old_results[key]["published"])
    html = page(f"/cycles/{later.code}/")
    assert f"+{gain:.2f} points" in html
    assert "Largest gains" in html


def test_who_had_no_rank_before_is_not_called_new(cast: Cast) -> None:
    add_localities(cast.cycle, 1)
    final(cast.cycle, without={cast.locality.code: ("PM25_CHANGE", "S3")})
    later = after(cast)
    stranger = participants(later, 1)[0]
    final(later)
    html = page(f"/cycles/{later.code}/ranking/")
    rows = {
        code: row
        for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
        for code in (cast.locality.code, cast.neighbour.code, stranger.code)
        if f"/localities/{code}/" in row
    }
    assert "Not ranked in the cycle before" in rows[cast.locality.code]
    assert "New" in rows[stranger.code]
    assert "Not ranked" not in rows[stranger.code]
    assert "Same" in rows[cast.neighbour.code] or "Down" in rows[cast.neighbour.code]


def test_other_rules_are_not_compared(cast: Cast) -> None:
    final(cast.cycle)
    later = CycleFactory(region=cast.region, previous=cast.cycle)
    version = later.framework_version
    version.document["nodes"][2]["weight"] = 35
    version.document["nodes"][3]["weight"] = 25
    version.document["code"] = "tiny"
    with past_triggers():
        version.save()
    participants(later, 2)
    final(later)
    assert "cannot be compared" in page(f"/cycles/{later.code}/")


def test_what_another_engine_made_is_shown_and_not_compared(cast: Cast) -> None:
    first = final(cast.cycle)
    later = after(cast)
    final(later)
    with past_triggers():
        ScoreRun.objects.filter(pk=first.run_id).update(engine_version="1.2.0")
    html = page(f"/cycles/{later.code}/")
    assert "another version of the scoring engine (1.2.0)" in html
    assert "Largest gains" not in html
    # Its own figures are frozen, and read.
    row = bundle_results(first)[(cast.locality.code, "index")]
    assert row["published"] in page(f"/cycles/{cast.cycle.code}/ranking/")


def test_ranks_stand_with_how_many_were_ranked_then_and_now(cast: Cast) -> None:
    """The neighbour was second of two and is second of three: the same rank, another field."""
    final(cast.cycle)
    later = after(cast)
    participants(later, 1)
    final(later)
    said = "of 2 ranked localities then, of 3 now"
    assert said in page(f"/cycles/{later.code}/ranking/")
    assert said in page(f"/cycles/{later.code}/")
    assert said not in page(f"/cycles/{later.code}/ranking/?node=effort")
    rows = rows_of(f"/cycles/{later.code}/ranking.csv")
    assert {(row["ranked"], row["ranked_before"]) for row in rows} == {("3", "2")}
    moved = {row["locality"]: (row["rank_before"], row["rank_change"]) for row in rows}
    before = {
        row["locality"]: row["rank"] for row in rows_of(f"/cycles/{cast.cycle.code}/ranking.csv")
    }
    for row in rows:
        expected = before.get(row["locality"], "")
        change = int(expected) - int(row["rank"]) if expected else ""
        assert moved[row["locality"]] == (expected, str(change))


def test_a_ranking_without_a_cycle_before_leaves_its_columns_empty(cast: Cast) -> None:
    final(cast.cycle)
    for node in ("index", "effort"):
        for row in rows_of(f"/cycles/{cast.cycle.code}/ranking.csv?node={node}"):
            assert row["ranked"] == "2"
            assert (row["rank_before"], row["ranked_before"], row["rank_change"]) == ("", "", "")
