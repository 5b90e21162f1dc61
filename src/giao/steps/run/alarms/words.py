"""Alarms in words: what a rule looks at, for what it fires, which numbers it saw, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.core.agreement.alarms.clocks import measure_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.report import formats
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import Role
from giao.steps.run.alarms.models import AlarmEntry, AlarmRule, Kind
from giao.steps.run.monitor.words import time_words, title_of_clock, title_of_kpi, value_words, window_words
from giao.ui.states import state_named
from giao.ui.templatetags.giao import language, microseconds_of, percent_text


def kind_words(kind: str) -> str:
    """What a rule of this kind looks at, in one sentence."""
    sentences = {
        Kind.CASE: _("It looks at every clock that still runs in an open case."),
        Kind.KPI: _("It looks at the running window of every service level, projected to the window's end."),
        Kind.CREDITS: _("It looks at the credits of this month beside their cap."),
        Kind.SILENCE: _("It looks at the business time since the last event."),
        Kind.VOLUME: _(
            "It looks at the arrivals of the last full hour, beside the same weekday and hour of the weeks before."
        ),
        Kind.QUALITY: _("It looks at the events of the last 24 hours: how many were rejected or late."),
    }
    return str(sentences[Kind(kind)])


def name_words(kind: str) -> list[tuple[str, str]]:
    """The names that a condition of this kind may use, each with what it means."""
    found: dict[Kind, list[tuple[str, str]]] = {
        Kind.CASE: [
            ("remaining", _("business time left of the clock's budget; below zero once it is overdue")),
            ("chance", _("chance of breach, 0 to 1, by past cases at the same stage; no data where they are few")),
            ("used", _("share of the budget that is used, 1 and more when it is overdue")),
            ("due", _("when the clock falls due")),
            ("state", _("running, paused or overdue")),
            ("clock", _("name of the clock")),
            ("activity", _("last activity of the case")),
            ("case", _("case id")),
        ],
        Kind.KPI: [
            ("gap_to_minimum", _("by how much the projection is better than the minimum; below zero: worse")),
            ("projected", _("value at the window's end if the rest goes on like this")),
            ("projected_low", _("lower end of its interval (19 times in 20)")),
            ("projected_high", _("upper end of its interval")),
            ("value", _("value so far, in the unit of the service level")),
            ("minimum", _("minimum of the window")),
            ("expected", _("expected level of the window")),
            ("elapsed", _("share of the window that is over, 0 to 1")),
            ("n", _("how many were counted so far")),
            ("kpi", _("name of the service level")),
            ("window", _("name of the window")),
            ("direction", _("higher or lower: which is better")),
        ],
        Kind.CREDITS: [
            ("share", _("credits as a share of the cap, 0 to 1")),
            ("credits", _("credits of the month so far")),
            ("cap", _("the most that can be at risk in the month")),
            ("month", _("the month, such as 2026-11")),
        ],
        Kind.SILENCE: [
            ("silent_for", _("business time since the last event")),
            ("last_event", _("when it happened")),
        ],
        Kind.VOLUME: [
            ("count", _("arrivals of the last full hour")),
            ("low", _("lower edge of what is usual; no data before four weeks are known")),
            ("high", _("upper edge of what is usual")),
            ("usual", _("mean of the same weekday and hour")),
            ("weeks", _("how many weeks it is made of")),
            ("hour", _("when the hour began")),
        ],
        Kind.QUALITY: [
            ("rejected_share", _("share of the events that were rejected, 0 to 1")),
            ("rejected", _("how many were rejected")),
            ("late_share", _("share of the events that came an hour or more after they happened, 0 to 1")),
            ("late", _("how many came late")),
            ("accepted", _("how many were taken in")),
        ],
    }  # fmt: skip
    return [(name, str(text)) for name, text in found[Kind(kind)]]


def count_words(kind: str, n: int) -> str:
    """``3 open clocks``; empty for a kind that has one subject alone."""
    told = {"n": formats.number(n, language())}
    if kind == Kind.CASE:
        return ngettext("%(n)s open clock", "%(n)s open clocks", n) % told
    if kind == Kind.KPI:
        return ngettext("%(n)s service level", "%(n)s service levels", n) % told
    return ""


def fires_words(kind: str, n: int) -> str:
    """One sentence on what an alarm fires for now."""
    if not n:
        return _("Nothing fires any more.")
    counted = count_words(kind, n)
    return _("It fires for %(counted)s.") % {"counted": counted} if counted else _("It fires.")


@dataclass(frozen=True)
class Teller:
    """Tells subjects of one agreement to one reader."""

    standing: Standing
    versions: tuple[Agreement, ...]

    @property
    def agreement(self) -> Agreement | None:
        return self.versions[-1] if self.versions else None

    def about(self, kind: str, about: Mapping[str, Any]) -> str:
        """What the rule fires for, in a few words."""
        if kind == Kind.CASE:
            return title_of_clock(self.agreement, about["clock"])
        if kind == Kind.KPI:
            return f"{title_of_kpi(self.agreement, about['kpi'])} · {window_words(about['window'])}"
        if kind == Kind.CREDITS:
            return formats.window(about["month"], language())
        if kind == Kind.SILENCE:
            return _("last event %(instant)s") % {"instant": self.instant(about.get("last_event"))}
        if kind == Kind.VOLUME:
            return _("hour from %(instant)s") % {"instant": self.instant(about.get("hour"))}
        return _("events of 24 hours")

    def instant(self, text: str | None) -> str:
        if not text:
            return _("no data")
        return formats.instant(microseconds_of(datetime.fromisoformat(text)), self.standing.zone, language())

    def seen(self, kind: str, about: Mapping[str, Any], seen: Mapping[str, Any]) -> str:
        """The numbers that the condition saw, with their units."""
        parts = {
            Kind.CASE: self._case,
            Kind.KPI: self._kpi,
            Kind.CREDITS: self._credits,
            Kind.SILENCE: self._silence,
            Kind.VOLUME: self._volume,
            Kind.QUALITY: self._quality,
        }[Kind(kind)](about, seen)
        return " · ".join(parts)

    def _case(self, about: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
        version, target = about.get("version"), about.get("target")
        business = False
        if version is not None and target is not None and 0 <= version < len(self.versions):
            business = measure_of(self.versions[version], about["clock"], target) is not None
        left = seen.get("remaining")
        parts = []
        if left is not None:
            length = time_words(abs(left), business=business)
            said = _("overdue by %(time)s") if left < 0 else _("%(time)s left")
            parts.append(said % {"time": length})
        if seen.get("chance") is not None and (left is None or left >= 0):
            parts.append(_("chance of breach %(share)s") % {"share": percent_text(seen["chance"])})
        if seen.get("state") == "paused":
            parts.append(str(state_named("paused").word))
        return parts

    def _kpi(self, about: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
        unit = about.get("unit", "number")

        def told(name: str) -> str:
            return value_words(seen.get(name), unit)

        parts = [_("now %(value)s") % {"value": told("value")}]
        if seen.get("projected_low") is not None:
            parts.append(
                _("projected %(value)s (%(low)s to %(high)s)")
                % {
                    "value": told("projected"),
                    "low": told("projected_low"),
                    "high": told("projected_high"),
                }
            )
        else:
            parts.append(_("projected %(value)s") % {"value": told("projected")})
        if seen.get("minimum") is not None:
            parts.append(_("minimum %(level)s") % {"level": told("minimum")})
        parts.append(_("n %(n)s") % {"n": formats.number(seen.get("n"), language())})
        return parts

    def _credits(self, about: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
        share, cap = seen.get("share"), seen.get("cap")
        currency = about.get("currency") or "EUR"

        def money(value: float) -> str:
            return formats.money(Decimal(str(value)), currency, language())

        paid = money(seen.get("credits") or 0)
        if cap is None or share is None:
            return [paid, _("no data")]
        return [_("%(credits)s of %(cap)s") % {"credits": paid, "cap": money(cap)}, percent_text(share)]

    def _silence(self, _about: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
        length = seen.get("silent_for")
        if length is None:
            return [_("no data")]
        return [_("silent for %(time)s") % {"time": time_words(length, business=True)}]

    def _volume(self, _about: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
        count = seen.get("count") or 0
        parts = [
            ngettext("%(n)s arrival", "%(n)s arrivals", count) % {"n": formats.number(count, language())}
        ]
        if seen.get("low") is not None:
            parts.append(
                _("usual %(low)s to %(high)s")
                % {
                    "low": formats.number(seen["low"], language(), 1),
                    "high": formats.number(seen["high"], language(), 1),
                }
            )
        return parts

    def _quality(self, _about: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
        def share(name: str) -> str:
            value = seen.get(name)
            return _("no data") if value is None else percent_text(value)

        return [
            _("rejected %(n)s (%(share)s)")
            % {"n": formats.number(seen.get("rejected"), language()), "share": share("rejected_share")},
            _("late %(n)s (%(share)s)")
            % {"n": formats.number(seen.get("late"), language()), "share": share("late_share")},
        ]


def entry_words(entry: AlarmEntry, kind: str, teller: Teller) -> str:
    """What a line of the history says behind the act."""
    values = entry.values
    parts = []
    if values.get("who") is not None:
        parts.append(", ".join(values["who"]) or _("nobody has this role"))
    if "n" in values:
        counted = count_words(kind, int(values["n"]))
        parts += [counted] if counted else []
    if values.get("until"):
        parts.append(_("until %(instant)s") % {"instant": teller.instant(values["until"])})
    if values.get("owner"):
        parts.append(str(values["owner"]))
    if values.get("step"):
        parts.append(_("step %(n)s") % {"n": values["step"]})
    return " · ".join(parts)


def told_words(rule: AlarmRule) -> str:
    """Who hears of a rule's alarms at first."""
    if rule.owner is not None:
        return str(rule.owner.name)
    return _("everybody with the role %(role)s") % {"role": role_words(rule.owner_role)}


def role_words(role: str) -> str:
    return str(dict(Role.choices).get(role, role))


def steps_words(rule: AlarmRule) -> list[str]:
    """The steps of escalation, one sentence each."""
    return [
        _("after %(time)s without an acknowledgement: %(who)s")
        % {
            "time": time_words(step.after_minutes * 60_000_000, business=True),
            "who": step.user.name if step.user else role_words(step.role),
        }
        for step in rule.steps.all()
    ]
