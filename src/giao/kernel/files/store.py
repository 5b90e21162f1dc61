"""Store a file, open it again, wrap its key anew. `<data>/files/<engagement>/<first two>/<sha256>`, complete or not there."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from giao.core.log.part import flush
from giao.kernel.crypto.errors import Tampered
from giao.kernel.crypto.master import master_keys
from giao.kernel.crypto.sealing import new_key
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import data_folder
from giao.kernel.files.errors import FileError, TooLarge
from giao.kernel.files.kinds import HEAD_BYTES, check_kind
from giao.kernel.files.models import StoredFile
from giao.kernel.files.scanning import scan
from giao.kernel.files.sealed import Writer, pieces
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User

LARGEST = 512 * 1024 * 1024


def store_file(
    engagement: Engagement,
    name: str,
    content: Iterable[bytes],
    actor: User | None = None,
    *,
    most: int = LARGEST,
    checked: bool = False,
) -> StoredFile:
    """The row of this content; the one that is there when it came before. `checked`: its kind was looked at elsewhere.

    Raises TooLarge, NotTaken (kind, scanner), NotScanned, FileError for an empty one; then nothing is stored.
    """
    identifier, key = new_id(), new_key()
    folder = data_folder() / "files" / str(engagement.pk)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".draft-{identifier}"
    try:
        digest, size = _write(draft, identifier, key, name, content, most, checked)
        known = StoredFile.objects.filter(engagement=engagement, digest=digest).first()
        if known is not None and place_of(known).is_file():
            return known
        scanned = scan(name, lambda: _pieces_of(draft, key, identifier))
        return _keep(engagement, draft, identifier, key, name, digest, size, scanned, actor, known)
    finally:
        draft.unlink(missing_ok=True)


def _write(
    draft: Path, identifier: UUID, key: bytes, name: str, content: Iterable[bytes], most: int, checked: bool
) -> tuple[str, int]:
    sha, size, head = hashlib.sha256(), 0, b""
    with draft.open("xb") as file:
        writer = Writer(file, key, identifier)
        for chunk in content:
            size += len(chunk)
            if size > most:
                raise TooLarge(
                    _("“%(name)s” is larger than %(most)s MB, the most that is taken; split it.")
                    % {"name": name[:100], "most": most // 1_048_576}
                )
            sha.update(chunk)
            if len(head) < HEAD_BYTES:
                head += chunk[: HEAD_BYTES - len(head)]
            writer.write(chunk)
        writer.close()
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise FileError(_("“%(name)s” is empty. Export it once more.") % {"name": name[:100]})
    if not checked:
        check_kind(name, head)
    return sha.hexdigest(), size


def _keep(
    engagement: Engagement,
    draft: Path,
    identifier: UUID,
    key: bytes,
    name: str,
    digest: str,
    size: int,
    scanned: str,
    actor: User | None,
    known: StoredFile | None,
) -> StoredFile:
    """Row and file together: the file's name holds the row's id, so that a row never opens with another's key."""
    master, wrapped = master_keys().wrap(key, _bound(identifier, engagement.pk))
    row = StoredFile(
        id=identifier,
        engagement=engagement,
        digest=digest,
        name=name[:300],
        size=size,
        master=master,
        wrapped=wrapped,
        scanned=scanned,
        created_by=actor,
    )
    place = place_of(row)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(place)
    flush(place.parent)
    try:
        with transaction.atomic():
            if known is not None:  # its file was lost; this is the same content
                StoredFile.objects.filter(pk=known.pk).delete()
            row.save(force_insert=True)
    except IntegrityError:
        place.unlink(missing_ok=True)
        return StoredFile.objects.get(engagement=engagement, digest=digest)  # another request was first
    return row


def place_of(row: StoredFile) -> Path:
    folder = data_folder() / "files" / str(row.engagement_id) / row.digest[:2]
    return folder / f"{row.digest}.{row.pk.hex[-8:]}"


def read_file(row: StoredFile) -> Iterator[bytes]:
    """The content, a piece at a time. Raises Tampered, BadMasterKey, FileError when it is lost."""
    key = master_keys().unwrap(row.master, bytes(row.wrapped), _bound(row.pk, row.engagement_id))
    if not place_of(row).is_file():
        raise FileError(_("The file “%(name)s” is lost; restore it from a backup.") % {"name": row.name})
    yield from _pieces_of(place_of(row), key, row.pk)


@contextmanager
def plain_copy(row: StoredFile) -> Iterator[Path]:
    """The file in the clear for readers that need a path; gone afterwards. The name keeps its ending."""
    with tempfile.TemporaryDirectory(prefix="giao-file-", dir=data_folder()) as folder:
        place = Path(folder) / Path(row.name.replace("\\", "/")).name
        with place.open("wb") as out:
            for piece in read_file(row):
                out.write(piece)
        yield place


def verify_file(row: StoredFile) -> None:
    """Raises Tampered when the content is not the one that was stored."""
    sha = hashlib.sha256()
    for piece in read_file(row):
        sha.update(piece)
    if sha.hexdigest() != row.digest:
        raise Tampered(f"the file {row.name} is not what was stored; restore it from a backup")


def remove_file(row: StoredFile) -> None:
    """The row goes first: with it the key, so that a file that stays behind opens for nobody."""
    place = place_of(row)
    StoredFile.objects.filter(pk=row.pk).delete()
    place.unlink(missing_ok=True)


def rewrap_files(engagement: Engagement) -> int:
    """Wrap every file's key by the current master key; returns how many were not yet."""
    masters = master_keys()
    changed = 0
    for row in StoredFile.objects.filter(engagement=engagement).exclude(master=masters.current):
        bound = _bound(row.pk, row.engagement_id)
        master, wrapped = masters.wrap(masters.unwrap(row.master, bytes(row.wrapped), bound), bound)
        changed += StoredFile.objects.filter(pk=row.pk).update(master=master, wrapped=wrapped)
    return changed


def _pieces_of(place: Path, key: bytes, identifier: UUID) -> Iterator[bytes]:
    with place.open("rb") as file:
        yield from pieces(file, key, identifier)


def _bound(identifier: UUID, engagement: UUID) -> bytes:
    return b"giao.file.1\n" + identifier.bytes + engagement.bytes
