"""Findings, alternative texts and figures of the three charts."""

from decimal import Decimal

import pytest

from assessment.charts import (
    DistributionRow,
    ProfileRow,
    RankingRow,
    Threshold,
    dimension_profile,
    even_parts,
    indicator_distribution,
    ranking_bars,
)
from assessment.charts.axes import threshold_lines
from assessment.charts.figures import median_of, written
from assessment.charts.texts import chart_text

RANKED = [
    RankingRow("甲市", Decimal("90.125"), 1, "excellent"),
    RankingRow("乙市", Decimal("80"), 2, "good", is_marked=True),
    RankingRow("丙市", Decimal("80"), 2, "good"),
    RankingRow("丁市", None, None),
]


def test_marks_inside_a_quoted_title_are_single_ones() -> None:
    """GB/T 15834: quotation marks within quotation marks."""
    title = "“一厂一策”覆盖率"
    said = chart_text("distribution_empty", "zh-hans", indicator=title)
    assert said == "“‘一厂一策’覆盖率”没有数值"
    assert chart_text("heat_row", "zh-hans", name=title, scores="1") == "“一厂一策”覆盖率：1"


def test_ranking_title_states_the_marked_place() -> None:
    chart = ranking_bars(RANKED, language="zh-hans", decimals=2)
    assert chart.title == "乙市得 80.00 分，在 3 个有得分的地区中列第 2 位"


def test_ranking_title_without_mark_names_the_leaders() -> None:
    rows = [
        RankingRow("A", Decimal(9), 1),
        RankingRow("B", Decimal(9), 1),
        RankingRow("C", Decimal(4), 3),
    ]
    chart = ranking_bars(rows, language="en", decimals=1)
    assert chart.title == "A, B lead with 9.0; the median of 3 localities is 9.0"


def test_ranking_title_of_an_unranked_locality_says_so() -> None:
    rows = [RankingRow("A", Decimal(9), 1), RankingRow("B", None, None, is_marked=True)]
    chart = ranking_bars(rows, language="en", decimals=1)
    assert chart.title == "B has no score and is not ranked"


def test_ranking_of_nobody_is_a_chart_too() -> None:
    assert ranking_bars([], language="en", decimals=1).title == "No locality could be ranked"


def test_ranking_alternative_text_says_all_that_is_shown() -> None:
    chart = ranking_bars(RANKED, language="en", decimals=2)
    assert chart.alternative_text == (
        "Bar chart. 乙市 scores 80.00 and ranks 2 of 3 ranked localities. "
        "1. 甲市 90.12; 2. 乙市 80.00; 2. 丙市 80.00; 丁市: no score."
    )


def test_ranking_bars_carry_the_scores_and_a_gap_for_none() -> None:
    series = ranking_bars(RANKED, language="en", decimals=2).option["series"][0]
    assert [item["value"] for item in series["data"]] == [90.125, 80.0, 80.0, None]


def test_a_part_of_the_ranking_draws_its_rows_as_the_whole_does() -> None:
    """Pale beside a locality marked in another part, and with columns as wide as there."""
    whole = ranking_bars(RANKED, language="en", decimals=2)
    part = ranking_bars(RANKED, language="en", decimals=2, shown=slice(2, 4))
    assert part.option["series"][0]["data"] == whole.option["series"][0]["data"][2:4]
    assert [axis["data"] for axis in part.option["yAxis"]] == [
        axis["data"][2:4] for axis in whole.option["yAxis"]
    ]
    assert (part.option["grid"], part.title) == (whole.option["grid"], whole.title)
    assert part.alternative_text.endswith("ranked localities. 2. 丙市 80.00; 丁市: no score.")


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, [0]), (33, [33]), (34, [17, 17]), (37, [12, 12, 13]), (120, [*[17] * 6, 18])],
)
def test_rows_are_shared_out_evenly(count: int, sizes: list[int]) -> None:
    parts = even_parts(count, whole=33, part=18)
    rows = list(range(count))
    assert [row for part in parts for row in rows[part]] == rows
    assert [len(rows[part]) for part in parts] == sizes


