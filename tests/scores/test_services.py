"""Adjustments and runs: equal to the engine, immutable, refused in words."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import translation

from accounts.models import Locality
from assessment.audit.models import Event
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.engine import adjustment_texts, load_localities, score
from assessment.engine.version import ENGINE_VERSION
from assessment.scores import queries
from assessment.scores.models import Adjustment, Result, ScoreRun
from assessment.scores.places import Position
from assessment.scores.services import (
    ScoringProblem,
    make_adjustment,
    run_scores,
    withdraw_adjustment,
)
from tests.cast import Cast
from tests.factories import NOW, LocalityFactory
from tests.observations.scene import at_stage, fill, record


def adjust(cast: Cast, **changes: Any) -> Adjustment:
    given = {
        "cycle": cast.cycle,
        "locality": cast.locality,
        "node": "sharing",
        "points": Decimal("2.5"),
        "article_zh": "年度考核方案，加分项",
        "article_en": "Annual scheme, bonus items",
        "reason_zh": "牵头组织一次联合执法。",
        "reason_en": "Led a joint enforcement action.",
        "by": cast.coordinator,
        "at": NOW,
        **changes,
    }
    return make_adjustment(**given)


def computed(cast: Cast) -> ScoreRun:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    run = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    return ScoreRun.objects.get(pk=run.pk)


def test_run_equals_the_engine_to_the_last_digit(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    values = {"S1": "87.3", "S2": "91.7", "PM25_CHANGE": "9.36329588", "S3": "66.6"}
    record(cast.cycle, cast.locality, values)
    record(cast.cycle, cast.neighbour, values | {"S1": "33.3", "PM25_CHANGE": "-11.80476731"})
    adjust(cast)
    run = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    document = cast.cycle.framework_version.document
    engine = score(
        document,
        [
            {"locality": place.code, "indicator": code, "value": value, "status": "value"}
            for place, own in (
                (cast.locality, values),
                (cast.neighbour, values | {"S1": "33.3", "PM25_CHANGE": "-11.80476731"}),
            )
            for code, value in own.items()
        ],
        adjustments=[
            {
                "locality": cast.locality.code,
                "node": "sharing",
                "points": 2.5,
                "article": "a",
                "reason": "b",
            }
        ],
        on=cast.cycle.period_end_date,
    )
    stored = {
        (r.locality.code, r.node): (r.score, r.published, r.rank, r.grade or None)
        for r in Result.objects.filter(run=run).select_related("locality")
    }
    assert stored == {
        (r.locality, r.node): (r.score, r.published, r.rank, r.grade) for r in engine.rows()
    }
    assert len(stored) == 2 * 7


def test_published_has_the_framework_s_decimals(cast: Cast) -> None:
    run = computed(cast)
    rows = queries.ranking(run)
    assert [str(row.published) for row in rows] == ["90.00", "80.00"]
    assert [(row.rank, row.grade) for row in rows] == [(1, "excellent"), (2, "good")]


def test_run_keeps_snapshot_trace_and_event(cast: Cast) -> None:
    run = computed(cast)
    assert (run.number, run.engine_version) == (1, ENGINE_VERSION)
    assert run.framework == cast.cycle.framework_version.document
    assert run.observations_csv.count("\n") == 1 + 8
    assert run.trace["on"] == "2016-12-31"
    event = Event.objects.get(action="scores.run")
    assert event.after["snapshot_sha256"] == run.snapshot_sha256
    assert event.after["ranked"] == 2
    assert run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW).number == 2


def test_localities_are_grouped_by_province_and_municipalities_by_themselves(cast: Cast) -> None:
    province: Locality = LocalityFactory(name_zh="=河北省", name_en="Hebei")
    Locality.objects.filter(pk=cast.locality.pk).update(parent=province)
    run = computed(cast)
    places = load_localities(run.localities_csv)
    assert places.group_columns == ("province",)
    assert [place.cells["province"] for place in places.items] == [
        "=河北省",
        cast.neighbour.name_zh,
    ]
    assert "'=河北省" in run.localities_csv
    traced = run.trace["localities"][cast.locality.code]["nodes"]["index"]
    assert traced["group_ranks"] == {"province": 1}


def test_group_ranks_are_the_engine_s(cast: Cast) -> None:
    province: Locality = LocalityFactory()
    Locality.objects.filter(pk__in=[cast.locality.pk, cast.neighbour.pk]).update(parent=province)
    run = computed(cast)
    for row in queries.ranking(run, "sharing"):
        traced = run.trace["localities"][row.locality.code]["nodes"]["sharing"]
        assert row.group_rank == traced["group_ranks"]["province"]
    assert [row.group_rank for row in queries.ranking(run, group=province.code)] == [1, 2]


def test_positions_are_those_of_the_run_and_touch_no_figure(cast: Cast) -> None:
    without = computed(cast)
    assert without.localities_csv.splitlines()[0].count("latitude") == 0
    here = Locality.objects.filter(pk=cast.locality.pk)
    here.update(latitude=Decimal("38.04"), longitude=Decimal("-0.5"))
    run = ScoreRun.objects.get(pk=run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW).pk)
    here.update(latitude=Decimal(1), longitude=Decimal(1))
    places = run.places
    assert places[cast.locality.code].position == Position(Decimal("38.04"), Decimal("-0.5"))
    assert places[cast.neighbour.code].position is None
    assert run.trace == without.trace


def test_names_and_provinces_are_those_of_the_run(cast: Cast) -> None:
    province: Locality = LocalityFactory(name_zh="河北省", name_en="Hebei")
    Locality.objects.filter(pk=cast.locality.pk).update(parent=province, name_en="Then")
    run = computed(cast)
    Locality.objects.filter(pk=province.pk).update(name_zh="新省", name_en="Now")
    Locality.objects.filter(pk=cast.locality.pk).update(parent=cast.neighbour, name_en="Now")
    row = next(r for r in queries.ranking(run) if r.locality.code == cast.locality.code)
    assert row.locality.name_en == "Then"
    assert (row.group.code, row.group.name_zh, row.group.name_en) == (
        province.code, "河北省", "Hebei",
    )  # fmt: skip
    assert queries.places_of(run.pk)[cast.locality.code] == row.locality
    alone = next(r for r in queries.ranking(run) if r.locality.code == cast.neighbour.code)
    assert alone.group.code == cast.neighbour.code


@pytest.mark.parametrize("model", [ScoreRun, Result])
def test_the_database_refuses_to_change_a_run(cast: Cast, model: Any) -> None:
    run = computed(cast)
    changes = {"engine_version": "0"} if model is ScoreRun else {"rank": 1}
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.update(**changes)
    assert queries.differs_from(run, queries.recompute(run)) == []


@pytest.mark.parametrize("model", [ScoreRun, Result])
def test_the_database_refuses_to_delete_a_run(cast: Cast, model: Any) -> None:
    computed(cast)
    rows = model.objects.all()
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        rows._raw_delete(rows.db)
    assert model.objects.exists()


def test_run_is_never_changed_nor_deleted(cast: Cast) -> None:
    run = computed(cast)
    run.engine_version = "0"
    with pytest.raises(TypeError):
        run.save()
    with pytest.raises(TypeError):
        run.delete()
    result = run.results.first()
    assert result is not None
    result.rank = 1
    with pytest.raises(TypeError):
        result.save()
    with pytest.raises(TypeError):
        result.delete()


def test_later_observations_leave_an_earlier_run_alone(cast: Cast) -> None:
    run = computed(cast)
    before = list(Result.objects.filter(run=run).values())
    assert queries.stale_parts(run) == []
    record(cast.cycle, cast.locality, {"S1": "10"}, at=NOW + timedelta(hours=1))
    assert queries.stale_parts(run) == ["observations"]
    newer = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    assert list(Result.objects.filter(run=run).values()) == before
    assert newer.snapshot_sha256 != run.snapshot_sha256
    changed = {(c.locality.code, c.node.code) for c in queries.differences(run, newer)}
    assert (cast.locality.code, "index") in changed
    assert (cast.neighbour.code, "S3") not in changed


def test_missing_is_not_invented_and_leaves_unranked(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    cast.cycle.observations.filter(locality=cast.locality, indicator="PM25_CHANGE").delete()
    run = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    last = queries.ranking(run)[-1]
    assert last.locality.code == cast.locality.code
    assert (last.rank, last.published, last.grade) == (None, None, "")
    effort = last.results["effort"]
    assert (effort.published, effort.score) == (None, None)


def test_what_cannot_be_computed_is_named_and_nothing_is_kept(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    cast.cycle.observations.filter(locality=cast.locality, indicator="S1").delete()
    with pytest.raises(ScoringProblem) as caught:
        run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    (problem,) = caught.value.problems
    assert (problem.node, problem.locality) == ("sharing", cast.locality.code)
    assert "S1" in problem.text("zh-Hans")
    assert not ScoreRun.objects.exists()
    assert not Event.objects.filter(action="scores.run").exists()


@pytest.mark.parametrize("stage", list(Stage))
def test_run_in_every_stage(cast: Cast, stage: Stage) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    fill(cast.cycle)
    at_stage(cast.cycle, stage)
    if stage in {Stage.COLLECTING, Stage.REVIEWING, Stage.PRELIMINARY}:
        assert run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW).number == 1
    else:
        with pytest.raises(NotAllowedNow):
            run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)


@pytest.mark.parametrize("stage", list(Stage))
def test_adjust_in_every_stage(cast: Cast, stage: Stage) -> None:
    at_stage(cast.cycle, stage)
    if stage in {Stage.REVIEWING, Stage.PRELIMINARY}:
        assert adjust(cast).points == Decimal("2.5")
    else:
        with pytest.raises(NotAllowedNow):
            adjust(cast)


@pytest.mark.parametrize("name", ["auditor", "reviewer", "other_coordinator", "contributor"])
def test_others_neither_run_nor_adjust(cast: Cast, name: str) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    person = getattr(cast, name)
    with pytest.raises(PermissionDenied):
        run_scores(cycle=cast.cycle, by=person, at=NOW)
    with pytest.raises(PermissionDenied):
        adjust(cast, by=person)
    adjustment = adjust(cast)
    with pytest.raises(PermissionDenied):
        withdraw_adjustment(adjustment=adjustment, reason="r", by=person, at=NOW)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"points": Decimal(0)},
            "points",
            "Enter points between -100 and 100, but not 0; found 0.",
        ),
        (
            {"points": Decimal("100.5")},
            "points",
            "Enter points between -100 and 100, but not 0; found 100.5.",
        ),
        (
            {"points": Decimal("NaN")},
            "points",
            "Enter points between -100 and 100, but not 0; found NaN.",
        ),
        ({"points": Decimal("1.234")}, "points", "At most 2 decimals; found 1.234."),
        ({"node": "nothing"}, "node", "Choose a scored part of the framework."),
        ({"article_zh": "  "}, "article_zh", "Name the article that allows the adjustment."),
        ({"article_en": "  "}, "article_en", "Name the article that allows the adjustment."),
        (
            {"article_en": "a" * 301},
            "article_en",
            "Found 301 characters; expected at most 300 characters. Shorten the text.",
        ),
        (
            {"reason_zh": "因" * 2001},
            "reason_zh",
            "Found 2001 characters; expected at most 2000 characters. Shorten the text.",
        ),
        ({"reason_zh": ""}, "reason_zh", "Give the reason."),
        ({"reason_en": ""}, "reason_en", "Give the reason."),
    ],
)
def test_adjustment_refused_at_the_field(
    cast: Cast, changes: dict[str, Any], field: str, sentence: str
) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    with pytest.raises(ValidationError) as caught, translation.override("en"):
        adjust(cast, **changes)
    assert caught.value.message_dict == {field: [sentence]}
    assert not Adjustment.objects.exists()


def test_adjustment_for_a_locality_outside(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    with pytest.raises(ValidationError) as caught:
        adjust(cast, locality=LocalityFactory())
    assert set(caught.value.message_dict) == {"locality"}


def test_adjustment_counts_from_the_next_run_until_withdrawn(cast: Cast) -> None:
    first = computed(cast)
    adjustment = adjust(cast, node="index", points=Decimal("-5"), reason_en="=cmd|' /C calc'!A0")
    assert queries.stale_parts(first) == ["adjustments"]
    second = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    assert str(queries.ranking(second)[0].published) == "85.00"
    assert "'=cmd" in second.adjustments_csv
    withdraw_adjustment(adjustment=adjustment, reason="Wrong article.", by=cast.coordinator, at=NOW)
    third = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    assert third.snapshot_sha256 == first.snapshot_sha256
    assert queries.differences(first, third) == []
    event = Event.objects.get(action="scores.withdraw_adjustment")
    assert event.after == {"withdrawn": True, "reason": "Wrong article."}
    with pytest.raises(NotAllowedNow):
        withdraw_adjustment(adjustment=adjustment, reason="Again.", by=cast.coordinator, at=NOW)


def test_an_adjustment_is_told_in_the_language_of_the_trace(cast: Cast) -> None:
    computed(cast)
    adjust(cast)
    trace = queries.trace_of(
        run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW), cast.locality
    )
    assert trace is not None
    told = {
        language: adjustment_texts(trace["nodes"]["sharing"], language)[0]
        for language in ("zh-hans", "en")
    }
    assert (told["zh-hans"].article, told["zh-hans"].reason) == (
        "年度考核方案，加分项",
        "牵头组织一次联合执法。",
    )
    assert (told["en"].article, told["en"].reason) == (
        "Annual scheme, bonus items",
        "Led a joint enforcement action.",
    )


def test_a_text_that_serves_both_languages_stands_once_in_the_table(cast: Cast) -> None:
    """So the adjustments of a run made before there were two texts are still the same."""
    computed(cast)
    adjust(cast, article_zh="Article 1", article_en="Article 1", reason_zh="R.", reason_en="R.")
    run = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    assert run.adjustments_csv == (
        f"locality,node,points,article,reason\n{cast.locality.code},sharing,2.5,Article 1,R.\n"
    )


def test_withdrawal_needs_a_reason(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    adjustment = adjust(cast)
    with pytest.raises(ValidationError) as caught:
        withdraw_adjustment(adjustment=adjustment, reason=" ", by=cast.coordinator, at=NOW)
    assert set(caught.value.message_dict) == {"reason"}
    assert not Adjustment.objects.get().is_withdrawn


def test_trace_holds_every_step_of_the_locality(cast: Cast) -> None:
    run = computed(cast)
    trace = queries.trace_of(run, cast.locality)
    assert trace is not None
    assert trace["nodes"]["S1"]["raw"] == 90.0
    assert trace["nodes"]["S1"]["contribution"] == pytest.approx(60.0)
    assert queries.trace_of(run, LocalityFactory()) is None
    assert list(queries.locality_results(run, cast.locality)) == [
        "index", "sharing", "S1", "S2", "effort", "PM25_CHANGE", "S3",
    ]  # fmt: skip
