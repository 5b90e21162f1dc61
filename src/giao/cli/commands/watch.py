"""`giao watch`: import what is put into the drop folders, as the last file of each engagement was read."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from giao.cli.arguments import Commands, command
from giao.cli.commands.demo import server, use_data_folder
from giao.cli.talk import write, write_json

if TYPE_CHECKING:
    from giao.steps.identify.logs.models import Upload

EXAMPLES = """  giao watch                    look into <data>/drop/<engagement>/ every 5 seconds, until stopped
  giao watch --once --json      look once, e.g. from cron"""

PAUSE_SECONDS = 5.0


def add(commands: Commands) -> None:
    found = command(commands, "watch", run, "import files that are put into the drop folders", EXAMPLES)
    found.add_argument("--data", metavar="DIR", help="data folder (default: GIAO_DATA, else ./.giao)")
    found.add_argument(
        "--once", action="store_true", help="look once and end; 1 when a file could not be read"
    )


def run(chosen: argparse.Namespace) -> int:
    use_data_folder(chosen.data)
    server()
    while True:
        uploads = look()
        _tell(chosen, uploads)
        if chosen.once:
            return 0 if all(upload.is_ready for _, upload in uploads) else 1
        time.sleep(PAUSE_SECONDS)


def look() -> list[tuple[str, Upload]]:
    """Into every engagement's folder; (engagement, upload) of what was taken."""
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import everywhere, working_in
    from giao.steps.identify.logs.dropping import look_into

    with everywhere("files for any engagement of this server"):
        engagements = list(
            Engagement.objects.filter(archived__isnull=True).select_related("client", "vendor")
        )
    found = []
    for engagement in engagements:
        with working_in(engagement):
            found += [(engagement.slug, upload) for upload in look_into(engagement)]
    return found


def _tell(chosen: argparse.Namespace, uploads: list[tuple[str, Upload]]) -> None:
    from giao.core.report.formats import number
    from giao.core.report.words import say
    from giao.core.report.words.told import tell

    rows: list[dict[str, Any]] = [
        {"engagement": slug, "file": upload.name, "state": upload.state, "error": upload.error}
        | {name: (upload.report or {}).get(name) for name in ("cases", "events")}
        for slug, upload in uploads
    ]
    if chosen.json:
        if rows or chosen.once:
            write_json(rows)
        return
    for row in rows:
        said = {"engagement": row["engagement"], "file": row["file"]}
        if row["state"] == "ready":
            events = number(row["events"] or 0, chosen.lang)
            write(say(chosen.lang, "cli.watch.taken", **said, events=events))
        else:
            write(say(chosen.lang, "cli.watch.failed", **said, why=tell(chosen.lang, row["error"])))
