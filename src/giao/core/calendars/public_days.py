"""Public holidays of a country or its part, from the `holidays` package: days off, substituted days, workdays.

A *working Saturday* is a day of the weekend that the state declared a workday in exchange for a day off (Vietnam:
Saturday 22 August 2026 for Monday 31 August 2026). The package gives the day off as a holiday and the worked day in
`weekend_workdays`; which day it was exchanged for stands in the country's table of special holidays.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from giao.core.told import told


@dataclass(frozen=True, slots=True)
class PublicDays:
    """One year of one code: holiday names in the country's own language, and worked weekend days.

    `workdays` maps a worked day of the weekend to the day off that it was exchanged for (None: not known).
    """

    holidays: Mapping[date, str]
    workdays: Mapping[date, date | None]


def check_code(code: str, where: str) -> str:
    """`VN` or `DE-BY`, checked. Raises ValueError that names the nearest known codes."""
    import holidays

    country, _, part = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        near = (
            [country.upper()] if country.upper() in known else difflib.get_close_matches(country, known, n=3)
        )
        hint = (
            told("word.did_you_mean_name", " Did you mean {found}?", found=" or ".join(near)) if near else ""
        )
        raise ValueError(
            told(
                "calendar.no_country",
                "{where}: no public holidays are known for {code!r}.{hint} Write an ISO country code such "
                "as VN, or a country and its part such as DE-BY; days of your own go under closed.",
                where=where,
                code=code,
                hint=hint,
            )
        )
    if "-" in code and part not in known[country]:
        parts = ", ".join(known[country]) or "none"
        raise ValueError(
            told(
                "calendar.no_region",
                "{where}: {country} has no part {part!r} with holidays of its own. Known parts: {parts}.",
                where=where,
                country=country,
                part=part,
                parts=parts,
            )
        )
    return code


def _open_country(code: str, years: list[int]) -> Any:
    import holidays

    country, _, part = code.partition("-")
    bare = holidays.country_holidays(country)
    # Named in the country's own language: without this the package follows the locale of the machine.
    return holidays.country_holidays(
        country, subdiv=part or None, years=years, language=bare.default_language, expand=False
    )


@lru_cache(maxsize=256)
def known_years(code: str) -> tuple[int, int]:
    """First and last year for which the package has holidays of this code."""
    country = _open_country(code, [])
    return int(country.start_year), int(country.end_year)


@lru_cache(maxsize=4096)
def public_days(code: str, year: int) -> PublicDays:
    """Holidays and worked weekend days of a code in a year (which must lie within `known_years`)."""
    country = _open_country(code, [year])
    swapped = dict(_exchanges(country))
    return PublicDays(
        holidays=dict(sorted(country.items())),
        workdays={
            day: swapped.get(day)
            # The package knows exchanges over New Year (2018-12-31 for 2019-01-05) without populating the other year.
            for day in sorted(country.weekend_workdays)
            if day.year == year and day not in country
        },
    )


def _exchanges(country: Any) -> Iterator[tuple[date, date]]:
    """(worked day, day off) of every exchange in the country's tables of special holidays."""
    part = country.subdiv.replace("-", "_").replace(" ", "_").lower() if country.subdiv else ""
    for category in country.categories:
        for name in (f"special_{category}_holidays", f"special_{part}_{category}_holidays"):
            table = getattr(country, name, None)
            if not isinstance(table, dict):
                continue
            for year, rows in table.items():
                for row in rows if rows and isinstance(rows[0], tuple) else (rows,):
                    if len(row) >= 4:  # (month off, day off, month worked, day worked[, year worked])
                        worked = date(row[4] if len(row) > 4 else year, row[2], row[3])
                        yield worked, date(year, row[0], row[1])
