"""The heat map of localities by dimension."""

from decimal import Decimal

from assessment.charts import HeatRow, heat_map

ROWS = [
    HeatRow("Baoding", [Decimal("90.125"), None]),
    HeatRow("Tianjin", [Decimal(70), Decimal(40)]),
]


def test_every_cell_has_its_score_and_the_title_says_where_medians_lie() -> None:
    chart = heat_map(ROWS, ["Sharing", "Reduction"], language="en", decimals=2)
    [series] = chart.option["series"]
    assert [cell["value"] for cell in series["data"]] == [
        [0, 0, 90.125],
        [0, 1, 70.0],
        [1, 1, 40.0],
    ]
    # Half to even: 90.125 is 90.12.
    assert [cell["label"]["formatter"] for cell in series["data"]] == ["90.12", "70.00", "40.00"]
    # The median of 90.125 and 70 is 80.0625.
    assert chart.title == "The median is highest in Sharing (80.06) and lowest in Reduction (40.00)"
    assert chart.alternative_text == (
        f"Heat map. {chart.title}. Baoding: Sharing 90.12, Reduction No score; "
        "Tianjin: Sharing 70.00, Reduction 40.00."
    )


def test_without_scores_it_says_so() -> None:
    chart = heat_map([HeatRow("保定", [None])], ["信息共享"], language="zh-hans", decimals=2)
    assert chart.title == "没有可排名的地区"
    assert chart.option["series"][0]["data"] == []
