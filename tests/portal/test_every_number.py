"""No figure leaves the product but as the engine computes it from the bundle."""

from decimal import Decimal

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.frameworks.library import read_template
from assessment.observations.services import ObservationInput, record_observations
from assessment.publication.models import Publication
from assessment.scores.services import run_scores
from tests.factories import (
    NOW,
    CycleFactory,
    FrameworkVersionFactory,
    LocalityFactory,
    RegionFactory,
    participants,
)
from tests.portal.every_number import differences
from tests.portal.test_library_frameworks import some_value
from tests.publishing import publish_preliminary


def published() -> Publication:
    """Six localities in two provinces: ties, a deterioration, and one without a rank."""
    region = RegionFactory()
    document = read_template("regional-cooperation")
    version = FrameworkVersionFactory(framework__region=region, document=document)
    cycle = CycleFactory(region=region, framework_version=version)
    localities = participants(cycle, 6)
    for number, half in enumerate((localities[:3], localities[3:])):
        province = LocalityFactory(name_zh=f"甲{number}省", name_en=f"Province {number}")
        Locality.objects.filter(pk__in=[one.pk for one in half]).update(parent=province)
    Cycle.objects.filter(pk=cycle.pk).update(stage=Stage.REVIEWING)
    cycle.refresh_from_db()
    rows = []
    for place, locality in enumerate(localities):
        for node in version.parsed.observed:
            is_missing = place == 5 and node.source == "airquality"
            value = some_value(node, min(place, 3))  # the last ones that count share a rank
            if place == 1 and node.code == "PM25_CHANGE":
                value = Decimal("-3.33333333")
            status, found = ("missing", None) if is_missing else ("value", value)
            rows.append(ObservationInput(locality.pk, node.code, status, found))
    record_observations(cycle=cycle, rows=rows, source="submissions", by=None, at=NOW)
    run = run_scores(cycle=cycle, by=None, at=NOW)
    return publish_preliminary(cycle=cycle, run=run, by=None, at=NOW)


def test_every_number_is_the_engine_s(db: None) -> None:
    assert differences(published()) == []
