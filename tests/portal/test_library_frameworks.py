"""Public pages of each framework of the library: deep trees, lowest of branches, flags."""

from decimal import Decimal

import pytest
from django.test import Client

from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.engine import Node
from assessment.frameworks.library import list_templates, read_template
from assessment.observations.services import ObservationInput, record_observations
from assessment.publication.services import publish_preliminary
from assessment.scores.services import run_scores
from tests.factories import NOW, CycleFactory, FrameworkVersionFactory, RegionFactory, participants

CODES = [template.code for template in list_templates()]


def some_value(node: Node, place: int) -> Decimal:
    """A value the indicator allows, different by locality where it can be."""
    spec = node.value
    assert spec is not None
    if spec.levels:
        return Decimal(str(spec.levels[place % len(spec.levels)].value))
    if spec.type == "boolean":
        return Decimal(place % 2)
    low = Decimal(str(spec.min or 0))
    high = Decimal(str(spec.max)) if spec.max is not None else low + 100
    return (low + (high - low) * (place + 1) / 5).quantize(Decimal(1))


@pytest.mark.parametrize("code", CODES)
def test_every_page_of_every_framework(db: None, code: str) -> None:
    region = RegionFactory()
    version = FrameworkVersionFactory(framework__region=region, document=read_template(code))
    cycle = CycleFactory(region=region, framework_version=version)
    localities = participants(cycle, 3)
    Cycle.objects.filter(pk=cycle.pk).update(stage=Stage.REVIEWING)
    cycle.refresh_from_db()
    framework = version.parsed
    rows = [
        ObservationInput(locality.pk, node.code, "value", some_value(node, place))
        for place, locality in enumerate(localities)
        for node in framework.observed
    ]
    record_observations(cycle=cycle, rows=rows, source="submissions", by=None, at=NOW)
    run = run_scores(cycle=cycle, by=None, at=NOW)
    publish_preliminary(cycle=cycle, run=run, by=None, at=NOW)
    start = f"/cycles/{cycle.code}/"
    paths = ["", "ranking/", "methodology/", "downloads/", f"localities/{localities[0].code}/"]
    paths += [f"indicators/{node.code}/" for node in framework.observed]
    for path in paths:
        for language in ("zh-CN", "en"):
            response = Client().get(start + path, HTTP_ACCEPT_LANGUAGE=language)
            assert response.status_code == 200, path
    method = Client().get(f"{start}methodology/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for node in framework.nodes:
        assert node.code in method
