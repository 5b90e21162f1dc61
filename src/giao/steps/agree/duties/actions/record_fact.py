"""Record one fact that somebody typed: it stands in the ledger beside those that came by address or file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from giao.core.agreement.errors import DocumentErrors
from giao.core.agreement.quantity import decimal
from giao.core.report.words.told import tell
from giao.kernel.engagements.actions.record_decision import decided_at, record_decisions
from giao.kernel.engagements.errors import BadInstant
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.standing import read_instant
from giao.kernel.parties.models import User
from giao.steps.agree.duties.errors import BadForm
from giao.steps.agree.duties.kinds import FactField, FactKind
from giao.ui.templatetags.giao import language

LONGEST = 2_000
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_INTEGER, _DECIMAL = re.compile(r"-?(0|[1-9]\d{0,17})"), re.compile(r"-?\d{1,12}\.\d{1,6}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def record_fact(engagement: Engagement, actor: User, kind: FactKind, typed: Mapping[str, str]) -> None:
    """`typed`: texts by the name of a field, `time`, and `more`: further fields, a line each (``result: good``).

    Raises BadForm that names the field.
    """
    row: dict[str, Any] = {"type": kind.type}
    for field in kind.fields:
        value = _value(engagement, field, typed.get(field.name, "").strip())
        if value is not None:
            row[field.name] = value
    if {"from", "until"} <= row.keys() and row["until"] <= row["from"]:
        raise BadForm(_("The end lies before the beginning."))
    if kind.timed:
        row["time"] = _moment(engagement, typed.get("time", "").strip())
    for name, value in _more(typed.get("more", "")).items():
        row.setdefault(name, value)
    source = str(kind.label)
    try:
        record_decisions(engagement, actor, [row], source)
    except DocumentErrors as error:
        raise BadForm(" ".join(tell(language(), fault.message) for fault in error.faults)) from error


def _value(engagement: Engagement, field: FactField, text: str) -> Any:
    if not text:
        if field.needed:
            raise BadForm(_("%(field)s: this is needed.") % {"field": field.label})
        return None
    if len(text) > LONGEST:
        raise BadForm(_("%(field)s: at most %(most)s characters.") % {"field": field.label, "most": LONGEST})
    match field.kind:
        case "number":
            return _number(field, text)
        case "day":
            return _day(field, text)
        case "month":
            if not _MONTH.fullmatch(text):
                raise BadForm(
                    _("%(field)s: “%(text)s” is no month; write it as 2026-03.")
                    % {"field": field.label, "text": text[:40]}
                )
            return text
        case "instant":
            return _read(engagement, text).isoformat()
        case "yes":
            return text == "yes"
        case _:
            return text


def _number(field: FactField, text: str) -> str:
    try:
        return str(decimal(text.replace("\u00a0", "").replace(" ", "")))
    except ValueError:
        raise BadForm(
            _("%(field)s: “%(text)s” is no number; write it as 25400 or 6.20.")
            % {"field": field.label, "text": text[:40]}
        ) from None


def _day(field: FactField, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadForm(
            _("%(field)s: “%(text)s” is no day; write it as 2026-03-31.")
            % {"field": field.label, "text": text[:40]}
        ) from None


def _moment(engagement: Engagement, text: str) -> str:
    """When it happened; now where nothing is said."""
    now = decided_at(engagement)
    if not text:
        return now.isoformat()
    found = _read(engagement, text)
    if found > now:
        raise BadForm(_("This lies in the future; a fact is recorded when it has happened."))
    return found.isoformat()


def _read(engagement: Engagement, text: str) -> datetime:
    try:
        return read_instant(text, ZoneInfo(engagement.zone))
    except BadInstant as error:
        raise BadForm(str(error)) from error


def _more(text: str) -> dict[str, Any]:
    """Further fields, a line each: ``name: value``. Raises BadForm for a line that is none."""
    found: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not _NAME.fullmatch(name) or len(value) > LONGEST or not value.strip():
            raise BadForm(_("Further fields, line %(line)s: write it as name: value.") % {"line": number})
        found[name] = _plain(value.strip())
    return found


def _plain(text: str) -> bool | int | float | str:
    """true, false and numbers as such, so that conditions can compare them; everything else as text."""
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and repr(float(text)) == text:  # written back as it came
        return float(text)
    return text
