"""`giao serve`: the pages, on this machine."""

from __future__ import annotations

import argparse

from giao.cli.arguments import Commands, command
from giao.cli.commands.demo import server, tell_accounts, use_data_folder
from giao.cli.failure import Failure
from giao.cli.talk import Teller, write
from giao.core.told import told

EXAMPLES = """  giao serve                         http://localhost:8000, data in ./.giao
  giao serve --demo                  the same, with the demonstration loaded on the first start
  giao serve --host 0.0.0.0 --port 80 --data /srv/giao"""

LOCAL = ("127.0.0.1", "0.0.0.0", "::", "::1")  # noqa: S104 - only compared, to print an address that opens


def add(commands: Commands) -> None:
    found = command(
        commands, "serve", run, "serve the pages, and the API for machines under /api/v1", EXAMPLES
    )
    found.add_argument("--demo", action="store_true", help="load the demonstration when it is not there yet")
    found.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    found.add_argument("--port", type=int, default=8000, help="port (default: %(default)s)")
    found.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")
    found.add_argument("--threads", type=int, default=4, help="threads a process (default: %(default)s)")
    found.add_argument("--jobs", type=int, default=2, help="jobs at a time; 0: `giao worker` runs elsewhere")
    found.add_argument("--data", metavar="DIR", help="data folder (default: GIAO_DATA, else ./.giao)")


def run(chosen: argparse.Namespace) -> int:
    from giao.core.report.words import say

    if not 1 <= chosen.port <= 65535:
        raise Failure(
            told("failure.port", "--port {port}: a port is a number from 1 to 65535", port=chosen.port)
        )
    use_data_folder(chosen.data)
    server()
    if chosen.demo:
        from giao.demo.seed import seed

        teller = Teller(chosen.lang, chosen.quiet)
        accounts = seed(lambda what, part: teller.share(what, part))
        teller.finish()
        tell_accounts(chosen.lang, list(accounts))
    else:
        _hint(chosen)
    from giao.site.serve import serve

    host = "localhost" if chosen.host in LOCAL else chosen.host
    write(say(chosen.lang, "cli.serve.at", address=f"http://{host}:{chosen.port}"))
    serve(chosen.host, chosen.port, chosen.workers, chosen.threads, chosen.jobs)
    return 0


def _hint(chosen: argparse.Namespace) -> None:
    """An empty server has nobody who could sign in: say how to begin."""
    from giao.core.report.words import say
    from giao.kernel.parties.models import User

    if not User.objects.exists():
        write(say(chosen.lang, "cli.serve.empty"))
