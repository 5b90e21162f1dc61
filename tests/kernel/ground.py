"""Small worlds for server tests: two organisations, people with roles, an engagement, stored figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from giao.kernel.engagements.actions.open_engagement import open_engagement
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.actions.create_account import create_account
from giao.kernel.parties.actions.create_organisation import create_organisation
from giao.kernel.parties.actions.join_organisation import join_organisation
from giao.kernel.parties.models import Organisation, User
from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure

AS_OF = datetime(2016, 5, 12, 16, 0, tzinfo=UTC)
_number = count(1)

AGREEMENT = """\
giao: 1
name: Service desk
parties: {client: {name: Acme, country: NL}, vendor: {name: Example BPO, country: VN}}
term: {start: 2016-01-01, end: 2018-12-31}
currency: EUR
work: {received: Opened, delivered: Resolved}
"""


@dataclass(frozen=True)
class World:
    client: Organisation
    vendor: Organisation
    engagement: Engagement


def person(name: str = "Lan", organisation: Organisation | None = None, role: str = "client_manager") -> User:
    user = create_account(f"{name.lower()}{next(_number)}@example.org", "a long password here", name)
    if organisation is not None:
        join_organisation(user, organisation, role)
    return user


def world(name: str = "Service desk", **more: Any) -> World:
    mark = next(_number)
    client = create_organisation(f"Acme {mark}", "NL")
    vendor = create_organisation(f"Example BPO {mark}", "VN")
    more = {"zone": "Europe/Amsterdam", "as_of": AS_OF, "slug": f"desk-{mark}", **more}
    return World(client, vendor, open_engagement(name, client, vendor, **more))


def store_figures(
    engagement: Engagement, *, state: str = "met", windows: int = 12, kpis: int = 2, **more: Any
) -> Reading:
    """A ready, current reading with so many KPIs over so many months, and one statement."""
    figures = {
        "open": 12,
        "at_risk": 3,
        "overdue": 1,
        "kpis": [f"kpi{index}" for index in range(kpis)],
        "titles": {
            f"kpi{index}": {"en": f"Promise {index}", "vi": f"Cam kết {index}"} for index in range(kpis)
        },
        "directions": {},
        "currency": "EUR",
        "next": {"what": "close", "month": "2016-04", "due": "2016-05-14"},
        **more,
    }
    reading = Reading.objects.create(
        engagement=engagement,
        agreement_hash="a" * 64,
        log_hash="b" * 64,
        as_of=engagement.as_of or AS_OF,
        state="ready",
        current=True,
        finished=AS_OF,
        figures=figures,
    )
    KpiFigure.objects.bulk_create(
        KpiFigure(
            engagement=engagement,
            reading=reading,
            kpi=f"kpi{kpi}",
            window=f"{2016 - position // 12}-{12 - position % 12:02d}",
            position=position,
            n=1903,
            value=0.968 if state != "no_data" else None,
            expected=0.95,
            minimum=0.85,
            state=state,
        )
        for kpi in range(kpis)
        for position in range(windows)
    )
    StatementFigure.objects.create(
        engagement=engagement,
        reading=reading,
        month="2016-04",
        position=0,
        currency="EUR",
        fees=Decimal(32000),
        at_risk=Decimal(4000),
        credit_total=Decimal("1920.5"),
        earned_back=0,
        tax=0,
        total=Decimal(30000),
    )
    return reading
