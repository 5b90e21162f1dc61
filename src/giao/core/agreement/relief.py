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
from itertools import groupby
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
        rows = found.select(
            pl.col("case").cast(pl.Int64).fill_null(-1),
            pl.col("start").to_physical(),
            pl.col("until").to_physical().fill_null(ENDLESS),
        ).sort("case", "start", "until")
        by_case = {
            case: [(start, end) for _, start, end in group]
            for case, group in groupby(rows.iter_rows(), key=lambda row: int(row[0]))
        }
        general = _merge(by_case.pop(-1, []))
        merged = [general, *(_merge([*own, *general]) for own in by_case.values())]
        ends = np.cumsum([len(intervals) for intervals in merged])
        first = np.zeros(self.n_cases, dtype=np.int64)
        past = np.full(self.n_cases, len(general), dtype=np.int64)
        own_cases = list(by_case)
        first[own_cases], past[own_cases] = ends[:-1], ends[1:]
        flat = np.array([pair for intervals in merged for pair in intervals], dtype=np.int64).reshape(-1, 2)
        return Holes(first, past, np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1]))


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
    rows: list[dict[str, Any]] = []
    for key, by_version in entries.items():
        rows += _pattern_claims(key, by_version, inputs, matcher)
    for fact in inputs.facts.of("giao.fact.relief"):
        if fact.time_us <= inputs.as_of_us:
            rows += _fact_claims(fact, entries, inputs)
    for row in rows:
        _judge(row, entries[row["relief"]][row["version"]], decisions.get(row["claim"], {}), with_pending)
    known = {row["claim"] for row in rows}
    plain = {name: pl.Int64 if dtype == _INSTANT else dtype for name, dtype in CLAIM_SCHEMA.items()}
    claims = pl.DataFrame(
        [{name: row.get(name) for name in CLAIM_SCHEMA} for row in rows], schema=plain, orient="row"
    ).cast({name: _INSTANT for name, dtype in CLAIM_SCHEMA.items() if dtype == _INSTANT})
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
                f"decision on claim {fact.data['claim']!r}: by is {party!r}, expected client or vendor"
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
            f"decision on claim {fact.data['claim']!r}: accept is {value!r}, expected true or false"
        )
    return text in ("true", "yes", "1")


# Claims by patterns


def _pattern_claims(
    key: str, by_version: list[Relief | None], inputs: Inputs, matcher: Matcher
) -> Iterator[dict[str, Any]]:
    log = matcher.log
    if not log.n_events:
        return
    masks = [_edges(entry, matcher) if entry else None for entry in by_version]
    if not any(masks):
        return
    times = log.times_us()
    hit = np.zeros(log.n_events, dtype=bool)
    for pair in masks:
        if pair is not None:
            hit |= pair[0] | pair[1]
    hits = np.flatnonzero(hit & (times <= inputs.as_of_us))
    in_force = np.maximum(np.searchsorted(inputs.effective_us, times[hits], side="right") - 1, 0)
    cases = np.searchsorted(log.offsets, hits, side="right") - 1
    recorded = _recorded(matcher)
    events = zip(cases.tolist(), hits.tolist(), in_force.tolist(), strict=True)
    for case, group in groupby(events, key=lambda event: event[0]):
        case_id = log.case_ids[case]
        for number, (version, start, until) in enumerate(_claims_of(group, masks, by_version), start=1):
            yield {
                "claim": f"{key}:{case_id}:{number}",
                "relief": key,
                "version": version,
                "case": case,
                "all_cases": False,
                "start": int(times[start]),
                "until": None if until is None else int(times[until]),
                "start_event": start,
                "until_event": until,
                "notified": int(recorded[start]),
                "evidence": None,
                "needs_evidence": False,
            }


def _claims_of(
    events: Iterator[tuple[int, int, int]],
    masks: list[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]] | None],
    entries: list[Relief | None],
) -> Iterator[tuple[int, int, int | None]]:
    """(version, from event, until event) of each claim of a case; one without length makes no claim."""
    begun: tuple[int, int] | None = None
    for _, event, version in events:
        pair = masks[version]
        entry = entries[version]
        ended = False
        if begun is not None:
            own = masks[begun[0]]
            assert own is not None
            ended = bool(own[1][event])
            if ended:
                yield (*begun, event)
                begun = None
            else:
                continue
        if pair is None or entry is None or not pair[0][event]:
            continue
        if entry.effect == "case":
            yield version, event, None
            return
        if ended or not pair[1][event]:
            begun = (version, event)
    if begun is not None:
        yield (*begun, None)


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
        raise AgreementError(f"relief claim {claim!r}: until is before from; swap them")
    version = max(bisect_right(inputs.effective_us, start) - 1, 0)
    if key not in entries or entries[key][version] is None:
        known = ", ".join(name for name, of in entries.items() if of[version]) or "none"
        raise AgreementError(
            f"relief claim {claim!r}: the agreement in force then has no relief {key!r}; it has {known}"
        )
    entry = entries[key][version]
    row: dict[str, Any] = {
        "claim": claim,
        "relief": key,
        "version": version,
        "all_cases": False,
        "start": start,
        "until": until,
        "notified": fact.instant("notified", inputs.zone) if fact.data.get("notified") else fact.recorded_us,
        "evidence": str(fact.data["evidence"]) if fact.data.get("evidence") else None,
        "needs_evidence": entry is not None and entry.evidence is not None,
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
    row: dict[str, Any], entry: Relief | None, decisions: Mapping[str, bool], with_pending: Pending
) -> None:
    assert entry is not None
    parties = _PARTIES[entry.agree]
    row |= {"kind": entry.kind, "effect": entry.effect, **{p: decisions.get(p) for p in ("client", "vendor")}}
    missing = [party for party in parties if not decisions.get(party)]
    if row["needs_evidence"] and row["evidence"] is None:
        missing.append("evidence")
    status: Status = "pending" if missing else "approved"
    if any(decisions.get(party) is False for party in parties):
        status = "rejected"
    if entry.notify_within is not None:
        row["notify_by"] = row["start"] + _elapsed(entry)
        if row["notified"] > row["notify_by"]:
            status, missing = "late", ["notice"]
    if row.get("case") is None and not row["all_cases"]:
        status, missing = "unknown_case", ["case"]
    asked = status == "pending" and (with_pending is True or (with_pending and row["claim"] in with_pending))
    row |= {"status": status, "missing": missing, "active": status == "approved" or bool(asked)}


def _elapsed(entry: Relief) -> int:
    period = entry.notify_within
    assert period is not None
    if period.months:
        raise AgreementError(
            f"relief {entry.key!r}: notify_within {period} counts months, which have no fixed length; write days"
        )
    return period.days * DAY + period.microseconds


def _merge(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted and disjoint; empty ones left out."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
