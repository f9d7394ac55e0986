"""Widths of texts and where lines break."""

import pytest

from assessment.charts.measure import text_width, widest, wrapped


def test_chinese_characters_are_as_wide_as_high() -> None:
    assert text_width("环境信息", 12) == 48


def test_widest_looks_at_each_line() -> None:
    assert widest(["环境\n信息共享", "公众"], 10) == 40
    assert widest([]) == 0


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("环境信息共享", ["环境信息", "共享"]),
        ("公众", ["公众"]),
        ("Plan compliance rate", ["Plan", "compliance", "rate"]),
        ("协作方案）履行", ["协作方", "案）履行"]),
        ("", [""]),
    ],
)
def test_wrapped_breaks_chinese_anywhere_and_latin_between_words(
    text: str, lines: list[str]
) -> None:
    assert wrapped(text, 40, 10).split("\n") == lines


def test_wrapped_never_begins_a_line_with_closing_punctuation() -> None:
    for line in wrapped("细颗粒物（PM2.5）年均浓度、下降率。", 50, 10).split("\n")[1:]:
        assert line[0] not in "），、。"


def test_wrapped_loses_no_character() -> None:
    text = "“一厂一策”覆盖率 share of enterprises with their own plan"
    assert wrapped(text, 60).replace("\n", "").replace(" ", "") == text.replace(" ", "")
