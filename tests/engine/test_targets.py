"""The value that earns the full score, method by method."""

from datetime import date
from typing import Any

import pytest

from assessment.engine.document import Edition, Level, Node, Normalisation, Scale, ValueSpec
from assessment.engine.targets import full_score_value
from assessment.engine.texts import LocalizedText

TEXT = LocalizedText("一", "one")
SCALE = Scale(0, 100)
POINTS = [{"value": 0, "score": 0}, {"value": 30, "score": 100}, {"value": 60, "score": 50}]


def node(method: str, direction: Any = "positive", spec: Any = None, **parameters: Any) -> Node:
    normalisation = Normalisation(method, parameters)
    return Node(
        "X",
        "index",
        "indicator",
        TEXT,
        direction=direction,
        value=spec,
        normalisation=normalisation,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (node("goalposts", lower=20, upper=80), 80.0),
        (node("goalposts", "negative", lower=20, upper=80), 20.0),
        (node("target_attainment", required=10, target=25), 25.0),
        # 50 + 40 × (x − 10)/15 = 100 at x = 28.75, which a cap of 90 forbids.
        (node("target_attainment", required=10, target=25, base=50, span=40), 28.75),
        (node("target_attainment", required=10, target=25, base=50, span=40, cap=90), None),
        (node("distance_to_target", "negative", target=12), 12.0),
        (node("identity"), 100),
        (node("piecewise_linear", points=POINTS), 30.0),
        (node("bands", bands=[{"from": None, "score": 0}, {"from": 5, "score": 100}]), 5.0),
        (node("bands", bands=[{"from": None, "score": 100}, {"from": 5, "score": 0}]), None),
        (node("levels", spec=ValueSpec("boolean")), 1.0),
        (node("min_max"), None),
    ],
)
def test_full_score_value(given: Node, expected: float | None) -> None:
    assert full_score_value(given, SCALE, None) == expected


def test_of_levels_it_is_the_one_with_the_highest_score() -> None:
    levels = (Level(1, 40, TEXT), Level(2, 100, TEXT), Level(3, 70, TEXT))
    assert (
        full_score_value(node("levels", spec=ValueSpec("level", levels=levels)), SCALE, None) == 2
    )


def test_of_dated_parameters_those_of_the_day_count() -> None:
    editions = (
        Edition(None, date(2016, 12, 31), {"lower": 0, "upper": 50}),
        Edition(date(2017, 1, 1), None, {"lower": 0, "upper": 60}),
    )
    dated = Node(
        "X", "index", "indicator", TEXT, normalisation=Normalisation("goalposts", {}, editions)
    )
    assert full_score_value(dated, SCALE, date(2016, 6, 1)) == 50
    assert full_score_value(dated, SCALE, date(2017, 6, 1)) == 60
