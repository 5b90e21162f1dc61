"""Reliefs: which claims to be excused there are, which of them hold, and what the others still lack.

A claim is made by a pattern (its id is ``<relief>:<case id>:<n>``, n from 1 in the case) or by a fact
``giao.fact.relief {relief, id, case | cases, from, until, evidence, notified}``; without `case` it is for all cases.
A fact without `from` begins when it happened; without `until` it goes on. Decisions are facts
``giao.decision.relief {claim, by: client | vendor, accept}``; the latest of a party counts.

Pinned here, beyond the design's "Relief and exclusions":

- The entry in force at a claim's beginning rules it: its effect, who must agree, until when notice must be given.
- Notice is `notified`, else when the claim (the from event) was recorded. Later than the beginning plus
  `notify_within` the claim is late: void, whoever agrees. Days are of 24 hours.
- `agree: none` needs nobody; else each named party must accept. A refusal by one of them rejects the claim.
- A claim by fact under an entry that asks for `evidence` needs evidence.
- Effect `time` by a condition alone holds over the condition's maximal true intervals. Effect `case` is claimed once a
  case, at the first event that `from` and `when` mean. Effects `interval` and `window` with `when` are judged by the
  KPIs (the condition is on measures); here they have the claims made by facts, and by patterns where there are any.
- A claim approved for `time` pauses every clock, or those whose `relief` names it, within their runs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.context import Inputs
from giao.core.agreement.document.clock import Relief
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Fact
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.quantity import DAY
from giao.core.log import LogError
from giao.core.told import told

Ints = npt.NDArray[np.int64]
Pending = Collection[str] | bool
Status = Literal["approved", "pending", "rejected", "late", "unknown_case"]
Effect = Literal["time", "case", "interval", "window"]
STATUSES: tuple[Status, ...] = ("approved", "pending", "rejected", "late", "unknown_case")

ENDLESS = 2**62
"""End of an interval that goes on (beyond every reading)."""

_PARTIES: Mapping[str, tuple[str, ...]] = {
    "both": ("client", "vendor"),
    "client": ("client",),
    "vendor": ("vendor",),
    "none": (),
}
_INSTANT = pl.Datetime("us", "UTC")
CLAIM_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "claim": pl.String,
    "relief": pl.String,
    "kind": pl.String,
    "effect": pl.String,
    "case": pl.UInt32,
    "all_cases": pl.Boolean,
    "start": _INSTANT,
    "until": _INSTANT,
    "start_event": pl.UInt32,
    "until_event": pl.UInt32,
    "version": pl.UInt8,
    "status": pl.Enum(STATUSES),
    "active": pl.Boolean,
    "missing": pl.List(pl.String),
    "client": pl.Boolean,
    "vendor": pl.Boolean,
    "notified": _INSTANT,
    "notify_by": _INSTANT,
    "evidence": pl.String,
}
"""Columns of `Reliefs.claims`: a row a claim and case. `active`: approved, or asked for with `with_pending`;
`missing`: client, vendor (who has not accepted), evidence, notice, case; `client`/`vendor`: their decision."""


@dataclass(frozen=True, slots=True)
class Relieved:
    """An agreed excuse of one case (effect `time`): claim, relief entry, [start, until); `until` None goes on."""

    claim: str
    relief: str
    start_us: int
    until_us: int | None


@dataclass(frozen=True)
class Holes:
    """Merged intervals by case: those of case c are `starts[first[c]:past[c]]`, `ends[…]`, sorted and disjoint."""

    first: Ints
    past: Ints
    starts: Ints
    ends: Ints


@dataclass(frozen=True)
class Reliefs:
    """Every claim of a reading (columns: CLAIM_SCHEMA), and the decisions that name no claim."""

    claims: pl.DataFrame
    n_cases: int
    stray_decisions: tuple[str, ...] = field(default=())

    def active(self, effect: Effect) -> pl.DataFrame:
        """The claims of an effect that hold (or are supposed to, by `with_pending`)."""
        return self.claims.filter(pl.col("active") & (pl.col("effect") == effect))

    @property
    def pending(self) -> pl.DataFrame:
        """The claims that could still be approved; `missing` says what that takes."""
        return self.claims.filter(pl.col("status") == "pending")

    def cases(self) -> pl.DataFrame:
        """(case, relief, claim): cases out of numerator and denominator."""
        found = self.active("case")
        everyone = pl.DataFrame({"case": np.arange(self.n_cases, dtype=np.uint32)})
        general = found.filter(pl.col("all_cases")).select("relief", "claim").join(everyone, how="cross")
        own = found.filter(~pl.col("all_cases")).select("case", "relief", "claim")
        return pl.concat([own, general.select("case", "relief", "claim")]).sort("case", "relief", "claim")

    def of_case(self, case: int) -> list[Relieved]:
        """What relieves one case, by beginning."""
        found = self.active("time").filter((pl.col("case") == case) | pl.col("all_cases"))
        rows = found.select(
            "claim", "relief", pl.col("start").to_physical(), pl.col("until").to_physical()
        ).sort("start", "claim")
        return [Relieved(*row) for row in rows.iter_rows()]

    def holes(self, names: frozenset[str] | None) -> Holes:
        """What is relieved in every case, by the entries named (None: all)."""
        found = self.active("time")
        if names is not None:
            found = found.filter(pl.col("relief").is_in(list(names)))
        columns = found.select(
            pl.col("case").cast(pl.Int64).fill_null(-1),
            pl.col("start").to_physical(),
            pl.col("until").to_physical().fill_null(ENDLESS),
        )
        cases, starts, ends = (column.to_numpy() for column in columns)
        return _merged(cases, starts, ends, self.n_cases)


def _merged(cases: Ints, starts: Ints, ends: Ints, n_cases: int) -> Holes:
    """Unions by case; case -1 is every case. Cases with nothing of their own share one list, kept as case n_cases."""
    from giao.core.agreement.clocks import kernel

    general = cases < 0
    own = np.unique(cases[~general])
    everyone = np.append(own, n_cases)
    cases = np.concatenate([cases[~general], np.repeat(everyone, general.sum())])
    starts = np.concatenate([starts[~general], np.tile(starts[general], len(everyone))])
    ends = np.concatenate([ends[~general], np.tile(ends[general], len(everyone))])
    order = np.lexsort((starts, cases))
    first, past = np.zeros(n_cases + 1, dtype=np.int64), np.zeros(n_cases + 1, dtype=np.int64)
    new_starts, new_ends = np.empty(len(cases), dtype=np.int64), np.empty(len(cases), dtype=np.int64)
    n = kernel.merge_intervals(cases[order], starts[order], ends[order], first, past, new_starts, new_ends)
    of_case_first, of_case_past = np.full(n_cases, first[-1]), np.full(n_cases, past[-1])
    of_case_first[own], of_case_past[own] = first[own], past[own]
    return Holes(of_case_first, of_case_past, new_starts[:n], new_ends[:n])


def approved_cases(inputs: Inputs, matcher: Matcher, *, with_pending: Pending = frozenset()) -> pl.DataFrame:
    """(case, relief, claim) of every case that an approved claim takes out of the KPIs."""
    return find_reliefs(inputs, matcher, with_pending=with_pending).cases()


def find_reliefs(inputs: Inputs, matcher: Matcher, *, with_pending: Pending = frozenset()) -> Reliefs:
    """All claims by patterns and facts, judged as of the reading.

    `with_pending`: ids of pending claims to take as active all the same (True: all of them). Raises AgreementError
    for a claim whose relief entry does not exist.
    """
    entries = _entries(inputs)
    decisions = _decisions(inputs)
    if not entries and not decisions and not inputs.facts.of("giao.fact.relief"):
        return Reliefs(pl.DataFrame(schema=CLAIM_SCHEMA), inputs.log.n_cases)
    made = [_pattern_claims(key, by_version, inputs, matcher) for key, by_version in entries.items()]
    rows = [
        row
        for fact in inputs.facts.of("giao.fact.relief")
        if fact.time_us <= inputs.as_of_us
        for row in _fact_claims(fact, entries, inputs)
    ]
    made.append(pl.DataFrame(rows, schema=_RAW_SCHEMA))
    claims = _judge(pl.concat(made), entries, decisions, with_pending)
    known = set(claims.filter(pl.col("claim").is_in(list(decisions)))["claim"]) if decisions else set()
    stray = tuple(sorted(claim for claim in decisions if claim not in known))
    return Reliefs(claims, inputs.log.n_cases, stray)


def _entries(inputs: Inputs) -> dict[str, list[Relief | None]]:
    """By key, the entry of each version."""
    keys = dict.fromkeys(entry.key for version in inputs.versions for entry in version.relief)
    return {
        key: [
            next((entry for entry in version.relief if entry.key == key), None) for version in inputs.versions
        ]
        for key in keys
    }


def _decisions(inputs: Inputs) -> dict[str, dict[str, bool]]:
    """By claim and party, the latest decision."""
    found: dict[str, dict[str, bool]] = {}
    for fact in inputs.facts.of("giao.decision.relief"):
        party = str(fact.data["by"])
        if party not in ("client", "vendor"):
            raise AgreementError(
                told(
                    "relief.decision_by",
                    "decision on claim {claim!r}: by is {party!r}, expected client or vendor",
                    claim=fact.data["claim"],
                    party=party,
                )
            )
        found.setdefault(str(fact.data["claim"]), {})[party] = _is_true(fact)
    return found


def _is_true(fact: Fact) -> bool:
    value = fact.data["accept"]
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text not in ("true", "yes", "1", "false", "no", "0"):
        raise AgreementError(
            told(
                "relief.decision_accept",
                "decision on claim {claim!r}: accept is {value!r}, expected true or false",
                claim=fact.data["claim"],
                value=value,
            )
        )
    return text in ("true", "yes", "1")


# Claims by patterns


_RAW_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "claim": pl.String,
    "relief": pl.String,
    "case": pl.UInt32,
    "all_cases": pl.Boolean,
    "start": pl.Int64,
    "until": pl.Int64,
    "start_event": pl.UInt32,
    "until_event": pl.UInt32,
    "version": pl.UInt8,
    "notified": pl.Int64,
    "evidence": pl.String,
    "by_fact": pl.Boolean,
}


def _pattern_claims(
    key: str, by_version: list[Relief | None], inputs: Inputs, matcher: Matcher
) -> pl.DataFrame:
    from giao.core.agreement.clocks import kernel

    log = matcher.log
    edges = [_edges(entry, matcher) if entry else None for entry in by_version]
    if not log.n_events or not any(edges):
        return pl.DataFrame(schema=_RAW_SCHEMA)
    nothing = np.zeros(log.n_events, dtype=bool)
    begins = np.stack([nothing if pair is None else pair[0] for pair in edges])
    ends = np.stack([nothing if pair is None else pair[1] for pair in edges])
    times = log.times_us()
    hits = np.flatnonzero((begins.any(axis=0) | ends.any(axis=0)) & (times <= inputs.as_of_us))
    in_force = np.maximum(np.searchsorted(inputs.effective_us, times[hits], side="right") - 1, 0)
    once = np.array([entry is not None and entry.effect == "case" for entry in by_version])
    found = np.empty((len(hits), 5), dtype=np.int64)
    offsets = np.ascontiguousarray(log.offsets, dtype=np.int64)
    n = kernel.pair_claims(offsets, hits, in_force, begins, ends, once, found)
    case, number, version, start, until = (np.ascontiguousarray(column) for column in found[:n].T)
    ended = pl.Series(until >= 0)
    return pl.DataFrame(
        {
            "id": log.case_ids.gather(case),
            "number": number,
            "case": case,
            "start": times[start],
            "until": times[until],
            "start_event": start,
            "until_event": until,
            "version": version,
            "notified": _recorded(matcher)[start],
        }
    ).select(
        claim=pl.format("{}:{}:{}", pl.lit(key), "id", "number"),
        relief=pl.lit(key),
        case=pl.col("case").cast(pl.UInt32),
        all_cases=pl.lit(False),
        start="start",
        until=pl.when(ended).then("until"),
        start_event=pl.col("start_event").cast(pl.UInt32),
        until_event=pl.when(ended).then("until_event").cast(pl.UInt32),
        version=pl.col("version").cast(pl.UInt8),
        notified="notified",
        evidence=pl.lit(None, dtype=pl.String),
        by_fact=pl.lit(False),
    )


def _edges(entry: Relief, matcher: Matcher) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]] | None:
    """(begins, ends) at every event; None where the entry has no pattern of its own on events."""
    nothing = np.zeros(matcher.log.n_events, dtype=bool)
    if entry.start is not None:
        begins = matcher.mask(entry.start)
        if entry.when is not None and entry.effect in ("time", "case"):
            begins = begins & matcher.holds(entry.when)
        return begins, matcher.mask(entry.until) if entry.until else nothing
    if entry.when is None or entry.effect not in ("time", "case"):
        return None
    holds = matcher.holds(entry.when)
    if entry.effect == "case":
        return holds, nothing
    before = np.concatenate([[False], holds[:-1]])
    before[matcher.log.offsets[:-1]] = False
    return holds & ~before, before & ~holds


def _recorded(matcher: Matcher) -> Ints:
    log = matcher.log
    if "recorded" not in log.columns:
        return log.times_us()
    frame = log.events(["recorded", "time"])
    known = frame.select(pl.coalesce("recorded", "time").to_physical()).to_series()
    return np.asarray(known.to_numpy(), dtype=np.int64)


# Claims by facts


def _fact_claims(
    fact: Fact, entries: Mapping[str, list[Relief | None]], inputs: Inputs
) -> Iterator[dict[str, Any]]:
    key, claim = str(fact.data["relief"]), str(fact.data["id"])
    start = fact.instant("from", inputs.zone) if fact.data.get("from") else fact.time_us
    until = fact.instant("until", inputs.zone) if fact.data.get("until") else None
    if until is not None and until < start:
        raise AgreementError(
            told("relief.backwards", "relief claim {claim!r}: until is before from; swap them", claim=claim)
        )
    version = max(bisect_right(inputs.effective_us, start) - 1, 0)
    if key not in entries or entries[key][version] is None:
        known = ", ".join(name for name, of in entries.items() if of[version]) or "none"
        raise AgreementError(
            told(
                "relief.unknown",
                "relief claim {claim!r}: the agreement in force then has no relief {key!r}; it has {known}",
                claim=claim,
                key=key,
                known=known,
            )
        )
    row: dict[str, Any] = {
        "claim": claim,
        "relief": key,
        "version": version,
        "all_cases": False,
        "start": start,
        "until": until,
        "notified": fact.instant("notified", inputs.zone) if fact.data.get("notified") else fact.recorded_us,
        "evidence": str(fact.data["evidence"]) if fact.data.get("evidence") else None,
        "by_fact": True,
    }
    cases = _cases_of(fact)
    if cases is None:
        yield row | {"all_cases": True}
        return
    codes = {case_id: code for code, case_id in enumerate(inputs.log.case_ids)} if len(cases) > 50 else None
    for case_id in cases:
        code = _case_code(inputs, case_id) if codes is None else codes.get(case_id)
        yield dict(row, case=code)


def _cases_of(fact: Fact) -> list[str] | None:
    value = fact.data.get("cases", fact.data.get("case"))
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return [part.strip() for part in str(value).split(",")] if "cases" in fact.data else [str(value)]


def _case_code(inputs: Inputs, case_id: str) -> int | None:
    try:
        return inputs.log.case_code(case_id)
    except LogError:
        return None


# Judging


def _judge(
    raw: pl.DataFrame,
    entries: Mapping[str, list[Relief | None]],
    decisions: Mapping[str, Mapping[str, bool]],
    with_pending: Pending,
) -> pl.DataFrame:
    """The claims with their status: what is decided, what is missing, what holds."""
    terms = pl.DataFrame(
        [
            {
                "relief": key,
                "version": version,
                "kind": entry.kind,
                "effect": entry.effect,
                "asks_client": "client" in _PARTIES[entry.agree],
                "asks_vendor": "vendor" in _PARTIES[entry.agree],
                "asks_evidence": entry.evidence is not None,
                "notify_us": None if entry.notify_within is None else _elapsed(entry),
            }
            for key, by_version in entries.items()
            for version, entry in enumerate(by_version)
            if entry is not None
        ],
        schema=_TERMS_SCHEMA,
    )
    decided = pl.DataFrame(
        [{"claim": claim, **by_party} for claim, by_party in decisions.items()],
        schema={"claim": pl.String, "client": pl.Boolean, "vendor": pl.Boolean},
    )
    frame = raw.join(terms, on=["relief", "version"], how="left", maintain_order="left")
    frame = frame.join(decided, on="claim", how="left", maintain_order="left")
    lacks = {
        party: pl.col(f"asks_{party}") & ~pl.col(party).fill_null(False) for party in ("client", "vendor")
    }
    lacks["evidence"] = pl.col("asks_evidence") & pl.col("by_fact") & pl.col("evidence").is_null()
    refused = pl.any_horizontal(
        *(pl.col(f"asks_{party}") & ~pl.col(party).fill_null(True) for party in ("client", "vendor"))
    )
    frame = frame.with_columns(notify_by=pl.col("start") + pl.col("notify_us")).with_columns(
        status=pl.when(pl.col("case").is_null() & ~pl.col("all_cases"))
        .then(pl.lit("unknown_case"))
        .when((pl.col("notified") > pl.col("notify_by")).fill_null(False))
        .then(pl.lit("late"))
        .when(refused)
        .then(pl.lit("rejected"))
        .when(pl.any_horizontal(*lacks.values()))
        .then(pl.lit("pending"))
        .otherwise(pl.lit("approved")),
        missing=pl.concat_list(
            pl.when(test).then(pl.lit(name)) for name, test in lacks.items()
        ).list.drop_nulls(),
    )
    missing = (
        pl.when(pl.col("status") == "unknown_case")
        .then(pl.lit(["case"]))
        .when(pl.col("status") == "late")
        .then(pl.lit(["notice"]))
        .otherwise("missing")
    )
    asked = pl.lit(True) if with_pending is True else pl.col("claim").is_in(list(with_pending or ()))
    active = (pl.col("status") == "approved") | ((pl.col("status") == "pending") & asked)
    return frame.with_columns(missing=missing, active=active).select(*CLAIM_SCHEMA).cast(CLAIM_SCHEMA)  # type: ignore[arg-type]


_TERMS_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "relief": pl.String,
    "version": pl.UInt8,
    "kind": pl.String,
    "effect": pl.String,
    "asks_client": pl.Boolean,
    "asks_vendor": pl.Boolean,
    "asks_evidence": pl.Boolean,
    "notify_us": pl.Int64,
}


def _elapsed(entry: Relief) -> int:
    period = entry.notify_within
    assert period is not None
    if period.months:
        raise AgreementError(
            told(
                "relief.notify_months",
                "relief {key!r}: notify_within {period} counts months, which have no fixed length; write "
                "days",
                key=entry.key,
                period=period,
            )
        )
    return period.days * DAY + period.microseconds
