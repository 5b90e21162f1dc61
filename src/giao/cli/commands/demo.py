"""`giao demo`: two organisations, four roles, two engagements on real logs, in the server's database."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from giao.cli.arguments import Commands, command
from giao.cli.failure import Failure
from giao.cli.talk import Teller, write, write_json
from giao.core.report.words import Lang
from giao.core.told import told

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


def tell_accounts(lang: Lang, accounts: Sequence[object]) -> None:
    """Who can sign in to the demonstration, with the password that everybody may know."""
    from giao.core.report.table import render_text, table
    from giao.core.report.words import say

    names = ("email", "password", "role", "organisation")
    rows = []
    for account in accounts:
        values = {name: str(getattr(account, name)) for name in names}
        values["role"] = say(lang, f"cli.role.{values['role']}")
        rows.append(list(values.values()))
    write(render_text(table([say(lang, f"cli.account.{name}") for name in names], rows)))


def use_data_folder(given: str | None) -> Path:
    """Point the server's settings at the data folder; must come before Django is imported."""
    folder = Path(given or os.environ.get("GIAO_DATA") or ".giao").resolve()
    os.environ["GIAO_DATA"] = str(folder)
    return folder


def server(*, migrate: bool = True) -> None:
    """Set Django up and bring the database up to date. Says what to install when the server part is missing."""
    try:
        from giao.site.serve import prepare, set_up
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "giao":
            raise
        raise Failure(
            told(
                "failure.packages",
                "the server needs more packages ({name} is missing): pip install 'giao[server]'",
                name=error.name,
            )
        ) from None
    try:
        (prepare if migrate else set_up)()
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "giao":
            raise
        raise Failure(
            told(
                "failure.packages",
                "the server needs more packages ({name} is missing): pip install 'giao[server]'",
                name=error.name,
            )
        ) from None
