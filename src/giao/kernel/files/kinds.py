"""Which files are taken, and whether their first bytes are what the name says."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from giao.kernel.files.errors import NotTaken

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), (b"\xd0\xcf\x11\xe0",)
MAGIC: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".xlsx": _ZIP,
    ".docx": _ZIP,
    ".zip": _ZIP,
    ".gz": (b"\x1f\x8b",),
    ".parquet": (b"PAR1",),
    ".msg": _OLE,
    ".sqlite": (b"SQLite format 3\x00",),
}
TEXTS = frozenset(
    {
        ".csv",
        ".tsv",
        ".txt",
        ".json",
        ".jsonl",
        ".jsonocel",
        ".xes",
        ".xml",
        ".xmlocel",
        ".yaml",
        ".yml",
        ".eml",
        ".md",
    }
)
"""Read as text: no zero byte in the beginning, unless it is UTF-16 with its mark."""

HEAD_BYTES = 512
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"#!")


def check_kind(name: str, head: bytes) -> None:
    """Raises NotTaken with the kinds that are taken. `head`: the first `HEAD_BYTES` of the content."""
    ending = Path(name).suffix.lower()
    if ending not in MAGIC and ending not in TEXTS:
        raise NotTaken(
            _("“%(name)s” is of a kind that is not taken. These are: %(known)s.")
            % {"name": name[:100], "known": ", ".join(sorted([*MAGIC, *TEXTS]))}
        )
    fits = _is_text(head) if ending in TEXTS else head.startswith(MAGIC[ending])
    if not fits:
        raise NotTaken(
            _("“%(name)s” is not what its name says: its content is of another kind. Save it once more.")
            % {"name": name[:100]}
        )


def _is_text(head: bytes) -> bool:
    if head.startswith(_PROGRAMS):
        return False
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head
