"""Framework documents in words, in both languages."""

from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from assessment.engine import LocalizedText
from assessment.frameworks.wording import plain_number, scoring_words

SCALE = {"min": 0, "max": 100}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8.0, "8"),
        (12.5, "12.5"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
        (100, "100"),
        (-0.0, "0"),
        (Decimal("1.500"), "1.5"),
        (None, ""),
        ("x", "x"),
        (float("nan"), "nan"),
    ],
)
def test_plain_number(value: object, text: str) -> None:
    assert plain_number(value) == text


@pytest.mark.parametrize(
    ("normalisation", "more", "words"),
    [
        (
            {"method": "goalposts", "lower": 60, "upper": 100},
            {},
            "0 points at 60, 100 points at 100, in proportion in between.",
        ),
        (
            {"method": "goalposts", "lower": 1, "upper": 24},
            {"direction": "negative"},
            "100 points at 1, 0 points at 24, in proportion in between.",
        ),
        (
            {"method": "goalposts", "lower": 0, "upper": 20},
            {"unit": {"zh-Hans": "%", "en": "%"}},
            "0 points at 0 %, 100 points at 20 %, in proportion in between.",
        ),
        (
            {"method": "goalposts", "lower": 1, "upper": 24},
            {"direction": "negative", "unit": {"zh-Hans": "小时", "en": "hours"}},
            "100 points at 1, 0 points at 24, in proportion in between.",
        ),
        ({"method": "min_max"}, {}, "0 points for the lowest value of all, 100 for the highest."),
        (
            {"method": "target_attainment", "required": 13, "target": 20},
            {},
            "60 points at the required 13, 100 at the target 20.",
        ),
        (
            {"method": "bands", "bands": [{"from": None, "score": 0}, {"from": 60, "score": 80}]},
            {},
            "below → 0; 60 → 80 points.",
        ),
        (
            {
                "method": "piecewise_linear",
                "points": [{"value": 1, "score": 100}, {"value": 6, "score": 40}],
            },
            {"direction": "negative"},
            "1 → 100; 6 → 40 points. Straight lines in between.",
        ),
        ({"method": "levels"}, {"value": {"type": "boolean"}}, "No: 0 points; yes: 100 points."),
        (
            {"method": "levels"},
            {
                "value": {
                    "levels": [
                        {"value": 1, "score": 40, "title": {"zh-Hans": "浅", "en": "Shallow"}}
                    ]
                }
            },
            "Shallow → 40",
        ),
        ({"method": "identity"}, {}, "The value is the score."),
        (
            {
                "method": "goalposts",
                "lower": 0,
                "editions": [
                    {"valid_from": None, "valid_to": "2015-12-31", "upper": 35},
                    {"valid_from": "2016-01-01", "valid_to": "2016-12-31", "upper": 65},
                    {"valid_from": "2017-01-01", "valid_to": None, "upper": 100},
                ],
            },
            {},
            "until 2015-12-31: 0 points at 0, 100 points at 35, in proportion in between. "
            "2016-01-01 to 2016-12-31: 0 points at 0, 100 points at 65, in proportion in between. "
            "from 2017-01-01: 0 points at 0, 100 points at 100, in proportion in between.",
        ),
    ],
)
def test_scoring_words(normalisation: dict[str, Any], more: dict[str, Any], words: str) -> None:
    with translation.override("en"):
        assert scoring_words({"normalisation": normalisation, **more}, SCALE) == words


def test_flag_has_no_scoring() -> None:
    assert scoring_words({"value": {"type": "boolean"}}, SCALE) == ""


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "甲|甲|x||8"), ("en", "A|A|x||8")])
def test_filters_show_the_reader_s_language(language: str, shown: str) -> None:
    template = Template(
        "{% load frameworks %}{{ a|localized }}|{{ b|localized }}|{{ c|localized }}|"
        "{{ d|localized }}|{{ e|points }}"
    )
    values = {
        "a": LocalizedText("甲", "A"),
        "b": {"zh-Hans": "甲", "en": "A"},
        "c": "x",
        "d": None,
        "e": 8.0,
    }
    with translation.override(language):
        assert template.render(Context(values)) == shown


def test_texts_are_escaped() -> None:
    template = Template("{% load frameworks %}{{ a|localized }}")
    assert template.render(Context({"a": "<b>"})) == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Divided by the column people, times 1000. A missing value is replaced by the median."
            " Up to 3 outliers are set to the next value. 0 points for the lowest value of all, 100"
            " for the highest.",
        ),
        (
            "zh-hans",
            "除以“people”列，再乘 1000。缺失值以中位数插补。离群值至多 3 个，缩至相邻值。"
            "各地最低值得 0 分，最高值得 100 分。",
        ),
    ],
)
def test_steps_before_the_scoring_are_said_first(language: str, words: str) -> None:
    node = {
        "denominate": {"column": "people", "factor": 1000},
        "impute": {"method": "median"},
        "treat": {"method": "winsorise", "max_points": 3, "fallback": "none"},
        "normalisation": {"method": "min_max"},
    }
    with translation.override(language):
        assert scoring_words(node, SCALE) == words
