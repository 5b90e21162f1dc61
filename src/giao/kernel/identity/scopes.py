"""What a token may be for. A room that answers to tokens adds its scopes with `add_scope` in its AppConfig.ready."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

_scopes: dict[str, Any] = {
    "events:write": _("send events"),
    "events:read": _("read events and cases"),
    "rejects:write": _("replay and dismiss rejected events"),
    "facts:write": _("send facts (rates, staff days, inspections)"),
    "logs:write": _("import logs"),
    "engagement:read": _("read the engagement and its parties"),
    "readings:read": _("read service levels, clocks and cases at risk"),
    "agreement:read": _("read agreements"),
    "agreement:write": _("propose and answer agreement versions"),
    "statements:read": _("read statements"),
    "statements:write": _("work on the month: review, dispute, match invoices"),
    "alarms:read": _("read alarms"),
    "alarms:write": _("acknowledge, take, snooze and settle alarms"),
    "rules:write": _("write alarm rules and maintenance windows"),
    "cases:write": _("give cases to people and nudge the other side"),
    "files:read": _("read files"),
    "files:write": _("hand in files"),
    "exports:read": _("export logs and lists"),
    "webhooks:write": _("manage webhooks"),
    "audit:read": _("read the audit trail"),
}


def add_scope(name: str, label: Any) -> None:
    """Doing it twice changes nothing. `name` is ``<thing>:<read or write>``."""
    _scopes[name] = label


def all_scopes() -> dict[str, str]:
    """Name → what it allows, in the reader's language."""
    return {name: str(label) for name, label in _scopes.items()}


def unknown_scopes(names: Iterable[str]) -> list[str]:
    return sorted(set(names) - set(_scopes))
