"""`giao worker`: jobs, timers and recurring jobs, beside a server that runs elsewhere."""

from __future__ import annotations

import argparse

from giao.cli.arguments import Commands, command
from giao.cli.commands.demo import server, use_data_folder
from giao.cli.talk import write

EXAMPLES = """  giao worker                         beside `giao serve --jobs 0`, on the same data folder and database
  giao worker --slots 4 --data /srv/giao
  giao worker --until-idle            do what is due, then end

`giao serve` has a worker of its own; more of them, on more machines, need PostgreSQL."""


def add(commands: Commands) -> None:
    found = command(commands, "worker", run, "do the jobs and timers of the server", EXAMPLES)
    found.add_argument("--slots", type=int, default=2, help="jobs at a time (default: %(default)s)")
    found.add_argument("--until-idle", action="store_true", help="end when nothing is due")
    found.add_argument("--data", metavar="DIR", help="data folder (default: GIAO_DATA, else ./.giao)")


def run(chosen: argparse.Namespace) -> int:
    from giao.core.report.words import say

    folder = use_data_folder(chosen.data)
    server()
    from giao.site.work import work

    if not chosen.quiet:
        write(say(chosen.lang, "cli.worker.at", path=folder))
    return work(max(chosen.slots, 1), until_idle=chosen.until_idle)
