"""`giao audit`: the ledgers of this server verified, rebuilt from, erased from; keys wrapped anew, retention applied."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from giao.cli.arguments import Commands, command
from giao.cli.commands.demo import server, use_data_folder
from giao.cli.failure import Failure
from giao.cli.talk import write, write_json
from giao.core.told import told

if TYPE_CHECKING:
    from giao.kernel.engagements.models import Engagement

EXAMPLES = """  giao audit verify                                    every ledger, entry by entry
  giao audit verify service-desk --expect 1042:9f86…   and whether its end is the one that was noted
  giao audit rebuild service-desk                      imports, segments and readings anew from ledger and files
  giao audit erase service-desk --case C1 --why "asked by letter of 3 March"
  giao audit erase service-desk --person claimant="Nguyen Van An" --why "…"
  giao audit find service-desk --person claimant="Nguyen Van An"   uploaded files that hold the person
  giao audit destroy service-desk --file 3f9a… --why "…"           one of them, for good; the log read from it stays
  giao audit rotate                                    wrap all keys by the current master key
  giao audit retain                                    erase and clear by each engagement's retention rules

verify ends with 1 when a ledger is not as recorded."""

ACTS = ("verify", "rebuild", "erase", "find", "destroy", "rotate", "retain")
Row = dict[str, Any]


def add(commands: Commands) -> None:
    found = command(commands, "audit", run, "check and look after the ledgers of this server", EXAMPLES)
    found.add_argument("act", metavar="ACT", choices=ACTS, help=", ".join(ACTS))
    found.add_argument(
        "engagements", metavar="ENGAGEMENT", nargs="*", help="its name in the address (default: all)"
    )
    found.add_argument("--data", metavar="DIR", help="data folder (default: GIAO_DATA, else ./.giao)")
    found.add_argument(
        "--expect", metavar="POSITION:HASH", help="verify: a place of the chain noted elsewhere"
    )
    found.add_argument(
        "--case", metavar="CASE", action="append", default=[], help="erase, find: a case (again for more)"
    )
    found.add_argument("--person", metavar="FIELD=VALUE", help="erase, find: all cases whose field says this")
    found.add_argument("--file", metavar="SHA256", default="", help="destroy: the upload, as find names it")
    found.add_argument(
        "--why", metavar="TEXT", default="", help="erase, destroy: the reason, kept for the audit"
    )


def run(chosen: argparse.Namespace) -> int:
    use_data_folder(chosen.data)
    server()
    return act(chosen)


def act(chosen: argparse.Namespace) -> int:
    """Django is set up. One row an engagement."""
    from giao.kernel.engagements.scoping import working_in

    acts: dict[str, Callable[[Engagement, argparse.Namespace], Row]] = {
        "verify": _verify,
        "rebuild": _rebuild,
        "erase": _erase,
        "find": _find,
        "destroy": _destroy,
        "rotate": _rotate,
        "retain": _retain,
    }
    found = _engagements(chosen)
    if chosen.act in ("rebuild", "erase", "destroy") and not chosen.engagements:
        raise Failure(told("failure.audit.which", "name the engagement; this act never takes all at once"))
    rows = []
    for engagement in found:
        with working_in(engagement):
            rows.append({"engagement": engagement.slug, **acts[chosen.act](engagement, chosen)})
    if chosen.json:
        write_json(rows)
    else:
        for row in rows:
            _tell(chosen, row)
    return 1 if any(row.get("broken_at") is not None or row.get("lost") for row in rows) else 0


def _engagements(chosen: argparse.Namespace) -> list[Engagement]:
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import everywhere

    with everywhere("the administrator looks after every ledger of this server"):
        every = {row.slug: row for row in Engagement.objects.order_by("slug")}
    unknown = [name for name in chosen.engagements if name not in every]
    if unknown:
        raise Failure(
            told(
                "failure.audit.unknown",
                "there is no engagement {name}; these are: {known}",
                name=unknown[0],
                known=", ".join(every) or "-",
            )
        )
    return [every[name] for name in chosen.engagements or every]


def _verify(engagement: Engagement, chosen: argparse.Namespace) -> Row:
    from giao.kernel.ledger.verify import verify

    expected = None
    if chosen.expect:
        form = re.fullmatch(r"(\d+):([0-9a-f]{64})", chosen.expect)
        if form is None or len(chosen.engagements) != 1:
            raise Failure(
                told(
                    "failure.audit.expect",
                    "--expect is POSITION:HASH, as verify prints it, for one engagement that is named",
                )
            )
        expected = int(form[1]), form[2]
    found = verify(engagement, expected=expected)
    return {
        "position": found.position,
        "head": found.head,
        "entries": found.entries,
        "broken_at": found.broken_at,
        "why": found.why,
    }


def _rebuild(engagement: Engagement, _chosen: argparse.Namespace) -> Row:
    from giao.kernel.ledger.rebuilding import rebuild

    found = rebuild(engagement)
    return {
        "logs": found.logs,
        "facts": found.facts,
        "imported_again": found.imported_again,
        "lost": list(found.lost),
    }


def _erase(engagement: Engagement, chosen: argparse.Namespace) -> Row:
    from giao.kernel.ledger.erasing import cases_of_person, erase

    _need_reason(chosen)
    cases, person = list(chosen.case), _person(chosen)
    if person is not None:
        cases += cases_of_person(engagement, *person)
    if not cases:
        raise Failure(
            told("failure.audit.nobody", "no case is meant: name it with --case, or its person with --person")
        )
    return {"cases": sorted(set(cases)), "destroyed": erase(engagement, cases, None, chosen.why)}


def _need_reason(chosen: argparse.Namespace) -> None:
    if not chosen.why:
        raise Failure(told("failure.audit.why", "say why with --why: the reason is kept for the audit"))


def _person(chosen: argparse.Namespace) -> tuple[str, str] | None:
    if not chosen.person:
        return None
    field, equals, value = chosen.person.partition("=")
    if not equals:
        raise Failure(
            told("failure.audit.person", 'write --person FIELD=VALUE, e.g. claimant="Nguyen Van An"')
        )
    return field, value


def _find(engagement: Engagement, chosen: argparse.Namespace) -> Row:
    from dataclasses import asdict

    from giao.kernel.ledger.uploads import uploads_holding

    person = _person(chosen)
    if not chosen.case and person is None:
        raise Failure(
            told("failure.audit.nobody", "no case is meant: name it with --case, or its person with --person")
        )
    return {"uploads": [asdict(held) for held in uploads_holding(engagement, chosen.case, person)]}


def _destroy(engagement: Engagement, chosen: argparse.Namespace) -> Row:
    from giao.kernel.ledger.uploads import destroy_upload

    _need_reason(chosen)
    destroy_upload(engagement, chosen.file, None, chosen.why)
    return {"file": chosen.file}


def _rotate(engagement: Engagement, _chosen: argparse.Namespace) -> Row:
    from giao.kernel.crypto.subjects import rewrap_keys
    from giao.kernel.files.store import rewrap_files
    from giao.kernel.notifications.webhooks import rewrap_webhooks
    from giao.steps.identify.logs.exporting import rewrap_exports

    return {
        "keys": rewrap_keys(engagement.pk),
        "files": rewrap_files(engagement),
        "webhooks": rewrap_webhooks(engagement),
        "exports": rewrap_exports(engagement),
    }


def _retain(engagement: Engagement, _chosen: argparse.Namespace) -> Row:
    from giao.kernel.ledger.erasing import retain

    erased, removed = retain(engagement)
    return {"erased": erased, "removed": removed}


def _tell(chosen: argparse.Namespace, row: Row) -> None:
    from giao.core.report.formats import number
    from giao.core.report.words import say
    from giao.core.report.words.told import tell

    lang = chosen.lang
    said = {
        name: number(value, lang) if isinstance(value, int) else str(value) for name, value in row.items()
    }
    if chosen.act == "verify" and row["broken_at"] is not None:
        said["why"] = tell(lang, row["why"])
        write(say(lang, "cli.audit.broken", **said))
        return
    if chosen.act == "find":
        _tell_found(chosen, row)
        return
    if chosen.act == "erase":
        said["cases"] = number(len(row["cases"]), lang)
    if chosen.act == "rebuild" and row["lost"]:
        write(say(lang, "cli.audit.lost", engagement=row["engagement"], names=", ".join(row["lost"])))
    write(say(lang, f"cli.audit.{chosen.act}", **{name: value for name, value in said.items() if value}))


def _tell_found(chosen: argparse.Namespace, row: Row) -> None:
    from giao.core.report.formats import number
    from giao.core.report.words import say

    lang = chosen.lang
    for held in row["uploads"]:
        state = "unread" if held["unread"] else "kept" if held["kept"] else "gone"
        cases = ", ".join(held["cases"][:10])
        values = {
            "name": held["name"],
            "file": held["file"],
            "n": number(len(held["cases"]), lang),
            "cases": cases,
        }
        write(say(lang, f"cli.audit.held.{state}", engagement=row["engagement"], **values))
    if not row["uploads"]:
        write(say(lang, "cli.audit.held.none", engagement=row["engagement"]))
