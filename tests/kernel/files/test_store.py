"""Files: named by content, unreadable on disk, refused by size, kind and scanner."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings


def _engagement() -> Any:
    from tests.kernel.ground import world

    return world().engagement


def _on_disk() -> list[Path]:
    from giao.kernel.engagements.places import data_folder

    return [place for place in (data_folder() / "files").rglob("*") if place.is_file()]


def test_a_file_comes_back_as_it_was_and_lies_there_unreadable(db: None) -> None:
    from giao.kernel.files.store import place_of, plain_copy, read_file, store_file, verify_file

    here = _engagement()
    body = b"claim;name\n1;Nguyen Van An\n" * 90_000
    row = store_file(here, "claims.csv", [body[at : at + 70_000] for at in range(0, len(body), 70_000)])
    assert row.size == len(body)
    assert b"".join(read_file(row)) == body
    verify_file(row)
    assert b"Nguyen" not in place_of(row).read_bytes()
    with plain_copy(row) as path:
        assert (path.name, path.read_bytes()) == ("claims.csv", body)
    assert not path.exists()


def test_the_same_content_is_stored_once_in_an_engagement_and_apart_in_two(db: None) -> None:
    from giao.kernel.files.models import StoredFile
    from giao.kernel.files.store import place_of, store_file

    here, there = _engagement(), _engagement()
    one, two, other = (store_file(place, "a.txt", [b"same"]) for place in (here, here, there))
    assert (one.pk == two.pk, one.pk == other.pk) == (True, False)
    assert StoredFile.objects.count() == 2
    assert place_of(one).read_bytes() != place_of(other).read_bytes()


def test_a_lost_file_is_stored_again_under_its_name(db: None) -> None:
    from giao.kernel.files.errors import FileError
    from giao.kernel.files.store import place_of, read_file, store_file

    here = _engagement()
    row = store_file(here, "a.txt", [b"same"])
    place_of(row).unlink()
    with pytest.raises(FileError, match="lost"):
        b"".join(read_file(row))
    assert b"".join(read_file(store_file(here, "a.txt", [b"same"]))) == b"same"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 70), st.integers(1, 33), st.data())
def test_pieces_cannot_be_changed_moved_repeated_or_cut(size: int, step: int, data: Any) -> None:
    from giao.kernel.crypto.errors import Tampered
    from giao.kernel.files import sealed

    identifier, key, body = UUID(int=5), b"k" * 32, bytes(range(size))
    old, sealed.PIECE = sealed.PIECE, 16
    try:
        out = io.BytesIO()
        writer = sealed.Writer(out, key, identifier)
        for at in range(0, size, step):
            writer.write(body[at : at + step])
        writer.close()
        whole = out.getvalue()
        assert b"".join(sealed.pieces(io.BytesIO(whole), key, identifier)) == body
        mark, piece = len(sealed.MARK), 16 + sealed._OVERHEAD
        wrong = [whole[: data.draw(st.integers(0, len(whole) - 1))], whole + whole[mark : mark + piece]]
        flipped = data.draw(st.integers(0, len(whole) - 1))
        wrong.append(whole[:flipped] + bytes([whole[flipped] ^ 1]) + whole[flipped + 1 :])
        if size > 32:
            wrong.append(
                whole[:mark]
                + whole[mark + piece : mark + 2 * piece]
                + whole[mark : mark + piece]
                + whole[mark + 2 * piece :]
            )
            wrong.append(whole[:mark] + whole[mark + piece :])
        for changed in wrong:
            with pytest.raises(Tampered):
                b"".join(sealed.pieces(io.BytesIO(changed), key, identifier))
        with pytest.raises(Tampered):
            b"".join(sealed.pieces(io.BytesIO(whole), key, UUID(int=6)))
    finally:
        sealed.PIECE = old


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("evil.exe", b"MZ\x90\x00"),
        ("noending", b"text"),
        ("page.html", b"<script>"),
        ("image.svg", b"<svg>"),
        ("claims.csv", b"MZ\x90\x00\x03"),
        ("claims.csv", b"\x7fELF\x02"),
        ("claims.csv", b"a,b\n1,\x00\n"),
        ("report.pdf", b"PK\x03\x04"),
        ("photo.png", b"GIF89a"),
        ("book.xlsx", b"%PDF-1.7"),
    ],
)
def test_a_file_of_another_kind_or_another_content_is_not_taken(db: None, name: str, body: bytes) -> None:
    from giao.kernel.files.errors import NotTaken
    from giao.kernel.files.models import StoredFile
    from giao.kernel.files.store import store_file

    before = _on_disk()
    with pytest.raises(NotTaken):
        store_file(_engagement(), name, [body])
    assert (StoredFile.objects.count(), _on_disk()) == (0, before)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.pdf", b"%PDF-1.7\n"),
        ("a.csv", "tên\nAn\n".encode("utf-16")),
        ("a.xlsx", b"PK\x03\x04more"),
        ("A.PNG", b"\x89PNG\r\n\x1a\n"),
        ("log.xes", b"<?xml version='1.0'?>"),
    ],
)
def test_usual_kinds_are_taken(db: None, name: str, body: bytes) -> None:
    from giao.kernel.files.store import store_file

    assert store_file(_engagement(), name, [body]).size == len(body)


def test_too_large_and_empty_files_leave_nothing(db: None) -> None:
    from giao.kernel.files.errors import FileError, TooLarge
    from giao.kernel.files.store import store_file

    before = _on_disk()
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 1000

    with pytest.raises(TooLarge):
        store_file(_engagement(), "a.txt", endless(), most=10_000)
    assert len(read) == 11, "not read to its end"
    with pytest.raises(FileError, match="empty"):
        store_file(_engagement(), "a.txt", [])
    assert _on_disk() == before


def test_the_scanner_sees_the_content_and_its_word_counts(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from giao.kernel.files.errors import NotScanned, NotTaken
    from giao.kernel.files.store import store_file

    script = tmp_path / "scanner.py"
    script.write_text(
        "import sys\nbody = sys.stdin.buffer.read()\nprint('Test-Signature')\nsys.exit(1 if b'EICAR' in body else 0)\n"
    )
    monkeypatch.setenv("GIAO_SCAN_COMMAND", f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}")
    here = _engagement()
    before = _on_disk()
    with pytest.raises(NotTaken, match="Test-Signature"):
        store_file(here, "a.txt", [b"x" * 100_000, b"EICAR"])
    assert _on_disk() == before
    assert store_file(here, "a.txt", [b"clean"]).scanned == Path(sys.executable).name
    for command in ("/not/there", f"{shlex.quote(sys.executable)} -c 'raise SystemExit(2)'"):
        monkeypatch.setenv("GIAO_SCAN_COMMAND", command)
        with pytest.raises(NotScanned):
            store_file(here, "b.txt", [b"unseen"])


def test_a_room_may_add_a_scanner(db: None) -> None:
    from giao.kernel.files.errors import NotTaken
    from giao.kernel.files.scanning import add_scanner, remove_scanner
    from giao.kernel.files.store import store_file

    add_scanner("macros", lambda read: "a macro" if b"Sub " in b"".join(read()) else "")
    try:
        with pytest.raises(NotTaken, match="a macro"):
            store_file(_engagement(), "a.txt", [b"Sub AutoOpen"])
        assert store_file(_engagement(), "a.txt", [b"text"]).scanned == "macros"
    finally:
        remove_scanner("macros")


def test_a_removed_file_is_gone_with_its_key(db: None) -> None:
    from giao.kernel.files.models import StoredFile
    from giao.kernel.files.store import place_of, remove_file, store_file

    row = store_file(_engagement(), "a.txt", [b"text"])
    place = place_of(row)
    remove_file(row)
    assert (place.exists(), StoredFile.objects.count()) == (False, 0)
