"""The columnar back end: a rule as one Polars expression, exact or not at all."""

from giao.core.rules.columnar.compiler import to_polars
from giao.core.rules.columnar.frame import evaluate_frame

__all__ = ["evaluate_frame", "to_polars"]
