"""Aggregation against the OECD handbook's and the UNDP's published numbers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assessment.engine.aggregate import aggregate, contributions
from assessment.engine.methods import Aggregation

EQUAL = np.full((2, 4), 25.0)


def test_handbook_example_of_compensation() -> None:
    # OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6, "Weighting and
    # aggregation": profiles (21, 1, 1, 1) and (6, 6, 6, 6) have the same arithmetic mean but
    # 2.14 and 6 under geometric aggregation.
    scores = np.array([[21.0, 1, 1, 1], [6.0, 6, 6, 6]])
    assert aggregate("arithmetic", scores, EQUAL).tolist() == [6.0, 6.0]
    assert aggregate("geometric", scores, EQUAL).round(2).tolist() == [2.14, 6.0]


@pytest.mark.parametrize(
    ("country", "life", "expected", "mean", "income", "published"),
    [
        ("Norway", 81.6, 17.5, 12.6, 64_992, 0.944),
        ("Australia", 82.4, 18.0, 13.0, 42_261, 0.935),  # expected years are capped at 18
        ("United States", 79.1, 16.5, 12.9, 52_947, 0.915),
    ],
)
def test_geometric_mean_gives_the_human_development_index(
    country: str, life: float, expected: float, mean: float, income: float, published: float
) -> None:
    # UNDP, Human Development Report 2015, table 1, with the goalposts of its technical note 1:
    # life 20-85 years, schooling 0-18 and 0-15 years, income (logarithm) 100-75 000 dollars.
    dimensions = [
        (life - 20) / (85 - 20),
        (expected / 18 + mean / 15) / 2,
        np.log(income / 100) / np.log(75_000 / 100),
    ]
    found = aggregate("geometric", np.array([dimensions]), np.ones((1, 3)))
    assert found.round(3).tolist() == [published], country


def test_harmonic_mean_weighs_by_share() -> None:
    found = aggregate("harmonic", np.array([[40.0, 60.0]]), np.array([[1.0, 1.0]]))
    assert found.tolist() == pytest.approx([48.0])


@pytest.mark.parametrize(("power", "expected"), [(-100.0, 0.001 * 2**0.01), (100.0, 100 / 2**0.01)])
def test_a_steep_mean_stays_within_the_floats(power: float, expected: float) -> None:
    # Half of (0.001ᵖ + 100ᵖ): beside the one that decides the other is nothing.
    how = Aggregation("generalised", power=power)
    found = aggregate(how, np.array([[0.001, 100.0]]), np.ones((1, 2)))
    assert found == pytest.approx([expected], rel=1e-12)


def test_lower_and_higher_of_branches() -> None:
    scores, weights = np.array([[70.0, 55.0]]), np.full((1, 2), 100.0)
    assert aggregate("minimum", scores, weights).tolist() == [55.0]
    assert aggregate("maximum", scores, weights).tolist() == [70.0]
    assert contributions("minimum", scores, weights, np.array([55.0])).tolist() == [[0.0, 55.0]]


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic", "minimum", "maximum"])
def test_children_without_weight_are_left_out(method: str) -> None:
    scores, weights = (
        np.array([[40.0, np.nan], [np.nan, np.nan]]),
        np.array([[5.0, 0.0], [0.0, 0.0]]),
    )
    found = aggregate(method, scores, weights)
    assert found[0] == pytest.approx(40.0)
    assert np.isnan(found[1])


MATRICES = arrays(np.float64, (4, 3), elements=st.floats(1, 100))
WEIGHTS = arrays(np.float64, 3, elements=st.floats(0.5, 50))


@given(MATRICES, WEIGHTS, st.floats(0.1, 10))
def test_means_ignore_the_scale_of_weights_and_the_order_of_children(
    scores: np.ndarray, weights: np.ndarray, factor: float
) -> None:
    spread = np.tile(weights, (4, 1))
    for method in ("arithmetic", "geometric", "harmonic"):
        found = aggregate(method, scores, spread)
        np.testing.assert_allclose(aggregate(method, scores, spread * factor), found, rtol=1e-12)
        turned = aggregate(method, scores[:, ::-1], spread[:, ::-1])
        np.testing.assert_allclose(turned, found, rtol=1e-12)


@given(MATRICES, WEIGHTS)
def test_means_are_ordered_and_contributions_add_up(
    scores: np.ndarray, weights: np.ndarray
) -> None:
    spread = np.tile(weights, (4, 1))
    order = ("minimum", "harmonic", "geometric", "arithmetic", "maximum")
    found = [aggregate(method, scores, spread) for method in order]
    for low, high in itertools.pairwise(found):
        assert (low <= high * (1 + 1e-12)).all()
    for method in ("arithmetic", "minimum", "maximum"):
        result = aggregate(method, scores, spread)
        np.testing.assert_allclose(
            contributions(method, scores, spread, result).sum(axis=1), result
        )
    assert np.isnan(contributions("geometric", scores, spread, found[2])).all()


@pytest.mark.parametrize("power", [1e-9, 1e-13, 1e-15, 1e-17, 1e-300, -1e-13, -1e-17])
def test_the_generalised_mean_comes_to_the_geometric_near_zero(power: float) -> None:
    scores, weights = np.array([[10.0, 90.0], [10.0, 10.0]]), np.array([[1.0, 1.0]])
    found = aggregate(Aggregation("generalised", power=power), scores, weights)
    assert found == pytest.approx([30.0, 10.0], rel=abs(power) + 1e-14)


def test_the_generalised_mean_is_smooth_where_its_formula_changes() -> None:
    scores, weights = np.array([[10.0, 20.0, 90.0]]), np.array([[1.0, 2.0, 3.0]])
    at = [0.01, 0.01 * (1 - 1e-12)]
    above, below = (aggregate(Aggregation("generalised", power=p), scores, weights) for p in at)
    assert above == pytest.approx(below, rel=1e-12)
