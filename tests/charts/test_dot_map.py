"""The map of localities as dots."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations
from math import hypot
from typing import Any

import pytest

from assessment.charts import ChartDefinition, MapDot, dot_map
from assessment.charts.grades import grade_signs
from assessment.charts.labels import Box, placed_labels
from assessment.charts.measure import text_width
from assessment.desk.demonstration.territory import SOURCE

GRADES = [("excellent", "Excellent"), ("good", "Good"), ("pass", "Pass"), ("fail", "Fail")]


def cities(language: str) -> list[MapDot]:
    """The 28 cities of the demonstration; their grades follow one another."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["latitude"]]
    return [
        MapDot(
            row[f"name_{language}"],
            Decimal(row["latitude"]),
            Decimal(row["longitude"]),
            Decimal(80),
            place + 1,
            GRADES[place % 4][0],
        )
        for place, row in enumerate(rows)
    ]


def drawn(dots: list[MapDot], width: int = 590, language: str = "en") -> ChartDefinition:
    return dot_map(dots, GRADES, language=language, decimals=2, width=width)


def symbols(chart: ChartDefinition) -> list[Mapping[str, Any]]:
    """The dots and, after them, the signs of the legend."""
    return list(chart.option["series"][-6]["data"])


def texts(chart: ChartDefinition) -> list[tuple[str, Box]]:
    """Every word on the map with the room it takes."""
    found = []
    for series in chart.option["series"]:
        if "label" not in series:
            continue
        for item in series["data"]:
            (x, y), text = item["value"], item["label"]["formatter"]
            # Names have a pixel and a half above and below.
            found.append((text, Box(x, y - 7, x + text_width(text, 11), y + 7)))
    return found


@pytest.mark.parametrize("width", [340, 590, 880])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_names_of_28_cities_are_all_there_and_cover_nothing(language: str, width: int) -> None:
    dots = cities(language)
    chart = drawn(dots, width, language)
    words = texts(chart)
    assert {dot.label for dot in dots} <= {text for text, _box in words}
    for (one, box), (other, beside) in combinations(words, 2):
        assert not box.covered(beside), (one, other)
    for text, box in words:
        assert box.left >= 0, text
        assert box.right <= width, text
        assert box.bottom <= chart.height, text
        for symbol in symbols(chart):
            x, y = symbol["value"]
            assert not box.covered(Box(x - 5, y - 5, x + 5, y + 5)), text


def test_distances_on_the_map_are_those_on_the_ground() -> None:
    dots = cities("en")
    chart = drawn(dots)
    at = {dot.label: symbol["value"] for dot, symbol in zip(dots, symbols(chart), strict=False)}
    bar = chart.option["series"][-4]["data"]
    [said] = [text for text, _box in texts(chart) if text.endswith(" km")]
    per_km = (bar[2][0] - bar[1][0]) / float(said.removesuffix(" km"))
    # Great-circle distances in km (haversine, radius 6371).
    for one, other, ground in [
        ("Beijing", "Tianjin", 108),
        ("Beijing", "Shijiazhuang", 266),
        ("Taiyuan", "Jinan", 415),
        ("Zhengzhou", "Tangshan", 673),
    ]:
        (x, y), (other_x, other_y) = at[one], at[other]
        assert hypot(x - other_x, y - other_y) / per_km == pytest.approx(ground, rel=0.02)
    # North is up and east is right.
    assert at["Beijing"][1] < at["Zhengzhou"][1]
    assert at["Taiyuan"][0] < at["Jinan"][0]


