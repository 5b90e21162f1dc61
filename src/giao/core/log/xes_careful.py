"""XES by an XML parser, element by element: any legal spelling, nested attributes, the log's head.

Nested attributes are flattened as `a_b`. Document types and entities are refused: no event log needs them, and
they are how XML is made to read other files or to fill the memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from giao.core.log.errors import ImportFailed
from giao.core.told import told

ATTRIBUTES = frozenset(("string", "date", "int", "float", "boolean", "id", "list", "container"))
MOST_DEPTH = 50


@dataclass
class Head:
    """What stands before the first trace."""

    extensions: list[str] = field(default_factory=list)
    classifiers: dict[str, str] = field(default_factory=dict)
    globals: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Elements:
    """Traces of a piece of a log: attributes of each trace, and of each event with its trace."""

    traces: list[dict[str, str]] = field(default_factory=list)
    events: list[dict[str, str]] = field(default_factory=list)
    trace_of: list[int] = field(default_factory=list)
    head: Head = field(default_factory=Head)


class _Reader:
    """Handlers of one parse."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found = Elements()
        self._target: dict[str, str] | None = None
        self._scope: str | None = None
        self._path: list[str] = []
        self._depth = 0
        self.closed = False

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        return parser

    def _refuse(self, *_: object) -> None:
        raise ImportFailed(
            told(
                "log.doctype",
                "{name} declares a document type or entities; giao reads none, because they can hide other "
                "files or fill the memory. Remove the <!DOCTYPE …> part if you trust the file",
                name=self.name,
            )
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise ImportFailed(
                told(
                    "log.xml_deep",
                    "{name} nests elements deeper than {most_depth}",
                    name=self.name,
                    most_depth=MOST_DEPTH,
                )
            )
        tag = tag.rsplit(":", 1)[-1]
        head = self.found.head
        if tag in ATTRIBUTES:
            self._attribute(attributes.get("key", ""), attributes.get("value"))
        elif tag == "event":
            self._target = {}
            self.found.events.append(self._target)
            self.found.trace_of.append(len(self.found.traces) - 1)
        elif tag == "trace":
            self._target = {}
            self.found.traces.append(self._target)
        elif tag == "extension":
            head.extensions.append(attributes.get("name", attributes.get("uri", "")))
        elif tag == "classifier":
            head.classifiers[attributes.get("name", "")] = attributes.get("keys", "")
        elif tag == "global":
            self._scope = attributes.get("scope", "event")
            head.globals.setdefault(self._scope, [])

    def _attribute(self, key: str, value: str | None) -> None:
        self._path.append(key)
        if self._scope is not None:
            if len(self._path) == 1:
                self.found.head.globals[self._scope].append(key)
            return
        if value is None:
            return
        target = self.found.head.attributes if self._target is None else self._target
        label = "_".join(self._path)
        name, number = label, 1
        while name in target and len(self._path) > 1:
            number += 1
            name = f"{label}_{number}"
        target[name] = value

    def _end(self, tag: str) -> None:
        self._depth -= 1
        tag = tag.rsplit(":", 1)[-1]
        if tag in ATTRIBUTES:
            self._path.pop()
        elif tag == "event":
            self._target = self.found.traces[-1] if self.found.traces else {}
        elif tag == "trace":
            self._target = None
        elif tag == "global":
            self._scope = None


def read_elements(data: bytes, name: str, *, head: bool = False) -> Elements:
    """Parse whole traces (or, with `head`, the part of the file before the first trace, which is not closed)."""
    reader = _Reader(name)
    parser = reader.parser()
    try:
        if head:
            parser.Parse(data, False)
        else:
            parser.Parse(b"<log>" + data + b"</log>", True)
    except expat.ExpatError as error:
        raise ImportFailed(
            told(
                "log.xml",
                "{name} is not well-formed XML: {said} in {where}, line {line}",
                name=name,
                said=expat.errors.messages[error.code],
                where=told("word.its_head", "its head")
                if head
                else told(
                    "word.part_after",
                    "the part after {traces} traces of this batch",
                    traces=f"{len(reader.found.traces):,}",
                ),
                line=error.lineno,
            )
        ) from error
    return reader.found
