"""The agreement as a form: the values that people agree on, each bound to its place in the document.

The document is the truth: fields are read from it, and a changed field changes only its own place (`amending`). What the
form does not know stays in the document as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from giao.steps.agree.contracts.amending import Path, amended
from giao.ui.templatetags.giao import in_words

_SPAN = re.compile(r"(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)")


@dataclass(frozen=True)
class Field:
    """`name` in the form; `value` as it is shown; `kind`: text, date, hours, zone, country or currency."""

    name: str
    path: Path
    label: str
    value: str
    kind: str = "text"
    hint: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    fields: tuple[Field, ...]


def form_of(text: str) -> list[Group]:
    """Groups with at least one field; nothing when the text cannot be read as a mapping."""
    try:
        document = yaml.load(text, Loader=_Texts)  # noqa: S506  a safe loader that keeps every scalar as its text
    except yaml.YAMLError:
        return []
    if not isinstance(document, dict):
        return []
    groups = (
        (_("Parties and term"), _parties(document)),
        (_("Calendars and holidays"), _calendars(document)),
        (_("Targets"), _targets(document)),
        (_("Service levels"), _levels(document)),
        (_("Credits"), _credits(document)),
        (_("Prices"), _prices(document)),
    )
    return [Group(title, found) for title, fields in groups if (found := tuple(fields))]


def filled(text: str, posted: Mapping[str, str]) -> str:
    """The text with the fields that differ from what was posted. An emptied field is left as it was."""
    changes: dict[Path, Any] = {}
    for group in form_of(text):
        for field in group.fields:
            value = posted.get(field.name, field.value).strip()
            if not value or value == field.value:
                continue
            if field.kind == "hours":
                spans = [list(pair) for pair in _SPAN.findall(value)]
                if spans or value == "24x7":
                    changes[field.path] = spans or value
            else:
                changes[field.path] = value
    return amended(text, changes) if changes else text


class _Texts(yaml.SafeLoader):
    """Every scalar as it is written: ``95%``, ``6.20``, ``2026-01-01``."""


_Texts.yaml_implicit_resolvers = {}


def _field(document: Any, path: Path, label: str, kind: str = "text", hint: str = "") -> Iterator[Field]:
    """The field of a scalar that is there, else nothing."""
    here = document
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(here, str):
        yield Field(_name(path), path, label, here, kind, hint)


def _name(path: Path) -> str:
    return "field:" + "/".join(str(part) for part in path)


def _parties(document: dict[str, Any]) -> Iterator[Field]:
    for language in ("en", "vi"):
        yield from _field(document, ("title", language), _("Title") + f" ({language})")
    for side, words in (("client", _("Client")), ("vendor", _("Vendor"))):
        yield from _field(document, ("parties", side, "name"), words)
        yield from _field(
            document, ("parties", side, "country"), _("%(party)s: country") % {"party": words}, "country"
        )
    yield from _field(document, ("term", "start"), _("First day"), "date")
    yield from _field(document, ("term", "end"), _("Last day"), "date")
    yield from _field(document, ("currency",), _("Currency"), "currency")
    yield from _field(document, ("zone",), _("Time zone of the agreement"), "zone")


def _calendars(document: dict[str, Any]) -> Iterator[Field]:
    for name, spec in _items(document, "calendars"):
        yield from _field(document, ("calendars", name, "zone"), _("%(name)s: zone") % {"name": name}, "zone")
        yield from _field(
            document,
            ("calendars", name, "holidays"),
            _("%(name)s: public holidays of") % {"name": name},
            "country",
        )
        hours = spec.get("hours") if isinstance(spec, dict) else None
        if isinstance(hours, dict):
            for days, spans in hours.items():
                words = _spans(spans)
                if words:
                    path: Path = ("calendars", name, "hours", days)
                    yield Field(
                        _name(path), path, f"{name}: {days}", words, "hours", "08:00–12:00, 13:00–17:00"
                    )


def _spans(spans: Any) -> str:
    if not isinstance(spans, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in spans):
        return ""
    return ", ".join(f"{start}–{end}" for start, end in spans)


def _targets(document: dict[str, Any]) -> Iterator[Field]:
    for name, clock in _items(document, "clocks"):
        targets = clock.get("targets") if isinstance(clock, dict) else None
        for place, target in enumerate(targets if isinstance(targets, list) else []):
            when = target.get("when") if isinstance(target, dict) else None
            rest = _("all others") if place else ""
            label = " · ".join(part for part in (_titled(clock, name), when or rest) if part)
            hint = _("4 business hours, 2 business days, 30 minutes, 5 days")
            yield from _field(document, ("clocks", name, "targets", place, "within"), label, hint=hint)


def _levels(document: dict[str, Any]) -> Iterator[Field]:
    words = (("expected", _("expected")), ("minimum", _("minimum")), ("points", _("points")))
    for name, kpi in _items(document, "kpis"):
        for part, said in words:
            yield from _field(document, ("kpis", name, part), f"{_titled(kpi, name)}: {said}")


def _credits(document: dict[str, Any]) -> Iterator[Field]:
    yield from _field(document, ("credits", "at_risk"), _("Amount at risk, share of the month's fees"))
    yield from _field(document, ("credits", "cap_year"), _("Cap of the year, share of its fees"))
    yield from _field(document, ("credits", "floor"), _("Smallest monthly sum that is paid"))
    yield from _field(document, ("credits", "earn_back", "windows"), _("Windows that earn a credit back"))


def _prices(document: dict[str, Any]) -> Iterator[Field]:
    lines = document.get("pricing")
    for place, line in enumerate(lines if isinstance(lines, list) else []):
        if not isinstance(line, dict):
            continue
        title = _titled(line, str(line.get("name", place + 1)))
        yield from _field(document, ("pricing", place, "fixed"), _("%(line)s: fixed price") % {"line": title})
        yield from _field(document, ("pricing", place, "price"), _("%(line)s: price") % {"line": title})
        bands = line.get("bands")
        for at, band in enumerate(bands if isinstance(bands, list) else []):
            edge = band.get("to") if isinstance(band, dict) else None
            words = _("%(line)s: price up to %(edge)s") if edge else _("%(line)s: price above")
            label = words % {"line": title, "edge": edge}
            yield from _field(document, ("pricing", place, "bands", at, "price"), label)
        fte = line.get("fte")
        for role in fte if isinstance(fte, dict) else ():
            yield from _field(document, ("pricing", place, "fte", role), f"{title}: {role}")
    yield from _field(document, ("payment_term",), _("Payment within"), hint="P30D")


def _items(document: dict[str, Any], part: str) -> list[tuple[str, Any]]:
    found = document.get(part)
    return list(found.items()) if isinstance(found, dict) else []


def _titled(spec: Any, name: str) -> str:
    title = spec.get("title") if isinstance(spec, dict) else None
    return in_words(title) if isinstance(title, dict | str) and title else name
