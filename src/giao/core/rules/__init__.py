"""One language for every condition: FEEL, the expression language of DMN.

`compile_rule("Amount >= 500 and Priority = \\"1\\"").evaluate({"Amount": 700, "Priority": "1"})` gives True. Rules are
compiled to closures, never to Python text; they are three-valued, compute in decimal128 and run within limits.
`check` tells a rule's type against a schema of names, `evaluate_frame` runs it over a whole Polars frame.
"""

from giao.core.rules.columnar import evaluate_frame, to_polars
from giao.core.rules.errors import NotColumnar, RuleError, RuleLimitError
from giao.core.rules.nodes import Node
from giao.core.rules.parser import parse
from giao.core.rules.rule import Limits, Rule, compile_rule, compile_unary_tests
from giao.core.rules.static import check
from giao.core.rules.types import Type, type_named
from giao.core.rules.values import Function, Range, YearsMonthsDuration

__all__ = [
    "Function",
    "Limits",
    "Node",
    "NotColumnar",
    "Range",
    "Rule",
    "RuleError",
    "RuleLimitError",
    "Type",
    "YearsMonthsDuration",
    "check",
    "compile_rule",
    "compile_unary_tests",
    "evaluate_frame",
    "parse",
    "to_polars",
    "type_named",
]
