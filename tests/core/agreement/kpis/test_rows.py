"""Bins between window edges: the table says what a search would."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from giao.core.agreement.kpis.rows import bins_of

QUARTER = 900_000_000
instants = st.integers(-(10**13), 10**15)


@given(
    st.sets(st.integers(0, 10**6), max_size=6),
    st.integers(0, 10**15),
    st.booleans(),
    st.lists(instants, max_size=20),
)
def test_bins_count_the_edges_at_or_before(steps: set[int], first: int, odd: bool, at: list[int]) -> None:
    edges = np.array(sorted(first + step * QUARTER + (odd and step % 2) for step in steps), dtype=np.int64)
    moments = np.array([*at, *edges.tolist(), *(edges - 1).tolist()], dtype=np.int64)
    expected = [int((edges <= moment).sum()) for moment in moments]
    assert bins_of(moments, edges).tolist() == expected
