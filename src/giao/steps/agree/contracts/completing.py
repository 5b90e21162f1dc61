"""What may be written at a place of the document: keys and values from its JSON Schema, names that the document itself
gives (clocks, calendars, service levels), activities and attributes of the log.

Pure: text, place and vocabulary in, suggestions out. The place is found by indentation and by the braces of the line at
hand, so that it works while the document is not right yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from giao.core.agreement.load import json_schema

MOST = 60
Path = tuple[str | int, ...]
_KEY = re.compile(r"""^(\s*(?:- )*)["']?([\w.\-]+)["']?\s*:(?=\s|$)""")
_WORD = re.compile(r"""["']?[\w.\- /]*$""")
_CONDITIONS = frozenset({"when", "where", "exclude", "good", "bad", "paused_while"})


@dataclass(frozen=True)
class Vocabulary:
    """What the log knows."""

    activities: Sequence[str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Name to type, as conditions read them."""
    lifecycles: Sequence[str] = ("complete", "start")


@dataclass(frozen=True)
class Suggestion:
    """`value` is shown, `insert` is written; `about` says what it is."""

    value: str
    insert: str
    about: str = ""


@dataclass(frozen=True)
class Place:
    """Where the cursor stands. `path`: of the mapping or list around it, then the key whose value is being written;
    `key`: whether a key is written, not a value; `word`: what stands before the cursor; `siblings`: keys there already."""

    path: Path
    key: bool
    word: str
    siblings: Mapping[str, str]


def suggestions(text: str, line: int, column: int, vocabulary: Vocabulary) -> list[Suggestion]:
    """For a cursor at `line` and `column` (both from 0), the fitting ones first those that begin with what is typed."""
    lines = text.split("\n")
    if not 0 <= line < len(lines):
        return []
    place = place_of(lines, line, min(column, len(lines[line])))
    found = _keys(place) if place.key else _values(place, lines, vocabulary)
    typed = place.word.strip("\"' ").lower()
    fitting = [one for one in found if typed in one.value.lower()]
    fitting.sort(key=lambda one: not one.value.lower().startswith(typed))
    return fitting[:MOST]


def place_of(lines: Sequence[str], line: int, column: int) -> Place:
    before = lines[line][:column]
    stripped = before.lstrip()
    indent = len(before) - len(stripped)
    dashes = 0
    while stripped.startswith("- "):
        stripped, dashes = stripped[2:], dashes + 1
    parents = _parents(lines, line, indent, dashes)
    frames = _braces(stripped)
    path: Path = parents
    for frame in frames[:-1]:
        path += frame.step
    last = frames[-1]
    inline = frames[0] is not last
    if last.key is not None:
        return Place(path + last.step, False, last.word, last.keys)
    if last.kind == "list":
        return Place((*path, last.count), False, last.word, {})
    siblings = last.keys if inline else _siblings(lines, line, indent + 2 * dashes)
    if not inline and dashes and ":" not in stripped and not _expects_mapping(path):
        return Place(path, False, last.word, {})
    return Place(path, True, last.word, siblings)


@dataclass
class _Frame:
    kind: str
    key: str | None = None
    word: str = ""
    count: int = 0
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def step(self) -> Path:
        if self.kind == "list":
            return (self.count,)
        return (self.key,) if self.key is not None else ()


def _braces(text: str) -> list[_Frame]:
    """The mappings and lists that are open at the end of a line's text, from the outside in."""
    frames = [_Frame("block")]
    quote, start = "", 0

    def close(end: int) -> None:
        here = frames[-1]
        here.word = text[start:end]
        if here.key is not None:
            here.keys[here.key] = here.word.strip(" \"'")

    for at, sign in enumerate(text):
        here = frames[-1]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and not text[start:at].strip():
            quote = sign
        elif sign == "#" and (at == 0 or text[at - 1] == " "):
            break
        elif sign == ":" and here.kind != "list" and here.key is None and text[at + 1 : at + 2] in (" ", ""):
            here.key, start = text[start:at].strip(" \"'"), at + 1
        elif sign in "{[" and not text[start:at].strip():
            frames.append(_Frame("mapping" if sign == "{" else "list"))
            start = at + 1
        elif sign == "," and len(frames) > 1:
            close(at)
            here.count += here.kind == "list"
            here.key, start = (None if here.kind != "list" else here.key), at + 1
        elif sign in "}]" and len(frames) > 1:
            close(at)
            frames.pop()
            start = at + 1
    frames[-1].word = text[start:].lstrip()
    return frames


def _parents(lines: Sequence[str], line: int, indent: int, dashes: int) -> Path:
    """Keys of the lines above that hold this one, by indentation; list items by their number."""
    path: list[str | int] = []
    limit = indent + (1 if dashes else 0)
    if dashes:
        path.insert(0, _item_number(lines, line, indent))
    for above in range(line - 1, -1, -1):
        text = lines[above]
        stripped = text.lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        own = len(text) - len(stripped)
        inner = own
        rest = stripped
        while rest.startswith("- "):
            rest, inner = rest[2:], inner + 2
        if inner >= limit and not (inner > own and own < limit):
            continue
        key = _KEY.match(text)
        if inner > own and own < limit <= inner:
            # the first key of a list item: the item itself is a parent
            path.insert(0, _item_number(lines, above, own))
            limit = own + 1
            continue
        if key is None:
            if inner > own and own < limit:
                path.insert(0, _item_number(lines, above, own))
                limit = own + 1
            continue
        if inner > own:  # ``- key:`` above something deeper: its key and then the item
            path.insert(0, key[2])
            path.insert(0, _item_number(lines, above, own))
            limit = own + 1
            continue
        path.insert(0, key[2])
        limit = own
        if own == 0:
            break
    return tuple(path)


def _item_number(lines: Sequence[str], line: int, indent: int) -> int:
    count = 0
    for above in range(line - 1, -1, -1):
        stripped = lines[above].lstrip()
        own = len(lines[above]) - len(stripped)
        if not stripped or stripped.startswith("#") or own > indent:
            continue
        if own < indent or not stripped.startswith("- "):
            break
        count += 1
    return count


def _siblings(lines: Sequence[str], line: int, indent: int) -> dict[str, str]:
    """Keys with their values on the same level, above and below."""
    found: dict[str, str] = {}
    for step in (-1, 1):
        at = line + step
        while 0 <= at < len(lines):
            text = lines[at]
            bare = re.sub(r"- ", "  ", text, count=1) if text.lstrip().startswith("- ") else text
            stripped = bare.lstrip()
            if stripped and not stripped.startswith("#"):
                own = len(bare) - len(stripped)
                if own < indent:
                    break
                key = _KEY.match(bare)
                if own == indent and key:
                    found[key[2]] = bare[key.end() :].strip(" \"'")
                    if text is not bare and step == -1:
                        break
                elif own == indent:
                    break
            at += step
            if 0 <= at < len(lines) and step == 1 and lines[at].lstrip().startswith("- "):
                break
    return found


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return json_schema()


def _resolved(node: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The node and every alternative that it names."""
    if "$ref" in node:
        yield from _resolved(_schema()["$defs"][node["$ref"].rsplit("/", 1)[1]])
        return
    yield node
    for kind in ("anyOf", "oneOf", "allOf"):
        for part in node.get(kind, ()):
            yield from _resolved(part)


def _nodes(path: Path, siblings: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Every part of the schema that may stand at a path. Among kinds that exclude each other, the siblings' `kind` decides."""
    here: list[Mapping[str, Any]] = list(_resolved(_schema()))
    for part in path:
        below: list[Mapping[str, Any]] = []
        for node in here:
            if isinstance(part, int):
                if "items" in node:
                    below += _resolved(node["items"])
            elif part in node.get("properties", {}):
                below += _resolved(node["properties"][part])
            elif isinstance(node.get("additionalProperties"), dict):
                below += _resolved(node["additionalProperties"])
        here = below
    kind = siblings.get("kind")
    if kind:
        of_kind = [node for node in here if kind in _constants(node.get("properties", {}).get("kind", {}))]
        here = of_kind or here
    return here


def _expects_mapping(path: Path) -> bool:
    return any("properties" in node for node in _nodes(path, {}))


def _constants(node: Mapping[str, Any]) -> list[str]:
    found = []
    for one in _resolved(node) if node else ():
        found += [one["const"]] if "const" in one else list(one.get("enum", ()))
    return [str(value) for value in found]


def _keys(place: Place) -> list[Suggestion]:
    found: dict[str, Suggestion] = {}
    needed = set()
    for node in _nodes(place.path, place.siblings):
        needed |= set(node.get("required", ()))
        for name, spec in node.get("properties", {}).items():
            if name not in place.siblings and name not in found:
                about = next((str(one["description"]) for one in _resolved(spec) if "description" in one), "")
                found[name] = Suggestion(name, f"{name}: ", about)
    return sorted(found.values(), key=lambda one: one.value not in needed)


def _values(place: Place, lines: Sequence[str], vocabulary: Vocabulary) -> list[Suggestion]:
    named = [part for part in place.path if isinstance(part, str)]
    key = named[-1] if named else ""
    found = [
        Suggestion(value, written(value)) for node in _nodes(place.path, {}) for value in _constants(node)
    ]
    if any(node.get("type") == "boolean" for node in _nodes(place.path, {})):
        found += [Suggestion("true", "true"), Suggestion("false", "false")]
    if key in _CONDITIONS:
        words = place.word
        inside = words[:1] in ("'", '"')
        found += [
            Suggestion(name, name if inside or words else f"'{name} '", kind)
            for name, kind in vocabulary.attributes.items()
        ]
    elif key in ("activity", "order") or (
        key in ("start", "stop", "received", "delivered", "cancelled", "from", "until", "of")
        and "kpis" not in named[:1]
    ):
        found += [Suggestion(name, written(name)) for name in vocabulary.activities]
    elif key == "lifecycle":
        found += [Suggestion(name, name) for name in vocabulary.lifecycles]
    elif key in ("by", "weigh", "cause", "sum"):
        found += [Suggestion(name, name, kind) for name, kind in vocabulary.attributes.items()]
    elif key == "of" and named[:1] == ["kpis"]:
        found += [Suggestion(name, name) for name in ("received", "delivered", "cancelled")]
    elif key == "zone":
        found += [Suggestion(name, name) for name in sorted(available_timezones())]
    elif key in ("clock", "calendar", "obligations"):
        part = {"clock": "clocks", "calendar": "calendars"}.get(key, key)
        found += [Suggestion(name, name) for name in names_in(lines, part)]
    return list(dict.fromkeys(found))


def names_in(lines: Sequence[str], part: str) -> list[str]:
    """The names that a top-level part of the document gives: its keys, or the `name` of its items."""
    found, inside, level = [], False, None
    for text in lines:
        stripped = text.lstrip()
        own = len(text) - len(stripped)
        if not stripped or stripped.startswith("#"):
            continue
        if own == 0 and not stripped.startswith("- "):
            inside = stripped.startswith(f"{part}:")
            level = None
        elif inside:
            named = re.match(r"- \{?\s*name: *([\w.\-]+)", stripped)
            key = _KEY.match(text)
            if named:
                found.append(named[1])
            elif key and level in (None, own) and not stripped.startswith("- "):
                level = own
                found.append(key[2])
    return found


def written(value: str) -> str:
    """As a YAML value that may stand in one line with others."""
    return (
        value
        if re.fullmatch(r"[\w][\w \-./]*", value) and value.lower() not in ("yes", "no", "on", "off")
        else f'"{value}"'
    )
