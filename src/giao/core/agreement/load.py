"""Read agreements from YAML or JSON into typed models, with every fault placed by line and path.

YAML is read as YAML 1.2 core: `NO` is a country, not false; `15:00` a time, not 900; `6.20` an exact decimal.
A file may hold several versions, separated by `---`; the later ones name `effective`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import DocumentErrors, Fault
from giao.core.told import Told, told

_INT = re.compile(r"^[-+]?\d+$")
_DECIMAL = re.compile(r"^[-+]?(\d+\.\d*|\.\d+|\d+[eE][-+]?\d+|\d+\.\d*[eE][-+]?\d+)$")
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = {"", "~", "null", "Null", "NULL"}
MAX_NODES = 200_000
"""Bound on the nodes of one document: aliases may multiply (a "billion laughs"), contracts do not."""

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Read:
    """A parsed YAML document: plain values, and where each stands (line, column from 1) by path."""

    value: Any
    places: Mapping[Path_, tuple[int, int]]


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.places: dict[Path_, tuple[int, int]] = {}
        self.faults: list[Fault] = []
        self.nodes = 0

    def read(self, node: yaml.Node, path: Path_) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise DocumentErrors(
                [
                    Fault(
                        told(
                            "load.too_many",
                            "more than {most} values: aliases multiply without end?",
                            most=MAX_NODES,
                        )
                    )
                ],
                self.source,
            )
        self.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _text(key_node.value) if isinstance(key_node, yaml.ScalarNode) else str(key_node)
            place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in found:
                self.faults.append(
                    Fault(
                        told("load.twice", "{key!r} stands twice; keep one of them", key=key),
                        _dotted((*path, key)),
                        *place,
                    )
                )
            self.places[(*path, key)] = place
            found[key] = self.read(value_node, (*path, key))
        return found


_LONG = 40
"""Digits from which a number is no integer that anybody means; as a decimal it is refused with a sentence."""


def _text(written: str) -> str:
    """Text with the pairs of surrogates joined that JSON writes for characters beyond U+FFFF (``\\ud83d\\ude00``)."""
    if written.isascii() or not any("\ud800" <= char <= "\udfff" for char in written):
        return written
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _scalar(node: yaml.Node) -> Any:
    text = _text(node.value)
    if getattr(node, "style", None) is not None:
        return text
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if _INT.match(text) and not (len(text) > 1 and text.startswith("0")) and len(text) < _LONG:
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    return text


def read_yaml(text: str, source: str = "agreement") -> list[Read]:
    """Every document of a YAML (or JSON) text, with places. Raises DocumentErrors on a syntax fault."""
    try:
        nodes = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (None, None)
        said = error.problem or told("word.unreadable", "cannot be read")
        raise DocumentErrors(
            [
                Fault(
                    told("load.not_yaml", "not valid YAML: {said}; check indentation and quotes", said=said),
                    "",
                    *where,
                )
            ],
            source,
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentErrors(
            [
                Fault(
                    told(
                        "load.not_yaml_plain",
                        "not valid YAML: {said}",
                        said=str(error) or told("word.too_deep", "nested too deep"),
                    )
                )
            ],
            source,
        ) from None
    documents = []
    for node in nodes:
        if node is None:
            continue
        reader = _Reader(source)
        try:
            value = reader.read(node, ())
        except RecursionError:
            raise DocumentErrors(
                [Fault(told("load.too_deep", "nested too deep, or an alias contains itself"))], source
            ) from None
        if reader.faults:
            raise DocumentErrors(reader.faults, source)
        documents.append(Read(value, reader.places))
    return documents


def parse_agreement(text: str, source: str = "agreement") -> list[Agreement]:
    """Every version in a text, in order of effect. Raises DocumentErrors listing every fault found."""
    documents = read_yaml(text, source)
    if not documents:
        raise DocumentErrors(
            [Fault(told("load.empty", "the document is empty; start with 'giao: 1' and 'name: …'"))], source
        )
    versions: list[Agreement] = []
    faults: list[Fault] = []
    for document in documents:
        try:
            versions.append(Agreement.model_validate(document.value))
        except ValidationError as error:
            faults.extend(_fault(item, document) for item in _untangled(error.errors(include_url=False)))
    if faults:
        raise DocumentErrors(sorted(set(faults), key=lambda f: (f.line or 0, f.path)), source)
    return _in_order(versions, documents, source)


def places_of(text: str, source: str = "agreement") -> Mapping[Path_, tuple[int, int]]:
    """Line and column (from 1) of every path; of several versions the first that has the path."""
    found: dict[Path_, tuple[int, int]] = {}
    for document in read_yaml(text, source):
        for path, place in document.places.items():
            found.setdefault(path, place)
    return found


def load_agreement(path: str | Path) -> list[Agreement]:
    """Every version in a file, or in every .yaml/.yml/.json file of a folder."""
    place = Path(path)
    if place.is_dir():
        files = sorted(file for file in place.iterdir() if file.suffix in (".yaml", ".yml", ".json"))
        text = "\n---\n".join(file.read_text(encoding="utf-8") for file in files)
        return parse_agreement(text, str(place))
    try:
        return parse_agreement(place.read_text(encoding="utf-8-sig"), place.name)
    except FileNotFoundError:
        raise DocumentErrors(
            [Fault(told("load.no_file", "no such file; check the path"))], str(place)
        ) from None
    except UnicodeDecodeError as error:
        raise DocumentErrors(
            [
                Fault(
                    told(
                        "load.not_utf8",
                        "not UTF-8 at byte {start}; save the file as UTF-8",
                        start=error.start,
                    )
                )
            ],
            place.name,
        ) from None


def json_schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12) of one version of the document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Agreement.model_json_schema(by_alias=True),
    }


def _in_order(versions: list[Agreement], documents: list[Read], source: str) -> list[Agreement]:
    faults = []
    ordered = sorted(versions, key=lambda version: version.starts)
    for before, after in itertools.pairwise(ordered):
        if before.starts == after.starts:
            faults.append(
                Fault(
                    told(
                        "load.same_day",
                        "two versions take effect on {starts}; give the later one its own 'effective' date",
                        starts=after.starts,
                    )
                )
            )
        if before.name != after.name or before.currency != after.currency:
            faults.append(
                Fault(
                    told(
                        "load.other_name",
                        "versions of one agreement keep name and currency: {name!r} and {other!r}",
                        name=before.name,
                        other=after.name,
                    )
                )
            )
    if faults:
        raise DocumentErrors(faults, source)
    return ordered


def _dotted(path: Path_) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@lru_cache(maxsize=1)
def _tags() -> frozenset[str]:
    """Names that pydantic puts into an error's path for a branch of a union; they are not in the document."""
    schema = json_schema()
    kinds = {
        "fixed",
        "per_unit",
        "arc_rrc",
        "fte",
        "time_and_materials",
        "outcome",
        "gain_share",
        "pass_through",
    }
    kinds |= {
        "one_off",
        "minimum_of",
        "share_in_target",
        "mean",
        "percentile",
        "rate",
        "sampled_rate",
        "volume",
    }
    kinds |= {"backlog", "score", "ratio", "availability", "duty", "composite"}
    return frozenset(schema["$defs"]) | kinds


