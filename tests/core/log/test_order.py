"""Events in the order (case, time, sequence): the compiled loop and plain sorting agree, and equal keys keep their rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from giao.core.log.kernel import order_events

KEYS = st.tuples(st.integers(0, 4), st.integers(-3, 3), st.integers(0, 2))


@given(st.lists(KEYS, max_size=60))
def test_the_loop_sorts_as_numpy_does(rows: list[tuple[int, int, int]]) -> None:
    case = np.array([row[0] for row in rows], np.uint32)
    time = np.array([row[1] for row in rows], np.int64)
    seq = np.array([row[2] for row in rows], np.int64)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(case, minlength=5))]).astype(np.int64)
    found = order_events(case, time, seq, offsets)
    assert found.tolist() == np.lexsort((seq, time, case)).tolist()
    assert found.tolist() == sorted(range(len(rows)), key=lambda at: (*rows[at], at))
