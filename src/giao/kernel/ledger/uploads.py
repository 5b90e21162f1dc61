"""The uploaded files that hold a subject: found by their imports, destroyed by an act of its own. The record stays whole.

What is destroyed is the file as it came, with every column of it: its key goes, then its bytes. What remains, and what can be
done about it: the sealed log that was read from it, with the columns that its mapping took (take the import back and import a
file without the person, or with `exclude` or `pseudonymise` in the mapping), its `rejected.csv`, and older backups until they go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from giao.core.log import EventLog, open_log
from giao.core.log.errors import LogError
from giao.core.log.tail_event import us_of
from giao.core.told import told
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement, LogImport
from giao.kernel.engagements.places import in_data
from giao.kernel.files.models import StoredFile
from giao.kernel.files.store import place_of
from giao.kernel.identifiers import new_id
from giao.kernel.ledger.deciding import record_entries
from giao.kernel.ledger.errors import LedgerError
from giao.kernel.ledger.events import ERASURE, IMPORT, NewEvent
from giao.kernel.ledger.queries import decisions_about_imports


@dataclass(frozen=True)
class Held:
    """An import that holds some of the cases asked for. `file`: digest of its upload; `kept`: it is still there.

    `unread`: the log could not be opened, so that nobody knows what the upload holds.
    """

    name: str
    file: str
    cases: tuple[str, ...]
    kept: bool
    unread: bool = False


def uploads_holding(
    engagement: Engagement, cases: Iterable[str], person: tuple[str, str] | None = None
) -> list[Held]:
    """`person`: a column and its value; the cases in which it stands are meant too. In the order of the imports."""
    wanted, found = set(cases), []
    kept = set(StoredFile.objects.filter(engagement=engagement).values_list("digest", flat=True))
    folders = dict(LogImport.objects.filter(engagement=engagement).values_list("pk", "folder"))
    by_key = {str(key): folder for key, folder in folders.items()}
    for entry in decisions_about_imports(engagement.pk):
        if entry.type != IMPORT or entry.content["what"] != "log":
            continue
        said, digest = entry.content, str(entry.content.get("file") or "")
        try:
            log = open_log(in_data(by_key.get(entry.event_id, said["folder"])))
            before = open_log(in_data(by_key[said["onto"]])) if said.get("onto") in by_key else None
        except (LogError, OSError):
            found.append(Held(said["name"], digest, (), digest in kept, unread=True))
            continue
        meant = wanted | (_cases_of(log, *person) if person else set())
        earlier = _sizes(before, meant) if before is not None else {}
        own = sorted(case for case, size in _sizes(log, meant).items() if size != earlier.get(case))
        if own:
            found.append(Held(said["name"], digest, tuple(own), digest in kept))
    return found


def _cases_of(log: EventLog, column: str, value: str) -> set[str]:
    if column == "case":
        return {value} & set(log.case_ids)
    if column not in log.columns:
        return set()
    rows = log.events(["case", column])
    codes = rows.filter(pl.col(column).cast(pl.String) == value)["case"].unique()
    return {log.case_ids[int(code)] for code in codes}


def _sizes(log: EventLog, cases: set[str]) -> dict[str, int]:
    """Events of each of these cases."""
    places = {case: code for code, case in enumerate(log.case_ids) if case in cases}
    return {case: int(log.offsets[code + 1] - log.offsets[code]) for case, code in places.items()}


def destroy_upload(engagement: Engagement, digest: str, actor: Any, reason: str) -> None:
    """For good. The ledger says that it was destroyed, why, and still which file it was. Raises LedgerError."""
    row = StoredFile.objects.filter(engagement=engagement, digest=digest).first()
    if row is None:
        raise LedgerError(
            told(
                "audit.no_upload",
                "there is no stored file {digest}; `giao audit find` names them",
                digest=digest,
            )
        )
    place = place_of(row)
    content = {"cases": [], "files": [digest], "reason": reason[:500]}
    with transaction.atomic():
        record_entries(
            engagement,
            [NewEvent("giao", str(new_id()), ERASURE, us_of(timezone.now()), content=content)],
            actor,
        )
        record_act(engagement, actor, "destroy_upload", row.name, file=digest, reason=reason[:500])
        StoredFile.objects.filter(pk=row.pk).delete()  # its key goes with it
        transaction.on_commit(lambda: place.unlink(missing_ok=True))
