"""Who sees which cycles, and what they are to them."""

import pytest

from assessment.cycles import permissions
from assessment.cycles.queries import is_demonstration_installation, participants, visible_to
from assessment.cycles.workflow import Stage
from tests.cast import Cast
from tests.factories import CycleFactory
from tests.factories import participants as add_participants

REGION = {"coordinator", "reviewer", "auditor"}
LOCALITY = {"contributor", "approver", "neighbour_contributor"}
NOBODY = {
    *("other_coordinator", "system_administrator", "security_administrator"),
    "audit_administrator",
}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("who", sorted(REGION | LOCALITY | NOBODY))
def test_visible(cast: Cast, who: str, stage: Stage) -> None:
    cast.cycle.stage = stage
    cast.cycle.save()
    add_participants(CycleFactory(region=cast.other_region, stage=stage), 1)
    user = getattr(cast, who)
    sees = who in REGION or (who in LOCALITY and stage != Stage.DRAFT)
    seen = list(visible_to(user).filter(region=cast.region))
    assert seen == ([cast.cycle] if sees else [])
    assert permissions.can_view_cycle(user, cast.cycle) is sees
    assert permissions.can_coordinate_cycle(user, cast.cycle) is (who == "coordinator")
    assert permissions.is_auditor_of(user, cast.cycle) is (who == "auditor")
    assert permissions.is_reviewer_of(user, cast.cycle) is (who == "reviewer")


def test_locality_sees_no_cycle_it_takes_no_part_in(cast: Cast) -> None:
    other = CycleFactory(region=cast.region, stage=Stage.COLLECTING)
    add_participants(other, 1)
    assert list(visible_to(cast.contributor)) == []
    assert permissions.can_view_cycle(cast.contributor, other) is False


def test_participants_stand_by_code(cast: Cast) -> None:
    assert list(participants(cast.cycle)) == sorted(
        [cast.locality, cast.neighbour], key=lambda one: one.code
    )


def test_demonstration_is_told_once_any_cycle_is_one(cast: Cast) -> None:
    assert is_demonstration_installation() is False
    CycleFactory(is_demonstration=True)
    assert is_demonstration_installation() is True
