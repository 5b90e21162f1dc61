"""The whole document: one version of one agreement."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr

from giao.core.agreement.document.base import Condition, Part, Words
from giao.core.agreement.document.charge import ChargeLine, Interest, Tax
from giao.core.agreement.document.clock import Clock, Relief
from giao.core.agreement.document.credit import Credits
from giao.core.agreement.document.currency import Currency
from giao.core.agreement.document.kpi import Kpi
from giao.core.agreement.document.work import Parties, Phase, Term, Work
from giao.core.agreement.quantity import Percent, Period
from giao.core.calendars import CalendarSpec
from giao.core.told import told


class Obligation(Part):
    """A recurring or single duty of either side, with its due rule and evidence."""

    name: str
    title: Words | None = None
    by: Literal["client", "vendor"] = "vendor"
    every: Literal["week", "month", "quarter", "year", "once"] = "month"
    due: str = Field(
        description="A date (once), or a rule such as 'day 5' or '3 business days' after the period's end"
    )
    calendar: str | None = None
    evidence: str | None = None


class RiskControl(Part):
    """A control against a risk of outsourcing, done each period and shown by its evidence (`giao.fact.duty`)."""

    name: str
    by: Literal["client", "vendor"] = "vendor"
    family: Literal["data", "control", "dependence", "hidden_cost", "compliance", "turnover"]
    title: Words | None = None
    evidence: str | None = None
    every: Literal["week", "month", "quarter", "year", "once"] = "quarter"
    due: str = Field("day 0", description="As of an obligation; 'day 0' is the period's last day")
    calendar: str | None = None


class ExitDuty(Part):
    """Owed when the agreement ends: within a period from the exit's first day, shown by its evidence (`giao.fact.duty`)."""

    name: str
    title: Words | None = None
    by: Literal["client", "vendor"] = "vendor"
    within: Period | None = None
    evidence: str | None = None


class DisputeTolerance(Part):
    amount: Percent | None = None


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(
            told(
                "document.zone",
                "zone: {zone!r} is not a time zone of the IANA database; write a name such as Asia/Ho_Chi_Minh",
                zone=value,
            )
        )
    return value


Zone = Annotated[str, AfterValidator(_zone)]


def _list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Agreement(Part):
    """One version. `effective` is its first day; the first version's is the start of the term."""

    giao: Literal[1] = Field(description="Version of this document format")
    name: str = Field(min_length=1, max_length=200)
    title: Words | None = None
    version: int = Field(1, ge=1)
    effective: date | None = None
    parties: Parties
    term: Term
    currency: Currency
    law: str | None = None
    zone: Zone | None = None
    close: Period = Period(0, 10, 0, "P10D")
    phases: list[Phase] = []
    calendars: dict[str, CalendarSpec] = {}
    work: Work
    clocks: dict[str, Clock] = {}
    relief: list[Relief] = []
    kpis: dict[str, Kpi] = {}
    credits: Credits | None = None
    pricing: list[ChargeLine] = []
    tax: Annotated[list[Tax], BeforeValidator(_list)] = []
    payment_term: Period | None = None
    interest: Interest | None = None
    obligations: list[Obligation] = []
    risk_controls: list[RiskControl] = []
    exit: list[ExitDuty] = []
    notes: Words | None = None
    where: Condition | None = Field(
        None, description="Only cases for which this holds (at receipt) are in scope"
    )

    @property
    def starts(self) -> date:
        return self.effective or self.term.start

    def canonical(self) -> str:
        """The content as canonical JSON: the same content written another way gives the same text."""
        dumped = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return json.dumps(dumped, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical content, hexadecimal."""
        document = self.document
        if document._hashed is None or document._hashed[0] != id(document):  # a copy may differ
            found = hashlib.sha256(document.canonical().encode()).hexdigest()
            document._hashed = (id(document), found)
        return document._hashed[1]

    _hashed: tuple[int, str] | None = PrivateAttr(None)

    _document: Agreement | None = PrivateAttr(None)

    @property
    def document(self) -> Agreement:
        """The version as written; itself, unless a reading has put in what it knows (`known_as`)."""
        return self._document or self

    def known_as(self, update: dict[str, Any]) -> Agreement:
        """A copy with what a reading knows (when phases began); its hash stays that of the document."""
        made = self.model_copy(update=update)
        made._document = self.document
        return made