def test_threshold_names_that_would_touch_stand_in_two_rows() -> None:
    thresholds = [("Pass 60", Decimal(60)), ("Good 70", Decimal(70)), ("Excellent 90", Decimal(90))]
    near = threshold_lines(thresholds, per_unit=4)["data"]
    far = threshold_lines(thresholds, per_unit=8)["data"]
    assert [line["label"]["distance"] for line in near] == [4, 18, 4]
    assert [line["label"]["distance"] for line in far] == [4, 4, 4]


def test_thresholds_appear_in_the_ranking() -> None:
    chart = ranking_bars(
        RANKED, language="en", decimals=2, thresholds=[Threshold("Good", Decimal(70))]
    )
    assert [line["xAxis"] for line in chart.option["series"][0]["markLine"]["data"]] == [70.0]


def test_profile_counts_dimensions_above_the_median() -> None:
    rows = [
        ProfileRow("Sharing", Decimal(80), Decimal(70)),
        ProfileRow("Reduction", Decimal(40), Decimal(50)),
        ProfileRow("Compliance", Decimal(60), Decimal(60)),
        ProfileRow("Rating", None, Decimal(66)),
    ]
    chart = dimension_profile(rows, name="Baoding", language="en", decimals=1)
    assert chart.title == (
        "Baoding is above the median in 1 of 3 dimensions; strongest: Sharing; weakest: Reduction"
    )
    assert chart.alternative_text.endswith(
        "Sharing 80.0, median 70.0; Reduction 40.0, median 50.0; "
        "Compliance 60.0, median 60.0; Rating: no score."
    )


@pytest.mark.parametrize(
    ("score", "title"),
    [(Decimal(7), "A scores 7.0 in Sharing"), (None, "A has no score in any dimension")],
)
def test_profile_of_few_dimensions_keeps_its_sense(score: Decimal | None, title: str) -> None:
    chart = dimension_profile([ProfileRow("Sharing", score, None)], name="A", language="en",
                              decimals=1)  # fmt: skip
    assert chart.title == title


def test_distribution_names_the_marked_value_and_the_median() -> None:
    rows = [DistributionRow("A", Decimal("-1.8"), is_marked=True), DistributionRow("B", Decimal(3)),
            DistributionRow("C", Decimal(8)), DistributionRow("D", None)]  # fmt: skip
    chart = indicator_distribution(
        rows, indicator="Fall of PM2.5", unit="%", language="en", decimals=1
    )
    assert chart.title == "A: Fall of PM2.5 −1.8 %; the median of all localities is 3.0 %"
    assert chart.alternative_text.endswith("A −1.8 %; B 3.0 %; C 8.0 %; D: no score.")


def test_distribution_stacks_equal_values() -> None:
    rows = [DistributionRow(name, Decimal(5)) for name in "ABC"] + [
        DistributionRow("D", Decimal(9))
    ]
    chart = indicator_distribution(rows, indicator="X", unit="", language="en", decimals=0)
    dots = [item["value"] for item in chart.option["series"][0]["data"]]
    assert dots == [[5.0, 0], [5.0, 1], [5.0, 2], [9.0, 0]]


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([], "There is no value for X"),
        ([DistributionRow("A", None, is_marked=True)], "There is no value for X"),
        (
            [DistributionRow("A", None, is_marked=True), DistributionRow("B", Decimal(2))],
            "A has no value for X; the median of all localities is 2",
        ),
        (
            [DistributionRow("A", Decimal(1)), DistributionRow("B", Decimal(2))],
            "X: the median of all localities is 2, from 1 to 2",
        ),
    ],
)
def test_distribution_with_little_to_show(rows: list[DistributionRow], title: str) -> None:
    chart = indicator_distribution(rows, indicator="X", unit="", language="en", decimals=0)
    assert chart.title == title


@pytest.mark.parametrize(
    ("value", "text"),
    [("2.675", "2.68"), ("2.665", "2.66"), ("-0.004", "0.00"), ("-3.5", "−3.50"), (None, "—")],
)
def test_written_rounds_half_even_and_uses_a_true_minus(value: str | None, text: str) -> None:
    assert written(None if value is None else Decimal(value), 2) == text


def test_median_skips_what_is_absent() -> None:
    assert median_of([Decimal(1), None, Decimal(4)]) == Decimal("2.5")
    assert median_of([None]) is None
