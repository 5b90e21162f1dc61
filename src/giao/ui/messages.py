"""The translations, without GNU gettext: `python -m giao.ui.messages update | compile | check`.

update   collect the English texts of all templates and modules above core into `locale/vi/LC_MESSAGES/django.po`;
         translations stay, texts that are gone go
compile  write django.mo (what Django reads; committed, so that nothing has to be built where giao runs)
check    fail when a text has no Vietnamese, is marked fuzzy, names other placeholders, or django.mo is old

English stands in the source. A tool for developers: it needs Babel (in the test environment only).
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
PO = PACKAGE / "locale" / "vi" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LEFT_OUT = ("core", "client", "locale")
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""A fixed date in the head of the file: the same texts give the same bytes."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
MessageId = str | tuple[str, ...]


def sources() -> list[Path]:
    """Every module and template above core, in order of path."""
    found = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]
    return sorted(
        path
        for path in found
        if path.relative_to(PACKAGE).parts[0] not in LEFT_OUT and "migrations" not in path.parts
    )


def texts_of(path: Path) -> Iterator[tuple[MessageId, str | None]]:
    """(text or its singular and plural, context) of one file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        source = _templatize(source, str(path.relative_to(PACKAGE)))
    for _line, function, found, _comments in extract_python(
        io.BytesIO(source.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        yield from _message(str(function), found)


def _message(function: str, found: object) -> Iterator[tuple[MessageId, str | None]]:
    parts: list[object] = list(found) if isinstance(found, tuple) else [found]
    context = None
    if function.startswith(("pgettext", "npgettext")):
        context, parts = str(parts[0]), parts[1:]
    texts = [part for part in parts if isinstance(part, str) and part]
    if function.startswith(("ngettext", "npgettext")) and len(texts) >= 2:
        yield (texts[0], texts[1]), context
    elif texts:
        yield texts[0], context


def _templatize(source: str, origin: str) -> str:
    """Django's own reading of a template as Python calls. It needs settings, if only empty ones."""
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    from django.utils.translation.template import templatize

    text: str = templatize(source, origin=origin)
    return text


def collected() -> Catalog:
    """All texts as a catalogue without translations; places by file, without line numbers (they change all day)."""
    catalog = _new()
    for path in sources():
        place = str(path.relative_to(PACKAGE.parent)).replace("\\", "/")
        for text, context in texts_of(path):
            known = catalog.get(text, context)
            if known is None:
                catalog.add(text, locations=[(place, None)], context=context, flags=_flags(text))  # type: ignore[list-item]
            elif place not in {path for path, _line in known.locations}:
                known.locations.append((place, None))  # type: ignore[arg-type]
    return catalog


def _flags(text: MessageId) -> set[str]:
    first = text if isinstance(text, str) else text[0]
    return {"python-format"} if _PLACEHOLDER.search(first) else set()


def _new() -> Catalog:
    return Catalog(
        locale="vi",
        header_comment="# Vietnamese of giao; the terms are those of docs/glossary.md.",
        msgid_bugs_address="none",
        project="giao",
        version="1",
        copyright_holder="the giao authors",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        last_translator="the giao authors",
        language_team="vi",
        fuzzy=False,
    )


def stored() -> Catalog:
    """The catalogue on disk; empty when there is none."""
    if not PO.exists():
        return _new()
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def update() -> int:
    """Bring the catalogue up to date; returns how many texts wait for a translation."""
    fresh, old = collected(), stored()
    for message in fresh:
        if not message.id:
            continue
        before = old.get(message.id, message.context)
        if before is not None and not before.fuzzy:
            message.string = before.string
            message.user_comments = before.user_comments
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(_po_bytes(fresh))
    return sum(not _translated(message) for message in fresh if message.id)


def _po_bytes(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=110, include_lineno=False, sort_output=True, omit_header=False)
    return out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def compile_catalog() -> None:
    MO.write_bytes(mo_bytes(stored()))


def faults() -> list[str]:
    """Everything that `check` complains about, a sentence each."""
    catalog, wanted = stored(), collected()
    found = []
    for message in wanted:
        if not message.id:
            continue
        here = catalog.get(message.id, message.context)
        place = message.locations[0][0] if message.locations else ""
        text = message.id if isinstance(message.id, str) else message.id[0]
        if here is None:
            found.append(
                f"{place}: {text!r} is not in the catalogue; run `python -m giao.ui.messages update`"
            )
        elif not _translated(here):
            found.append(f"{place}: {text!r} has no Vietnamese; write it in {PO.name}")
        elif here.fuzzy:
            found.append(f"{place}: {text!r} is marked fuzzy; look at its Vietnamese and take the mark away")
        elif _placeholders(here.id) != _placeholders(here.string):
            found.append(f"{place}: the Vietnamese of {text!r} names other placeholders")
    found += [
        f"{message.id!r} is used nowhere any more; run `python -m giao.ui.messages update`"
        for message in catalog
        if message.id and wanted.get(message.id, message.context) is None
    ]
    if not MO.exists() or MO.read_bytes() != mo_bytes(catalog):
        found.append(f"{MO.name} is old; run `python -m giao.ui.messages compile`")
    return found


def _translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(texts) and all(texts)


def _placeholders(texts: object) -> set[str]:
    """Names in the text; of a plural all that any form names (a singular may leave out its number)."""
    several = texts if isinstance(texts, list | tuple) else [texts]
    return {name for text in several for name in _PLACEHOLDER.findall(str(text))}


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            print(f"{update()} texts without Vietnamese")
            return 0
        case ["compile"]:
            compile_catalog()
            return 0
        case ["check"]:
            said = faults()
            print("\n".join(said) or "every text has its Vietnamese", file=sys.stderr)
            return 1 if said else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
