"""Under the demonstration everything that leaves the product says so, page or file.

Every address of the permission grid that answers a GET is asked as a role that is let in.
What is not asked is named here with its reason.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django.plugin import DjangoDbBlocker

from assessment.reports.contents import report_contents
from assessment.reports.pdf import render_pdf
from assessment.reports.regional import regional_contents
from tests.permission_grid import ROLES
from tests.permission_requests import address_of
from tests.permission_rows import ADDRESSES, ROWS, Row
from tests.permission_scene import LATER, Scene, build_scene

pytestmark = pytest.mark.django_db

MARKS = ("演示数据", "Demonstration data")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What says nothing of any assessment, or is not the product's to change.
WITHOUT_MARK = {
    "portal:framework-schema": "the format itself, the same everywhere",
    "api-schema": "the description of the API, the same everywhere",
    "health": "for machines that watch",
    "admin:jsi18n": "translations for a script",
    "jobs:panel": "a part of a page that stands below its mark",
    "reports:panel": "a part of a page that stands below its mark",
    "submissions:answers": "part of the form's page, which carries the mark",
    "reports:logo_file": "an office's own picture, kept byte for byte",
    "submissions:evidence": "a person's own file, kept byte for byte",
}
GETS = [row for row in ROWS if row.method == "GET" and 200 in row.expected.values()]
MARKED = [row for row in GETS if row.name not in WITHOUT_MARK]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """The things of the grid as a demonstration, with a report and a document made in earnest."""
    with pytest.MonkeyPatch.context() as clock, django_db_blocker.unblock(), transaction.atomic():
        clock.setattr("django.utils.timezone.now", lambda: LATER)
        scene = build_scene(is_demonstration=True)
        report = scene.report
        with translation.override("en"):
            contents = report_contents(
                publication=report.publication, locality=report.locality, language="en"
            )
            report.file.save("report.pdf", ContentFile(render_pdf(contents)))
            regional = regional_contents(report.publication, "en")
            scene.document.file.save("regional.pdf", ContentFile(render_pdf(regional)))
        yield scene
        transaction.set_rollback(True)


def ask(scene: Scene, row: Row, *, language: str = "en") -> Any:
    role = next(role for role in ROLES if row.expected[role] == 200)
    client = Client(headers={"accept-language": language})
    client.cookies.load(scene.session_of(ROLES[role]))
    cache.clear()
    response = client.get(address_of(scene, row.key, set(ADDRESSES[row.name].parameters)))
    assert response.status_code == 200
    return response


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def texts_of(kind: str, content: bytes) -> list[str]:
    """Each part of the answer that has to carry the mark by itself."""
    if kind == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "files.csv" in archive.namelist():  # the files themselves stay as they are
                return texts_of("text/csv", archive.read("files.csv"))
            # The tables of a bundle are the engine's own formats; its manifest speaks for them.
            return [archive.read(name).decode() for name in ("manifest.json", "framework.json")]
    if kind == WORKBOOK:
        # The footer of each sheet that is seen or printed.
        book = load_workbook(io.BytesIO(content))
        seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        return [str(sheet.oddFooter.left.text) for sheet in seen]
    if kind == DOCX:
        # The head of the first page and of the others.
        [section] = docx.Document(io.BytesIO(content)).sections
        heads = [section.header]
        if section.different_first_page_header_footer:
            heads.append(section.first_page_header)
        return [head.paragraphs[0].text for head in heads]
    if kind == "application/pdf":
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    if kind == "text/csv":
        return content.decode().strip().splitlines()[1:]  # each row; the head names the column
    return [content.decode()]


@pytest.mark.parametrize("row", MARKED, ids=lambda row: row.key)
def test_every_answer_carries_the_mark(scene: Scene, row: Row) -> None:
    response = ask(scene, row)
    kind = response.headers["Content-Type"].partition(";")[0]
    assert kind in {
        *("text/html", "application/json", "text/csv", "application/pdf", "application/zip"),
        *(WORKBOOK, DOCX),
    }
    texts = texts_of(kind, content_of(response))
    assert texts
    for text in texts:
        assert any(mark in text for mark in MARKS), f"{row.key} ({kind}): {text[:300]}"


@pytest.mark.parametrize("name", WITHOUT_MARK)
def test_what_is_left_out_is_an_address_that_answers(name: str) -> None:
    assert name in {row.name for row in GETS}


CSV = ("jobs:list", "audit:export", "cycles:list", "frameworks:list", "submissions:list")


@pytest.mark.parametrize("name", CSV)
def test_files_of_no_single_cycle_carry_it_too(scene: Scene, name: str) -> None:
    row = next(row for row in GETS if row.name == name)
    role = next(role for role in ROLES if row.expected[role] == 200 and role in {"coo", "aud"})
    client = Client()
    client.cookies.load(scene.session_of(ROLES[role]))
    response = client.get(address_of(scene, row.key, set()) + "?format=csv")
    assert response.headers["Content-Type"].startswith("text/csv")
    head, *lines = content_of(response).decode().strip().splitlines()
    assert head.endswith(",notice")
    assert lines
    assert all(line.endswith("演示数据 / Demonstration data") for line in lines)


def test_real_data_carry_no_mark(scene: Scene) -> None:
    with transaction.atomic():
        for cycle in scene.cycles.values():
            type(cycle).objects.filter(pk=cycle.pk).update(is_demonstration=False)
        page = Client().get("/api/v1/publications/").json()
        transaction.set_rollback(True)
    assert page["notice"] is None
