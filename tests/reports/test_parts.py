"""Parts of documents by themselves."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from assessment.reports.headings import Heading
from assessment.reports.preview import _TABLE, _scrolling


@pytest.mark.parametrize(
    ("language", "days"),
    [
        ("zh-hans", ("2016年1月1日 – 2016年12月31日", "2017年3月1日")),
        ("en", ("1 January 2016 – 31 December 2016", "1 March 2017")),
    ],
)
def test_days_are_written_as_in_official_documents(language: str, days: tuple[str, str]) -> None:
    cycle = SimpleNamespace(period_start_date=date(2016, 1, 1), period_end_date=date(2016, 12, 31))
    report = SimpleNamespace(
        language=language,
        publication=SimpleNamespace(cycle=cycle, body_name="协作小组办公室"),
        publication_date=date(2017, 3, 1),
        headings={"comments": Heading("section-comments", "", "")},
        comments=[SimpleNamespace(paragraphs=(), written_date=date(2017, 3, 1))],
    )
    with translation.override(language):
        cover, issued, comments = (
            render_to_string(f"reports/pdf/{name}.html", {"report": report})
            for name in ("cover", "issued", "comments")
        )
    assert all(f"<td>{day}</td>" in cover for day in days)
    assert f"<p>{days[1]}</p>" in issued
    assert days[1] in comments


def test_a_caption_names_what_scrolls_as_it_reads() -> None:
    table = "<table><caption>A &amp; B “<b>1 &lt; 2</b>”</caption>"
    found = _TABLE.match(table)
    assert found is not None
    assert 'aria-label="A &amp; B “1 &lt; 2”"' in _scrolling(found)
