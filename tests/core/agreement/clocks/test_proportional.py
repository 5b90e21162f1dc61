"""Parts of budgets: the compiled sum, the sum in Python's whole numbers and fractions all agree, however large."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from giao.core.agreement.clocks import codes, kernel
from giao.core.agreement.clocks.proportional import verdict_of

HOUR = 3_600_000_000

budgets = st.sampled_from([0, 1, 7, HOUR, 4 * HOUR, 7 * HOUR, 40 * HOUR]) | st.integers(1, 2**44)
parts = st.lists(
    st.tuples(budgets, st.integers(0, 50 * HOUR), st.integers(0, 2**50), st.integers(0, 3)), max_size=5
)


def with_tail(listed: list[tuple[int, int, int, int]], tail: bool) -> list[tuple[int, int, int, int]]:
    return [*listed, (HOUR, codes.TAIL, 2**51, 1)] if tail else listed


def by_fractions(listed: list[tuple[int, int, int, int]]) -> tuple[bool, tuple[int, int, int] | None]:
    """(over, (start, whole microseconds, measure) of the due)."""
    share, over, due = Fraction(0), False, None
    for budget, spent, start, measure in listed:
        left = (1 - share) * budget
        needed = left.__ceil__() if budget else 1
        if due is None and (spent >= needed or spent == codes.TAIL):
            due = (start, needed, measure)
        if spent > 0:
            over = over or spent > left
            share += Fraction(spent, budget) if budget else 0
    return over, due


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(parts, st.booleans()), min_size=1, max_size=4))
def test_compiled_is_exact_is_fractions(owners: list[tuple[list[tuple[int, int, int, int]], bool]]) -> None:
    told = [with_tail(listed, tail) for listed, tail in owners]
    first = np.cumsum([0, *(len(listed) for listed in told)]).astype(np.int64)
    flat = np.array([part for listed in told for part in listed], dtype=np.int64).reshape(-1, 4)
    budget, spent, start, which = (np.ascontiguousarray(flat[:, column]) for column in range(4))
    over = np.zeros(len(told), dtype=bool)
    base, rest, cut, measure = (np.zeros(len(told), dtype=np.int64) for _ in range(4))
    refused = kernel.spend_parts(first, budget, spent, start, which, over, base, rest, cut, measure)
    assert refused == np.count_nonzero(measure == codes.TOO_LARGE)
    for owner, listed in enumerate(told):
        exact = verdict_of(listed)
        expected_over, due = by_fractions(listed)
        assert exact[0] == expected_over
        assert (exact[1], exact[2], exact[4]) == (due or (0, 0, -1))
        event(f"fits 64 bits: {measure[owner] != codes.TOO_LARGE}")
        if measure[owner] != codes.TOO_LARGE:
            found = (over[owner], base[owner], rest[owner], cut[owner], measure[owner])
            assert tuple(int(value) for value in found) == tuple(int(value) for value in exact)
