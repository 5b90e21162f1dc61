"""Two engagements with stored figures and one that is empty; Lan (client) and Minh (vendor) can sign in."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal

from giao.site.serve import prepare

PASSWORD = "a long password here"


def main() -> None:
    from giao.kernel.engagements.actions.open_engagement import open_engagement
    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.actions.create_organisation import create_organisation
    from giao.kernel.parties.actions.join_organisation import join_organisation

    acme, bpo, hub = (
        create_organisation(*about)
        for about in (("Acme Insurance", "NL"), ("Example BPO", "VN"), ("Trung tâm Hà Nội", "VN"))
    )
    lan = create_account("lan@example.org", PASSWORD, "Nguyễn Thị Lan", time_zone="Asia/Ho_Chi_Minh")
    minh = create_account("minh@example.org", PASSWORD, "Trần Đức Minh")
    join_organisation(lan, acme, "client_manager")
    join_organisation(minh, bpo, "vendor_manager")
    desk = open_engagement(
        "Service desk",
        acme,
        bpo,
        slug="service-desk",
        zone="Europe/Amsterdam",
        as_of=datetime(2016, 5, 12, 16, 0, tzinfo=UTC),
        owner=lan,
    )
    loans = open_engagement(
        "Loan files",
        acme,
        hub,
        slug="loan-files",
        zone="Asia/Ho_Chi_Minh",
        as_of=datetime(2016, 5, 13, 3, 0, tzinfo=UTC),
    )
    open_engagement("Payroll", acme, hub, slug="payroll", zone="Asia/Ho_Chi_Minh")
    figures(
        desk, "EUR", (1920, 4000), (412, 27, 9),
        [
            ("p1", {"en": "P1 resolved in 4 business hours", "vi": "Xử lý P1 trong 4 giờ làm việc"}, "share", 0.80, 0.15, (0.95, 0.85)),
            ("p3", {"en": "P3 resolved in 2 business days", "vi": "Xử lý P3 trong 2 ngày làm việc"}, "share", 0.95, 0.03, (0.90, 0.80)),
            ("csat", {"en": "Satisfaction", "vi": "Mức hài lòng"}, "number", 4.3, 0.3, (4.2, 3.8)),
            ("mean", {"en": "Mean time to resolve", "vi": "Thời gian xử lý trung bình"}, "seconds", 150_000, 30_000, (110_000, 70_000)),
        ],
    )  # fmt: skip
    figures(
        loans,
        "VND",
        (0, 120_000_000),
        (88, 0, 0),
        [
            (
                "decided",
                {"en": "Files decided in 5 days", "vi": "Hồ sơ được duyệt trong 5 ngày"},
                "share",
                0.97,
                0.01,
                (0.95, 0.90),
            )
        ],
    )


def figures(engagement, currency, credit, counts, kpis) -> None:  # type: ignore[no-untyped-def]
    from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure

    random.seed(4)
    reading = Reading.objects.create(
        engagement=engagement, agreement_hash="a" * 64, log_hash="b" * 64, as_of=engagement.as_of, state="ready", current=True,
        finished=engagement.as_of,
        figures={
            "open": counts[0], "at_risk": counts[1], "overdue": counts[2], "kpis": [kpi[0] for kpi in kpis],
            "titles": {kpi[0]: kpi[1] for kpi in kpis}, "directions": {}, "currency": currency,
            "next": {"what": "close", "month": "2016-04", "due": "2016-05-14"},
        },
    )  # fmt: skip
    for name, _title, unit, mean, spread, (expected, minimum) in kpis:
        for position in range(12):
            value = mean + random.uniform(-spread, spread)
            state = (
                "met" if value >= expected else "expected_default" if value >= minimum else "minimum_default"
            )
            if name == "csat" and position in (0, 3):
                value, state = None, "no_data"
            month = (5 - position - 1) % 12 + 1
            KpiFigure.objects.create(
                engagement=engagement, reading=reading, kpi=name, window=f"{2016 if position < 5 else 2015}-{month:02d}", position=position,
                unit=unit, n=random.randint(50, 3000), value=value, expected=expected, minimum=minimum, state=state, provisional=position == 0,
            )  # fmt: skip
    StatementFigure.objects.create(
        engagement=engagement, reading=reading, month="2016-04", position=0, currency=currency, fees=Decimal(credit[1]) * 8,
        at_risk=credit[1], credit_total=credit[0], earned_back=0, tax=0, total=Decimal(credit[1]) * 7,
    )  # fmt: skip


if __name__ == "__main__":
    prepare()
    from giao.kernel.engagements.scoping import everywhere

    with everywhere("a small world for a browser"):
        main()
