"""Types of calls: which signature fits, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence

from giao.core.rules import nodes as n
from giao.core.rules.builtins import Builtin, Signature
from giao.core.rules.static.check import Checker, infers
from giao.core.rules.static.near import did_you_mean
from giao.core.rules.static.operators import is_open, unify
from giao.core.rules.types import ANY_TYPE, Type
from giao.core.rules.values import FUNCTION, LIST
from giao.core.told import told


@infers(n.Call)
def infer_call(checker: Checker, node: n.Call) -> Type:
    arguments = [checker.infer(argument) for argument in node.arguments]
    if isinstance(node.function, n.Name):
        name = node.function.name
        own = checker.lookup(name)
        builtin = checker.functions.get(name)
        if builtin is not None and (own is None or own.name != FUNCTION):
            return builtin_result(checker, builtin, node, arguments)
        if own is None and not checker.open_scopes:
            hint = did_you_mean(name, [*checker.functions, *checker.visible()])
            raise checker.error(
                told("rule.no_function", "There is no function {name!r}.{hint}", name=name, hint=hint),
                node.function,
            )
    function = checker.infer(node.function)
    if is_open(function):
        return ANY_TYPE
    if function.name != FUNCTION:
        raise checker.error(
            told("rule.no_call", "A {function} cannot be called.", function=function), node.function
        )
    return function.arguments[-1] if function.arguments else ANY_TYPE


def builtin_result(checker: Checker, builtin: Builtin, node: n.Call, arguments: list[Type]) -> Type:
    """The result of the first signature that fits; an error that names what does not."""
    reached: tuple[int, str] | None = None
    for signature in builtin.signatures:
        placed = _placed(signature, node.labels, arguments)
        if placed is None:
            continue
        misfit = _misfit(signature, placed)
        if misfit is None:
            return _result(signature, placed)
        index, message = misfit
        if reached is None:
            reached = (index, message)
    if reached is None:
        raise checker.error(
            told(
                "rule.wrong_call",
                "{name}() is not called like this; it is {usage}.",
                name=builtin.name,
                usage=_usage(builtin),
            ),
            node,
        )
    index, message = reached
    place = node.arguments[index] if index < len(node.arguments) else node
    raise checker.error(
        told(
            "rule.misfit",
            "{name}() {message}; it is {usage}.",
            name=builtin.name,
            message=message,
            usage=_usage(builtin),
        ),
        place,
    )


#: For each argument: its index as written, its type, and the parameter it goes to.
Placed = list[tuple[int, Type, int]]


def _placed(signature: Signature, labels: Sequence[str], arguments: list[Type]) -> Placed | None:
    if labels:
        places = signature.places(labels)
        if places is None:
            return None
        return [(place, arguments[place], at) for at, place in enumerate(places) if place is not None]
    if not signature.accepts(len(arguments)):
        return None
    last = len(signature.parameters) - 1
    if signature.spread == "elements":
        if len(arguments) == 1 and (arguments[0].name == LIST or is_open(arguments[0])):
            return [(0, arguments[0], 0)]
        return [(at, Type(LIST, (kind,)), 0) for at, kind in enumerate(arguments)]
    return [(at, kind, min(at, last)) for at, kind in enumerate(arguments)]


def _misfit(signature: Signature, placed: Placed) -> tuple[int, str] | None:
    for index, kind, at in placed:
        parameter = signature.parameters[at]
        if not any(fits(kind, wanted) for wanted in parameter.types):
            wanted = " or ".join(str(part) for part in parameter.types)
            return index, told(
                "word.takes",
                "takes a {wanted} as {name!r}, but this is a {kind}",
                wanted=wanted,
                name=parameter.name,
                kind=kind,
            )
    return None


def fits(kind: Type, wanted: Type) -> bool:
    """Whether an argument may go where `wanted` is declared; lists of one and single values convert."""
    if is_open(kind) or wanted.name in ("any", "T"):
        return True
    if kind.name == wanted.name:
        return kind.name != LIST or not wanted.arguments or fits(kind.element, wanted.element)
    if wanted.name == LIST:
        return fits(kind, wanted.element)
    return kind.name == LIST and fits(kind.element, wanted)


def _result(signature: Signature, placed: Placed) -> Type:
    """The declared result, with T replaced by what the arguments say."""
    found: list[Type] = []
    for _, kind, at in placed:
        for wanted in signature.parameters[at].types:
            if wanted.name == "T":
                found.append(kind)
            elif wanted.name == LIST and wanted.element.name == "T":
                found.append(kind.element if kind.name == LIST else kind)
    bound = unify(found)
    if signature.result.name == "T":
        return bound
    if signature.result.name == LIST and signature.result.element.name == "T":
        return Type(LIST, (bound,))
    return signature.result


def _usage(builtin: Builtin) -> str:
    """The signatures in words: `substring(string, start position, length)`."""
    shown = dict.fromkeys(
        f"{builtin.name}({', '.join(parameter.name for parameter in signature.parameters)})"
        for signature in builtin.signatures
    )
    return " or ".join(shown)
