"""Matrix, provenance, export, import: who opens them, what they show, how often they ask."""

import re
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessment.cycles.workflow import Stage
from assessment.observations.models import Observation
from assessment.observations.queries import as_engine_rows, matrix, missing, visible_to
from assessment.observations.services import import_csv
from tests.cast import Cast
from tests.factories import NOW, participants
from tests.observations.scene import at_stage, fill, record
from tests.queries import assert_same_queries

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
EXPECTED = {
    "visitor": 302,
    "contributor": 403,
    "approver": 403,
    "other_coordinator": 404,
    "coordinator": 200,
    "reviewer": 403,
    "auditor": 200,
    "system_administrator": 404,
    "security_administrator": 404,
    "audit_administrator": 404,
}


def page(cast: Cast, name: str, url: str = "matrix", *more: str) -> str:
    address = reverse(f"observations:{url}", args=[cast.cycle.code, *more])
    return cast.client(name).get(address, **ENGLISH).content.decode()


@pytest.mark.parametrize(("name", "status"), EXPECTED.items())
@pytest.mark.parametrize("url", ["matrix", "export", "detail", "import"])
def test_pages_by_role(cast: Cast, name: str, status: int, url: str) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    if url == "import" and name == "auditor":
        status = 403
    more = [cast.locality.code, "S1"] if url == "detail" else []
    address = reverse(f"observations:{url}", args=[cast.cycle.code, *more])
    assert cast.client(name).get(address).status_code == status


def test_never_recorded_is_said_to_be_missing(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    record(cast.cycle, cast.locality, {"S1": "87.50"})
    rows = list(as_engine_rows(matrix(cast.cycle).cells))
    assert len(rows) == 8
    assert rows[0] == {
        "locality": cast.locality.code,
        "indicator": "S1",
        "value": "87.5",
        "status": "value",
    }
    assert [row["status"] for row in rows[1:]] == ["missing"] * 7
    assert len(missing(cast.cycle)) == 7


def test_visible_to_own_region_and_own_locality(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    fill(cast.cycle)
    assert visible_to(cast.coordinator).count() == 8
    assert visible_to(cast.auditor).count() == 8
    assert visible_to(cast.contributor).count() == 4
    assert visible_to(cast.other_coordinator).count() == 0
    assert visible_to(cast.audit_administrator).count() == 0


def test_matrix_shows_values_with_the_indicator_s_decimals_and_words(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    record(cast.cycle, cast.locality, {"S1": "87"})
    html = page(cast, "coordinator")
    assert "87.0" in html
    assert html.count("Missing") == 7 + 1  # seven cells and the chip
    assert "Import values" in html
    assert "Import values" not in page(cast, "auditor")


def test_matrix_search_filter_and_sort(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    record(cast.cycle, cast.locality, {"S1": "10"})
    record(cast.cycle, cast.neighbour, dict.fromkeys(("S1", "S2", "PM25_CHANGE", "S3"), "20"))
    client, address = (
        cast.client("coordinator"),
        reverse("observations:matrix", args=[cast.cycle.code]),
    )

    def codes(**query: str) -> list[str]:
        html = client.get(address, query).content.decode()
        return re.findall(r'<th scope="row">.*?<span class="lp-code">(\d+)', html, re.DOTALL)

    both = [cast.locality.code, cast.neighbour.code]
    assert codes() == both
    assert codes(q=cast.neighbour.name_en.upper()) == both[1:]
    assert codes(status="missing") == both[:1]
    assert codes(sort="-S1") == both[::-1]
    assert codes(sort="S1") == both
    assert codes(q="nowhere") == []


def test_matrix_asks_equally_often_for_one_and_three_localities(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    cast.cycle.participants.filter(locality=cast.neighbour).delete()
    fill(cast.cycle)
    client = cast.client("coordinator")
    address = reverse("observations:matrix", args=[cast.cycle.code])

    def add_two() -> None:
        participants(cast.cycle, 2)
        fill(cast.cycle)

    assert_same_queries(lambda: client.get(address), add_two)


def test_detail_says_where_the_value_comes_from(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    record(cast.cycle, cast.locality, {"S1": "87.55"})
    html = page(cast, "auditor", "detail", cast.locality.code, "S1")
    assert "87.55" in html
    assert "Signed version" in html
    assert "Left out" not in html
    row = f"locality,indicator,value,status\n{cast.locality.code},S1,,excluded\n".encode()
    import_csv(cycle=cast.cycle, upload=ContentFile(row, "values.csv"), by=None, at=NOW)
    assert "87.55 (Reported by the locality)" in page(
        cast, "auditor", "detail", cast.locality.code, "S1"
    )
    nothing = page(cast, "auditor", "detail", cast.neighbour.code, "S1")
    assert "Nothing has been recorded yet" in nothing
    unknown = reverse("observations:detail", args=[cast.cycle.code, "999999", "S1"])
    assert cast.client("auditor").get(unknown).status_code == 404


def upload(cast: Cast, content: bytes) -> tuple[int, str]:
    response = cast.client("coordinator").post(
        reverse("observations:import", args=[cast.cycle.code]),
        {"upload": SimpleUploadedFile("values.csv", content)},
        **ENGLISH,
    )
    return response.status_code, response.content.decode()


def test_import_is_checked_first_then_confirmed(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    content = f"locality,indicator,value,status\n{cast.locality.code},S1,５０,value\n".encode("gbk")
    status, html = upload(cast, content)
    assert status == 200
    assert not Observation.objects.exists()
    sealed = re.search(r'name="sealed" value="([^"]+)"', html)
    assert sealed is not None
    client = cast.client("coordinator")
    address = reverse("observations:import-confirm", args=[cast.cycle.code])
    response = client.post(address, {"sealed": sealed[1]}, follow=True, **ENGLISH)
    assert "Imported: 1 new, 0 changed, 0 unchanged." in response.content.decode()
    assert Observation.objects.get().value == Decimal(50)


def test_import_confirmed_after_a_change_is_shown_again(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    content = f"locality,indicator,value,status\n{cast.locality.code},S1,50,value\n".encode()
    _status, html = upload(cast, content)
    sealed = re.search(r'name="sealed" value="([^"]+)"', html)
    assert sealed is not None
    record(cast.cycle, cast.locality, {"S1": "49"}, source="coordinator")
    address = reverse("observations:import-confirm", args=[cast.cycle.code])
    shown = cast.client("coordinator").post(address, {"sealed": sealed[1]}, **ENGLISH)
    assert "Observations were changed since" in shown.content.decode()
    assert "<del>49</del>" in shown.content.decode()
    assert Observation.objects.get().value == 49


def test_import_with_a_forged_seal_asks_for_the_file_again(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    address = reverse("observations:import-confirm", args=[cast.cycle.code])
    response = cast.client("coordinator").post(address, {"sealed": "x:y:z"}, follow=True, **ENGLISH)
    assert "Choose it again" in response.content.decode()
    assert not Observation.objects.exists()


def test_import_page_lists_problems(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    status, html = upload(cast, b"locality,indicator,value,status\n1,S1,<b>,value\n")
    assert status == 422
    assert "2 problems in values.csv" in html
    assert "&lt;b&gt;" in html


def test_import_page_without_a_file_says_so(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    address = reverse("observations:import", args=[cast.cycle.code])
    response = cast.client("coordinator").post(address, {}, **ENGLISH)
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()


def test_import_page_is_closed_after_the_preliminary_stage(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.FINAL)
    address = reverse("observations:import", args=[cast.cycle.code])
    assert cast.client("coordinator").get(address).status_code == 302
