"""`giao restore`: an installation out of a backup, on a new machine or in place of the one that is here."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from giao.cli.arguments import Commands, command
from giao.cli.commands.backup import add_shared, passphrase_of
from giao.cli.commands.demo import server, use_data_folder
from giao.cli.talk import Teller, write, write_json

EXAMPLES = """  giao restore /backup/giao.zip --data /srv/giao --passphrase-file /etc/giao/backup-passphrase
  GIAO_DATABASE_URL=postgresql://… giao restore giao.zip    a backup of SQLite goes into PostgreSQL, and the other way round
  giao restore giao.zip --force                             replace what is here; its files are set aside first

Every part is checked before anything is changed. Then readings are made anew and every ledger is verified against the place
that the backup names. Ends with 1 when a ledger is not as recorded."""


def add(commands: Commands) -> None:
    found = command(commands, "restore", run, "make an installation out of a backup", EXAMPLES)
    found.add_argument("file", metavar="FILE", help="made by `giao backup`")
    found.add_argument(
        "--force",
        action="store_true",
        help="replace the installation that is here (the tables of a PostgreSQL are dropped)",
    )
    add_shared(found)


def run(chosen: argparse.Namespace) -> int:
    from giao.core.report.formats import number
    from giao.core.report.words import say
    from giao.core.report.words.told import tell

    lang = chosen.lang
    data = use_data_folder(chosen.data)
    passphrase = passphrase_of(chosen)
    server(migrate=False)
    from giao.kernel.backup.restore import restore

    teller = Teller(lang, chosen.quiet)
    try:
        done = restore(
            Path(chosen.file),
            lambda what, part: teller.share(say(lang, f"cli.backup.{what}"), part),
            passphrase=passphrase,
            force=chosen.force,
        )
    finally:
        teller.finish()
    code = 1 if any(row.fault or row.lost for row in done.engagements) else 0
    if chosen.json:
        write_json(asdict(done))
        return code
    counts = {"rows": number(done.rows, lang), "files": number(done.files, lang)}
    write(say(lang, "cli.backup.restored", data=data, **counts))
    for row in done.engagements:
        if row.fault:
            why = tell(lang, row.fault)
            write(
                say(lang, "cli.audit.broken", engagement=row.engagement, broken_at=str(row.position), why=why)
            )
        if row.lost:
            write(say(lang, "cli.audit.lost", engagement=row.engagement, names=", ".join(row.lost)))
    if done.missing:
        write(say(lang, "cli.backup.missing", names=", ".join(done.missing)))
    if done.aside:
        write(say(lang, "cli.backup.aside", path=done.aside))
    if done.other_settings:
        write(say(lang, "cli.backup.other_settings", names=", ".join(done.other_settings)))
    return code
