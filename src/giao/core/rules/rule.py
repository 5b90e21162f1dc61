"""A rule ready to run: `compile_rule(text).evaluate(context)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from giao.core.rules import nodes as n
from giao.core.rules import scalar as _scalar
from giao.core.rules.builtins import functions_of
from giao.core.rules.errors import RuleError, RuleLimitError
from giao.core.rules.parser import parse, parse_unary_tests
from giao.core.rules.scalar import collections, functions, operators
from giao.core.rules.scalar.compiler import Code, Compiler, TypeTest
from giao.core.rules.scalar.scope import DEFAULT_LIMITS, Budget, Limits, Scope
from giao.core.rules.types import Type, type_named
from giao.core.rules.values import _spender, _warnings
from giao.core.told import told

_REGISTERED = (_scalar, collections, functions, operators)  # imported so that they register their nodes


class Rule:
    """A compiled rule. `text` as written, `tree` as read, `names` the names it takes from its context."""

    __slots__ = ("_code", "_made_from", "_needs_budget", "functions", "names", "text", "tree")

    def __init__(
        self,
        text: str,
        tree: n.Node,
        names: Iterable[str] | None,
        extra: Mapping[str, Callable[..., Any]] | None,
        types: Mapping[str, TypeTest] | None,
    ) -> None:
        self.text = text
        self.tree = tree
        self._made_from = (names, extra, types)
        self.functions = functions_of(extra)
        compiler = Compiler(names, self.functions, types or {})
        try:
            self._code: Code = compiler.compile(tree)
        except RecursionError:
            raise RuleLimitError(told("rule.too_deep", "The rule is nested too deeply."), text) from None
        except RuleLimitError as error:
            raise RuleLimitError(error.message, text) from None
        self._needs_budget = compiler.needs_budget
        self.names = frozenset(compiler.free)

    def __repr__(self) -> str:
        return f"Rule({self.text!r})"

    def __reduce__(self) -> Any:
        """Pickled as its text and what it was compiled with; compiled again where it arrives."""
        return _compiled_again, (isinstance(self.tree, n.UnaryTests), self.text, *self._made_from)

    def evaluate(
        self,
        context: Mapping[str, Any],
        limits: Limits = DEFAULT_LIMITS,
        warnings: list[str] | None = None,
    ) -> Any:
        """The value of the rule with these values for its names.

        What has no value (a missing name, a division by zero, a comparison of different kinds) is None, as FEEL says;
        `warnings`, when given, receives a sentence for each such place (at most 100). Raises RuleLimitError when the
        rule takes more than `limits`, TypeError when the context holds an object that is no FEEL value.
        """
        if warnings is None and not self._needs_budget:
            try:
                return self._code(context)
            except RecursionError:
                raise RuleLimitError(
                    told("rule.too_deep", "The rule is nested too deeply."), self.text
                ) from None
        return self._evaluate(context, limits, warnings)

    def _evaluate(self, context: Mapping[str, Any], limits: Limits, warnings: list[str] | None) -> Any:
        budget = Budget(limits)
        kept, spent = _warnings.set(warnings), _spender.set(budget.spend)
        try:
            return self._code(Scope(context, budget))
        except RecursionError:
            raise RuleLimitError(told("rule.too_deep", "The rule is nested too deeply."), self.text) from None
        except RuleLimitError as error:
            raise RuleLimitError(error.message, self.text) from None
        finally:
            _warnings.reset(kept)
            _spender.reset(spent)


def compile_rule(
    text: str,
    names: Iterable[str] | None = None,
    *,
    functions: Mapping[str, Callable[..., Any]] | None = None,
    types: Mapping[str, TypeTest] | None = None,
) -> Rule:
    """Read and compile a FEEL expression.

    `names` are the names known around it (a schema will do: members of its contexts count too); they matter for names
    that hold operators or keywords. `functions` adds functions of the caller's by name: they get FEEL values and must be
    pure; an attribute `feel` with a declaration gives them types. `types` tests values against the caller's own type names.
    Raises RuleError when the text cannot be read.
    """
    known = _spellings(names)
    return Rule(text, parse(text, known), known, functions, types)


def compile_unary_tests(
    text: str,
    names: Iterable[str] | None = None,
    *,
    functions: Mapping[str, Callable[..., Any]] | None = None,
    types: Mapping[str, TypeTest] | None = None,
) -> Rule:
    """Read and compile a cell of a decision table; the value to test is named `?` in the context."""
    known = _spellings(names)
    return Rule(text, parse_unary_tests(text, known), known, functions, types)


def _compiled_again(unary: bool, text: str, names: Any, extra: Any, types: Any) -> Rule:
    make = compile_unary_tests if unary else compile_rule
    return make(text, names, functions=extra, types=types)


def _spellings(names: Iterable[str] | None) -> frozenset[str] | None:
    if names is None:
        return None
    found = set(names)
    if isinstance(names, Mapping):
        pending: list[Any] = list(names.values())
        while pending:
            part = pending.pop()
            if isinstance(part, str):
                part = type_named(part)
            if isinstance(part, Type):
                found.update(part.labels)
                pending.extend(part.arguments)
    return frozenset(found)


__all__ = ["Limits", "Rule", "RuleError", "compile_rule", "compile_unary_tests"]
