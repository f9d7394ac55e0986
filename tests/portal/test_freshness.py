"""Frozen pages are known before they are made, and made from no more than they show."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Locality
from assessment.charts import ChartDefinition
from assessment.portal import drawing
from assessment.portal.views import publication as views
from assessment.publication.services import withdraw_preliminary
from assessment.reports.models import Report
from assessment.scores.queries import locality_trace, node_traces
from tests.cast import Cast
from tests.factories import NOW
from tests.portal.published import preliminary
from tests.publishing import said


def test_a_page_a_visitor_has_is_not_made_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = preliminary(cast.cycle)
    address = f"/cycles/{cast.cycle.code}/localities/{cast.locality.code}/"
    etag = Client().get(address, HTTP_ACCEPT_LANGUAGE="en")["ETag"]
    with monkeypatch.context() as patch:
        patch.setattr(views, "read_locality", None)
        again = Client().get(address, HTTP_ACCEPT_LANGUAGE="en", HTTP_IF_NONE_MATCH=etag)
    assert again.status_code == 304
    assert "max-age=0" in again["Cache-Control"]

    def status(client: Client, language: str = "en", query: str = "") -> int:
        asked = {"HTTP_ACCEPT_LANGUAGE": language, "HTTP_IF_NONE_MATCH": etag}
        return client.get(address + query, **asked).status_code

    assert status(Client(), language="zh") == 200
    assert status(Client(), query="?other") == 200
    assert status(cast.client("coordinator")) == 200, "shows who is signed in"
    Report.objects.create(
        publication=publication,
        locality=cast.locality,
        language="en",
        file="reports/x.pdf",
        sha256="ab" * 32,
        size=1,
        rendered_at=NOW,
    )
    assert status(Client()) == 200, "offers a report more"
    withdraw_preliminary(cycle=cast.cycle, reason=said("Wrong"), by=None, at=timezone.now())
    assert status(Client()) == 410


def test_a_page_without_its_chart_is_not_taken_for_the_whole(cast: Cast, settings) -> None:
    preliminary(cast.cycle)
    address = f"/cycles/{cast.cycle.code}/localities/{cast.locality.code}/"
    echarts, settings.ECHARTS_FILE = settings.ECHARTS_FILE, settings.BASE_DIR / "missing.js"
    etag = Client().get(address)["ETag"]
    settings.ECHARTS_FILE = echarts
    assert b"lp-chart" in Client().get(address, HTTP_IF_NONE_MATCH=etag).content


def test_the_same_chart_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def to_svg(definition: ChartDefinition, **_where: object) -> str:
        drawn.append(definition.width)
        return f"<svg>{definition.option['n']}</svg>"

    monkeypatch.setattr(drawing, "to_svg", to_svg)
    for number in (1, 1, 2):
        chart = drawing.draw(lambda w, n=number: ChartDefinition({"n": n}, "Title", "Text", w, 9))
        assert chart is not None
        assert str(chart.wide) == f"<svg>{number}</svg>"
    assert drawn == [drawing.WIDE, drawing.NARROW] * 2


def test_parts_of_the_trace_are_those_of_the_whole(cast: Cast) -> None:
    run = preliminary(cast.cycle).run
    whole = run.trace["localities"]
    assert locality_trace(run, cast.locality) == whole[cast.locality.code]
    assert locality_trace(run, Locality(code="999999")) is None
    for node in run.parsed.nodes:
        expected = {code: place["nodes"][node.code] for code, place in whole.items()}
        assert node_traces(run, node) == expected
    for flag in run.parsed.flags:
        expected = {code: place["flags"][flag.code] for code, place in whole.items()}
        assert node_traces(run, flag) == expected
