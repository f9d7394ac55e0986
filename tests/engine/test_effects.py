"""What of a variation has an effect: choices that apply to nothing, or to a part, are said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assessment.engine import SettingError, Variation, load_framework, sensitivity, uncertainty
from assessment.engine.run import prepare
from assessment.engine.variation import with_errors
from tests.engine.documents import document, group, indicator, rows

Z_SCORE = {"method": "z_score", "mean": 50, "deviation": 10}
TARGET = {"method": "distance_to_target", "target": 100}


def mixed(*normalisations: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An index of indicators x0, x1 … of equal weight under these normalisations."""
    share = 100 / len(normalisations)
    return document(
        group("index", None, 100),
        *(
            indicator(f"x{place}", "index", share, normalisation=how, **changes)
            for place, how in enumerate(normalisations)
        ),
    )


def values(*columns: list[float]) -> list[dict[str, Any]]:
    return rows(
        {
            f"l{place}": {f"x{column}": value for column, value in enumerate(line)}
            for place, line in enumerate(zip(*columns, strict=True))
        }
    )


def test_choices_that_apply_to_nothing_are_refused_where_nothing_else_varies() -> None:
    study = Variation(weight_range=0.0, normalisations=("min_max", "percentile_rank"))
    table = values([1, 2, 4], [9, 3, 5])
    for command in (uncertainty, sensitivity):
        with pytest.raises(SettingError) as caught:
            command(load_framework(mixed(Z_SCORE, TARGET)), table, variation=study)
        assert [item.code for item in caught.value.problems] == [
            *("choice_without_effect", "choice_without_effect", "nothing_varies")
        ]


def test_choices_that_apply_to_nothing_or_a_part_are_noted() -> None:
    study = Variation(
        normalisations=("as_stated", "min_max"),
        aggregations=("as_stated", "arithmetic", "geometric"),
        imputations=("as_stated", "median"),
        treatments=("as_stated", "none"),
    )
    raw = load_framework(mixed(Z_SCORE, {"method": "goalposts", "lower": 0, "upper": 10}))
    found = uncertainty(raw, values([1, 2, 4], [9, 3, 5]), draws=10, variation=study)
    assert [(item.code, item.params["name"], item.params["choice"]) for item in found.notes] == [
        ("choice_in_part", "normalisations", "min_max"),
        ("choice_without_effect", "aggregations", "arithmetic"),
        ("choice_without_effect", "imputations", "median"),
        ("choice_without_effect", "treatments", "none"),
    ]
    assert found.notes[0].params["codes"] == "x0"
    assert found.as_dict()["notes"][1]["text"] == {
        "en": "The choice “arithmetic” of aggregations changes no node.",
        "zh-Hans": "aggregations 的选项“arithmetic”对任何节点都不起作用。",
    }


def test_weights_that_cannot_vary_are_noted_and_refused_where_asked_for() -> None:
    raw, table = load_framework(mixed({"method": "identity"})), values([1, 2])
    notes = [item.code for item in uncertainty(raw, table, draws=2).notes]
    assert notes == ["weights_do_not_vary", "choice_without_effect", "nothing_varies"]
    with pytest.raises(SettingError, match="all draws are the same"):
        uncertainty(raw, table, draws=2, variation=Variation())


def test_a_measured_whole_number_has_an_error_and_stays_whole_within_its_bounds() -> None:
    spec = {"type": "integer", "min": 0, "max": 6.5}
    prepared = prepare(load_framework(mixed({"method": "identity"}, value=spec)), values([1, 3, 6]))
    generator = np.random.default_rng(1)
    drawn = np.array([with_errors(prepared, 1.0, generator).values[:, 0] for _ in range(200)])
    assert (drawn == np.rint(drawn)).all()
    assert (drawn.min(), drawn.max()) == (0, 6)
    # The middle value: a normal error of one sample deviation, 2.5, cut at the bounds.
    assert drawn[:, 1].mean() == pytest.approx(3.0, abs=0.3)
    assert np.ptp(drawn, axis=0).min() > 3
