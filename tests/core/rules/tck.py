"""The DMN TCK, run and measured.

`python -m tests.core.rules.tck FOLDER` reads the TCK's folder, writes `tests/data/feel/tck.json` (expressions,
definitions, inputs, expected values) and `tests/data/feel/tck_cases.json` (case, result, group of each
miss), and prints the shares. `run(data)` evaluates such data; the test of a fresh clone uses it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from giao.core.rules import Function, RuleError, compile_rule
from giao.core.rules.nodes import TypeNode
from giao.core.rules.parser import parse_type
from giao.core.rules.scalar.functions import coerced, type_is_known, type_test
from giao.core.rules.temporal import read_literal
from giao.core.rules.values import kind_of
from giao.core.rules.wording import text_of

DATA = Path(__file__).parents[2] / "data" / "feel"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


# ---- from the TCK's files to data -------------------------------------------------------------------------------------


def encoded(element: Any) -> Any:
    """A value of the test file as JSON: numbers `{"n": …}`, temporal `{"@": …}`, contexts `{"c": …}`, the rest plain."""
    from tests.core.rules.tck_model import kid, kids

    if element is None or element.get(NIL) == "true":
        return None
    members = kids(element, "component")
    if members:
        return {"c": {part.get("name"): encoded(part) for part in members}}
    items = kid(element, "list")
    if items is not None:
        return [encoded(item) for item in kids(items, "item")]
    value = kid(element, "value")
    if value is None or value.get(NIL) == "true":
        return None
    text = value.text or ""
    kind = (value.get(XSI_TYPE) or "xsd:string").rpartition(":")[2]
    if kind in ("decimal", "double", "integer", "int", "float", "long"):
        return {"n": text.strip()}
    if kind == "boolean":
        return text.strip() == "true"
    if kind in ("date", "time", "dateTime", "duration", "dayTimeDuration", "yearMonthDuration"):
        return {"@": text.strip()}
    return text


def extract(folder: Path) -> dict[str, Any]:
    """All cases of the TCK below `folder` whose result is a decision: text where there is one, else the group."""
    from lxml import etree
    from tests.core.rules.tck_model import Model, Untranslatable, kid, kids, tag, type_reference

    models: dict[str, Any] = {}
    cases: list[dict[str, Any]] = []
    for path in sorted(folder.glob("compliance-level-*/*/*.xml")):
        tests = etree.parse(path).getroot()
        name = (tests.findtext("{*}modelName") or "").strip()
        model_path = path.parent / name
        if not model_path.exists():
            model_path = next(iter(path.parent.glob("*.dmn")))
        model = Model.read(model_path)
        key = (
            f"{path.parent.name}/{model_path.stem}"
            if model_path.stem != path.parent.name
            else path.parent.name
        )
        entry = models.setdefault(
            key, {"names": sorted(model.names), "types": model.types, "inputs": {}, "decisions": {}}
        )
        for data in kids(model.root, "inputData"):
            entry["inputs"][data.get("name")] = type_reference(data)
        for case in kids(tests, "testCase"):
            inputs = {part.get("name"): encoded(part) for part in kids(case, "inputNode")}
            for result in kids(case, "resultNode"):
                goal = result.get("name")
                record: dict[str, Any] = {"id": f"{key}#{case.get('id')}#{goal}", "model": key, "goal": goal}
                if inputs:
                    record["inputs"] = inputs
                record["expected"] = encoded(kid(result, "expected"))
                try:
                    if case.get("type") == "decisionService" or result.get("type") == "decisionService":
                        raise Untranslatable("decision service as result")
                    element = model.top(goal)
                    literal = tag(element) == "decision" and kid(element, "literalExpression") is not None
                    record["kind"] = "literal" if literal else "boxed"
                    if goal not in entry["decisions"]:
                        entry["decisions"][goal] = [*model.definitions(element), model.definition(element)]
                except Untranslatable as reason:
                    record.setdefault("kind", "boxed")
                    record["group"] = str(reason)
                cases.append(record)
    return {"models": models, "cases": cases}


# ---- running data -----------------------------------------------------------------------------------------------------


def decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if isinstance(value, dict):
        if "n" in value:
            return Decimal(value["n"])
        if "@" in value:
            return read_literal(value["@"])
        return {key: decoded(item) for key, item in value["c"].items()}
    return value


def type_tests(types: dict[str, Any]) -> dict[str, Callable[[Any], bool]]:
    """The model's own types as tests of values; allowed values are no part of a type (0070, number_013)."""
    tests: dict[str, Callable[[Any], bool]] = {}

    def one(definition: dict[str, Any]) -> Callable[[Any], bool]:
        members = {name: one(part) for name, part in definition.get("members", {}).items()}
        node: TypeNode | None = parse_type(definition["base"], types) if definition.get("base") else None

        def single(value: Any) -> bool:
            if members:
                if kind_of(value) != "context":
                    return False
                return all(
                    name in value and (value[name] is None or test(value[name]))
                    for name, test in members.items()
                )
            return node is None or type_test(node, tests)(value)

        if definition.get("list"):
            return lambda value: (
                kind_of(value) == "list" and all(item is None or single(item) for item in value)
            )
        return single

    for name, definition in types.items():
        tests[name] = one(definition)
    return tests


