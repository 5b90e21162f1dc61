"""DMN models of the TCK as plain FEEL: every boxed expression becomes the text that means the same.

Reads a `.dmn` file into decisions, each a list of definitions to evaluate first and one text. What has no such text
(decision tables, imports) raises Untranslatable with the name of its group.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

Element = Any


class Untranslatable(Exception):
    """The group a case belongs to when it cannot be written as FEEL text."""


def tag(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def kids(element: Element, *names: str) -> list[Element]:
    return [child for child in element if tag(child) in names]


def kid(element: Element, *names: str) -> Element | None:
    found = kids(element, *names)
    return found[0] if found else None


BOXED = (
    "literalExpression", "context", "invocation", "functionDefinition", "list", "relation", "conditional", "filter",
    "for", "some", "every", "decisionTable",
)  # fmt: skip


@dataclass
class Model:
    """One `.dmn` file: elements by id, types by name, all names in scope."""

    path: Path
    root: Element
    by_id: dict[str, Element] = field(default_factory=dict)
    types: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> Model:
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        model = cls(path, root)
        for element in root.iter("{*}*"):
            if element.get("id"):
                model.by_id[element.get("id")] = element
            if element.get("name") and tag(element) in (
                "inputData", "decision", "businessKnowledgeModel", "decisionService", "itemComponent", "variable",
            ):  # fmt: skip
                model.names.add(element.get("name"))
        for item in kids(root, "itemDefinition"):
            model.types[item.get("name")] = item_type(item)
        return model

    def top(self, name: str) -> Element:
        for element in kids(self.root, "decision", "decisionService", "businessKnowledgeModel"):
            if element.get("name") == name:
                return element
        raise Untranslatable("no such element")

    def definitions(self, element: Element) -> list[list[Any]]:
        """What the element requires, dependencies first: `[name, text, type, kind]`."""
        found: dict[str, list[Any]] = {}
        self._collect(element, found, {element.get("id")})
        return list(found.values())

    def _collect(self, element: Element, found: dict[str, list[Any]], seen: set[str]) -> None:
        for requirement in kids(element, "informationRequirement", "knowledgeRequirement"):
            for target in kids(requirement, "requiredDecision", "requiredKnowledge"):
                href = target.get("href", "")
                if "#" not in href or not href.startswith("#"):
                    href = "#" + href.rpartition("#")[2] if href.rpartition("#")[2] in self.by_id else href
                if not href.startswith("#"):
                    raise Untranslatable("import")
                required = self.by_id.get(href[1:])
                if required is None:
                    raise Untranslatable("import")
                if href in seen or required.get("name") in found:
                    continue
                seen.add(href)
                self._collect(required, found, seen)
                found[required.get("name")] = self.definition(required)

    def definition(self, element: Element) -> list[Any]:
        kind = {"decision": "value", "businessKnowledgeModel": "function", "decisionService": "function"}[
            tag(element)
        ]
        return [element.get("name"), self.text_of(element), type_reference(element), kind]

    def text_of(self, element: Element) -> str:
        if tag(element) == "decision":
            body = kid(element, *BOXED)
            if body is None:
                raise Untranslatable("no expression")
            return self.text(body)
        if tag(element) == "businessKnowledgeModel":
            logic = kid(element, "encapsulatedLogic")
            if logic is None:
                raise Untranslatable("no expression")
            return self.function_text(logic)
        return self.service_text(element)

    def service_text(self, service: Element) -> str:
        """A decision service: a function of its inputs whose body is a context of its decisions."""
        inputs, inside, outputs = [], [], []
        for child in kids(service, "inputDecision", "inputData", "encapsulatedDecision", "outputDecision"):
            element = self.by_id.get(child.get("href", "").lstrip("#"))
            if element is None:
                raise Untranslatable("import")
            if tag(child) in ("inputDecision", "inputData"):
                inputs.append(element)
            elif tag(child) == "encapsulatedDecision":
                inside.append(element)
            else:
                outputs.append(element)
        # The standard's order of parameters: input data, then input decisions.
        inputs.sort(key=lambda element: tag(element) == "decision")
        given = {element.get("name") for element in inputs}
        entries: dict[str, str] = {}
        for element in [*inside, *outputs]:
            for name, text, _, _ in self.definitions_within(element, given):
                entries.setdefault(name, text)
            entries.setdefault(element.get("name"), self.text_of(element))
        parameters = ", ".join(self.parameter(element) for element in inputs)
        body = ", ".join(f"{quoted(name)}: {text}" for name, text in entries.items())
        if len(outputs) == 1:
            return f"function({parameters}) {{{body}}}.{outputs[0].get('name')}"
        result = ", ".join(f"{quoted(element.get('name'))}: {element.get('name')}" for element in outputs)
        return f'function({parameters}) {{{body}, "the result": {{{result}}}}}.the result'

    def definitions_within(self, element: Element, given: set[str]) -> list[list[Any]]:
        return [entry for entry in self.definitions(element) if entry[0] not in given]

    def parameter(self, element: Element) -> str:
        kind = type_reference(element)
        return element.get("name") + (f": {kind}" if kind else "")

    def function_text(self, element: Element) -> str:
        kind = element.get("kind", "FEEL")
        parameters = ", ".join(
            part.get("name") + (f": {plain(part.get('typeRef'))}" if part.get("typeRef") else "")
            for part in kids(element, "formalParameter")
        )
        body = kid(element, *BOXED)
        if body is None:
            raise Untranslatable("no expression")
        return f"(function({parameters}) {'external ' if kind != 'FEEL' else ''}{self.text(body)})"

    def text(self, element: Element) -> str:
        name = tag(element)
        if name == "literalExpression":
            if kid(element, "importedValues") is not None:
                raise Untranslatable("import")
            return "(" + (element.findtext("{*}text") or "") + "\n)"
        if name == "decisionTable":
            raise Untranslatable("decision table")
        if name == "functionDefinition":
            return self.function_text(element)
        return getattr(self, f"_{name}")(element)  # type: ignore[no-any-return]

    def _child(self, element: Element) -> str:
        body = kid(element, *BOXED)
        if body is None:
            raise Untranslatable("no expression")
        return self.text(body)

    def _part(self, element: Element, name: str) -> str:
        part = kid(element, name)
        if part is None:
            raise Untranslatable("no expression")
        return self._child(part)

    def _context(self, element: Element) -> str:
        entries, result = [], None
        for entry in kids(element, "contextEntry"):
            variable = kid(entry, "variable")
            text = self._child(entry)
            if variable is None:
                result = text
            else:
                entries.append(f"{quoted(variable.get('name'))}: {text}")
        if result is None:
            return "{" + ", ".join(entries) + "}"
        return "{" + ", ".join([*entries, f'"the result": {result}']) + "}.the result"

    def _invocation(self, element: Element) -> str:
        bindings = ", ".join(
            f"{kid(binding, 'parameter').get('name')}: {self._child(binding)}"
            for binding in kids(element, "binding")
        )
        function = (element.findtext("{*}literalExpression/{*}text") or "").strip()
        return f"{function}({bindings})"

    def _list(self, element: Element) -> str:
        return "[" + ", ".join(self.text(child) for child in kids(element, *BOXED)) + "]"

    def _relation(self, element: Element) -> str:
        columns = [column.get("name") for column in kids(element, "column")]
        rows = []
        for row in kids(element, "row"):
            cells = [self.text(cell) for cell in kids(row, *BOXED)]
            rows.append(
                "{" + ", ".join(f"{quoted(a)}: {b}" for a, b in zip(columns, cells, strict=True)) + "}"
            )
        return "[" + ", ".join(rows) + "]"

    def _conditional(self, element: Element) -> str:
        condition, then, otherwise = (self._part(element, name) for name in ("if", "then", "else"))
        return f"(if {condition} then {then} else {otherwise})"

    def _filter(self, element: Element) -> str:
        return f"({self._part(element, 'in')})[{self._part(element, 'match')}]"

    def _for(self, element: Element) -> str:
        name = element.get("iteratorVariable")
        return f"(for {name} in {self._part(element, 'in')} return {self._part(element, 'return')})"

    def _some(self, element: Element) -> str:
        name = element.get("iteratorVariable")
        kind = tag(element)
        return f"({kind} {name} in {self._part(element, 'in')} satisfies {self._part(element, 'satisfies')})"

    _every = _some


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def plain(reference: str | None) -> str | None:
    """A type reference without prefix."""
    if reference is None:
        return None
    head, _, rest = reference.partition(":")
    return rest if rest and head in ("feel", "tns", "xsd") else reference


def type_reference(element: Element) -> str | None:
    """The type of an element's variable, else of its literal expression."""
    variable = kid(element, "variable")
    if variable is not None and variable.get("typeRef"):
        return plain(variable.get("typeRef"))
    body = element.find("{*}encapsulatedLogic/{*}literalExpression")
    body = element.find("{*}literalExpression") if body is None else body
    return plain(body.get("typeRef")) if body is not None else None


def item_type(item: Element) -> dict[str, Any]:
    """An item definition as data: base or members or function, whether a list."""
    found: dict[str, Any] = {}
    if item.get("isCollection") == "true":
        found["list"] = True
    base = item.findtext("{*}typeRef")
    if base:
        found["base"] = plain(base.strip())
    members = {part.get("name"): item_type(part) for part in kids(item, "itemComponent")}
    if members:
        found["members"] = members
    if kid(item, "functionItem") is not None:
        found["base"] = "function"
    return found
