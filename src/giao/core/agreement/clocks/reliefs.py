"""The relief claims of a reading, found once for its clocks and its KPIs."""

from __future__ import annotations

from giao.core.agreement.context import Inputs
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Pending, Reliefs, find_reliefs


def reliefs_of(inputs: Inputs, matcher: Matcher, with_pending: Pending) -> Reliefs:
    """`find_reliefs`, remembered by the matcher for as long as these inputs stand."""
    key = ("reliefs", with_pending if isinstance(with_pending, bool) else frozenset(with_pending))
    return matcher.kept_for(inputs, key, lambda: find_reliefs(inputs, matcher, with_pending=with_pending))
