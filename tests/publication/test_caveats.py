"""What is confirmed before results are published in spite of it, and the day it depends on."""

import json
import zipfile
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from assessment.audit.models import Event
from assessment.cycles.calendar import LOCAL_ZONE
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.engine.texts import LocalizedText
from assessment.observations.models import Observation
from assessment.publication.caveats import Confirmation, caveats_of
from assessment.publication.models import Publication
from assessment.publication.queries import confirmation_of
from assessment.publication.services import finalise, publish_preliminary
from assessment.publication.wording import caveat_text
from assessment.scores.models import ScoreRun
from assessment.scores.services import run_scores
from tests.cast import Cast
from tests.factories import NOW
from tests.observations.scene import at_stage, fill
from tests.publication.test_services import preliminary, run
from tests.publishing import said

__all__ = ["run"]


def test_the_period_for_objections_is_cut_short_only_for_a_reason(
    cast: Cast, run: ScoreRun
) -> None:
    preliminary(cast, run)
    last = cast.cycle.objection_end_date
    on_last_day = datetime.combine(last, time(23, 59), tzinfo=LOCAL_ZONE)
    with pytest.raises(ValidationError) as caught:
        finalise(cycle=cast.cycle, run=run, by=cast.coordinator, at=on_last_day)
    assert set(caught.value.message_dict) == {"confirmed", "reason_zh", "reason_en"}
    assert Cycle.objects.get(pk=cast.cycle.pk).stage == Stage.PRELIMINARY
    given = confirmation_of(cast.cycle, run, "final", on_last_day, said(" Every locality agreed. "))
    final = finalise(
        cycle=cast.cycle, run=run, by=cast.coordinator, at=on_last_day, confirmation=given
    )
    told = [{"kind": "objections_open", "code": last.isoformat(), "localities": []}]
    assert (final.caveats, final.caveats_reason_en) == (told, "Every locality agreed.")
    event = Event.objects.get(action="publication.finalise")
    assert event.after["objections_closed"] is False
    assert event.after["caveats"] == told
    assert event.after["caveats_reason_en"] == "Every locality agreed."


def test_the_day_announced_with_the_preliminary_results_holds(cast: Cast, run: ScoreRun) -> None:
    first = preliminary(cast, run)
    announced = first.objection_end_date
    assert announced == cast.cycle.objection_end_date
    # Whatever the timetable came to say: it can only give more time.
    for shift, last in ((-1, announced), (1, announced + timedelta(days=1))):
        Cycle.objects.filter(pk=cast.cycle.pk).update(
            objection_end_date=announced + timedelta(days=shift)
        )
        cycle = Cycle.objects.get(pk=cast.cycle.pk)
        at = datetime.combine(last, time(12, 0), tzinfo=LOCAL_ZONE)
        assert [each.code for each in caveats_of(cycle, run, "final", at)] == [last.isoformat()]
        assert caveats_of(cycle, run, "final", at + timedelta(days=1)) == []
        assert Publication.objects.get(pk=first.pk).last_objection_day == last


def test_the_day_after_the_last_day_to_object_needs_no_confirmation(
    cast: Cast, run: ScoreRun
) -> None:
    preliminary(cast, run)
    day = cast.cycle.objection_end_date + timedelta(days=1)
    at = datetime.combine(day, time(0, 0), tzinfo=LOCAL_ZONE)
    final = finalise(cycle=cast.cycle, run=run, by=cast.coordinator, at=at)
    assert (final.caveats, final.caveats_reason_zh, final.caveats_reason_en) == ([], "", "")


def with_gaps(cast: Cast) -> ScoreRun:
    """A run in which the neighbour's fall of PM2.5 is missing, and with it what a rule needs."""
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    Observation.objects.filter(
        cycle=cast.cycle, locality=cast.neighbour, indicator="PM25_CHANGE"
    ).delete()
    return run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)


def test_a_title_with_quotation_marks_is_quoted_once(cast: Cast) -> None:
    run = with_gaps(cast)
    node = run.parsed.node("PM25_CHANGE")
    title = LocalizedText("“一厂一策”覆盖率", "Share of “one plant, one plan”")
    nodes = tuple(replace(each, title=title) if each is node else each for each in run.parsed.nodes)
    run.__dict__["parsed"] = replace(run.parsed, nodes=nodes)
    (text,) = (
        caveat_text(each, run)
        for each in caveats_of(cast.cycle, run, "preliminary", NOW)
        if each.kind == "missing_values"
    )
    assert "“‘一厂一策’覆盖率”" in text or "“Share of ‘one plant, one plan’”" in text


def test_missing_values_are_published_only_confirmed_and_with_a_reason(cast: Cast) -> None:
    run, by = with_gaps(cast), cast.coordinator
    whole = confirmation_of(cast.cycle, run, "preliminary", NOW, said("The station was rebuilt."))
    for given, faulty in (
        (None, {"confirmed", "reason_zh", "reason_en"}),
        (Confirmation(whole.digest, LocalizedText(" ", "Why")), {"reason_zh"}),
        (Confirmation("", whole.reason), {"confirmed"}),
        (Confirmation("another list", whole.reason), {"confirmed"}),
    ):
        with pytest.raises(ValidationError) as caught:
            publish_preliminary(cycle=cast.cycle, run=run, by=by, at=NOW, confirmation=given)
        assert set(caught.value.message_dict) == faulty
    assert not Publication.objects.exists()
    made = publish_preliminary(cycle=cast.cycle, run=run, by=by, at=NOW, confirmation=whole)
    missing = {
        "kind": "missing_values",
        "code": "PM25_CHANGE",
        "localities": [cast.neighbour.code],
    }
    assert missing in made.caveats
    with made.bundle.open("rb") as file, zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    codes = [{key: told[key] for key in missing} for told in manifest["caveats"]]
    assert codes == made.caveats
    assert manifest["caveats_reason"] == {
        "zh-Hans": "The station was rebuilt.（中文）",
        "en": "The station was rebuilt.",
    }
    event = Event.objects.get(action="publication.publish_preliminary")
    assert event.after["caveats"] == made.caveats
    assert event.after["caveats_reason_en"] == "The station was rebuilt."
