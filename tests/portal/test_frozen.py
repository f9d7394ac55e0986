"""What is published stays as it was: names, provinces, ranks, and the text of the framework."""

import json

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Locality
from accounts.services import update_locality, update_region
from assessment.cycles.models import Cycle
from assessment.engine.canonical import document_text
from assessment.frameworks.models import FrameworkVersion
from assessment.publication.models import Publication
from assessment.reports.contents import report_contents
from assessment.reports.file_names import download_name
from assessment.reports.models import Report
from assessment.scores.queries import ranking
from tests.cast import Cast
from tests.engine.test_canonical import as_jsonb_keeps_it
from tests.factories import NOW, LocalityFactory, tiny_framework
from tests.flushing import past_triggers
from tests.portal.published import add_localities, bundle_files, final

pytestmark = pytest.mark.django_db


def addresses(cycle: str, locality: str) -> list[str]:
    pages = ["", "ranking/", "ranking/?sort=group_rank", "ranking.csv", "downloads/"]
    pages += [f"localities/{locality}/", "indicators/S1/", "methodology/"]
    pages += [f"downloads/{name}" for name in ("results.csv", "publication.json")]
    api = [f"/api/v1/publications/{cycle}/{part}" for part in ("results/", "")]
    return [f"/cycles/{cycle}/{page}" for page in pages] + [
        *api,
        f"/api/v1/publications/{cycle}/localities/{locality}/",
    ]


def answers(client: Client, cycle: str, locality: str) -> dict[tuple[str, str], bytes]:
    found = {}
    for address in addresses(cycle, locality):
        for language in ("en", "zh-hans"):
            response = client.get(address, headers={"accept-language": language})
            assert response.status_code == 200, address
            found[address, language] = response.content
    return found


def test_nothing_public_changes_with_a_locality(cast: Cast, client: Client) -> None:
    province: Locality = LocalityFactory(name_zh="旧省", name_en="Old province")
    add_localities(cast.cycle, 3)
    Locality.objects.filter(participations__cycle=cast.cycle).update(parent=province)
    publication = final(cast.cycle)
    moved = Locality.objects.get(code=ranking(publication.run)[-1].locality.code)
    Report.objects.create(
        publication=publication, locality=moved, language="en", sha256="a" * 64, rendered_at=NOW
    )
    before = answers(client, cast.cycle.code, moved.code)
    texts = {"name_zh": "新名", "name_en": "Renamed"}
    update_locality(locality=moved, changes={**texts, "parent": None}, by=None, at=NOW)
    update_locality(locality=province, changes=texts, by=None, at=NOW)
    assert answers(client, cast.cycle.code, moved.code) == before
    with translation.override("en"):
        report = report_contents(publication=publication, locality=moved, language="en")
    assert report.locality.name != "Renamed"
    said = [report.ranking[0].alternative_text, *(point.text for point in report.summary)]
    assert "Renamed" not in " ".join(said)


def test_nothing_public_changes_with_the_names_of_cycle_and_region(
    cast: Cast, client: Client
) -> None:
    publication = final(cast.cycle)
    report = Report.objects.create(
        publication=publication,
        locality=cast.locality,
        language="en",
        sha256="a" * 64,
        rendered_at=NOW,
    )
    name = download_name(report)
    before = answers(client, cast.cycle.code, cast.locality.code)
    listed = client.get("/publications/").content
    renamed = {"name_zh": "新名", "name_en": "Renamed"}
    Cycle.objects.filter(pk=cast.cycle.pk).update(**renamed)
    bodies = {"body_name_zh": "新办", "body_name_en": "Renamed body"}
    changes = {**renamed, **bodies, "code": "renamed"}
    update_region(region=cast.region, changes=changes, by=None, at=NOW)
    assert answers(client, cast.cycle.code, cast.locality.code) == before
    assert client.get("/publications/").content == listed
    assert download_name(Report.objects.get(pk=report.pk)) == name
    manifest = json.loads(bundle_files(publication)["manifest.json"])
    frozen = Publication.objects.get(pk=publication.pk)
    assert manifest["cycle"]["title"]["en"] == frozen.cycle_name_en != "Renamed"


def test_ranks_within_the_province_are_the_bundle_s(cast: Cast) -> None:
    province: Locality = LocalityFactory()
    add_localities(cast.cycle, 3)
    places = Locality.objects.filter(participations__cycle=cast.cycle)
    Locality.objects.filter(pk__in=places[:2].values("pk")).update(parent=province)
    publication = final(cast.cycle)
    trace = json.loads(bundle_files(publication)["trace.json"])["localities"]
    for row in ranking(publication.run):
        nodes = trace[row.locality.code]["nodes"]
        assert nodes["index"]["group_ranks"] == {"province": row.group_rank}


def test_one_text_of_the_framework_on_every_way_out(cast: Cast, client: Client) -> None:
    shuffled = as_jsonb_keeps_it(tiny_framework())
    with past_triggers():
        FrameworkVersion.objects.filter(pk=cast.cycle.framework_version_id).update(
            document=shuffled
        )
    publication = final(cast.cycle)
    text = document_text(tiny_framework())
    assert bundle_files(publication)["framework.json"].decode() == text
    assert json.dumps(publication.run.document) == json.dumps(json.loads(text))
    base = f"/cycles/{cast.cycle.code}/downloads/"
    assert client.get(f"{base}framework.json").content.decode() == text
    whole = json.loads(client.get(f"{base}publication.json").content)
    assert json.dumps(whole["framework"]) == json.dumps(json.loads(text))
