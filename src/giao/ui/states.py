"""States as word + icon + colour, never colour alone. The words go through gettext."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class State:
    """`tone` is the colour's name in giao.css: good, warn, bad, calm, plain."""

    word: Any
    icon: str
    tone: str


STATES: dict[str, State] = {
    "met": State(_("met"), "check", "good"),
    "expected_default": State(_("expected missed"), "triangle", "warn"),
    "minimum_default": State(_("minimum missed"), "x", "bad"),
    "no_data": State(_("no data"), "minus", "plain"),
    "running": State(_("running"), "player-play", "calm"),
    "paused": State(_("paused"), "player-pause", "plain"),
    "breached": State(_("breached"), "x", "bad"),
    "overdue": State(_("overdue"), "alert-triangle", "bad"),
    "at_risk": State(_("at risk"), "triangle", "warn"),
    "cancelled": State(_("cancelled"), "circle-x", "plain"),
    "not_started": State(_("not started"), "circle-dashed", "plain"),
    "not started": State(_("not started"), "circle-dashed", "plain"),
    "no_target": State(_("no target"), "minus", "plain"),
    "open": State(_("open"), "circle", "calm"),
    "delivered": State(_("delivered"), "check", "good"),
    "not received": State(_("not received"), "circle-dashed", "plain"),
    "done": State(_("done"), "check", "good"),
    "here": State(_("here"), "circle", "calm"),
    "next": State(_("next"), "circle-dashed", "plain"),
    "unneeded": State(_("not needed"), "minus", "plain"),
    "provisional": State(_("provisional"), "circle-dashed", "plain"),
    "under_review": State(_("under review"), "eye", "calm"),
    "closed": State(_("closed"), "lock", "good"),
    "draft": State(_("draft"), "edit", "plain"),
    "in_force": State(_("in force"), "check", "good"),
    "computing": State(_("computing"), "refresh", "calm"),
    "ready": State(_("ready"), "check", "good"),
    "failed": State(_("failed"), "alert-triangle", "bad"),
}


def state_named(name: str) -> State:
    """An unknown state shows its own name, in grey."""
    return STATES.get(name, State(name.replace("_", " "), "circle", "plain"))


SOURCES = {
    "measured": _("measured"),
    "reported": _("reported by the vendor"),
    "entered": _("entered"),
    "estimated": _("estimated"),
}
"""Where a number came from."""
