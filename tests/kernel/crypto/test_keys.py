"""Sealing, master keys and their rotation."""

from __future__ import annotations

import base64
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings


def line(identifier: str, byte: int) -> str:
    return f"{identifier}:{base64.b64encode(bytes([byte]) * 32).decode()}"


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=40), st.booleans())
def test_what_is_sealed_opens_with_the_same_key_and_binding_alone(
    plain: bytes, bound: bytes, repeat: bool
) -> None:
    from giao.kernel.crypto.errors import Tampered
    from giao.kernel.crypto.sealing import new_key, seal, unseal

    key = new_key()
    sealed = seal(key, plain, bound, repeatable=repeat)
    assert unseal(key, sealed, bound) == plain
    assert (seal(key, plain, bound, repeatable=repeat) == sealed) is repeat
    for at in (0, len(sealed) // 2, len(sealed) - 1):
        with pytest.raises(Tampered):
            unseal(key, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], bound)
    with pytest.raises(Tampered):
        unseal(key, sealed, bound + b"x")
    with pytest.raises(Tampered):
        unseal(new_key(), sealed, bound)


@pytest.mark.parametrize(
    "text",
    ["", "k1", "k1:", "k1:abc", "k1:" + base64.b64encode(b"x" * 31).decode(), "a b:" + "A" * 44, line("k1", 1) + "\n" + line("k1", 2)],
)  # fmt: skip
def test_a_misspelled_master_key_is_named_with_the_mend(text: str) -> None:
    from giao.kernel.crypto.errors import BadMasterKey
    from giao.kernel.crypto.master import parse

    with pytest.raises(BadMasterKey, match="32 bytes in base64"):
        parse(text)


def test_the_first_line_wraps_and_every_line_opens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from giao.kernel.crypto.errors import BadMasterKey
    from giao.kernel.crypto.master import parse

    old = parse(line("k1", 1))
    identifier, wrapped = old.wrap(b"a key", b"x")
    both = parse(line("k2", 2) + "\n" + line("k1", 1))
    assert (both.current, both.unwrap(identifier, wrapped, b"x")) == ("k2", b"a key")
    with pytest.raises(BadMasterKey, match="k1"):
        parse(line("k2", 2)).unwrap(identifier, wrapped, b"x")


def test_keys_come_from_the_environment_a_file_or_the_data_folder(
    django_ready: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from giao.kernel.crypto.errors import BadMasterKey
    from giao.kernel.crypto.master import master_keys

    made = master_keys()
    assert made == master_keys()
    from django.conf import settings as configured

    place = Path(configured.DATA) / "master-keys"
    assert place.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("GIAO_MASTER_KEYS", line("env", 3))
    assert master_keys().current == "env"
    monkeypatch.setenv("GIAO_MASTER_KEYS_FILE", str(tmp_path / "keys"))
    with pytest.raises(BadMasterKey, match="keep one"):
        master_keys()
    monkeypatch.delenv("GIAO_MASTER_KEYS")
    with pytest.raises(BadMasterKey, match="cannot be read"):
        master_keys()
    (tmp_path / "keys").write_text(line("file", 4) + "\n")
    monkeypatch.setenv("GIAO_MASTER_KEYS_FILE", f"{tmp_path}/./keys")
    assert master_keys().current == "file"


def test_after_rotation_the_old_master_key_is_not_needed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.crypto.errors import BadMasterKey
    from giao.kernel.crypto.subjects import rewrap_keys
    from giao.kernel.files.store import read_file, rewrap_files, store_file
    from giao.kernel.ledger.queries import tail
    from giao.kernel.ledger.verify import verify

    monkeypatch.setenv("GIAO_MASTER_KEYS", line("k1", 1))
    here = desk()
    recorded(here, event(1, attributes={"claimant": "An"}))
    file = store_file(here, "note.txt", [b"hello"])
    head = verify(here).head
    monkeypatch.setenv("GIAO_MASTER_KEYS", line("k2", 2) + "\n" + line("k1", 1))
    assert (rewrap_keys(here.pk), rewrap_files(here)) == (1, 1)
    assert (rewrap_keys(here.pk), rewrap_files(here)) == (0, 0)
    monkeypatch.setenv("GIAO_MASTER_KEYS", line("k2", 2))
    assert tail(here.pk)[0].personal == {"claimant": "An"}
    file.refresh_from_db()
    assert b"".join(read_file(file)) == b"hello"
    assert verify(here).head == head, "rotation touches no entry"
    monkeypatch.setenv("GIAO_MASTER_KEYS", line("k1", 1))
    with pytest.raises(BadMasterKey, match="k2"):
        tail(here.pk)
