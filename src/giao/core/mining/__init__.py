"""What a log says about how work flows: map, variants, throughput, rework, handover, bottlenecks, behind filters.

    mine = giao.mining.explore("incidents.log")
    mine.map(activities=0.8, paths=0.5)                 # shows itself in a notebook
    mine.filter(giao.mining.Has("Reopened")).variants()

What is listed in `__all__` is what the room offers; each name is imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from giao.core.mining.bottlenecks import Bottlenecks as Bottlenecks
    from giao.core.mining.dotted import DottedChart as DottedChart
    from giao.core.mining.duties import Duties as Duties
    from giao.core.mining.errors import MiningError as MiningError
    from giao.core.mining.explorer import Explorer as Explorer
    from giao.core.mining.explorer import explore as explore
    from giao.core.mining.filters import CaseFilter as CaseFilter
    from giao.core.mining.filters import Cases as Cases
    from giao.core.mining.filters import EndsWith as EndsWith
    from giao.core.mining.filters import EventFilter as EventFilter
    from giao.core.mining.filters import EventsBetween as EventsBetween
    from giao.core.mining.filters import Filter as Filter
    from giao.core.mining.filters import Follows as Follows
    from giao.core.mining.filters import Has as Has
    from giao.core.mining.filters import InWindow as InWindow
    from giao.core.mining.filters import Judged as Judged
    from giao.core.mining.filters import Lasts as Lasts
    from giao.core.mining.filters import OfVariants as OfVariants
    from giao.core.mining.filters import OnlyActivities as OnlyActivities
    from giao.core.mining.filters import StartsWith as StartsWith
    from giao.core.mining.filters import TopVariants as TopVariants
    from giao.core.mining.filters import Where as Where
    from giao.core.mining.filters import WithoutActivities as WithoutActivities
    from giao.core.mining.filters import judged as judged
    from giao.core.mining.filters import read_filter as read_filter
    from giao.core.mining.filters import sequences_of as sequences_of
    from giao.core.mining.handover import Handover as Handover
    from giao.core.mining.layout import Layout as Layout
    from giao.core.mining.layout import PlacedArc as PlacedArc
    from giao.core.mining.layout import PlacedNode as PlacedNode
    from giao.core.mining.layout import lay_out as lay_out
    from giao.core.mining.map import ProcessMap as ProcessMap
    from giao.core.mining.ping_pong import PingPong as PingPong
    from giao.core.mining.result import Result as Result
    from giao.core.mining.rework import Rework as Rework
    from giao.core.mining.throughput import Throughput as Throughput
    from giao.core.mining.variant_diff import Difference as Difference
    from giao.core.mining.variant_diff import difference as difference
    from giao.core.mining.variants import Variants as Variants
    from giao.core.mining.workload import Workload as Workload

_FROM: dict[str, tuple[str, ...]] = {
    "giao.core.mining.errors": ("MiningError",),
    "giao.core.mining.explorer": ("Explorer", "explore"),
    "giao.core.mining.filters": (
        "CaseFilter",
        "Cases",
        "EndsWith",
        "EventFilter",
        "EventsBetween",
        "Filter",
        "Follows",
        "Has",
        "InWindow",
        "Judged",
        "Lasts",
        "OfVariants",
        "OnlyActivities",
        "StartsWith",
        "TopVariants",
        "Where",
        "WithoutActivities",
        "judged",
        "read_filter",
        "sequences_of",
    ),
    "giao.core.mining.bottlenecks": ("Bottlenecks",),
    "giao.core.mining.dotted": ("DottedChart",),
    "giao.core.mining.duties": ("Duties",),
    "giao.core.mining.handover": ("Handover",),
    "giao.core.mining.layout": (
        "Layout",
        "PlacedArc",
        "PlacedNode",
        "lay_out",
    ),
    "giao.core.mining.map": ("ProcessMap",),
    "giao.core.mining.ping_pong": ("PingPong",),
    "giao.core.mining.result": ("Result",),
    "giao.core.mining.rework": ("Rework",),
    "giao.core.mining.throughput": ("Throughput",),
    "giao.core.mining.variant_diff": (
        "Difference",
        "difference",
    ),
    "giao.core.mining.variants": ("Variants",),
    "giao.core.mining.workload": ("Workload",),
}
_PLACES = {name: module for module, names in _FROM.items() for name in names}

__all__ = [*sorted(_PLACES)]


def __getattr__(name: str) -> Any:
    """Import what is asked for (PEP 562), once."""
    if name not in _PLACES:
        raise AttributeError(f"module 'giao.mining' has no attribute {name!r}")
    found = getattr(import_module(_PLACES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
