"""A service level's result read back from its JSON (`output.kpi_json`). Parts that earlier readings did not store are empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from giao.core.agreement.results import Claim, KpiResult, Stratum, Window
from giao.core.agreement.windows import ONE_DAY, midnight_us


def read_kpi(stored: Mapping[str, Any], zone: ZoneInfo) -> KpiResult:
    """A stored result as the library's value. Its window is as it was cut; the uncut one was not stored."""
    first, last = date.fromisoformat(stored["first"]), date.fromisoformat(stored["last"])
    window = Window(
        stored["window"],
        first,
        last,
        midnight_us(first, zone),
        midnight_us(last + ONE_DAY, zone),
        first,
        last,
    )
    return KpiResult(
        kpi=stored["kpi"],
        window=window,
        n=stored["n"],
        value=_exact(stored.get("exact"), stored["value"]),
        state=stored["state"],
        expected=_exact(None, stored["expected"]),
        minimum=_exact(None, stored["minimum"]),
        unit=stored["unit"],
        group=stored["group"],
        provisional=stored["provisional"],
        low=stored["low"],
        high=stored["high"],
        overdue_open=stored["overdue_open"],
        misses=stored["misses"],
        numerator=_exact(stored.get("numerator"), None),
        denominator=_exact(stored.get("denominator"), None),
        carried=stored.get("carried", 0),
        excluded=tuple(stored.get("excluded", {}).items()),
        claims=tuple(_claim(item) for item in stored.get("claims", ())),
        groups=tuple(read_kpi(item, zone) for item in stored.get("groups", ())),
        tiers=tuple((_ratio(item["share"]), item["met"]) for item in stored.get("tiers", ())),
        version=stored.get("version", 1),
        note=stored.get("note", ""),
        carried_out=stored.get("carried_out", 0),
        levels_from=stored.get("levels_from", "document"),
        strata=tuple(Stratum(**item) for item in stored.get("strata", ())),
    )


def _claim(stored: Mapping[str, Any]) -> Claim:
    would_be = _exact(None, stored["would_be"])
    return Claim(
        stored["id"], stored["relief"], stored["kind"], stored["cases"], would_be, tuple(stored["missing"])
    )


def _exact(text: str | None, value: float | None) -> Fraction | None:
    """The exact ratio where it stands beside the number."""
    if text is not None:
        return Fraction(text)
    return None if value is None else _ratio(value)


def _ratio(value: float) -> Fraction:
    """A JSON number as the decimal that it is written as: 0.95 is 19/20."""
    return Fraction(str(value))
