"""What can be known about a rule before it runs: its names and its type."""

from giao.core.rules.static import calls, collections, operators  # noqa: F401  (imported to register their nodes)
from giao.core.rules.static.check import check

__all__ = ["check"]
