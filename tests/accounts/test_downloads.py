"""Files handed out: marks, formulas, names."""

import csv
import io
from decimal import Decimal

import pytest
from django.http import HttpResponse

from accounts.downloads import attachment, csv_download, csv_stream

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
