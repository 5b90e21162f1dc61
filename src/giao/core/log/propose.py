"""A mapping proposed from names and content, with what cannot be known asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from giao.core.log.batches import Source
from giao.core.log.errors import ImportNeeds, Need
from giao.core.log.mapping import LogMapping
from giao.core.log.plan import make_plan
from giao.core.log.times import TimeFormat, detect_format
from giao.core.told import told

# Each list: the surest name first. Compared in lower case with every sign but letters and digits taken out.
NAMES: dict[str, tuple[str, ...]] = {
    "case": (
        "caseconceptname", "caseid", "case", "traceid", "caseidentifier", "casenumber", "casekey", "processid", "processinstanceid",
        "ticketid", "ticketnumber", "ticket", "incidentid", "incidentnumber", "incident", "number", "orderid", "ordernumber",
        "requestid", "requestnumber", "claimid", "claimnumber", "invoiceid", "invoicenumber", "applicationid", "loanid", "documentid",
        "mãhồsơ", "sốhồsơ", "mãđơn", "mãyêucầu", "mãvụviệc", "id",
    ),
    "activity": (
        "conceptname", "activity", "activityname", "activityid", "event", "eventname", "eventtype", "task", "taskname", "step",
        "stepname", "action", "operation", "hoạtđộng", "côngviệc", "bước", "sựkiện", "trạngtháimới",
    ),
    "time": (
        "timetimestamp", "timestamp", "completetimestamp", "endtimestamp", "endtime", "completetime", "completiontime", "finishtime",
        "completedat", "endedat", "end", "time", "eventtime", "datetime", "occurredat", "sysupdatedat", "updatedat", "date",
        "thờigian", "thờiđiểm", "kếtthúc", "ngàygiờ", "ngày",
    ),
    "start": ("starttimestamp", "starttime", "startedat", "begintime", "begin", "start", "timestart", "bắtđầu", "thờigianbắtđầu"),
    "recorded": ("recorded", "recordedat", "loggedat", "ingestedat"),
    "sequence": ("seq", "sequence", "sequencenumber", "eventseq", "eventsequence"),
    "lifecycle": ("lifecycletransition", "lifecycle", "transition"),
    "resource": (
        "orgresource", "resource", "user", "userid", "username", "agent", "employee", "performer", "operator", "sysupdatedby",
        "updatedby", "ngườithựchiện", "nhânviên",
    ),
    "group": ("orggroup", "group", "team", "department", "assignmentgroup", "nhóm", "phòngban"),
    "role": ("orgrole", "role", "vaitrò"),
    "cost": ("costtotal", "cost", "chiphí"),
    "state": ("incidentstate", "state", "status", "casestatus", "casestate", "ticketstatus", "trạngthái", "tìnhtrạng"),
}  # fmt: skip

_WEAK = frozenset(("number", "documentid", "id"))
"""Names that may as well number the events: only believed to be the case when they repeat."""

_NULLS = ("?", "NULL", "null", "NaN", "nan", "NA", "N/A", "n/a", "#N/A", "None", "\\N", "-", "(null)")
_FINAL = re.compile(
    r"(^|_)(resolved|closed|completed|finished|cancelled)_?(at|by|on|code|date|time)$|^close_(code|notes)$"
)


@dataclass(frozen=True)
class Proposal:
    """What an import would do: the mapping, the first rows, and what has to be asked."""

    mapping: LogMapping
    preview: pl.DataFrame
    detected: dict[str, object]
    questions: list[Need] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


def propose(source: Source, said: LogMapping) -> Proposal:
    """What an import would make of a source."""
    mapping, sample, hints = complete_mapping(source, said)
    questions: list[Need] = []
    try:
        make_plan(mapping, source.labels, sample)
    except ImportNeeds as error:
        questions = list(error.needs)
    return Proposal(mapping, sample.head(20), dict(source.detected), questions, hints)


def complete_mapping(source: Source, said: LogMapping) -> tuple[LogMapping, pl.DataFrame, list[str]]:
    """What the user said stands, the rest is found in names and a sample: the mapping, the sample, hints."""
    sample = source.sample()
    presets = LogMapping.model_validate(dict(source.presets()))
    nulls = said.null_values if said.null_values is not None else presets.null_values
    if nulls is None:
        nulls = null_texts(sample)
        if nulls:
            sample = sample.with_columns(pl.col(pl.String).replace(nulls, [None] * len(nulls)))
    mapping = said.over(presets)
    found: dict[str, object] = {"null_values": nulls}
    taken = set(mapping.roles().values()) | set(mapping.times or {}) | set(mapping.exclude)
    by_key = {_key(label): label for label in reversed(source.labels)}
    for role in NAMES:
        if role != "state" and getattr(mapping, role) is None and not _settled(role, mapping):
            label = _named(role, by_key, taken, sample)
            if label is not None:
                found[role] = label
                taken.add(label)
    shape = mapping.shape or ("snapshot" if mapping.state else "case" if mapping.times else None)
    if (
        shape in (None, "snapshot")
        and mapping.state is None
        and mapping.activity is None
        and "activity" not in found
    ):
        label = _named("state", by_key, taken, sample)
        if label is not None:
            found["state"], shape = label, "snapshot"
    found["shape"] = shape or "event"
    mapping = mapping.model_copy(
        update={k: v for k, v in found.items() if k not in said.model_fields_set or getattr(said, k) is None}
    )
    hints: list[str] = [
        told(
            "log.final_values",
            "column {label} looks as if it held final values on every row: consider `hindsight`",
            label=label,
        )
        for label in source.labels
        if _FINAL.search(label.lower()) and label not in mapping.hindsight and found["shape"] == "snapshot"
    ]
    return mapping, sample, hints


def null_texts(sample: pl.DataFrame) -> list[str]:
    """Texts such as `?` or `NULL` that stand for no value in the sample."""
    texts = [column for column in sample.columns if sample[column].dtype == pl.String]
    seen: set[str] = set()
    for column in texts[:500]:
        values = sample[column]
        words = values.unique()
        for word in _NULLS:
            # A dash or question mark may be a value of its own; beside real values it means none.
            if word not in seen and len(words) > 1 and bool((words == word).any()):
                seen.add(word)
    return [word for word in _NULLS if word in seen]


def _settled(role: str, mapping: LogMapping) -> bool:
    if mapping.shape == "case" or (mapping.times and mapping.shape is None and mapping.state is None):
        return role in ("activity", "time", "start", "sequence")
    if role == "activity":
        return mapping.shape == "snapshot" or mapping.state is not None or mapping.classifier is not None
    return False


def _named(role: str, by_key: dict[str, str], taken: set[str], sample: pl.DataFrame) -> str | None:
    for key in NAMES[role]:
        label = by_key.get(key)
        if label is None or label in taken:
            continue
        if role in ("time", "start", "recorded") and not _looks_like_time(sample, label):
            continue
        if role == "case" and key in _WEAK and _all_different(sample, label):
            continue
        if role == "sequence" and not _whole_numbers(sample, label):
            continue
        return label
    if role == "time":
        return next(
            (label for label in sample.columns if label not in taken and _looks_like_time(sample, label)),
            None,
        )
    return None


def _looks_like_time(sample: pl.DataFrame, label: str) -> bool:
    if label not in sample.columns:
        return False
    values = sample[label].drop_nulls().head(500)
    if values.dtype != pl.String:
        return values.dtype.is_temporal() and values.dtype != pl.Duration
    if not len(values):
        return True
    found = detect_format(values.to_list(), least=0.5)
    return found is not None and (
        not isinstance(found, TimeFormat) or found.ticks is None or found.ticks >= 1
    )


def _all_different(sample: pl.DataFrame, label: str) -> bool:
    return sample.height > 20 and sample[label].n_unique() == sample.height


def _whole_numbers(sample: pl.DataFrame, label: str) -> bool:
    values = sample[label]
    if values.dtype.is_integer():
        return values.null_count() == 0
    return (
        values.dtype == pl.String
        and bool(values.str.contains(r"^\d{1,18}$").all())
        and values.null_count() == 0
    )


def _key(label: str) -> str:
    return re.sub(r"[\W_]+", "", label.lower())
