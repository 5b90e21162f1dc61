"""The hash of a statement: SHA-256 over the hashes of what it was computed from and its canonical figures."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from giao.core.agreement.results import Statement


def sealed(statement: Statement, parts: Sequence[str]) -> Statement:
    """The statement with its hash: the same inputs give the same bytes. `parts`: hashes of versions, log, facts, as of."""
    content = [*parts, statement.month, canonical(dataclasses.replace(statement, hash=""))]
    digest = hashlib.sha256("\n".join(content).encode()).hexdigest()
    return dataclasses.replace(statement, hash=digest)


def canonical(statement: Statement) -> str:
    """Every figure of a statement as canonical JSON; without the number of the e-invoice, which comes after it."""
    plain = _plain(statement)
    del plain["e_invoice"]
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Fraction | date):
        return str(value)
    return value
