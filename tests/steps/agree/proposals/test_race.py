"""Two sides act at the same moment, each on its own connection. On PostgreSQL here; on SQLite over HTTP in the journeys."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

from tests.steps.agree.proposals.table import EASIER, table


def test_accept_and_withdraw_at_once_have_one_winner(test_database: None, tmp_path: Path) -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection, connections
    from django_scopes import scopes_disabled

    from giao.kernel.engagements.errors import EngagementError
    from giao.kernel.engagements.models import Engagement
    from giao.steps.agree.proposals.actions.withdraw_proposal import withdraw_proposal
    from giao.steps.agree.proposals.models import Proposal

    if connection.vendor != "postgresql":
        return
    desk = table(tmp_path, with_log=False)
    try:
        for place in range(4):
            proposal = desk.propose(
                EASIER.replace("24 hours", f"{24 + place} hours"), date(2016, 5, 1 + place)
            )
            before = desk.versions()
            ends: dict[str, Any] = {}
            together = threading.Barrier(2)

            def act(
                what: str,
                proposal: Any = proposal,
                ends: dict[str, Any] = ends,
                together: threading.Barrier = together,
            ) -> None:
                with scopes_disabled():
                    row = Proposal.objects.select_related("engagement").get(pk=proposal.pk)
                    together.wait(30)
                    try:
                        if what == "accept":
                            desk.accept(row, "client", seen=1)
                        else:
                            withdraw_proposal(row, "vendor", desk.people["vendor"], seen=1)
                        ends[what] = "won"
                    except EngagementError as error:
                        ends[what] = str(error)
                connections.close_all()

            threads = [threading.Thread(target=act, args=(what,)) for what in ("accept", "withdraw")]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            proposal.refresh_from_db()
            assert sorted(ends.values())[-1] == "won"
            assert "was first" in sorted(ends.values())[0]
            accepted = ends["accept"] == "won"
            assert proposal.state == ("accepted" if accepted else "withdrawn")
            assert len(desk.versions()) == len(before) + accepted
    finally:
        Engagement.objects.filter(pk=desk.engagement.pk).delete()
        get_user_model().objects.filter(pk__in=[user.pk for user in desk.people.values()]).delete()
        desk.made.client.delete()
        desk.made.vendor.delete()
