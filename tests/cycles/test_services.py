"""Changes of cycles through their services."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessment.audit.models import Event
from assessment.cycles import services
from assessment.cycles.models import Cycle
from assessment.cycles.queries import participants
from assessment.cycles.workflow import TRANSITIONS, NotAllowedNow, Stage, StageAction
from assessment.frameworks.workflow import VersionState
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, FrameworkVersionFactory, tiny_framework
from tests.frameworks.documents import draft, unbalanced

DATES: dict[str, date] = {
    "period_start_date": date(2016, 1, 1),
    "period_end_date": date(2016, 12, 31),
    "collection_start_date": date(2017, 2, 1),
    "collection_end_date": date(2017, 3, 15),
    "review_end_date": date(2017, 4, 15),
    "objection_end_date": date(2017, 4, 30),
}
OTHERS = [
    "auditor",
    "reviewer",
    "contributor",
    "approver",
    "other_coordinator",
    "audit_administrator",
]


def create(cast: Cast, **more: Any) -> Cycle:
    given: dict[str, Any] = {
        "region": cast.region,
        "framework_version": cast.cycle.framework_version,
        "code": "new-2016",
        "name_zh": "考核",
        "name_en": "Assessment",
        **DATES,
        "localities": [cast.locality, cast.neighbour],
        "by": cast.coordinator,
        "at": NOW,
    }
    return services.create_cycle(**(given | more))


def refused_fields(action: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        action()
    return sorted(refused.value.message_dict)


def test_cycle_is_prepared_with_participants_and_an_event(cast: Cast) -> None:
    cycle = create(cast, previous=None)
    cycle.refresh_from_db()
    assert (cycle.stage, cycle.created_by, cycle.created_at) == (Stage.DRAFT, cast.coordinator, NOW)
    assert list(participants(cycle)) == [cast.locality, cast.neighbour]
    event = Event.objects.order_by("-sequence")[0]
    assert (event.action, event.region) == ("cycles.create_cycle", cast.region)
    assert event.after["localities"] == sorted([cast.locality.code, cast.neighbour.code])
    assert event.after["period_end_date"] == "2016-12-31"


def test_draft_version_is_frozen_with_the_cycle(cast: Cast) -> None:
    version = draft(cast)
    create(cast, framework_version=version)
    version.refresh_from_db()
    assert (version.state, version.frozen_by, version.frozen_at) == (
        VersionState.FROZEN,
        cast.coordinator,
        NOW,
    )


def test_version_stays_a_draft_when_the_cycle_is_refused(cast: Cast) -> None:
    version = draft(cast)
    assert refused_fields(lambda: create(cast, framework_version=version, code="")) == ["code"]
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_version_with_problems_is_refused_with_all_of_them(cast: Cast) -> None:
    version = draft(cast, document=unbalanced())
    with pytest.raises(ValidationError) as refused:
        create(cast, framework_version=version)
    assert list(refused.value.message_dict) == ["framework_version"]
    assert not Cycle.objects.filter(code="new-2016").exists()


def test_version_of_another_region_is_refused(cast: Cast) -> None:
    version = FrameworkVersionFactory(framework__region=cast.other_region)
    assert refused_fields(lambda: create(cast, framework_version=version)) == ["framework_version"]


@pytest.mark.parametrize("code", ["", "new", "Upper", "a b", "年", "a_b", "x" * 61])
def test_bad_code_is_refused(cast: Cast, code: str) -> None:
    assert refused_fields(lambda: create(cast, code=code)) == ["code"]


def test_everything_wrong_is_told_at_once(cast: Cast) -> None:
    wrong = {
        "code": cast.cycle.code,
        "name_zh": " ",
        "name_en": "x" * 201,
        "period_end_date": date(2015, 1, 1),
        "localities": [],
    }
    assert refused_fields(lambda: create(cast, **wrong)) == [
        "code",
        "localities",
        "name_en",
        "name_zh",
        "period_end_date",
    ]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"period_end_date": date(2015, 12, 31)}, ["period_end_date"]),
        ({"collection_start_date": date(2015, 12, 31)}, ["collection_start_date"]),
        ({"collection_end_date": date(2017, 1, 31)}, ["collection_end_date"]),
        (
            {"collection_start_date": date(2016, 2, 1), "collection_end_date": date(2016, 12, 30)},
            ["collection_end_date"],
        ),
        ({"review_end_date": date(2017, 3, 14)}, ["review_end_date"]),
        ({"objection_end_date": date(2017, 4, 14)}, ["objection_end_date"]),
        ({"period_start_date": date(1999, 12, 31)}, ["period_start_date"]),
        ({"objection_end_date": date(2101, 1, 1)}, ["objection_end_date"]),
    ],
)
def test_dates_out_of_order_are_told_at_the_date_to_correct(
    cast: Cast, changes: dict[str, date], fields: list[str]
) -> None:
    assert refused_fields(lambda: create(cast, **changes)) == fields


def test_one_day_may_be_everything(cast: Cast) -> None:
    assert create(cast, **dict.fromkeys(DATES, date(2017, 1, 1))).pk is not None


def test_locality_of_another_region_is_named(cast: Cast) -> None:
    foreign = cast.other_region.localities.get()
    with pytest.raises(ValidationError) as refused:
        create(cast, localities=[cast.locality, foreign])
    assert foreign.code in refused.value.message_dict["localities"][0]


def test_previous_cycle_is_earlier_and_of_the_region(cast: Cast) -> None:
    foreign = CycleFactory(region=cast.other_region, period_end_date=date(2016, 6, 1))
    assert refused_fields(lambda: create(cast, previous=foreign)) == ["previous"]
    assert refused_fields(lambda: create(cast, previous=cast.cycle)) == ["previous"]
    later = {"period_end_date": date(2017, 1, 31), "previous": cast.cycle}
    assert create(cast, **later).previous == cast.cycle


def test_a_cycle_ends_before_the_one_that_follows_it(cast: Cast) -> None:
    """Else each could be the other's previous cycle, and no search for earlier values would end."""
    later = create(cast, period_end_date=date(2017, 1, 31), previous=cast.cycle)

    def change(day: date, **more: Any) -> Cycle:
        given: dict[str, Any] = {"by": cast.coordinator, "at": NOW, **more}
        return services.update_cycle(cycle=cast.cycle, period_end_date=day, **given)

    assert refused_fields(lambda: change(date(2017, 1, 31))) == ["period_end_date"]
    ring = {"previous": later}
    assert refused_fields(lambda: change(date(2017, 2, 1), **ring)) == ["period_end_date"]
    assert change(date(2017, 1, 30)).period_end_date == date(2017, 1, 30)


