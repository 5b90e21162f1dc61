"""The small engagement of the steps' tests, computed by the real library; Lan (client) signs in."""

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
    lan = create_account("lan@example.org", "a long password here", "Nguyễn Thị Lan")
    join_organisation(lan, made.client, "client_manager")
    minh = create_account("minh@example.org", "a long password here", "Trần Đức Minh")
    join_organisation(minh, made.vendor, "vendor_manager")
    made.engagement.slug = "desk"
    made.engagement.save(update_fields=["slug"])


if __name__ == "__main__":
    prepare()
    from giao.kernel.engagements.scoping import everywhere

    with everywhere("a small world for a browser"):
        main()
