"""Ranks: ties share the better rank, the unranked have none."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assessment.engine.ranks import competition_ranks, group_ranks, rank_number, row_ranks


def test_ties_share_the_better_rank() -> None:
    ranks = competition_ranks(np.array([80.0, 90.0, 80.0, np.nan, 70.0]))
    assert [rank_number(rank) for rank in ranks] == [2, 1, 2, None, 4]


def test_groups_are_ranked_apart() -> None:
    values = np.array([[1.0], [2.0], [3.0], [4.0]])
    ranks = group_ranks(values, ["east", "west", "east", ""])[:, 0]
    assert [rank_number(rank) for rank in ranks] == [2, 1, 1, None]


# Close together values are ranked by counting, far apart ones by sorting.
@given(st.lists(st.integers(0, 20) | st.sampled_from([-(10**12), 10**12]), min_size=1, max_size=30))
def test_rank_is_one_plus_the_number_above(values: list[int]) -> None:
    ranks = competition_ranks(np.array(values, dtype=np.float64))
    assert ranks.tolist() == [1 + sum(other > value for other in values) for value in values]


@given(st.lists(st.integers(), min_size=1, max_size=30, unique=True))
def test_rank_sum_is_conserved_without_ties(values: list[int]) -> None:
    order = np.argsort(np.argsort(values)).astype(np.float64)
    assert competition_ranks(order).sum() == len(values) * (len(values) + 1) / 2


@given(
    st.lists(
        st.lists(
            st.integers(0, 20) | st.sampled_from([-(10**9), 32_001, 0.5, np.nan]),
            min_size=4,
            max_size=4,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_rows_are_ranked_as_each_would_be_alone(table: list[list[float]]) -> None:
    values = np.array(table, dtype=np.float64)
    alone = np.array([competition_ranks(row) for row in values])
    np.testing.assert_array_equal(row_ranks(values), alone)
