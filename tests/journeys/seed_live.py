"""An engagement that starts live, as of now: an agreement, no log, and a token for the vendor's system (in token.txt)."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from giao.site.serve import prepare

AGREEMENT = """\
giao: 1
name: live desk
title: {en: Live desk, vi: Bàn trực tuyến}
parties: {client: {name: Acme, country: NL}, vendor: {name: BPO, country: VN}}
term: {start: 2024-01-01, end: 2099-12-31}
currency: EUR
zone: UTC
calendars:
  always: {zone: UTC, hours: 24x7}
work: {received: Opened, delivered: Resolved, attributes: {priority: string}}
clocks:
  resolution: {title: {en: Resolution, vi: Khắc phục}, start: Opened, stop: Resolved, targets: [{within: 4 hours}]}
kpis:
  in_time: {title: {en: Resolved in time, vi: Khắc phục đúng hạn}, kind: share_in_target, clock: resolution, count_at: stop, expected: 95%}
pricing:
  - {per_unit: delivered, name: resolved, title: {en: Resolved, vi: Đã khắc phục}, bands: [{price: 10}]}
"""


def main() -> None:
    from django.utils import timezone
    from tests.kernel.ground import world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.identity.models import ServiceAccount
    from giao.kernel.identity.tokens import issue_token
    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.actions.join_organisation import join_organisation

    made = world("Live desk", as_of=None)
    made.engagement.slug = "live"
    made.engagement.save(update_fields=["slug"])
    adopt_agreement(made.engagement, AGREEMENT)
    lan = create_account("lan@example.org", "a long password here", "Nguyễn Thị Lan")
    join_organisation(lan, made.client, "client_manager")
    robot = ServiceAccount.objects.create(organisation=made.vendor, name="ticket system")
    _token, secret = issue_token(
        robot, ["events:write"], timezone.now() + timedelta(days=1), engagement=made.engagement
    )
    Path(os.environ["GIAO_DATA"], "token.txt").write_text(secret, encoding="utf-8")


if __name__ == "__main__":
    prepare()
    from giao.kernel.engagements.scoping import everywhere

    with everywhere("a small world for a browser"):
        main()
