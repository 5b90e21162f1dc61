"""The small engagement with a manager on each side: Lan (client) and Minh (vendor)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from giao.site.serve import prepare


def main() -> None:
    from tests.steps.ground_of_steps import small_engagement

    from giao.kernel.parties.actions.create_account import create_account
    from giao.kernel.parties.actions.join_organisation import join_organisation

    with tempfile.TemporaryDirectory() as folder:
        made = small_engagement(Path(folder))
    for mail, name, organisation, role in (
        ("lan@example.org", "Nguyễn Thị Lan", made.client, "client_manager"),
        ("minh@example.org", "Trần Văn Minh", made.vendor, "vendor_manager"),
    ):
        join_organisation(create_account(mail, "a long password here", name), organisation, role)
    made.client.name, made.vendor.name = "Acme", "Example BPO"
    made.client.save(update_fields=["name"])
    made.vendor.save(update_fields=["name"])
    made.engagement.slug = "desk"
    made.engagement.save(update_fields=["slug"])


if __name__ == "__main__":
    prepare()
    from giao.kernel.engagements.scoping import everywhere

    with everywhere("a small world for a browser"):
        main()
