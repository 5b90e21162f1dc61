"""The small engagement with a manager on each side: Lan (client) and Minh (vendor); a second one with six open proposals."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from giao.site.serve import prepare


def main() -> None:
    from tests.steps.ground_of_steps import AGREEMENT, small_engagement

    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.actions.join_organisation import join_organisation
    from giao.steps.agree.proposals.actions.propose_change import propose_change

    lan = create_account("lan@example.org", "a long password here", "Nguyễn Thị Lan")
    minh = create_account("minh@example.org", "a long password here", "Trần Văn Minh")
    for slug, log in (("desk", True), ("race", False)):
        with tempfile.TemporaryDirectory() as folder:
            made = small_engagement(Path(folder), with_log=log)
        join_organisation(lan, made.client, "client_manager")
        join_organisation(minh, made.vendor, "vendor_manager")
        made.client.name, made.vendor.name = "Acme", "Example BPO"
        made.client.save(update_fields=["name"])
        made.vendor.save(update_fields=["name"])
        made.engagement.slug = slug
        made.engagement.save(update_fields=["slug"])
    for place in range(6):
        text = AGREEMENT.replace("within: 10 hours", f"within: {20 + place} hours")
        propose_change(made.engagement, "vendor", minh, text, date(2016, 5, 1 + place))


if __name__ == "__main__":
    prepare()
    from giao.kernel.engagements.scoping import everywhere

    with everywhere("a small world for a browser"):
        main()
