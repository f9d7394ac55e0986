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


def test_a_part_shows_its_rows_under_the_title_of_all() -> None:
    whole, part = (
        heat_map(ROWS, ["Sharing", "Reduction"], language="en", decimals=2, shown=shown)
        for shown in (slice(None), slice(1, 2))
    )
    assert part.option["series"][0]["data"] == [
        {"value": [column, 0, score], "label": {"formatter": text}}
        for column, (score, text) in enumerate([(70.0, "70.00"), (40.0, "40.00")])
    ]
    assert [name["value"] for name in part.option["yAxis"]["data"]] == ["Tianjin"]
    assert part.option["grid"] == whole.option["grid"]
    assert part.alternative_text == (
        f"Heat map. {whole.title}. Tianjin: Sharing 70.00, Reduction 40.00."
    )
