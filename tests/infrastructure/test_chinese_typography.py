"""Chinese texts as they are set in print: full-width marks, and a space around Latin and digits.

Read are the translations, the frameworks of the library, the engine's sentences and the
letters. What a text is filled with stands in as a sign of its own: a number wants a space
beside Chinese, a Chinese name none.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from accounts.text import join_clauses, join_items, join_sentences
from assessment.engine.messages import CATALOGUE, REMEDIES
from scripts.messages import catalogs, read_catalog

ROOT = Path(__file__).resolve().parents[2]
HAN = "\u3400-\u9fff"
NUMBER, NAME, OTHER = "\ue000", "\ue001", "\ue002"
# What these hold is a number, or Chinese words, wherever they are used.
NUMBERS = {
    *("count", "number", "days", "day", "total", "rank", "rank_now", "ranked", "ranked_now"),
    *("score", "points", "row", "rows", "shown", "version", "date", "time", "year", "share"),
    *("before", "after", "now", "assessed", "median", "distance", "limit", "size", "minutes"),
}
# Placeholders of the texts of an office: a day in Chinese words, and the parts of a number that
# official documents set solid.
WRITTEN_OUT = {"{date}", "{year}", "{number}"}
NAMES = {"body", "cycle", "grade", "locality", "what"}

FAULTS = {
    "double space": re.compile(r"\S {2,}\S"),
    "half-width mark beside Chinese": re.compile(
        rf"[{HAN}][,;:!?()\[\]]|[,;!?()\[\]][{HAN}]|[{HAN}]\.(?:\s|$)|[{HAN}]\.\.\."
    ),
    "no space beside Latin or digits": re.compile(
        rf"[{HAN}][A-Za-z0-9{NUMBER}]|[A-Za-z0-9%{NUMBER}][{HAN}]"
    ),
    "space beside a full-width mark": re.compile(
        r"[，。；：、？！（）《》【】〔〕] | [，。；：、？！（）《》【】〔〕]"
    ),
    "space within Chinese": re.compile(rf"[{HAN}{NAME}] +[{HAN}]|[{HAN}] +{NAME}"),
    "straight quotes": re.compile(rf"\"[^\"]*[{HAN}]|[{HAN}]'|'[{HAN}]"),
    "space inside quotes": re.compile(r"“ | ”"),
}


def translations() -> Iterator[str]:
    for path in catalogs():
        for message in read_catalog(path):
            if message.id:
                yield from [message.string] if isinstance(message.string, str) else message.string


def library() -> Iterator[str]:
    for path in (ROOT / "assessment/frameworks/library").glob("*.json"):
        yield from _chinese_side(json.loads(path.read_text(encoding="utf-8")))


def _chinese_side(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "zh-Hans" and isinstance(item, str):
                yield item
            else:
                yield from _chinese_side(item)
    elif isinstance(value, list):
        for item in value:
            yield from _chinese_side(item)


def engine() -> Iterator[str]:
    for chinese, _english in {**CATALOGUE, **REMEDIES}.values():
        yield chinese


def letters() -> Iterator[str]:
    for path in (ROOT / "templates/emails/zh-hans").glob("*.txt"):
        yield from path.read_text(encoding="utf-8").splitlines()


def bare(text: str) -> str:
    """The text without marks of HTML and with a sign for each thing it is filled with."""

    def sign(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2) or ""
        if match.group() in WRITTEN_OUT:
            return OTHER
        return NUMBER if name in NUMBERS else NAME if name in NAMES else OTHER

    text = re.sub(r"<[^>]*>|\{% .*? %\}", "", text)
    text = re.sub(r"%\((\w+)\)[sd]|\{\{? ?([\w.]+)(?:\|\w+)* ?\}?\}", sign, text)
    # Numbers of official documents have no spaces: 国办发〔2014〕21号.
    return re.sub(r"(?<=〕)\d+(?=号)", "", text)


SOURCES = {
    "translations": translations,
    "library": library,
    "engine": engine,
    "letters": letters,
}


@pytest.mark.parametrize("source", SOURCES)
def test_chinese_is_set_as_in_print(source: str) -> None:
    texts = list(SOURCES[source]())
    assert sum(bool(re.search(f"[{HAN}]", text)) for text in texts) > 5
    found = [
        (fault, text)
        for text in texts
        for line in bare(text).splitlines()
        for fault, pattern in FAULTS.items()
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("共  3 个", "double space"),
        ("确定吗?", "half-width mark beside Chinese"),
        ("北京(市)", "half-width mark beside Chinese"),
        ("已完成.", "half-width mark beside Chinese"),
        ("共3个", "no space beside Latin or digits"),
        ("共%(count)s 个", "no space beside Latin or digits"),
        ("PM2.5年均浓度", "no space beside Latin or digits"),
        ("北京， 天津", "space beside a full-width mark"),
        ("综合 得分", "space within Chinese"),
        ("%(locality)s 的填报表", "space within Chinese"),
        ('打开"北京"', "straight quotes"),
        ("“ 北京”", "space inside quotes"),
    ],
)
def test_each_fault_is_seen(text: str, fault: str) -> None:
    assert [name for name, pattern in FAULTS.items() if pattern.search(bare(text))] == [fault]


def test_official_numbers_and_names_are_no_faults() -> None:
    for text in ("国办发〔2014〕21号，第 3 条", "%(locality)s共 %(count)s 份", "PM2.5（24 小时）"):
        assert not [name for name, pattern in FAULTS.items() if pattern.search(bare(text))]


# The end of a translated sentence, whatever tags close behind it, and a space before what follows.
GAP = re.compile(
    r'(?:[.?!]" ?%\}|[.?!]\{% endblocktranslate %\})'
    r"(?:</(?:strong|a|span|em)>|\{% (?:endif|if [^%]*|else|endfor) %\})*"
    r" (?:\{\{|\{% (?:translate|blocktranslate|if)|<(?:a|strong|time|span|em|code)\b)"
)


def test_no_template_puts_a_space_of_its_own_between_two_sentences() -> None:
    """``{% sentence_gap %}`` stands there: a space in English, nothing in Chinese."""
    found = [
        f"{path.relative_to(ROOT)}: {gap.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for gap in GAP.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("language", "sentences", "items", "clauses"),
    [("zh-hans", "一。二。", "甲、乙", "甲；乙"), ("en", "一。 二。", "甲, 乙", "甲; 乙")],
)
def test_sentences_and_lists_are_joined_as_the_reader_s_language_does(
    language: str, sentences: str, items: str, clauses: str
) -> None:
    with translation.override(language):
        assert join_sentences(["一。", "二。"]) == sentences
        assert join_items(["甲", "乙"]) == items
        assert join_clauses(["甲", "乙"]) == clauses