def test_a_framework_without_parameters_for_the_last_day_is_not_taken(cast: Cast) -> None:
    """It could be filled in and reviewed, and never scored; afterwards it cannot be changed."""
    document = tiny_framework()
    edition = {"valid_from": "2016-01-01", "valid_to": "2016-12-31", "lower": 0, "upper": 100}
    document["nodes"][2]["normalisation"] = {"method": "goalposts", "editions": [edition]}
    framework = cast.cycle.framework_version.framework
    version = FrameworkVersionFactory(framework=framework, number=7, document=document)
    assert create(cast, framework_version=version).framework_version == version
    more = {"framework_version": version, "code": "of-2017", "period_end_date": date(2017, 1, 1)}
    assert refused_fields(lambda: create(cast, **more)) == ["framework_version"]


@pytest.mark.parametrize("who", OTHERS)
def test_only_the_region_s_coordinator_changes_cycles(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    given: dict[str, Any] = {"cycle": cast.cycle, "by": by, "at": NOW}
    with pytest.raises(PermissionDenied):
        create(cast, by=by)
    with pytest.raises(PermissionDenied):
        services.update_cycle(**given, name_en="x")
    with pytest.raises(PermissionDenied):
        services.set_participants(**given, localities=[cast.locality])
    with pytest.raises(PermissionDenied):
        services.move_stage(**given, action=StageAction.OPEN_COLLECTION)


def test_everything_changes_while_prepared(cast: Cast) -> None:
    version = draft(cast)
    cycle = services.update_cycle(
        cycle=cast.cycle,
        code="renamed",
        name_en=" Renamed ",
        framework_version=version,
        period_end_date=date(2016, 6, 30),
        by=cast.coordinator,
        at=NOW,
    )
    cycle.refresh_from_db()
    assert (cycle.code, cycle.name_en, cycle.framework_version) == ("renamed", "Renamed", version)
    version.refresh_from_db()
    assert version.state == VersionState.FROZEN
    event = Event.objects.order_by("-sequence")[0]
    assert event.before["code"] == cast.cycle.code
    assert event.after["period_end_date"] == "2016-06-30"
    assert "name_zh" not in event.after


@pytest.mark.parametrize("stage", list(Stage))
def test_what_can_change_by_stage(cast: Cast, stage: Stage) -> None:
    cast.cycle.stage = stage
    cast.cycle.save()
    given: dict[str, Any] = {"cycle": cast.cycle, "by": cast.coordinator, "at": NOW}
    is_closed = stage in {Stage.PUBLISHED, Stage.ARCHIVED}
    if is_closed:
        with pytest.raises(NotAllowedNow):
            services.update_cycle(**given, objection_end_date=date(2017, 6, 1))
    elif stage == Stage.FINAL:  # whether the time to object was over is said in the results
        with pytest.raises(ValidationError, match="2017-04-30"):
            services.update_cycle(**given, objection_end_date=date(2017, 6, 1))
        services.update_cycle(**given, review_end_date=date(2017, 4, 16))
    else:
        changed = services.update_cycle(**given, objection_end_date=date(2017, 6, 1))
        assert changed.objection_end_date == date(2017, 6, 1)
    for change in ({"name_en": "x"}, {"period_end_date": date(2016, 11, 30)}):
        if stage != Stage.DRAFT:
            with pytest.raises(NotAllowedNow):
                services.update_cycle(**given, **change)
    if stage != Stage.DRAFT:
        with pytest.raises(NotAllowedNow):
            services.set_participants(**given, localities=[cast.locality])


@pytest.mark.parametrize("stage", [Stage.REVIEWING, Stage.PRELIMINARY, Stage.FINAL])
def test_the_day_announced_with_results_moves_to_a_later_one_only(cast: Cast, stage: Stage) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    earlier = cast.cycle.objection_end_date - timedelta(days=1)

    def shorten() -> object:
        return services.update_cycle(
            cycle=cast.cycle, objection_end_date=earlier, by=cast.coordinator, at=NOW
        )

    if stage == Stage.REVIEWING:
        shorten()
    else:
        assert refused_fields(shorten) == ["objection_end_date"]


def test_update_that_changes_nothing_leaves_no_trace(cast: Cast) -> None:
    services.update_cycle(cycle=cast.cycle, name_en=cast.cycle.name_en, by=cast.coordinator, at=NOW)
    assert Event.objects.count() == 0


@pytest.mark.parametrize("stage", [Stage.COLLECTING, Stage.REVIEWING, Stage.PRELIMINARY])
@pytest.mark.parametrize(("day", "is_taken"), [(date(2017, 3, 1), True), (date(2017, 3, 2), False)])
def test_the_first_day_of_an_open_collection_does_not_move_to_the_future(
    cast: Cast, stage: Stage, day: date, is_taken: bool
) -> None:
    """Today is 1 March: forms that are open cannot begin tomorrow."""
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)

    def move() -> object:
        return services.update_cycle(
            cycle=cast.cycle, collection_start_date=day, by=cast.coordinator, at=NOW
        )

    if is_taken:
        move()
    else:
        assert refused_fields(move) == ["collection_start_date"]
    cast.cycle.refresh_from_db()
    assert cast.cycle.collection_start_date == (day if is_taken else date(2017, 2, 1))


