"""What a room does when an engagement gets an agreement in force: named once, done in the same transaction."""

from __future__ import annotations

from collections.abc import Callable

from giao.kernel.engagements.models import Engagement

_doing: dict[str, Callable[[Engagement], object]] = {}


def when_in_force(name: str, does: Callable[[Engagement], object]) -> None:
    """`does` is quick, and changes nothing the second time: every version in force calls it. Saying it again replaces it."""
    _doing[name] = does


def tell_in_force(engagement: Engagement) -> None:
    for does in _doing.values():
        does(engagement)
