"""Annual means as small bars beside each other."""

from decimal import Decimal

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
