"""Files handed out: marks, formulas, names."""

import csv
import hashlib
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.downloads import attachment, csv_download, csv_stream, stored_file

# Every table asks whether the installation shows demonstration data.
pytestmark = pytest.mark.django_db


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_table_keeps_numbers_and_marks_each_row() -> None:
    made = csv_download("a.csv", ["n", "x", "y"], [["无锡", Decimal("-1.50"), None]], notice="演示")
    assert rows(made.content) == [{"n": "无锡", "x": "-1.50", "y": "", "notice": "演示"}]
    assert made["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("start", [*"=+-@＝＋－＠\t\n", " =", "\r"])
def test_a_text_that_starts_like_a_formula_is_made_text(start: str) -> None:
    made = csv_download("a.csv", ["n", "m"], [[f"{start}1", f"1{start}"]])
    text = made.content.decode("utf-8-sig")
    [row] = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert row == [f"'{start}1", f"1{start}"]


def test_a_stream_gives_the_same_bytes() -> None:
    table = (["n"], [["一"], [2]])
    stream, whole = csv_stream("a.csv", *table), csv_download("a.csv", *table)
    assert stream.getvalue() == whole.content
    assert stream["Content-Disposition"] == whole["Content-Disposition"]


def test_a_name_of_any_script_is_sent_in_ascii() -> None:
    made = attachment(HttpResponse(), '排名"1.csv')
    assert made["Content-Disposition"] == "attachment; filename*=utf-8''%E6%8E%92%E5%90%8D%221.csv"


CONTENT = bytes(range(100))
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def asked(method: str = "get", **headers: str) -> Any:
    """A file of 100 bytes, each its own number."""
    request = getattr(RequestFactory(headers=headers), method)("/")
    file: Any = ContentFile(CONTENT, "stored")
    changed = datetime(2017, 3, 1, tzinfo=UTC)
    return stored_file(
        request, file, "报告.pdf", "application/pdf", sha256=SHA256, changed_at=changed
    )


def body(response: Any) -> bytes:
    content = response.getvalue()
    response.close()
    assert len(content) == int(response["Content-Length"])
    return bytes(content)


@pytest.mark.parametrize(
    ("asked_for", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=95-", 95, 99),
        ("bytes=-5", 95, 99),
        ("bytes=90-1000", 90, 99),
        ("bytes=-1000", 0, 99),
        ("Bytes= 7-8 ,", 7, 8),
    ],
)
def test_a_part_is_sent_alone_and_says_which_it_is(asked_for: str, first: int, last: int) -> None:
    response = asked(range=asked_for)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/100"
    assert body(response) == CONTENT[first : last + 1]
    whole = asked()
    for header in ("ETag", "Last-Modified", "Content-Disposition", "Content-Type", "Accept-Ranges"):
        assert response[header] == whole[header]


@pytest.mark.parametrize(
    "asked_for",
    [
        "bytes=0-1,5-6",
        "bytes=9-8",
        "bytes=-",
        "bytes=x-1",
        "bytes=",
        "bytes",
        "lines=0-1",
        "bytes=٣-٤",
        f"bytes={'9' * 5000}-",
    ],
)
def test_what_is_no_single_range_is_answered_in_full(asked_for: str) -> None:
    response = asked(range=asked_for)
    assert (response.status_code, response["Accept-Ranges"]) == (200, "bytes")
    assert "Content-Range" not in response
    assert body(response) == CONTENT


@pytest.mark.parametrize("asked_for", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_part_behind_the_end_is_refused_with_the_size(asked_for: str) -> None:
    response = asked(range=asked_for)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */100"
    assert response.content == b""


@pytest.mark.parametrize(
    ("known", "status"),
    [
        (f'"{SHA256}"', 206),
        (f'W/"{SHA256}"', 200),
        ('"another"', 200),
        ("Wed, 01 Mar 2017 00:00:00 GMT", 200),
    ],
)
def test_a_part_goes_only_to_who_has_the_rest_of_the_same_file(known: str, status: int) -> None:
    assert asked(range="bytes=50-", if_range=known).status_code == status


def test_who_has_the_file_is_told_so_before_any_part_is_looked_at() -> None:
    response = asked(range="bytes=50-", if_none_match=f'"{SHA256}"')
    assert (response.status_code, response["ETag"]) == (304, f'"{SHA256}"')
    assert asked(range="bytes=50-", if_match='"another"').status_code == 412


def test_only_contents_come_in_parts() -> None:
    assert asked("head", range="bytes=0-1").status_code == 200
