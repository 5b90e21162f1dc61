"""What to do about a rejected event: its reason in two words, where in the event the fault is, and how to go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Mapping[str, Any] = {
    "not_an_object": _("No JSON object"),
    "missing": _("A field is missing"),
    "specversion": _("Another version of CloudEvents"),
    "not_text": _("Not a usable text"),
    "no_case": _("No case"),
    "time": _("No instant with offset"),
    "future": _("From the future"),
    "data": _("Data is no JSON object"),
    "nested": _("List or object as a value"),
    "value": _("A value that cannot be kept"),
    "type": _("Another type than the agreement's"),
    "core_field": _("A column of the log with a wrong value"),
    "other_content": _("Known id, other content"),
    "reserved": _("Reserved type"),
    "decision": pgettext_lazy("rejected", "A decision"),
    "no_scope": _("No right to send facts"),
    "fact": _("Unreadable fact"),
    "too_large": pgettext_lazy("rejected", "Too large"),
}

_AT_SOURCE = _(
    "Mend it where the event is made and send it again; the mended event is a new one for giao. Then dismiss this one."
)
_HOW: Mapping[str, Any] = {
    "type": _(
        "If the source is right, change the attribute's type under “work” in the agreement, then replay. If the agreement is "
        "right, mend the source and send the event again."
    ),
    "future": _(
        "Once that instant has come, or the server's clock is set right, replay it. A source whose clock runs ahead needs mending."
    ),
    "other_content": _(
        "Nothing is lost: what came first counts. If this one is right, send it as a correction with an id of its own; then "
        "dismiss it here."
    ),
    "no_scope": _(
        "Replay it to take the fact in your name, or give the sender a token with “facts:write” and let it send again."
    ),
    "decision": _("People decide on pages. Make the decision there, if it is right, and dismiss this event."),
}


def label_of(reason: str) -> str:
    """In the reader's language; an unknown reason by its name."""
    return str(LABELS.get(reason, reason))


def mend_of(reason: str) -> str:
    return str(_HOW.get(reason, _AT_SOURCE))


def place_of(reason: str, values: Mapping[str, Any]) -> str:
    """The part of the event that is at fault: ``subject``, ``data.amount``; empty for the event as a whole."""
    name = str(values.get("name", ""))
    match reason:
        case "missing":
            return name
        case "not_text":
            return f"data.{name.removeprefix('attribute ')}" if name.startswith("attribute ") else name
        case "nested" | "value" | "type" | "core_field":
            return name if name in ("data", "sequence") else f"data.{name}" if name else "data"
        case "no_case":
            return "subject"
        case "time" | "future":
            return "time"
        case "specversion" | "data":
            return reason
        case "fact":
            return "data"
        case "other_content":
            return "id"
        case "reserved" | "decision" | "no_scope":
            return "type"
    return ""


def path_in_agreement(reason: str, values: Mapping[str, Any], label_names: Mapping[str, str]) -> str:
    """Where the agreement says otherwise: ``work.attributes.amount``; empty where it says nothing about it."""
    if reason != "type":
        return ""
    name = str(values.get("name", ""))
    return f"work.attributes.{label_names.get(name, name)}"
