"""Provenance is stored in codes and told in the reader's language."""

import pytest
from django.utils import translation

from assessment.observations.provenance import data_source, provenance_facts

REDUCTION = {
    "now": {"source": "aqistudy", "year": 2016, "mean": "72.60", "days": 366},
    "formula": "relative_fall",
    "base": {"source": "aqistudy", "year": 2015, "mean": None, "days": 1},
}


def test_a_reduction_in_english() -> None:
    with translation.override("en"):
        source = data_source("aqistudy")
        facts = provenance_facts(REDUCTION)
    assert source.startswith("Derived from the daily city means")
    assert facts == [
        ("Formula", "100 × (base year − year assessed) / base year"),
        (
            "Base year",
            f"Year: 2015 · Annual mean (µg/m³): Not available · Valid days: 1 · Source: {source}",
        ),
        (
            "Year assessed",
            f"Year: 2016 · Annual mean (µg/m³): 72.6 · Valid days: 366 · Source: {source}",
        ),
    ]


def test_a_reduction_in_chinese_holds_no_english_sentence() -> None:
    with translation.override("zh-hans"):
        facts = dict(provenance_facts(REDUCTION))
    assert (
        facts["计算公式" if "计算公式" in facts else "公式"] == "100 ×（基准年 − 考核年）÷ 基准年"
    )
    assert "Derived" not in "".join(facts.values())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_others_wrote_stands_as_they_wrote_it(language: str) -> None:
    with translation.override(language):
        facts = provenance_facts({"zone": "north", "source": "省站监测年报 2016", "file": "a.csv"})
    assert [value for _label, value in facts] == ["a.csv", "省站监测年报 2016", "north"]
