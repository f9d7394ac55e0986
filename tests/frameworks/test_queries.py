"""Who sees which versions."""

import pytest

from assessment.cycles.workflow import Stage
from assessment.frameworks.queries import visible_to
from tests.cast import Cast
from tests.factories import CycleFactory, FrameworkVersionFactory, participants
from tests.frameworks.documents import draft


@pytest.mark.parametrize("who", ["coordinator", "reviewer", "auditor"])
def test_roles_of_the_region_see_all_of_the_region_alone(cast: Cast, who: str) -> None:
    own = draft(cast)
    FrameworkVersionFactory(framework__region=cast.other_region)
    seen = set(visible_to(getattr(cast, who)))
    assert seen == {own, cast.cycle.framework_version}


@pytest.mark.parametrize("who", ["contributor", "approver"])
@pytest.mark.parametrize("stage", list(Stage))
def test_locality_sees_the_versions_of_its_cycles_once_they_are_open(
    cast: Cast, who: str, stage: Stage
) -> None:
    draft(cast)
    unrelated = CycleFactory(region=cast.region, stage=Stage.COLLECTING)
    participants(unrelated, 1)
    cast.cycle.stage = stage
    cast.cycle.save()
    expected = [] if stage == Stage.DRAFT else [cast.cycle.framework_version]
    assert list(visible_to(getattr(cast, who))) == expected


def test_version_used_by_an_open_and_a_prepared_cycle_is_seen_once(cast: Cast) -> None:
    cast.cycle.stage = Stage.PUBLISHED
    cast.cycle.save()
    following = CycleFactory(
        region=cast.region, framework_version=cast.cycle.framework_version, stage=Stage.DRAFT
    )
    following.participants.create(locality=cast.locality)
    assert list(visible_to(cast.contributor)) == [cast.cycle.framework_version]


@pytest.mark.parametrize(
    "who", ["system_administrator", "security_administrator", "audit_administrator"]
)
def test_administrators_see_none(cast: Cast, who: str) -> None:
    assert list(visible_to(getattr(cast, who))) == []
