"""Keys of subjects: made when first needed, destroyed to erase, wrapped anew when the master key changes."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from giao.kernel.crypto.master import MasterKeys, master_keys
from giao.kernel.crypto.models import SubjectKey
from giao.kernel.crypto.sealing import new_key
from giao.kernel.identifiers import new_id

MANY = 400


def keys_of(engagement: UUID, subjects: Iterable[str]) -> dict[str, bytes | None]:
    """Subject → key, None for a destroyed one. A subject without any key is not in it."""
    wanted = sorted(set(subjects))
    masters = master_keys()
    found: dict[str, bytes | None] = {}
    for at in range(0, len(wanted), MANY):
        for row in SubjectKey.objects.filter(engagement=engagement, subject__in=wanted[at : at + MANY]):
            found[row.subject] = _opened(row, masters)
    return found


def make_keys(engagement: UUID, subjects: Iterable[str]) -> dict[str, bytes | None]:
    """The keys of these subjects; missing ones are made. None for a destroyed one: it is never made again.

    Inside the caller's transaction: a key and what it seals are stored together.
    """
    wanted = set(subjects)
    found = keys_of(engagement, wanted)
    missing = sorted(wanted - set(found))
    if missing:
        masters = master_keys()
        rows = []
        for subject in missing:
            master, wrapped = masters.wrap(new_key(), _bound(engagement, subject))
            rows.append(
                SubjectKey(
                    id=new_id(), engagement_id=engagement, subject=subject, master=master, wrapped=wrapped
                )
            )
        SubjectKey.objects.bulk_create(rows, ignore_conflicts=True)
        found |= keys_of(engagement, missing)  # another process may have been first
    return found


def destroy_keys(engagement: UUID, subjects: Iterable[str]) -> int:
    """What these keys sealed can never be read again. A subject without a key gets a destroyed one: it stays erased.

    Returns how many were destroyed now.
    """
    wanted = sorted(set(subjects))
    now = timezone.now()
    known = set(
        SubjectKey.objects.filter(engagement=engagement, subject__in=wanted).values_list("subject", flat=True)
    )
    destroyed = SubjectKey.objects.filter(
        engagement=engagement, subject__in=wanted, destroyed__isnull=True
    ).update(wrapped=b"", destroyed=now)
    SubjectKey.objects.bulk_create(
        SubjectKey(engagement_id=engagement, subject=subject, master="", wrapped=b"", destroyed=now)
        for subject in wanted
        if subject not in known
    )
    return int(destroyed) + len(wanted) - len(known)


def rewrap_keys(engagement: UUID) -> int:
    """Wrap every key by the current master key; returns how many were not yet. Doing it again changes nothing."""
    masters = master_keys()
    changed = 0
    rows = SubjectKey.objects.filter(engagement=engagement, destroyed__isnull=True)
    for row in rows.exclude(master=masters.current).iterator():
        bound = _bound(engagement, row.subject)
        master, wrapped = masters.wrap(masters.unwrap(row.master, bytes(row.wrapped), bound), bound)
        changed += SubjectKey.objects.filter(pk=row.pk, destroyed__isnull=True).update(
            master=master, wrapped=wrapped
        )
    return changed


def _opened(row: SubjectKey, masters: MasterKeys) -> bytes | None:
    if row.destroyed is not None:
        return None
    return masters.unwrap(row.master, bytes(row.wrapped), _bound(row.engagement_id, row.subject))


def _bound(engagement: UUID, subject: str) -> bytes:
    return b"giao.subject.1\n" + engagement.bytes + subject.encode()
