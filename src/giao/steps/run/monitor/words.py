"""Figures and states of the run in words: one way to write each, whichever page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.clock import Clock
from giao.core.agreement.document.kpi import KpiBase
from giao.core.report import formats
from giao.core.report.plain_words.phrases import clock_title, kpi_title
from giao.core.report.words import known, say
from giao.kernel.readings.models import KpiFigure
from giao.ui.states import state_named
from giao.ui.templatetags.giao import language, percent_text

COUNTING = ("met", "missed", "counted")
"""Roles of the cases that make n."""

ROLES = (*COUNTING, "excluded", "carried", "open_overdue", "numerator")


def value_words(value: float | None, unit: str) -> str:
    """A figure in its unit; what is not all never reads 100%."""
    if value is None:
        return _("no data")
    if unit == "share":
        return percent_text(value)
    if unit == "seconds":
        return formats.duration(round(value * 1_000_000), language(), business=True)
    return formats.number(value, language(), None if float(value).is_integer() else 2)


def figure_words(figure: KpiFigure) -> str:
    return value_words(figure.value, figure.unit)


def interval_words(low: float | None, high: float | None) -> str:
    """The Wilson interval of a share, or nothing."""
    if low is None or high is None:
        return ""
    return _("95%% interval %(low)s to %(high)s") % {"low": percent_text(low), "high": percent_text(high)}


def levels_words(figure: KpiFigure) -> str:
    """Expected and minimum, as far as there are any."""
    parts = []
    if figure.expected is not None:
        parts.append(_("expected %(level)s") % {"level": value_words(figure.expected, figure.unit)})
    if figure.minimum is not None:
        parts.append(_("minimum %(level)s") % {"level": value_words(figure.minimum, figure.unit)})
    return " · ".join(parts)


def definition_of(figure: KpiFigure) -> str:
    """Window, levels, n and interval in one line: what a number tells when it is pointed at."""
    parts = [
        formats.window(figure.window, language()),
        levels_words(figure),
        _("n %(n)s") % {"n": formats.number(figure.n, language())},
        interval_words(figure.low, figure.high),
    ]
    if figure.overdue_open:
        parts.append(
            _("%(n)s open and overdue beside it") % {"n": formats.number(figure.overdue_open, language())}
        )
    if figure.provisional:
        parts.append(_("provisional: the window is not over"))
    return " · ".join(part for part in parts if part)


def promised(figure: KpiFigure, kpi: KpiBase | None) -> bool:
    """Whether a level stands against the figure, so that its state means something."""
    levelled = figure.expected is not None or figure.minimum is not None
    return levelled or bool(getattr(kpi, "tiers", None)) or figure.state == "no_data"


def state_of(figure: KpiFigure, kpi: KpiBase | None) -> str:
    """The state to show; empty where nothing was promised."""
    return figure.state if promised(figure, kpi) else ""


def title_of_kpi(agreement: Agreement | None, name: str) -> str:
    return kpi_title(agreement, name, language()) if agreement else name


def title_of_clock(agreement: Agreement | None, name: str) -> str:
    return clock_title(agreement, name, language()) if agreement else name


def role_words(role: str | None) -> str:
    """What a case is counted as in a number."""
    return say(language(), f"role.{role}") if role else ""


def reason_words(reason: str | None) -> str:
    """Why a case is left out: a message id of the library, or a name of the agreement as it is written."""
    if not reason:
        return ""
    return say(language(), f"reason.{reason}") if known(f"reason.{reason}") else reason


def clock_state_words(state: str) -> str:
    return str(state_named(state).word)


def is_business(clock: Clock | None, target: int | None) -> bool:
    """Whether a clock's consumed time is open time of a calendar (else it is elapsed time)."""
    if clock is None:
        return False
    if target is None or not 0 <= target < len(clock.targets):
        return clock.calendar is not None
    return clock.targets[target].within.measure == "business"


def time_words(microseconds: int, *, business: bool, day: int | None = None) -> str:
    """A length of time as people say it; business days fold only where a day's length is known."""
    return formats.duration(microseconds, language(), business=business, day=day if business else None)


def window_words(window: str) -> str:
    """A window's id as people say it; what an address names and no calendar has stays as it is."""
    try:
        return formats.window(window, language())
    except (ValueError, IndexError):
        return window


def in_words(texts: Mapping[str, Any] | None, otherwise: str = "") -> str:
    if not texts:
        return otherwise
    return str(texts.get(language()) or texts.get("en") or next(iter(texts.values())))
