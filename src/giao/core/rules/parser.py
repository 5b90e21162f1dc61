"""Tokens to a typed tree, by recursive descent with precedence climbing.

FEEL names may hold spaces and operators (`string length`, `Date-Time2`). Neighbouring words always make one name; a name
with an operator or a keyword in it is found when it is among the names given or was introduced by the rule itself
(a context entry, a parameter, an iterator). The longest known name wins, as DMN 1.5, 10.3.1.2 asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, DecimalException

from giao.core.rules import nodes as n
from giao.core.rules import temporal
from giao.core.rules.cursor import MAX_CHAIN, MAX_NESTING, Cursor
from giao.core.rules.errors import RuleLimitError
from giao.core.rules.tokens import END, NAME, NUMBER, STRING, SYMBOL, Token, unescape
from giao.core.rules.values import DECIMAL128
from giao.core.told import told

_BINARY = {"+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
#: Tokens that begin no expression.
_NEVER_FIRST = frozenset(
    [*")},=<>+*/", "!=", "<=", ">=", "**", "..", "and", "or", "then", "else", "return", "in"]
) | {
    "satisfies",
    "between",
    "instance",
}
_COMPARISONS = frozenset(["=", "!=", "<", "<=", ">", ">="])
#: Built-in functions whose names hold a keyword, so that neighbouring words alone do not find them.
_KEYWORD_FUNCTIONS = ("date and time", "years and months duration")
_TYPE_NAMES = ("date and time", "years and months duration", "days and time duration")


def parse(text: str, names: Iterable[str] | None = None) -> n.Node:
    """The tree of an expression. `names` are the names known around it (a mapping's keys will do).

    Raises RuleError at the place that cannot be read, RuleLimitError when the text is too long or too deep.
    """
    parser = Parser(text, names)
    return parser.whole(parser.expression)


def parse_unary_tests(text: str, names: Iterable[str] | None = None) -> n.UnaryTests:
    """The tree of a decision table's cell: `-`, `< 5, 7`, `not("a")`, `[1..3]`, any expression with `?`."""
    parser = Parser(text, names)
    tree = parser.whole(parser.unary_tests)
    assert isinstance(tree, n.UnaryTests)
    return tree


def parse_type(text: str, names: Iterable[str] | None = None) -> n.TypeNode:
    """The tree of a type such as `list<date and time>`; `names` are type names of the caller's own."""
    parser = Parser(text, names)
    tree = parser.whole(parser.type)
    assert isinstance(tree, n.TypeNode)
    return tree


class Parser(Cursor):
    """Reads expressions, tests and types from where the cursor stands."""

    # ---- expressions, from the loosest binding to the tightest ------------------------------------------------------

    def expression(self) -> n.Node:
        return self.nested(self._expression)

    def _expression(self) -> n.Node:
        return self.junction("or")

    def junction(self, op: str) -> n.Node:
        below = self._conjunction if op == "or" else self.comparison
        first = below()
        if not self.is_word(op):
            return first
        parts = [first]
        while self.accept(op):
            parts.append(below())
        return n.Junction(first.start, parts[-1].end, op, tuple(parts))

    def _conjunction(self) -> n.Node:
        return self.junction("and")

    def comparison(self) -> n.Node:
        left = self.arithmetic(4)
        links = 0
        while True:
            links += 1
            if links > MAX_CHAIN:
                raise RuleLimitError(
                    told(
                        "rule.chain_comparisons", "More than {most} comparisons in one chain.", most=MAX_CHAIN
                    ),
                    self.text,
                    left.start,
                )
            if self.token.kind == SYMBOL and self.token.text in _COMPARISONS:
                op = self.next().text
                right = self.arithmetic(4)
                left = n.Comparison(left.start, right.end, op, left, right)
            elif self.accept("between"):
                low = self.arithmetic(4)
                self.expect("and", told("word.between_the_two_bounds", "between the two bounds"))
                high = self.arithmetic(4)
                left = n.Between(left.start, high.end, left, low, high)
            elif self.accept("in"):
                tests = self.in_tests()
                left = n.In(left.start, self.tokens[self.at - 1].end, left, tests)
            else:
                return left

    def in_tests(self) -> tuple[n.Node, ...]:
        """What may follow `in`: one test, or several in parentheses."""
        if not self.is_symbol("("):
            return (self.nested(lambda: self.unary_test(grouped=False)),)
        start = self.next().start
        tests = [self.nested(lambda: self.unary_test(grouped=True))]
        if self.is_symbol(".."):  # it was an open range after all
            return (self.range_from(start, tests[0], low_closed=False),)
        while self.accept(","):
            tests.append(self.nested(lambda: self.unary_test(grouped=True)))
        self.expect(")", told("word.to_close_the_tests_after", "to close the tests after 'in'"))
        if len(tests) == 1 and not isinstance(tests[0], n.UnaryComparison):
            return (
                self.arithmetic_from(self.postfix_from(tests[0]), 4),
            )  # a parenthesised expression may go on
        return tuple(tests)

    def unary_test(self, *, grouped: bool) -> n.Node:
        if self.token.kind == SYMBOL and self.token.text in _COMPARISONS:
            op = self.next()
            operand = self.arithmetic(4)
            return n.UnaryComparison(op.start, operand.end, op.text, operand)
        return self.expression() if grouped else self.arithmetic(4)

    def unary_tests(self) -> n.Node:
        start = self.token.start
        if self.is_symbol("-") and self.peek().kind == END:
            end = self.next().end
            return n.UnaryTests(start, end, (), negated=False, any=True)
        negated = self.is_word("not") and self.peek().text == "("
        if negated:
            self.next()
            self.next()
        tests = [self.nested(lambda: self.unary_test(grouped=True))]
        while self.accept(","):
            tests.append(self.nested(lambda: self.unary_test(grouped=True)))
        if negated:
            self.expect(")", told("word.to_close_not", "to close 'not('"))
        return n.UnaryTests(start, self.tokens[self.at - 1].end, tuple(tests), negated, any=False)

    def arithmetic(self, level: int) -> n.Node:
        """Left-associative operators of at least this level; `**` too, as the standard's grammar has it."""
        return self.arithmetic_from(self.unary(), level)

    def arithmetic_from(self, left: n.Node, level: int) -> n.Node:
        links = 0
        while self.token.kind == SYMBOL and (found := _BINARY.get(self.token.text, 0)) >= level:
            links += 1
            if links > MAX_CHAIN:
                raise RuleLimitError(
                    told(
                        "rule.chain_operations", "More than {most} operations in one chain.", most=MAX_CHAIN
                    ),
                    self.text,
                    left.start,
                )
            op = self.next().text
            right = self.arithmetic(found + 1) if found < 6 else self.unary()
            left = n.Arithmetic(left.start, right.end, op, left, right)
        return left

    def unary(self) -> n.Node:
        if self.is_symbol("-"):
            start = self.next().start
            operand = self.nested(self.unary)
            if isinstance(operand, n.Literal) and type(operand.value) is Decimal:
                return n.Literal(start, operand.end, DECIMAL128.minus(operand.value))
            return n.Negation(start, operand.end, operand)
        value = self.postfix()
        while self.is_word("instance") and self.peek().text == "of":
            self.next()
            self.next()
            kind = self.type()
            value = n.InstanceOf(value.start, kind.end, value, kind)
        return value

    def postfix(self) -> n.Node:
        return self.postfix_from(self.primary())

    def postfix_from(self, value: n.Node) -> n.Node:
        links = 0
        while self.token.kind == SYMBOL:
            links += 1
            if links > MAX_CHAIN:
                raise RuleLimitError(
                    told("rule.chain_steps", "More than {most} steps in one path.", most=MAX_CHAIN),
                    self.text,
                    value.start,
                )
            if self.accept("."):
                member = self.name("after '.'")
                value = n.Path(value.start, self.tokens[self.at - 1].end, value, member)
            elif self.is_symbol("[") and not self._closes_range(value):
                self.next()
                condition = self.expression()
                value = n.Filter(
                    value.start,
                    self.expect("]", told("word.to_close_the_filter", "to close the filter")).end,
                    value,
                    condition,
                )
            elif self.is_symbol("("):
                value = self.call(value)
            else:
                break
        return value

    def _closes_range(self, value: n.Node) -> bool:
        """Whether `[` closes a range (`[1..5[`) rather than opening a filter.

        It does when no expression can follow it, and after a literal upper bound, which nobody filters.
        """
        after = self.peek()
        if after.kind == END or after.text in _NEVER_FIRST:
            return True
        if not isinstance(value, n.Literal):
            return False
        token = self.at - 1
        while token > 0 and self.tokens[token].start > value.start:
            token -= 1
        if token > 0 and self.tokens[token - 1].text == "-":
            token -= 1
        return token > 0 and self.tokens[token - 1].text == ".."

    def call(self, function: n.Node) -> n.Node:
        self.expect("(", told("word.before_the_arguments", "before the arguments"))
        arguments: list[n.Node] = []
        labels: list[str] = []
        if not self.is_symbol(")"):
            while True:
                label = self.label()
                if (label is None and labels) or (label is not None and len(labels) < len(arguments)):
                    raise self.error(told("rule.all_named", "Name all arguments or none of them."))
                if label is not None:
                    labels.append(label)
                arguments.append(self.expression())
                if not self.accept(","):
                    break
        end = self.expect(")", told("word.to_close_the_arguments", "to close the arguments")).end
        return n.Call(function.start, end, function, tuple(arguments), tuple(labels))

    # ---- primaries -------------------------------------------------------------------------------------------------

    def primary(self) -> n.Node:
        token = self.token
        if token.kind == NUMBER:
            self.next()
            return n.Literal(token.start, token.end, self.number(token))
        if token.kind == STRING:
            self.next()
            return n.Literal(token.start, token.end, unescape(token.text))
        if token.kind == NAME:
            return self.named()
        if token.text == "@" and self.peek().kind == STRING:
            self.next()
            literal = self.next()
            value = temporal.read_literal(unescape(literal.text))
            if value is None:
                raise self.error(
                    told(
                        "rule.no_temporal",
                        "{text} is neither a date, a time, a date and time nor a duration.",
                        text=literal.text,
                    ),
                    literal.start,
                )
            return n.Literal(token.start, literal.end, value)
        if token.text == "[":
            return self.nested(self.list_or_range)
        if token.text == "(":
            return self.nested(self.group_or_range)
        if token.text == "]":
            self.next()
            return self.range_from(token.start, self.expression(), low_closed=False)
        if token.text == "{":
            return self.nested(self.context)
        raise self.error(told("rule.expected_value", "Expected a value, found {found}.", found=self.found()))

    def number(self, token: Token) -> Decimal:
        try:
            return DECIMAL128.create_decimal(token.text)
        except DecimalException:
            raise self.error(
                told("rule.number_far", "This number is beyond 10**6144."), token.start
            ) from None

    def named(self) -> n.Node:
        token = self.token
        word = token.text
        known = self.known_name()
        if known is None:
            head = {
                "if": self.if_,
                "for": self.for_,
                "some": self.quantified,
                "every": self.quantified,
                "function": self.function,
            }.get(word)
            if head is not None and not (word == "function" and self.peek().text != "("):
                return self.nested(head)
            if word in ("true", "false", "null"):
                self.next()
                return n.Literal(token.start, token.end, {"true": True, "false": False, "null": None}[word])
            for function in _KEYWORD_FUNCTIONS:
                parts = function.split()
                if (
                    all(self.peek(i).text == part for i, part in enumerate(parts))
                    and self.peek(len(parts)).text == "("
                ):
                    self.at += len(parts)
                    return n.Name(token.start, self.tokens[self.at - 1].end, function)
        name = self.name("here")
        return n.Name(token.start, self.tokens[self.at - 1].end, name)

    def group_or_range(self) -> n.Node:
        start = self.next().start
        if self.token.kind == SYMBOL and self.token.text in _COMPARISONS:
            return self.comparison_range(start)
        inner = self.expression()
        if self.is_symbol(".."):
            return self.range_from(start, inner, low_closed=False)
        self.expect(")", told("word.to_close_the_parenthesis", "to close the parenthesis"))
        return inner

    def comparison_range(self, start: int) -> n.Node:
        """`(< 5)`, `(>= a)`, `(= 7)` as a range of its own."""
        op = self.next().text
        bound = self.arithmetic(4)
        end = self.expect(")", told("word.to_close_the_range", "to close the range")).end
        if op == "!=":
            raise self.error(told("rule.no_range_op", "'!=' does not make a range."), start)
        low = bound if op in (">", ">=", "=") else None
        high = bound if op in ("<", "<=", "=") else None
        return n.RangeNode(start, end, low, high, op in (">=", "="), op in ("<=", "="))

    def range_from(self, start: int, low: n.Node, *, low_closed: bool) -> n.Node:
        self.expect("..", told("word.in_the_range", "in the range"))
        high = self.arithmetic(4)
        if not self.is_symbol("]", ")", "["):
            raise self.error(
                told(
                    "rule.range_end",
                    "Expected ']', ')' or '[' to close the range, found {found}.",
                    found=self.found(),
                )
            )
        closing = self.next()
        return n.RangeNode(start, closing.end, low, high, low_closed, closing.text == "]")

    def list_or_range(self) -> n.Node:
        start = self.next().start
        items: list[n.Node] = []
        if not self.is_symbol("]"):
            while True:
                items.append(self.unary_test(grouped=True))
                if len(items) == 1 and self.is_symbol(".."):
                    return self.range_from(start, items[0], low_closed=True)
                if not self.accept(","):
                    break
        return n.ListNode(
            start, self.expect("]", told("word.to_close_the_list", "to close the list")).end, tuple(items)
        )

    def context(self) -> n.Node:
        start = self.next().start
        entries: list[tuple[str, n.Node]] = []
        while not self.is_symbol("}"):
            place = self.token.start
            if self.token.kind == STRING and self.peek().text == ":":
                key: str | None = unescape(self.next().text)
                self.next()
            else:
                key = self.label()
            if key is None:
                raise self.error(
                    told(
                        "rule.context_key",
                        "Expected a name or string and ':' in the context, found {found}.",
                        found=self.found(),
                    )
                )
            if any(key == name for name, _ in entries):
                raise self.error(
                    told("rule.context_twice", "The context has two entries named {key!r}.", key=key), place
                )
            entries.append((key, self.expression()))
            self.learn(key)
            if not self.accept(","):
                break
        return n.ContextNode(
            start,
            self.expect("}", told("word.to_close_the_context", "to close the context")).end,
            tuple(entries),
        )

    def if_(self) -> n.Node:
        """A chain of `else if` is read in a loop, so that its length is no depth."""
        heads: list[tuple[int, n.Node, n.Node]] = []
        while True:
            start = self.next().start
            condition = self.expression()
            self.expect("then", told("word.after_the_condition_of_if", "after the condition of 'if'"))
            then = self.expression()
            self.expect("else", told("word.an_if_needs", "(an 'if' needs both branches)"))
            heads.append((start, condition, then))
            if len(heads) > MAX_CHAIN:
                raise RuleLimitError(
                    told("rule.chain_branches", "More than {most} branches in one 'if'.", most=MAX_CHAIN),
                    self.text,
                    start,
                )
            if not self.is_word("if"):
                break
        tree = self.expression()
        for start, condition, then in reversed(heads):
            tree = n.If(start, tree.end, condition, then, tree)
        return tree

    def iterations(self) -> tuple[n.Iteration, ...]:
        found: list[n.Iteration] = []
        while True:
            start = self.token.start
            name = self.name(told("word.for_the_element", "for the element"))
            self.learn(name)
            self.expect("in", told("word.after_the_element_s", "after the element's name"))
            domain = self.expression()
            until = None
            if self.accept(".."):
                until = self.expression()
            found.append(n.Iteration(start, (until or domain).end, name, domain, until))
            if not self.accept(","):
                return tuple(found)

    def for_(self) -> n.Node:
        start = self.next().start
        iterations = self.iterations()
        self.expect("return", told("word.after_the_lists_of_for", "after the lists of 'for'"))
        body = self.expression()
        return n.For(start, body.end, iterations, body)

    def quantified(self) -> n.Node:
        kind = self.next()
        iterations = self.iterations()
        self.expect(
            "satisfies",
            told("word.after_the_lists_of_quantified", "after the lists of {text!r}", text=kind.text),
        )
        body = self.expression()
        return n.Quantified(kind.start, body.end, kind.text, iterations, body)

    def function(self) -> n.Node:
        start = self.next().start
        self.expect("(", "after 'function'")
        parameters: list[n.Parameter] = []
        while not self.is_symbol(")"):
            place = self.token.start
            name = self.name(told("word.for_the_parameter", "for the parameter"))
            self.learn(name)
            kind = self.type() if self.accept(":") else None
            parameters.append(n.Parameter(place, self.tokens[self.at - 1].end, name, kind))
            if not self.accept(","):
                break
        self.expect(")", told("word.to_close_the_parameters", "to close the parameters"))
        external = self.accept("external")
        body = self.expression()
        return n.FunctionNode(start, body.end, tuple(parameters), body, external)

    # ---- types -----------------------------------------------------------------------------------------------------

    def type(self) -> n.TypeNode:
        return n.TypeNode(*self._type_parts()) if self.depth < MAX_NESTING else self._too_deep()

    def _too_deep(self) -> n.TypeNode:
        raise RuleLimitError(
            told("rule.type_deep", "The type is nested more than {most} levels deep.", most=MAX_NESTING),
            self.text,
            self.token.start,
        )

    def _type_parts(self) -> tuple[int, int, str, tuple[n.TypeNode, ...], tuple[str, ...]]:
        self.depth += 1
        start = self.token.start
        name = self.type_name()
        parameters: list[n.TypeNode] = []
        labels: list[str] = []
        if name in ("list", "range", "context", "function") and self.accept("<"):
            while not self.is_symbol(">"):
                if name == "context":
                    label = self.label()
                    if label is None:
                        raise self.error(
                            told("rule.member_name", "Expected a member's name and ':' in the context type.")
                        )
                    labels.append(label)
                parameters.append(self.type())
                if not self.accept(","):
                    break
            self.expect(">", told("word.to_close_the_type", "to close the type"))
        if name == "function" and self.accept("->"):
            parameters.append(self.type())
        self.depth -= 1
        return start, self.tokens[self.at - 1].end, name, tuple(parameters), tuple(labels)

    def type_name(self) -> str:
        for name in _TYPE_NAMES:
            parts = name.split()
            if all(self.peek(i).text == part for i, part in enumerate(parts)):
                self.at += len(parts)
                return name
        if self.is_word("function") or self.is_word("null"):
            return self.next().text
        name = self.name(told("word.of_a_type", "of a type"))
        while self.is_symbol(".") and self.peek().kind == NAME:
            self.next()
            name += "." + self.name(told("word.of_a_type", "of a type"))
        return name
