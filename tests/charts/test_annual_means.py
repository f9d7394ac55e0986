"""Annual means as small bars beside each other."""

from decimal import Decimal

import pytest

from assessment.charts import MeansPanel, annual_means

PANELS = [
    MeansPanel("PM2.5", Decimal(35), [None, Decimal("80.1"), Decimal("72.6")]),
    MeansPanel("O₃", None, [Decimal("10.25"), Decimal("9"), Decimal("8")]),
]


def test_a_missing_year_is_told_and_never_drawn() -> None:
    chart = annual_means(PANELS, [2014, 2015, 2016], name="Hebi", language="en", width=590)
    first, second = chart.option["series"]
    assert [(bar["value"], bar["label"]["formatter"]) for bar in first["data"]] == [
        (0, "—"),
        (80.1, "80.1"),
        (72.6, "72.6"),
    ]
    assert first["markLine"]["data"] == [{"yAxis": 35.0}]
    assert "markLine" not in second
    assert chart.title == "Hebi: PM2.5 72.6 µg/m³ in 2016; the limit is 35 µg/m³"
    assert chart.alternative_text == (
        f"Bar chart. {chart.title}. PM2.5 2014: not available, 2015: 80.1, 2016: 72.6 (limit 35); "
        "O₃ 2014: 10.2, 2015: 9.0, 2016: 8.0."
    )


def test_the_title_says_when_the_last_year_has_no_mean() -> None:
    [panel] = [MeansPanel("PM2.5", Decimal(35), [Decimal(80), None])]
    chart = annual_means([panel], [2013, 2014], name="新乡", language="zh-hans")
    assert chart.title == "新乡 2014 年没有有效的年均浓度"
    assert chart.alternative_text == (
        f"条形图。{chart.title}。PM2.5（限值 35）2013 年：80.0、2014 年：无数据。"
    )


@pytest.mark.parametrize(("years", "rows"), [(3, 1), (4, 1), (5, 2), (6, 2)])
def test_panels_stand_in_two_rows_where_figures_would_touch(years: int, rows: int) -> None:
    panels = [MeansPanel(name, None, [Decimal("150.1")] * years) for name in "ABCD"]
    chart = annual_means(panels, range(2016 - years, 2016), name="Hebi", language="en", width=590)
    grids = chart.option["grid"]
    assert len({grid["top"] for grid in grids}) == rows
    # "150.1" takes 30.4 pixels of 11: four figures of 0.6 em and a point of 0.36.
    assert all(grid["width"] / years >= 30.4 for grid in grids)
    assert all(grid["left"] + grid["width"] <= 590 for grid in grids)
    assert all(grid["top"] + grid["height"] <= chart.height for grid in grids)
    assert [title["left"] for title in chart.option["title"]] == [grid["left"] for grid in grids]
