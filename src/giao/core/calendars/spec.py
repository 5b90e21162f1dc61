"""The calendar as the document writes it: zone, hours, holidays, own days, dated versions, combinations."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    field_validator,
    model_serializer,
    model_validator,
)

from giao.core.calendars.dates import DateSpan, read_date, read_date_span, read_open_days
from giao.core.calendars.hours import (
    ALL_WEEK,
    DAY,
    WEEKDAYS,
    Span,
    Week,
    read_clock,
    read_week,
    write_clock,
    write_span_pair,
)
from giao.core.calendars.public_days import check_code
from giao.core.told import told

_PAIRS_SCHEMA = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
    "description": 'Opening and closing times: [["08:00", "12:00"], ["13:00", "17:30"]]',
}
_HOURS_SCHEMA = {
    "anyOf": [
        {"const": "24x7"},
        {
            "type": "object",
            "additionalProperties": _PAIRS_SCHEMA,
            "description": "mon-fri, sat, mon,wed or sun-tue",
        },
    ]
}


def _read_hours(value: Any) -> Week | None:
    if value == "24x7":
        return ALL_WEEK
    if isinstance(value, tuple) and len(value) == 7 and all(isinstance(day, tuple) for day in value):
        return value  # already read: a model built from another
    if not isinstance(value, Mapping):
        raise ValueError(
            told(
                "calendar.no_hours_form",
                'hours: {value!r} is neither "24x7" nor a mapping; write for example mon-fri: [["08:00", '
                '"12:00"], ["13:00", "17:00"]].',
                value=value,
            )
        )
    return read_week(value, "hours")


def _write_hours(week: Week | None) -> str | dict[str, list[tuple[str, str]]] | None:
    if week is None:
        return None
    if week == ALL_WEEK:
        return "24x7"
    return {
        day: [write_span_pair(span) for span in spans]
        for day, spans in zip(WEEKDAYS, week, strict=True)
        if spans
    }


def _read_codes(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    codes = [value] if isinstance(value, str) else value
    if not isinstance(codes, (list, tuple)) or not all(isinstance(code, str) for code in codes):
        # YAML 1.1 reads an unquoted NO (Norway) as false.
        hint = told("word.norway", ' Norway must be quoted in YAML: "NO".') if value is False else ""
        raise ValueError(
            told(
                "calendar.no_holidays",
                "holidays: {value!r} is not a country code or a list of them; write VN or [VN, DE-BY].{hint}",
                value=value,
                hint=hint,
            )
        )
    return tuple(sorted({check_code(code.strip(), "holidays") for code in codes}))


def _read_closed(value: Any) -> tuple[DateSpan, ...]:
    days = [] if value is None else value
    if isinstance(days, (str, date)):
        days = [days]
    if not isinstance(days, (list, tuple)):
        raise ValueError(
            told(
                "calendar.no_closed",
                "closed: {value!r} is not a list of dates; write [2026-02-17, 2026-12-24..2026-12-31].",
                value=value,
            )
        )
    return tuple(sorted({read_date_span(day, "closed") for day in days}))


def _read_open(value: Any) -> dict[date, tuple[Span, ...]]:
    if isinstance(value, Mapping) and all(_is_read(day, spans) for day, spans in value.items()):
        return dict(value)
    return read_open_days({} if value is None else value, "open")


def _is_read(day: Any, spans: Any) -> bool:
    return (
        type(day) is date and isinstance(spans, tuple) and all(isinstance(e, int) for s in spans for e in s)
    )


def _write_open(days: Mapping[date, tuple[Span, ...]]) -> dict[str, list[tuple[str, str]]]:
    return {str(day): [write_span_pair(span) for span in spans] for day, spans in sorted(days.items())}


def _read_cut_off(value: Any) -> int | None:
    if value is None:
        return None
    moment = read_clock(value, "cut_off")
    if moment == DAY:
        raise ValueError(
            told(
                "calendar.cut_off_24",
                'cut_off: 24:00 cuts nothing off; leave it out, or write a time before "24:00".',
            )
        )
    return moment


HoursField = Annotated[
    Week | None,
    BeforeValidator(_read_hours),
    PlainSerializer(_write_hours),
    WithJsonSchema(_HOURS_SCHEMA),
]
CodesField = Annotated[
    tuple[str, ...],
    BeforeValidator(_read_codes),
    PlainSerializer(list),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]}
    ),
]
ClosedField = Annotated[
    tuple[DateSpan, ...],
    BeforeValidator(_read_closed),
    PlainSerializer(lambda spans: [str(span) for span in spans]),
    WithJsonSchema(
        {"type": "array", "items": {"type": "string", "description": "2026-02-17, or first..last"}}
    ),
]
OpenField = Annotated[
    dict[date, tuple[Span, ...]],
    BeforeValidator(_read_open),
    PlainSerializer(_write_open),
    WithJsonSchema({"type": "object", "additionalProperties": _PAIRS_SCHEMA}),
]
CutOffField = Annotated[
    int | None,
    BeforeValidator(_read_cut_off),
    PlainSerializer(lambda moment: None if moment is None else write_clock(moment)),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}"}, {"type": "null"}]}),
]

COMBINED_ONLY = ("any_of", "all_of")
OWN_ONLY = ("hours", "holidays", "closed", "open")


class _Dated(BaseModel):
    """The fields that an effective-dated version may replace."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    hours: HoursField = None
    holidays: CodesField = ()
    closed: ClosedField = ()
    open: OpenField = Field(default_factory=dict)
    cut_off: CutOffField = None
    any_of: tuple[str, ...] | None = None
    all_of: tuple[str, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _know_every_field(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            # Python has reserved `from`: the field is `start`, written `from`.
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in value:
                if key not in known and key not in cls.model_fields:
                    near = difflib.get_close_matches(str(key), known, n=1)
                    hint = (
                        told("word.did_you_mean_name", " Did you mean {found}?", found=near[0])
                        if near
                        else ""
                    )
                    raise ValueError(
                        told(
                            "calendar.no_field",
                            "A calendar has no field {key!r}.{hint} Its fields are {names}.",
                            key=key,
                            hint=hint,
                            names=", ".join(known),
                        )
                    )
        return value

    @field_validator("any_of", "all_of", mode="before")
    @classmethod
    def _list_names(cls, value: Any, info: Any) -> Any:
        if value is None:
            return None
        names = isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)
        if not names or not value:
            raise ValueError(
                told(
                    "calendar.no_names",
                    "{field}: {value!r} is not a list of calendar names; write [office, hanoi].",
                    field=info.field_name,
                    value=value,
                )
            )
        if len(set(value)) != len(value):
            raise ValueError(
                told(
                    "calendar.name_twice",
                    "{field}: {value!r} names a calendar twice; name each once.",
                    field=info.field_name,
                    value=list(value),
                )
            )
        return tuple(value)

    @model_serializer(mode="wrap")
    def _write_what_was_named(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A version that says `closed: []` differs from one that is silent: what was not written is not written back.
        return {
            key: value
            for key, value in write(self).items()
            if ("start" if key == "from" else key) in self.model_fields_set
        }

    @model_validator(mode="after")
    def _keep_open_and_closed_apart(self) -> _Dated:
        for day in self.open:
            if DateSpan(day, day) in self.closed:
                raise ValueError(
                    told(
                        "calendar.open_and_closed",
                        "{day} stands under open and under closed; take it out of one of them.",
                        day=day,
                    )
                )
        return self

    def _check_kind(self, combined: bool, what: str) -> None:
        wrong = [field for field in (OWN_ONLY if combined else COMBINED_ONLY) if getattr(self, field)]
        if wrong and combined:
            raise ValueError(
                told(
                    "calendar.combined_own",
                    "{what} combines other calendars and has no {names} of its own; put them into the "
                    "calendars that it names.",
                    what=what,
                    names=" and no ".join(wrong),
                )
            )
        if wrong:
            raise ValueError(
                told(
                    "calendar.own_combined",
                    "{what} names {wrong}, but the calendar has hours of its own; make two calendars and "
                    "combine them.",
                    what=what,
                    wrong=wrong[0],
                )
            )
        if self.any_of is not None and self.all_of is not None:
            raise ValueError(
                told(
                    "calendar.any_and_all",
                    "{what} has any_of and all_of; keep one, and name a second combined calendar inside it.",
                    what=what,
                )
            )


class CalendarVersion(_Dated):
    """What changes on a date: the fields named here replace the earlier ones for local days from `from` on."""

    start: Annotated[date, BeforeValidator(lambda value: read_date(value, "from"))] = Field(alias="from")

    @model_validator(mode="after")
    def _change_something(self) -> CalendarVersion:
        # null takes nothing away here: hours and combinations can only be replaced.
        empty = {name for name in ("hours", "any_of", "all_of") if getattr(self, name) is None}
        if self.model_fields_set <= {"start"} | empty:
            raise ValueError(
                told(
                    "calendar.version_empty",
                    "The version from {start} changes nothing; name the fields that it replaces.",
                    start=self.start,
                )
            )
        return self


class CalendarSpec(_Dated):
    """A business calendar as written in an agreement.

    - `zone`: an IANA zone. All times and dates here are local to it. A combined calendar may leave it out; its days
      are then those of the first calendar that it names.
    - `hours`: `24x7`, or weekday keys with intervals. See `giao.core.calendars.hours`.
    - `holidays`: ISO country codes, with a part of the country after a hyphen (`DE-BY`). Days off exchanged for a
      worked day of the weekend (Vietnam, China, …) are known: the worked Saturday is open with the hours of the
      weekday that it replaces, or with Monday's where that is unknown or has no hours.
    - `closed`, `open`: own days. `open` beats `closed`, which beats worked weekend days, which beat `hours`.
    - `cut_off`: local time of day. What is received strictly later counts as received on the next business day.
    - `versions`: later versions by date; each replaces the fields that it names for the days from its date on. A
      night shift keeps the version of the day on which it starts.
    - `any_of` (open when one of them is), `all_of` (open when all are): combined calendars, by name.
    """

    zone: str = ""
    versions: tuple[CalendarVersion, ...] = ()

    @field_validator("zone", mode="before")
    @classmethod
    def _know_zone(cls, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise ValueError(
                told(
                    "calendar.no_zone_form",
                    "zone: {value!r} is not a time zone; write an IANA name such as Asia/Ho_Chi_Minh.",
                    value=value,
                )
            )
        if value not in _zones():
            by_lower = {zone.lower(): zone for zone in sorted(_zones())}
            near = difflib.get_close_matches(value.lower(), by_lower, n=2)
            hint = (
                told(
                    "word.did_you_mean_name",
                    " Did you mean {found}?",
                    found=" or ".join(by_lower[zone] for zone in near),
                )
                if near
                else ""
            )
            raise ValueError(
                told(
                    "calendar.no_zone",
                    "zone: {value!r} is not a time zone of the IANA database.{hint}",
                    value=value,
                    hint=hint,
                )
            )
        ZoneInfo(value)
        return value

    @field_validator("versions", mode="after")
    @classmethod
    def _order_versions(cls, versions: tuple[CalendarVersion, ...]) -> tuple[CalendarVersion, ...]:
        ordered = tuple(sorted(versions, key=lambda version: version.start))
        for one, other in pairwise(ordered):
            if one.start == other.start:
                raise ValueError(
                    told(
                        "calendar.two_versions",
                        "versions: two begin on {start}; join them into one.",
                        start=one.start,
                    )
                )
        return ordered

    @model_validator(mode="after")
    def _check_whole(self) -> CalendarSpec:
        combined = self.combined
        self._check_kind(combined, told("word.the_calendar", "The calendar"))
        for version in self.versions:
            version._check_kind(
                combined, told("word.version_from", "The version from {start}", start=version.start)
            )
        if not combined and not self.zone:
            raise ValueError(
                told(
                    "calendar.zone_missing",
                    "The calendar has no zone; write an IANA name, as zone: Asia/Ho_Chi_Minh.",
                )
            )
        if not combined and self.hours is None:
            raise ValueError(
                told(
                    "calendar.hours_missing",
                    'The calendar has no hours; write hours: 24x7, or hours: {{mon-fri: [["08:00", "17:00"]]}}.',
                )
            )
        return self

    @property
    def combined(self) -> bool:
        """Whether it is made of other calendars."""
        return self.any_of is not None or self.all_of is not None

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the calendars that it is made of, in any version, in order of mention."""
        names = [
            name for part in (self, *self.versions) for name in (*(part.any_of or ()), *(part.all_of or ()))
        ]
        return tuple(dict.fromkeys(names))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    # "localtime" follows the machine: the same document would mean different hours elsewhere.
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def read_time_of_day(value: time | str | int | None) -> int | None:
    """A cut-off as microseconds from local midnight: a `time`, `"15:00"`, or microseconds."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value < DAY:
            raise ValueError(
                told(
                    "calendar.cut_off_day",
                    "cut_off: {value} is not within a day of microseconds; give 0 to {last}.",
                    value=value,
                    last=DAY - 1,
                )
            )
        return value
    return _read_cut_off(value)