def as_type(value: Any, name: str | None, tests: dict[str, Callable[[Any], bool]]) -> Any:
    if name is None or value is None:
        return value
    node = parse_type(name, tests)
    return coerced(value, type_test(node, tests)) if type_is_known(node, tests) else value


def evaluate(case: dict[str, Any], models: dict[str, Any]) -> Any:
    """The value of a case's decision; a rule that cannot be read has none."""
    model = models[case["model"]]
    if "tests" not in model:
        model["tests"] = type_tests(model["types"])
    tests = model["tests"]
    context: dict[str, Any] = dict.fromkeys(model["inputs"])
    for name, value in case.get("inputs", {}).items():
        context[name] = as_type(decoded(value), model["inputs"].get(name), tests)
    value: Any = None
    definitions = model["decisions"][case["goal"]]
    for name, text, kind, role in definitions:
        last = name == case["goal"]
        if name in case.get("inputs", {}) and not last:
            continue  # the test gives this decision's value itself
        try:
            value = compile_rule(text, [*model["names"], *model["types"]], types=tests).evaluate(context)
        except RuleError:
            value = None
        if role == "function" and isinstance(value, Function):
            value = typed_function(value, kind, tests)
        else:
            value = as_type(value, kind, tests)
        context[name] = value
    return value


def typed_function(function: Function, kind: str | None, tests: dict[str, Callable[[Any], bool]]) -> Function:
    call = function.call
    return Function(function.name, function.parameters, lambda values: as_type(call(values), kind, tests))


def same(actual: Any, expected: Any) -> bool:
    """Equal as the TCK's own runners compare: numbers to 8 digits, the rest exactly (zones included)."""
    if isinstance(expected, Decimal) and isinstance(actual, Decimal):
        return abs(actual - expected) <= Decimal("1e-8") * max(abs(expected), 1)
    if kind_of(actual) != kind_of(expected):
        return False
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(same(a, b) for a, b in zip(actual, expected, strict=True))
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(same(actual[key], expected[key]) for key in expected)
    return actual == expected and (expected is None or text_of(actual) == text_of(expected))


def run(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Each case with `pass` and, for misses, what came instead."""
    results = []
    for case in data["cases"]:
        record = {"id": case["id"], "kind": case["kind"], "pass": False}
        if "group" in case:
            record["group"] = case["group"]
        else:
            actual = evaluate(case, data["models"])
            record["pass"] = same(actual, decoded(case["expected"]))
            if not record["pass"]:
                record["got"] = "null" if actual is None else text_of(actual)[:80]
        results.append(record)
    return results


def group_of(case: dict[str, Any]) -> str:
    """The name of the group that a wrong value belongs to."""
    return "external Java functions" if "external-java" in case["model"] else "wrong value"


def main(folder: Path) -> None:
    data = extract(folder)
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
    results = run(data)
    by_id = {case["id"]: case for case in data["cases"]}
    for kind in ("literal", "boxed"):
        own = [result for result in results if result["kind"] == kind]
        passed = sum(result["pass"] for result in own)
        print(f"{kind}: {passed} of {len(own)} = {passed / max(1, len(own)):.1%}")
    print(Counter(result.get("group", "wrong value") for result in results if not result["pass"]))
    for result in results:
        if not result["pass"] and "group" not in result:
            case = by_id[result["id"]]
            text = data["models"][case["model"]]["decisions"][case["goal"]][-1][1]
            result["group"] = group_of(case)
            print(
                result["id"], " ".join(text.split())[:150], "| got", result["got"], "| want", case["expected"]
            )
    (DATA / "tck.json").write_text(written)
    lines = ",\n".join(json.dumps(result, ensure_ascii=False) for result in results)
    (DATA / "tck_cases.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
