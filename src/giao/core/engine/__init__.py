"""How an analysis runs: over whole cases, in parts that may be anywhere, merged in any order into the same result.

    run(MapAnalysis(), descriptors(folder), workers=4)

What travels to a worker is a `Descriptor` (which events of which file), never rows; what comes back is a partial of
whole numbers. `local` runs in this process, in threads or in processes; cluster runners take the same two things.
"""

from giao.core.engine.analysis import Again, Analysis, Batch
from giao.core.engine.descriptors import Descriptor, descriptors
from giao.core.engine.local import run

__all__ = ["Again", "Analysis", "Batch", "Descriptor", "descriptors", "run"]
