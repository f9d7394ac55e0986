"""Downloads: exact, marked, safe in spreadsheets; bundles verify where they are brought back."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.engine.limits import Limits
from assessment.engine.verification import verify
from assessment.portal import verification
from assessment.publication.models import Publication
from tests.cast import Cast
from tests.flushing import past_triggers
from tests.portal.published import bundle_files, bundle_results, final, tampered


@pytest.fixture(autouse=True)
def _fresh_allowance() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def rows_of(address: str) -> list[dict[str, str]]:
    response = Client().get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def bring(content: bytes, name: str = "bundle.zip") -> tuple[int, str]:
    response = Client(enforce_csrf_checks=True).post(
        "/verify/", {"bundle": SimpleUploadedFile(name, content)}, HTTP_ACCEPT_LANGUAGE="en"
    )
    assert not response.cookies
    return response.status_code, response.content.decode()


def content_of(publication: Publication) -> bytes:
    with publication.bundle.open("rb") as file:
        content: bytes = file.read()
    return content


def test_results_table_equals_the_bundle(cast: Cast) -> None:
    publication = final(cast.cycle)
    rows = rows_of(f"/cycles/{cast.cycle.code}/downloads/results.csv")
    assert {
        (row["locality"], row["node"]): {
            key: row[key] for key in ("locality", "node", "score", "published", "rank", "grade")
        }
        for row in rows
    } == bundle_results(publication)
    assert {row["notice"] for row in rows} == {""}


def test_ranking_table_equals_the_bundle(cast: Cast) -> None:
    publication = final(cast.cycle)
    results = bundle_results(publication)
    rows = rows_of(f"/cycles/{cast.cycle.code}/ranking.csv?node=effort")
    assert [(row["locality"], row["score"], row["rank"]) for row in rows] == [
        (code, results[code, "effort"]["published"], results[code, "effort"]["rank"])
        for code in (cast.neighbour.code, cast.locality.code)
    ]


def test_json_equals_the_bundle(cast: Cast) -> None:
    publication = final(cast.cycle)
    response = Client().get(f"/cycles/{cast.cycle.code}/downloads/publication.json")
    document = json.loads(response.content)
    assert document["bundle"]["sha256"] == publication.bundle_sha256
    assert document["notice"] is None
    assert {
        (item["locality"]["code"], item["node"]): item["published"] for item in document["results"]
    } == {key: row["published"] or None for key, row in bundle_results(publication).items()}


def test_known_gaps_are_told_alike_in_every_form(cast: Cast) -> None:
    """On the page, in the JSON, by the interface and in the bundle: the same codes and words."""
    publication = final(cast.cycle, without={cast.neighbour.code: ("PM25_CHANGE",)})
    address = f"/cycles/{cast.cycle.code}/"
    document = json.loads(Client().get(f"{address}downloads/publication.json").content)
    told = [
        {key: gap[key] for key in ("kind", "code", "localities")} for gap in publication.caveats
    ]
    assert told
    assert [
        {key: gap[key] for key in ("kind", "code", "localities")} for gap in document["caveats"]
    ] == told
    manifest = json.loads(bundle_files(publication)["manifest.json"])
    answer = Client().get(f"/api/v1/publications/{cast.cycle.code}/").json()
    for form in (manifest, answer):
        for key in ("caveats", "caveats_reason"):
            assert form[key] == document[key]
    for language in ("en", "zh-Hans"):
        html = Client(headers={"accept-language": language}).get(address).content.decode()
        for gap in document["caveats"]:
            assert gap["text"][language] in html
        assert document["caveats_reason"][language] in html


def test_demonstration_marks_every_file(cast: Cast) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(is_demonstration=True)
    publication = final(Cycle.objects.get(pk=cast.cycle.pk))
    address = f"/cycles/{cast.cycle.code}/"
    for path in ("downloads/results.csv", "ranking.csv"):
        assert {row["notice"] for row in rows_of(address + path)} == {
            "演示数据 / Demonstration data"
        }
    document = json.loads(Client().get(f"{address}downloads/publication.json").content)
    assert document["notice"] == {"zh-Hans": "演示数据", "en": "Demonstration data"}
    assert verify(content_of(publication)).is_ok


def test_names_cannot_run_as_formulas(cast: Cast) -> None:
    Locality.objects.filter(pk=cast.locality.pk).update(name_zh="=1+1", name_en="@SUM(A1)")
    final(cast.cycle)
    for path in ("ranking.csv", "downloads/results.csv"):
        rows = rows_of(f"/cycles/{cast.cycle.code}/{path}")
        names = {(r["name_zh"], r["name_en"]) for r in rows if r["locality"] == cast.locality.code}
        assert names == {("'=1+1", "'@SUM(A1)")}


def test_the_page_names_the_size_of_each_file(cast: Cast) -> None:
    publication = final(cast.cycle)
    page = Client().get(f"/cycles/{cast.cycle.code}/downloads/")
    shown = {f"downloads/{kind.name}": size for kind, size in page.context["text_files"]}
    shown["ranking.csv"] = page.context["ranking_size"]
    assert shown == {
        path: len(Client().get(f"/cycles/{cast.cycle.code}/{path}").content) for path in shown
    }
    assert len(shown) == 4
    assert publication.bundle_bytes == len(content_of(publication))


def test_bundle_is_the_stored_file(cast: Cast) -> None:
    publication = final(cast.cycle)
    response = Client().get(f"/cycles/{cast.cycle.code}/downloads/bundle.zip")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == publication.bundle_sha256
    assert response["ETag"] == f'"{publication.bundle_sha256}"'
    rest = Client().get(
        f"/cycles/{cast.cycle.code}/downloads/bundle.zip",
        headers={"range": "bytes=100-", "if-range": response["ETag"]},
    )
    assert rest.status_code == 206
    assert b"".join(rest.streaming_content) == content[100:]  # type: ignore[attr-defined]
    assert publication.file_name in response["Content-Disposition"]
    assert verify(content).is_ok


def test_verifying_the_published_bundle(cast: Cast) -> None:
    publication = final(cast.cycle)
    content = content_of(publication)
    status, html = bring(content)
    assert status == 200
    assert verify(content).text("en") in html
    assert "byte for byte the bundle published here" in html


def test_verifying_a_changed_bundle_names_the_difference(cast: Cast) -> None:
    changed = tampered(final(cast.cycle))
    report = verify(changed)
    assert report.exit_status == 1
    status, html = bring(changed)
    assert status == 200
    assert "Something differs" in html
    assert "byte for byte" not in html


def test_verifying_a_bundle_of_no_publication_says_so(cast: Cast) -> None:
    publication = final(cast.cycle)
    content = content_of(publication)
    with past_triggers():
        Publication.objects.filter(pk=publication.pk).update(bundle_sha256="0" * 64)
    assert "not a bundle published here:" in bring(content)[1]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no zip at all", "The file cannot be verified"), (b"", "The file is empty")],
)
def test_verifying_something_else(db: None, content: bytes, said: str) -> None:
    assert said in bring(content)[1]


def test_verifying_nothing(db: None) -> None:
    response = Client().post("/verify/", HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 400
    assert "Choose the bundle" in response.content.decode()


def test_verifying_too_much(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "MAX_BYTES", 10)
    status, html = bring(b"x" * 11)
    assert status == 400
    assert "the limit here is" in html


def test_a_body_above_the_limit_is_not_even_read(db: None) -> None:
    response = Client().generic(
        "POST",
        "/verify/",
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(30 * 1024 * 1024),
        HTTP_ACCEPT_LANGUAGE="en",
    )
    assert response.status_code == 413
    assert "30.0" in response.content.decode()


def test_checks_are_limited_by_the_minute(db: None) -> None:
    answers = [bring(b"no zip")[0] for _ in range(verification.CHECKS_PER_MINUTE + 2)]
    assert answers.count(429) >= 1
    assert answers[0] == 200


def test_what_is_published_here_is_bound_by_the_engine_s_limits_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = final(cast.cycle)
    monkeypatch.setattr(verification, "STRANGER_LIMITS", Limits(steps=1))
    assert "Everything agrees" in bring(content_of(publication))[1]
    status, html = bring(tampered(publication))
    assert status == 200
    assert "holds too much to be recomputed here (limit 1)" in html


def test_halves_of_letters_in_a_file_do_not_break_the_page(cast: Cast) -> None:
    content = content_of(final(cast.cycle))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as spoiled:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "manifest.json":
                part = part.replace(b'"kind": "final"', b'"kind": "\\ud800"')
            spoiled.writestr(name, part)
    status, html = bring(out.getvalue())
    assert status == 200
    assert "manifest.json says kind is" in html