def test_a_collection_in_preparation_may_begin_on_any_day(cast: Cast) -> None:
    day = date(2017, 3, 10)
    services.update_cycle(cycle=cast.cycle, collection_start_date=day, by=cast.coordinator, at=NOW)
    cast.cycle.refresh_from_db()
    assert cast.cycle.collection_start_date == day


def test_update_out_of_order_is_refused(cast: Cast) -> None:
    fields = refused_fields(
        lambda: services.update_cycle(
            cycle=cast.cycle, review_end_date=date(2017, 1, 1), by=None, at=NOW
        )
    )
    assert fields == ["review_end_date"]


def test_participants_are_set_exactly(cast: Cast) -> None:
    services.set_participants(
        cycle=cast.cycle, localities=[cast.neighbour], by=cast.coordinator, at=NOW
    )
    assert list(participants(cast.cycle)) == [cast.neighbour]
    event = Event.objects.order_by("-sequence")[0]
    assert event.before == {"removed": [cast.locality.code]}
    assert event.after == {"added": [], "count": 1}
    foreign = cast.other_region.localities.get()
    assert refused_fields(
        lambda: services.set_participants(cycle=cast.cycle, localities=[foreign], by=None, at=NOW)
    ) == ["localities"]
    assert refused_fields(
        lambda: services.set_participants(cycle=cast.cycle, localities=[], by=None, at=NOW)
    ) == ["localities"]
    assert list(participants(cast.cycle)) == [cast.neighbour]


@pytest.mark.parametrize(("stage", "action"), list(itertools.product(Stage, StageAction)))
def test_move_stage_grid(cast: Cast, stage: Stage, action: StageAction) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    given: dict[str, Any] = {
        "cycle": cast.cycle,
        "action": action,
        "by": cast.coordinator,
        "at": NOW,
        "reason": "asked for",
    }
    expected = TRANSITIONS.get((stage, action))
    if expected is None:
        with pytest.raises(NotAllowedNow):
            services.move_stage(**given)
        assert Cycle.objects.get(pk=cast.cycle.pk).stage == stage
        assert Event.objects.count() == 0
    else:
        assert services.move_stage(**given).stage == expected
        assert cast.cycle.stage == expected
        assert Cycle.objects.get(pk=cast.cycle.pk).stage == expected
        event = Event.objects.get()
        assert (event.action, event.before) == (f"cycles.{action}", {"stage": stage})
        assert event.after == {"stage": expected, "reason": "asked for"}


@pytest.mark.parametrize(
    ("stage", "action"),
    [
        (Stage.REVIEWING, StageAction.REOPEN_COLLECTION),
        (Stage.PRELIMINARY, StageAction.WITHDRAW_PRELIMINARY),
        (Stage.FINAL, StageAction.REOPEN_PRELIMINARY),
    ],
)
def test_steps_back_need_a_reason(cast: Cast, stage: Stage, action: StageAction) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    assert refused_fields(
        lambda: services.move_stage(
            cycle=cast.cycle, action=action, by=cast.coordinator, at=NOW, reason="  "
        )
    ) == ["reason"]
    assert Cycle.objects.get(pk=cast.cycle.pk).stage == stage
