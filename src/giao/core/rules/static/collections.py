"""Types of lists, contexts, paths, filters, loops and functions."""

from __future__ import annotations

from giao.core.rules import nodes as n
from giao.core.rules.static.check import Checker, infers
from giao.core.rules.static.near import did_you_mean
from giao.core.rules.static.operators import condition, is_open, unify
from giao.core.rules.types import (
    ANY_TYPE,
    BOOLEAN_TYPE,
    DAYS_TIME_TYPE,
    NUMBER_TYPE,
    STRING_TYPE,
    Type,
    context_of,
    from_node,
    function_of,
    list_of,
)
from giao.core.rules.values import (
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    LIST,
    NUMBER,
    RANGE,
    TIME,
    YEARS_MONTHS,
)
from giao.core.told import told

_DATE_PARTS = dict.fromkeys(("year", "month", "day", "weekday"), NUMBER_TYPE)
_TIME_PARTS = {
    **dict.fromkeys(("hour", "minute", "second"), NUMBER_TYPE),
    "time offset": DAYS_TIME_TYPE,
    "timezone": STRING_TYPE,
}
_PARTS = {
    DATE: _DATE_PARTS,
    TIME: _TIME_PARTS,
    DATE_TIME: {**_DATE_PARTS, **_TIME_PARTS},
    DAYS_TIME: dict.fromkeys(("days", "hours", "minutes", "seconds"), NUMBER_TYPE),
    YEARS_MONTHS: dict.fromkeys(("years", "months"), NUMBER_TYPE),
}


@infers(n.ListNode)
def infer_list(checker: Checker, node: n.ListNode) -> Type:
    return list_of(unify([checker.infer(item) for item in node.items]))


@infers(n.ContextNode)
def infer_context(checker: Checker, node: n.ContextNode) -> Type:
    known: dict[str, Type] = {}
    for key, value in node.entries:
        # A function may call itself by its own name.
        own = {key: ANY_TYPE} if isinstance(value, n.FunctionNode) else {}
        with checker.scope({**known, **own}):
            known[key] = checker.infer(value)
    return context_of(known)


@infers(n.Path)
def infer_path(checker: Checker, node: n.Path) -> Type:
    return member(checker, checker.infer(node.source), node)


def member(checker: Checker, source: Type, node: n.Path) -> Type:
    if is_open(source):
        return ANY_TYPE
    if source.name == LIST:
        return list_of(member(checker, source.element, node))
    if source.name == CONTEXT:
        known = dict(source.members)
        if not known:
            return ANY_TYPE
    elif source.name == RANGE:
        known = {
            "start": source.element,
            "end": source.element,
            "start included": BOOLEAN_TYPE,
            "end included": BOOLEAN_TYPE,
        }
    else:
        known = _PARTS.get(source.name, {})
    if node.name in known:
        return known[node.name]
    position = n.Node(node.end - len(node.name), node.end)
    if not known:
        raise checker.error(
            told("rule.no_parts", "A {source} has no parts, so nothing can follow '.' here.", source=source),
            position,
        )
    hint = did_you_mean(node.name, known) or told(
        "word.it_has", " It has {names}.", names=", ".join(sorted(known)[:12])
    )
    raise checker.error(
        told(
            "rule.no_member",
            "A {name} here has no {member!r}.{hint}",
            name=source.name,
            member=node.name,
            hint=hint,
        ),
        position,
    )


@infers(n.Filter)
def infer_filter(checker: Checker, node: n.Filter) -> Type:
    source = checker.infer(node.source)
    element = source.element if source.name == LIST else source
    unknown = is_open(element) or (element.name == CONTEXT and not element.labels)
    names = {"item": element, **(element.members if element.name == CONTEXT else {})}
    with checker.scope(names, is_open=unknown):
        found = checker.infer(node.condition)
    if found.name == NUMBER:
        return element
    if is_open(found):
        return ANY_TYPE
    if found != BOOLEAN_TYPE:
        raise checker.error(
            told(
                "rule.filter", "A filter needs a condition or a position, but this is a {found}.", found=found
            ),
            node.condition,
        )
    return list_of(element)


def iterations(checker: Checker, nodes: tuple[n.Iteration, ...]) -> dict[str, Type]:
    """The type of each loop's element."""
    known: dict[str, Type] = {}
    for node in nodes:
        with checker.scope(known):
            domain = checker.infer(node.domain)
            if node.until is not None:
                until = checker.infer(node.until)
                for kind, part in ((domain, node.domain), (until, node.until)):
                    if not is_open(kind) and kind.name not in (NUMBER, DATE):
                        raise checker.error(
                            told(
                                "rule.loop",
                                "A loop runs between numbers or dates, but this is a {kind}.",
                                kind=kind,
                            ),
                            part,
                        )
                element = unify([domain, until])
            else:
                element = domain.element if domain.name in (LIST, RANGE) else domain
        known = {**known, node.name: element}
    return known


@infers(n.For)
def infer_for(checker: Checker, node: n.For) -> Type:
    names = iterations(checker, node.iterators)
    with checker.scope({"partial": list_of(), **names}):
        return list_of(checker.infer(node.body))


@infers(n.Quantified)
def infer_quantified(checker: Checker, node: n.Quantified) -> Type:
    with checker.scope(iterations(checker, node.iterators)):
        condition(
            checker,
            node.body,
            told("word.after_satisfies", "{kind!r} needs a condition after 'satisfies'", kind=node.kind),
        )
    return BOOLEAN_TYPE


@infers(n.InstanceOf)
def infer_instance_of(checker: Checker, node: n.InstanceOf) -> Type:
    checker.infer(node.value)
    _written(checker, node.type)
    return BOOLEAN_TYPE


def _written(checker: Checker, node: n.TypeNode) -> Type:
    try:
        return from_node(node)
    except ValueError as error:
        raise checker.error(str(error), node) from None


@infers(n.FunctionNode)
def infer_function(checker: Checker, node: n.FunctionNode) -> Type:
    names = {
        part.name: ANY_TYPE if part.type is None else _written(checker, part.type) for part in node.parameters
    }
    if node.external:
        return function_of(names.values(), ANY_TYPE)
    with checker.scope(names):
        return function_of(names.values(), checker.infer(node.body))
