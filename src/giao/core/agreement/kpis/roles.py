"""What part a case plays in a number: one code a role, and the rows behind a number as a table."""

from __future__ import annotations

import polars as pl

MET, MISSED, COUNTED, EXCLUDED, CARRIED, OPEN_OVERDUE, NUMERATOR = range(7)
UNDECIDED, OUTSIDE, POPULATION = 7, 8, 9
"""Not members of the number: still open, out of scope or `where`, only part of a stratum's population."""

ROLES = ("met", "missed", "counted", "excluded", "carried", "open_overdue", "numerator")
"""Roles of members. n = met + missed + counted; `numerator` is the other side of a ratio."""

COUNTING = (MET, MISSED, COUNTED)
"""Roles that make n."""

N_ROLES = 10
ROLE = pl.Enum(ROLES)

MEMBERS: dict[str, pl.DataType | type[pl.DataType]] = {
    "window": pl.String,
    "case": pl.UInt32,
    "instance": pl.UInt32,
    "role": ROLE,
    "value": pl.Float64,
    "at": pl.Datetime("us", "UTC"),
    "group": pl.String,
    "reason": pl.String,
}
"""Columns of members. `case`: row in the log's cases (null: a fact without one); `value`: seconds of a clock, of an age
or of time lost, or the attribute's number; `at`: the counting instant."""


def no_members() -> pl.DataFrame:
    return pl.DataFrame(schema=MEMBERS)
