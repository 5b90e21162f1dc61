"""Texts to instants: which formats a column is written in, and local times of a zone to UTC.

Order of day and month is decided by evidence in the column, never guessed: a column in which both readings
are possible is `Ambiguous`. A local time that the clocks skip is moved forward by the gap (java.time and
PEP 495 do the same), one that they show twice is the earlier instant; both are counted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from giao.core.log.errors import ImportNeeds, Need
from giao.core.told import told

INSTANT = pl.Datetime("us", "UTC")

_SHAPE = re.compile(
    r"^(?P<a>\d{1,4}|\d{8})(?:(?P<sep>[-/. ])(?P<b>\d{1,2}|[A-Za-z]{3,9})(?P=sep)(?P<c>\d{2,4}|\d))?"
    r"(?:(?P<join>T|,? )(?P<hm>\d{1,2}:\d{2})(?P<s>:\d{2})?(?P<f>[.,]\d+)?(?P<ampm> ?[AaPp][Mm])?"
    r"(?P<off> ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?$"
)
_OFFSET = re.compile(r"^[+-]\d{2}:\d{2}$")
_EPOCH = re.compile(r"^\d{9,19}(\.0+)?$")
_EPOCH_PER_SECOND = {10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}


@dataclass(frozen=True)
class TimeFormat:
    """How one column writes its times: strptime patterns tried in order, or epoch ticks a second."""

    patterns: tuple[str, ...]
    has_time: bool = True
    ticks: int | None = None

    @property
    def has_offset(self) -> bool:
        """Whether every value carries its own offset, so that no zone is needed."""
        return self.ticks is not None or all("%#z" in pattern for pattern in self.patterns)

    def __str__(self) -> str:
        if self.ticks is not None:
            return f"epoch, {self.ticks:,} a second"
        return " or ".join(self.patterns)


@dataclass(frozen=True)
class Ambiguous:
    """Day and month could be either way round: the patterns of both readings."""

    day_first: TimeFormat
    month_first: TimeFormat


@dataclass(frozen=True)
class LocalTimes:
    """Instants of a column with how many local times were shown twice or skipped by the clocks."""

    values: pl.Series
    twice: int
    skipped: int


def detect_format(values: Iterable[str], least: float = 1.0) -> TimeFormat | Ambiguous | None:
    """The format of the texts of one column; None when less than this share of them are times."""
    texts = list(values)
    if not texts:
        return None
    epoch = _epoch_format(texts)
    if epoch is not None:
        return epoch
    shapes: list[re.Match[str]] = [m for m in map(_SHAPE.match, texts) if m is not None and _plausible(m)]
    if not shapes or len(shapes) < least * len(texts):
        return None
    open_order = [m for m in shapes if m["b"] and m["b"].isdigit() and len(m["a"]) <= 2]
    first_over_12 = any(int(m["a"]) > 12 for m in open_order)
    second_over_12 = any(int(m["b"]) > 12 for m in open_order)
    day_first = _format(shapes, day_first=True)
    if not open_order or first_over_12:
        return day_first
    if second_over_12:
        return _format(shapes, day_first=False)
    return Ambiguous(day_first, _format(shapes, day_first=False))


def format_of(pattern: str) -> TimeFormat:
    """The format that a user wrote as one strptime pattern; `%z` takes every spelling of an offset."""
    pattern = pattern.replace("%#z", "%z").replace("%z", "%#z").replace(".%f", "%.f")
    return TimeFormat((pattern,), has_time=any(part in pattern for part in ("%H", "%I", "%T", "%R")))


def parse_times(texts: pl.Series, form: TimeFormat, zone: str | None) -> LocalTimes:
    """Instants of `texts` (String or numbers), null where a text is not of the form.

    Without a zone a format that needs one raises `ImportNeeds`.
    """
    if form.ticks is not None:
        return LocalTimes(_from_epoch(texts, form.ticks), 0, 0)
    if not form.has_offset and zone is None:
        raise ImportNeeds([zone_need(texts.name)])
    found: pl.Series | None = None
    twice = skipped = 0
    for pattern in form.patterns:
        rest = texts
        if found is not None:
            if found.null_count() == texts.null_count():
                break
            rest = pl.select(pl.when(found.is_null()).then(texts)).to_series()
        if pattern.endswith("%#z"):
            part = _with_offset(rest, pattern)
        else:
            local = localise(_naive(rest, pattern), zone or "UTC")
            part, twice, skipped = local.values, twice + local.twice, skipped + local.skipped
        found = part if found is None else pl.select(pl.coalesce(found, part)).to_series()
    if found is None:
        raise ValueError("a time format has at least one pattern")
    return LocalTimes(found.alias(texts.name), twice, skipped)


def localise(naive: pl.Series, zone: str) -> LocalTimes:
    """Wall-clock times of a zone to UTC instants."""
    naive = naive.cast(pl.Datetime("us"))
    if zone == "UTC":
        return LocalTimes(naive.dt.replace_time_zone("UTC"), 0, 0)
    values = naive.dt.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.convert_time_zone(
        "UTC"
    )
    special = values.is_null() & naive.is_not_null()
    if not special.any():
        return LocalTimes(values, 0, 0)
    place = ZoneInfo(zone)
    odd = naive.filter(special).unique()
    instants: list[datetime] = []
    skipped_texts: list[datetime] = []
    for wall in odd:
        instant = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
        instants.append(instant)
        if instant.astimezone(place).replace(tzinfo=None) != wall:
            skipped_texts.append(wall)
    mended = naive.replace_strict(odd, pl.Series(instants, dtype=INSTANT), default=None, return_dtype=INSTANT)
    skipped = int(naive.filter(special).is_in(pl.Series(skipped_texts, dtype=naive.dtype).implode()).sum())
    values = pl.select(pl.coalesce(values, mended)).to_series().alias(naive.name)
    return LocalTimes(values, int(special.sum()) - skipped, skipped)


def check_zone(zone: str) -> str:
    """The zone when IANA knows it; else an error that names the nearest ones."""
    known = available_timezones()
    if zone in known:
        return zone
    by_lower = {name.lower(): name for name in sorted(known)}
    near = [by_lower[name] for name in difflib.get_close_matches(zone.lower(), by_lower, n=3, cutoff=0.6)]
    if zone.lower() in by_lower:
        near = [by_lower[zone.lower()]]
    city = zone.rsplit("/", 1)[-1].strip().replace(" ", "_").lower()
    near += [
        name for name in sorted(known) if city and name.lower().endswith("/" + city) and name not in near
    ]
    hint = (
        told("word.did_you_mean_plain", "did you mean {names}?", names=" or ".join(near))
        if near
        else told("word.zones", "zones are written like Asia/Ho_Chi_Minh or UTC")
    )
    raise ImportNeeds(
        [
            Need(
                "zone",
                told("need.no_zone", "there is no time zone `{zone}`; {hint}", zone=zone, hint=hint),
                tuple(near),
            )
        ]
    )


def zone_need(*labels: str) -> Need:
    """The question for a zone, in the words of the command line; the columns are its `choices`."""
    columns = (
        told("word.in_column", "column {name}", name=labels[0])
        if len(labels) == 1
        else told("word.in_columns", "columns {names}", names=", ".join(labels))
    )
    return Need(
        "zone",
        told(
            "need.zone",
            "times in {columns} carry no zone: pass --zone, e.g. --zone Europe/Paris",
            columns=columns,
        ),
        labels,
    )


def order_need(label: str, found: Ambiguous) -> Need:
    """The question for the order of day and month."""
    choices = (found.day_first.patterns[0], found.month_first.patterns[0])
    sentence = told(
        "need.day_order",
        "times in column {label} can be read day first or month first: pass --date-format "
        '"{day_first}" or --date-format "{month_first}"',
        label=label,
        day_first=choices[0],
        month_first=choices[1],
    )
    return Need("date_format", sentence, choices)


def _epoch_format(texts: Sequence[str]) -> TimeFormat | None:
    if not all(_EPOCH.match(text) for text in texts):
        return None
    lengths = {len(text.split(".")[0]) for text in texts}
    for length, ticks in _EPOCH_PER_SECOND.items():
        if lengths <= {length, length - 1} and length in lengths:
            return TimeFormat((), ticks=ticks)
    return None


def _plausible(match: re.Match[str]) -> bool:
    """A date must have three parts, or be eight digits yyyymmdd."""
    if match["sep"] is None:
        return len(match["a"]) == 8 and match["a"][:2] in ("19", "20")
    if len(match["a"]) == 4:
        return len(match["c"]) <= 2
    return len(match["a"]) <= 2 and len(match["c"]) in (2, 4)


def _format(shapes: Sequence[re.Match[str]], *, day_first: bool) -> TimeFormat:
    counts: dict[str, int] = {}
    for match in shapes:
        pattern = _pattern(match, day_first=day_first)
        counts[pattern] = counts.get(pattern, 0) + 1
    ordered = sorted(counts, key=lambda pattern: (-counts[pattern], pattern))
    return TimeFormat(tuple(ordered), has_time=any("%H" in p or "%I" in p for p in ordered))


def _pattern(match: re.Match[str], *, day_first: bool) -> str:
    sep = match["sep"]
    if sep is None:
        date = "%Y%m%d"
    else:
        month = "%m" if match["b"].isdigit() else ("%b" if len(match["b"]) == 3 else "%B")
        if len(match["a"]) == 4:
            date = f"%Y{sep}{month}{sep}%d"
        else:
            year = "%Y" if len(match["c"]) == 4 else "%y"
            first, second = ("%d", month) if day_first or month != "%m" else ("%m", "%d")
            date = f"{first}{sep}{second}{sep}{year}"
    if match["join"] is None:
        return date
    hour = "%I" if match["ampm"] else "%H"
    text = date + match["join"] + hour + ":%M"
    # `%.f` also reads texts without a fraction, so a fraction that only comes late in the file is no surprise.
    text += ":%S%.f" if match["s"] else ""
    if match["ampm"]:
        text += (" " if match["ampm"].startswith(" ") else "") + "%p"
    if match["off"]:
        text += (" " if match["off"].startswith(" ") else "") + "%#z"
    return text


def _with_offset(texts: pl.Series, pattern: str) -> pl.Series:
    """Texts that end in an offset. The few different offsets of a batch are taken off first: parsing is 5 times faster."""
    local = pattern[:-3].rstrip(" ")
    ends = texts.str.slice(-6).unique().drop_nulls().to_list()
    if all(_OFFSET.match(end) for end in ends) and len(ends) <= 16:
        naive = _naive(texts.str.head(-6).str.strip_chars_end(" "), local)
        if len(ends) <= 1:
            return _utc(naive - _micros_of(ends[0]) if ends else naive)
        shifts = pl.Series([_micros_of(end) for end in ends], dtype=pl.Duration("us"))
        return _utc(naive - texts.str.slice(-6).replace_strict(pl.Series(ends), shifts, default=None))
    plain = texts.str.replace(r"(UTC|GMT)$", "Z")
    if plain.str.ends_with("Z").all():
        return _utc(_naive(plain.str.head(-1).str.strip_chars_end(" "), local))
    if "%.f" in pattern:
        plain = plain.str.replace(r"(:\d{2}),(\d)", "$1.$2")
    return plain.str.to_datetime(pattern, time_unit="us", strict=False).cast(INSTANT)


def _naive(texts: pl.Series, pattern: str) -> pl.Series:
    """Wall-clock times; Polars reads patterns without `%.f` five times faster, so they go first."""
    if not any(part in pattern for part in ("%H", "%I", "%T", "%R")):
        return texts.str.to_date(pattern, strict=False, cache=False).cast(pl.Datetime("us"))
    if not pattern.endswith(":%S%.f"):
        plain = texts.str.replace(r"(:\d{2}),(\d)", "$1.$2") if "%.f" in pattern else texts
        return plain.str.to_datetime(pattern, time_unit="us", strict=False, cache=False)
    whole = texts.str.to_datetime(pattern[:-3], time_unit="us", strict=False, cache=False)
    if whole.null_count() == texts.null_count():
        return whole
    width = texts.str.len_bytes().max()
    point = (
        texts.str.slice(-4, 1).is_in([".", ","]) if isinstance(width, int) else texts.is_null()
    ).fill_null(value=False)
    if (point | texts.is_null()).all():
        base = texts.str.head(-4).str.to_datetime(pattern[:-3], time_unit="us", strict=False, cache=False)
        return base + (texts.str.slice(-3).cast(pl.Int64, strict=False) * 1000).cast(pl.Duration("us"))
    dotted = texts.str.replace(r"(:\d{2}),(\d)", "$1.$2")
    slow = dotted.str.to_datetime(pattern, time_unit="us", strict=False)
    return pl.select(pl.coalesce(whole, slow)).to_series()


def _utc(naive: pl.Series) -> pl.Series:
    return naive.dt.replace_time_zone("UTC")


def _micros_of(offset: str) -> timedelta:
    sign = -1 if offset[0] == "-" else 1
    return sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))


def _from_epoch(values: pl.Series, ticks: int) -> pl.Series:
    if values.dtype == pl.String:
        values = values.str.replace(r"\.0+$", "")
    numbers = values.cast(pl.Int64, strict=False)
    micros = numbers * (1_000_000 // ticks) if ticks <= 1_000_000 else numbers // (ticks // 1_000_000)
    return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
