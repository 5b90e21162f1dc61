"""`giao backup`: the whole installation in one file, while the server runs."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path

from giao.cli.arguments import Commands, command
from giao.cli.commands.demo import server, use_data_folder
from giao.cli.failure import Failure
from giao.cli.talk import Teller, write, write_json
from giao.core.told import told

EXAMPLES = """  giao backup /backup/giao-2026-11-24.zip
  giao backup /backup/giao.zip --passphrase-file /etc/giao/backup-passphrase

The file holds the database and the files that were brought in; what follows from them is made again by `giao restore`.
It holds business data in the clear, as the data folder does: keep it as you keep that one.
Without a passphrase the keys (master-keys, secret-key) are NOT in it: keep them elsewhere.
A passphrase may also come from GIAO_BACKUP_PASSPHRASE or GIAO_BACKUP_PASSPHRASE_FILE."""


def add(commands: Commands) -> None:
    found = command(commands, "backup", run, "write the whole installation into one file", EXAMPLES)
    found.add_argument("file", metavar="FILE", help="the file to write; it must not be there yet")
    add_shared(found)


def add_shared(found: argparse.ArgumentParser) -> None:
    found.add_argument("--data", metavar="DIR", help="data folder (default: GIAO_DATA, else ./.giao)")
    found.add_argument(
        "--passphrase-file", metavar="PATH", help="a file whose first line protects the keys in the backup"
    )


def run(chosen: argparse.Namespace) -> int:
    from giao.core.report.formats import number
    from giao.core.report.words import say

    data = use_data_folder(chosen.data)
    passphrase = passphrase_of(chosen)
    server(migrate=False)
    from giao.kernel.backup.take import take_backup

    teller = Teller(chosen.lang, chosen.quiet)
    try:
        taken = take_backup(
            Path(chosen.file),
            lambda what, part: teller.share(say(chosen.lang, f"cli.backup.{what}"), part),
            passphrase=passphrase,
        )
    finally:
        teller.finish()
    if chosen.json:
        write_json({**asdict(taken), "place": str(taken.place)})
        return 0
    counts = {"rows": number(taken.rows, chosen.lang), "files": number(taken.files, chosen.lang)}
    size = number(round(taken.size / 1_000_000, 1), chosen.lang)
    write(say(chosen.lang, "cli.backup.taken", path=taken.place, size=size, **counts))
    if taken.missing:
        write(say(chosen.lang, "cli.backup.missing", names=", ".join(taken.missing)))
    write(say(chosen.lang, f"cli.backup.keys_{'inside' if taken.with_keys else 'outside'}", data=data))
    return 0


def passphrase_of(chosen: argparse.Namespace) -> str:
    """From --passphrase-file, else GIAO_BACKUP_PASSPHRASE or GIAO_BACKUP_PASSPHRASE_FILE, else empty."""
    file = chosen.passphrase_file or os.environ.get("GIAO_BACKUP_PASSPHRASE_FILE", "")
    if not file:
        return os.environ.get("GIAO_BACKUP_PASSPHRASE", "")
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].strip():
        raise Failure(
            told("failure.passphrase", "{file} holds no passphrase in its first line", file=str(file))
        )
    return lines[0].strip()