def _place(location: tuple[str | int, ...], document: Read) -> tuple[Path_, tuple[int, int] | None]:
    """The longest part of a pydantic location that stands in the document, leaving out union branches."""
    path: Path_ = ()
    here: Any = document.value
    for part in location:
        inside = here[part : part + 1] if isinstance(here, list) and isinstance(part, int) else []
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif inside:
            here = inside[0]
        elif (
            isinstance(part, str)
            and isinstance(here, dict)
            and part not in _tags()
            and re.match(r"^\w+$", part)
        ):
            return (*path, part), document.places.get(path)
        else:
            continue
        path = (*path, part)
    return path, document.places.get(path)


def _untangled(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Of the faults of several union branches at one place keep those of the branch that got furthest."""
    best: dict[tuple[Any, ...], int] = {}
    for error in errors:
        for cut in range(len(error["loc"])):
            key = error["loc"][:cut]
            best[key] = max(best.get(key, 0), len(error["loc"]))
    kept = []
    for error in errors:
        is_branch = any(
            isinstance(part, str) and ("function-" in part or part in _tags()) for part in error["loc"][:-1]
        )
        if is_branch or best.get(error["loc"], 0) == 0:
            kept.append(error)
    return kept


def _fault(error: ErrorDetails, document: Read) -> Fault:
    path, place = _place(error["loc"], document)
    kind, found = error["type"], error.get("input")
    shown = repr(found)[:80]
    message: str
    if kind == "missing":
        name = error["loc"][-1]
        message = told("load.missing", "{name!r} is missing here; add it", name=name)
    elif kind == "extra_forbidden":
        message = told(
            "load.extra",
            "{name!r} is not known here; {hint}",
            name=error["loc"][-1],
            hint=_nearest(str(error["loc"][-1])),
        )
    elif kind == "value_error":
        message = str(error.get("ctx", {}).get("error", error["msg"]))
    elif kind == "literal_error":
        message = told(
            "load.literal",
            "found {shown}, expected {expected}",
            shown=shown,
            expected=_choices(error.get("ctx", {}).get("expected", "")),
        )
    else:
        said = Told(error["msg"][0].lower() + error["msg"][1:], f"form.{kind}", error.get("ctx"))
        message = told("load.form", "found {shown}, {said}", shown=shown, said=said)
    return Fault(message, _dotted(path), *(place or (None, None)))


def _choices(written: str) -> str:
    """Choices as pydantic writes them, ``'a', 'b' or 'c'``."""
    others, _, last = written.rpartition(" or ")
    if others:
        return told("word.choices", "{others} or {last}", others=others, last=last)
    return last or told("word.another_value", "another value")


@lru_cache(maxsize=1)
def _known() -> tuple[str, ...]:
    names: set[str] = set()
    schema = json_schema()
    for part in [schema, *schema["$defs"].values()]:
        names |= set(part.get("properties", {}))
    return tuple(sorted(names))


def _nearest(name: str) -> str:
    import difflib

    close = difflib.get_close_matches(name, _known(), n=1, cutoff=0.6)
    return (
        told("word.did_you_mean_quoted", "did you mean {close!r}?", close=close[0])
        if close
        else told("word.see_schema", "remove it or see the JSON Schema (giao check --schema)")
    )
