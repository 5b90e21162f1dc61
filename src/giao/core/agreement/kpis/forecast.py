"""Forecast volumes of any span of days, from those that the document gives by day or by month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from giao.core.agreement.windows import ONE_DAY, next_first


def forecast_of(forecast: Mapping[str, Decimal], first: date, last: date) -> Decimal | None:
    """The forecast of the days first to last, both included; None when one of them has none.

    A day has its own number, else its share of the month's: the month divided evenly over its days.
    """
    if not forecast:
        return None
    total = Decimal(0)
    day = first
    while day <= last:
        month = f"{day:%Y-%m}"
        after = next_first(day.replace(day=1), "month")
        own = {key for key in forecast if key.startswith(f"{month}-")}
        if day.day == 1 and after - ONE_DAY <= last and not own and month in forecast:
            total += forecast[month]
            day = after
            continue
        if day.isoformat() in forecast:
            total += forecast[day.isoformat()]
        elif month in forecast:
            total += forecast[month] / (after - day.replace(day=1)).days
        else:
            return None
        day += ONE_DAY
    return total