def test_a_grade_is_told_by_shape_and_in_the_legend() -> None:
    dots = [
        MapDot("Handan", Decimal("36.60"), Decimal("114.47"), Decimal("91.5"), 1, "excellent"),
        MapDot("Baoding", Decimal("38.85"), Decimal("115.49"), Decimal("52"), 2, "fail"),
        MapDot("Hebi", Decimal("35.90"), Decimal("114.19"), None, None),
    ]
    chart = drawn(dots)
    shapes = [symbol["symbol"] for symbol in symbols(chart)]
    assert shapes[:3] == ["triangle", "rect", "circle"]
    assert symbols(chart)[2]["itemStyle"]["color"] == "transparent"
    legend = ["Excellent 1", "Good 0", "Pass 0", "Fail 1", "No score 1"]
    assert [text for text, _box in texts(chart)][3:8] == legend
    assert shapes[3:] == ["triangle", "circle", "diamond", "rect", "circle"]
    assert chart.title == (
        "Localities on the map by grade: Excellent 1, Good 0, Pass 0, Fail 1, No score 1"
    )
    assert chart.alternative_text == (
        f"Map, north up. {chart.title}. Handan (36.60° N, 114.47° E) Excellent 91.50; "
        "Baoding (38.85° N, 115.49° E) Fail 52.00; Hebi (35.90° N, 114.19° E) No score."
    )
    head, first, *_others = chart.table
    assert head == ["Locality", "Latitude", "Longitude", "Result"]
    assert first == ["Handan", "36.60° N", "114.47° E", "Excellent 91.50"]


@pytest.mark.parametrize(
    ("name", "width"), [("X" * 101, 590), ("长" * 32, 340), ("One word or two " * 12, 340)]
)
def test_a_name_longer_than_half_the_map_is_cut_on_it_and_whole_in_the_words(
    name: str, width: int
) -> None:
    dots = [
        MapDot(name, Decimal("36.60"), Decimal("114.47"), Decimal("91.5"), 1, "good"),
        MapDot("Baoding", Decimal("38.85"), Decimal("115.49"), Decimal("52"), 2, "fail"),
    ]
    chart = drawn(dots, width)
    [(shown, box)] = [(text, box) for text, box in texts(chart) if text.endswith("…")]
    assert name.startswith(shown.removesuffix("…"))
    assert width / 3 < box.right - box.left <= width / 2
    assert box.left >= 0
    assert box.right <= width
    assert name in chart.alternative_text
    assert chart.table[1][0] == name


def test_grades_with_codes_of_their_own_are_told_by_their_place_in_the_scale() -> None:
    """Those of the usual codes keep the signs they have on the pages."""
    usual = grade_signs([code for code, _name in GRADES])
    assert list(grade_signs("ABCD").values()) == list(usual.values())
    mixed = grade_signs(["A", "good", "C", "D", "E", "F"])
    assert mixed["good"] == usual["good"]
    assert mixed["A"] == usual["excellent"]
    assert len({sign.shape for sign in mixed.values()}) == 6
    assert len({sign.colour for sign in mixed.values()}) == 6
    dots = [
        MapDot(code, Decimal(30 + place), Decimal(114), Decimal(80), place + 1, code)
        for place, code in enumerate("AB")
    ]
    chart = dot_map(dots, [("A", "A"), ("B", "B")], language="en", decimals=2)
    assert [symbol["symbol"] for symbol in symbols(chart)] == ["triangle", "circle"] * 2


def test_one_locality_stands_in_the_middle() -> None:
    chart = drawn([MapDot("Quito", Decimal("-0.22"), Decimal("-78.51"), None, None)])
    assert symbols(chart)[0]["value"][0] == pytest.approx(590 / 2)
    assert "(0.22° S, 78.51° W)" in chart.alternative_text


def test_a_name_moves_away_on_a_line_and_is_left_out_where_nothing_is_free() -> None:
    area = Box(0, 0, 300, 300)
    row = tuple((100.0 + 12 * place, 150.0) for place in range(9))
    labels = placed_labels(row, ((30.0, 14.0),) * 9, radius=6, area=area)
    assert all(labels)
    assert any(label is not None and label.leader for label in labels)
    same = tuple((150.0, 150.0) for _place in range(60))
    crowded = placed_labels(same, ((90.0, 14.0),) * 60, radius=6, area=area)
    shown = [label.box for label in crowded if label]
    assert len(shown) < 60
    assert not any(one.covered(other) for one, other in combinations(shown, 2))
