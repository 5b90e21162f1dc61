"""The built-in functions of FEEL (DMN 1.5, 10.3.4). Importing this package registers them all."""

from giao.core.rules.builtins import (  # noqa: F401  (imported to register)
    contexts,
    conversion,
    lists,
    numbers,
    ranges,
    statistics,
    strings,
    temporals,
)
from giao.core.rules.builtins.registry import BUILTINS, Builtin, Signature, call, functions_of, prepare

__all__ = ["BUILTINS", "Builtin", "Signature", "call", "functions_of", "prepare"]
