"""Every kind of filter (`base` says what they share)."""

from giao.core.mining.filters.activities import EndsWith, Has, OnlyActivities, StartsWith, WithoutActivities
from giao.core.mining.filters.attributes import Where
from giao.core.mining.filters.base import CaseFilter, EventFilter, Filter, read_filter
from giao.core.mining.filters.cases import Cases, Judged, OfVariants, TopVariants, judged, sequences_of
from giao.core.mining.filters.combined import AllOf, AnyOf, Both, Not
from giao.core.mining.filters.times import EventsBetween, Follows, InWindow, Lasts

__all__ = [
    "AllOf",
    "AnyOf",
    "Both",
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
    "Not",
    "OfVariants",
    "OnlyActivities",
    "StartsWith",
    "TopVariants",
    "Where",
    "WithoutActivities",
    "judged",
    "read_filter",
    "sequences_of",
]
