"""`giao demo`: two organisations, four roles, two engagements on real logs, in the server's database."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from giao.cli.arguments import Commands, command
from giao.cli.failure import Failure
from giao.cli.talk import Teller, write, write_json

EXAMPLES = """  giao demo                      into ./.giao (or GIAO_DATA)
  giao demo --data /srv/giao && giao serve --data /srv/giao

Running it again changes nothing that is there."""


def add(commands: Commands) -> None:
    found = command(commands, "demo", run, "load the demonstration into the server's database", EXAMPLES)
    found.add_argument("--data", metavar="DIR", help="data folder (default: GIAO_DATA, else ./.giao)")


def run(chosen: argparse.Namespace) -> int:
    from giao.core.report.words import say

    folder = use_data_folder(chosen.data)
    server()
    from giao.demo.seed import seed

    teller = Teller(chosen.lang, chosen.quiet)
    try:
        accounts = seed(lambda what, part: teller.share(what, part))
    finally:
        teller.finish()
    if chosen.json:
        write_json({"data": str(folder), "accounts": [vars(account) for account in accounts]})
    else:
        write(say(chosen.lang, "cli.demo.seeded", path=folder))
        tell_accounts(chosen.lang, accounts)
    return 0


def tell_accounts(lang: str, accounts: Sequence[object]) -> None:
    from giao.core.report.table import render_text, table

    rows = [
        [str(getattr(account, name)) for name in ("email", "password", "role", "organisation")]
        for account in accounts
    ]
    write(render_text(table(["Sign in", "Password", "Role", "Organisation"], rows)))


def use_data_folder(given: str | None) -> Path:
    """Point the server's settings at the data folder; must come before Django is imported."""
    folder = Path(given or os.environ.get("GIAO_DATA") or ".giao").resolve()
    os.environ["GIAO_DATA"] = str(folder)
    return folder


def server() -> None:
    """Set Django up and bring the database up to date. Says what to install when the server part is missing."""
    try:
        from giao.site.serve import prepare
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "giao":
            raise
        raise Failure(
            f"the server needs more packages ({error.name} is missing): pip install 'giao[server]'"
        ) from None
    try:
        prepare()
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "giao":
            raise
        raise Failure(
            f"the server needs more packages ({error.name} is missing): pip install 'giao[server]'"
        ) from None
