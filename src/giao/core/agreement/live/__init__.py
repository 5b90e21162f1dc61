"""A reading that follows the ledger, event by event: figures and clocks moved, not computed anew."""

from giao.core.agreement.live.reading import Changes, LiveReading
from giao.core.agreement.live.standing import OpenCounts

__all__ = ["Changes", "LiveReading", "OpenCounts"]
