"""The translation tool: every text is found, nothing is lost, what is missing is named."""

from pathlib import Path

import pytest


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_ready: None) -> Path:
    """A package with one module and one template."""
    from giao.ui import messages

    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "giao")
    monkeypatch.setattr(messages, "PO", tmp_path / "django.po")
    monkeypatch.setattr(messages, "MO", tmp_path / "django.mo")
    folder = tmp_path / "giao" / "portal"
    folder.mkdir(parents=True)
    (folder / "page.py").write_text(
        'from x import gettext as _\na = _("One")\nb = ngettext("%(n)s day", "%(n)s days", n)\nc = pgettext("verb", "Open")\nd = other("not this")\n',
        encoding="utf-8",
    )
    (folder / "page.html").write_text(
        '{% translate "Two" %}{% translate "Three" as x %}{% blocktranslate with a=b trimmed %}\n  Four {{ a }}\n{% endblocktranslate %}<p>raw</p>'
        "{% blocktranslate count n=n %}one row{% plural %}{{ n }} rows{% endblocktranslate %}",
        encoding="utf-8",
    )
    (tmp_path / "giao" / "core").mkdir()
    (tmp_path / "giao" / "core" / "own.py").write_text('_("core speaks its own way")\n', encoding="utf-8")
    return folder


def translate(po: Path, texts: dict[str, str]) -> None:
    content = po.read_text(encoding="utf-8")
    for english, vietnamese in texts.items():
        before, after = content.split(f'"{english}"\n', 1)
        head, empty, rest = after.partition('""')
        assert empty, english
        content = before + f'"{english}"\n' + head + f'"{vietnamese}"' + rest
    po.write_text(content, encoding="utf-8")


def test_texts_of_modules_and_templates_are_found(house: Path) -> None:
    from giao.ui import messages

    found = {message.id for message in messages.collected() if message.id}
    assert found == {
        "One", ("%(n)s day", "%(n)s days"), "Open", "Two", "Three", "Four %(a)s", ("one row", "%(n)s rows"),
    }  # fmt: skip


def test_check_names_what_is_missing_and_passes_when_all_is_there(house: Path, tmp_path: Path) -> None:
    from giao.ui import messages

    assert messages.update() == 7
    messages.compile_catalog()
    assert len(messages.faults()) == 7
    texts = {
        "One": "Một",
        "Open": "Mở",
        "Two": "Hai",
        "Three": "Ba",
        "Four %(a)s": "Bốn %(a)s",
        "%(n)s days": "%(n)s ngày",
        "%(n)s rows": "%(n)s dòng",
    }
    translate(tmp_path / "django.po", texts)
    assert [fault for fault in messages.faults() if "Vietnamese" in fault] == []
    assert messages.faults() == ["django.mo is old; run `python -m giao.ui.messages compile`"]
    messages.compile_catalog()
    assert messages.faults() == []


def test_an_update_keeps_translations_and_drops_what_is_gone(house: Path, tmp_path: Path) -> None:
    from giao.ui import messages

    messages.update()
    translate(tmp_path / "django.po", {"One": "Một", "Two": "Hai"})
    (house / "page.html").write_text('{% translate "Five" %}', encoding="utf-8")
    messages.update()
    stored = messages.stored()
    assert stored.get("One").string == "Một"  # type: ignore[union-attr]
    assert stored.get("Two") is None
    assert stored.get("Five").string == ""  # type: ignore[union-attr]
    before = (tmp_path / "django.po").read_bytes()
    messages.update()
    assert (tmp_path / "django.po").read_bytes() == before


def test_other_placeholders_and_fuzzy_marks_are_faults(house: Path, tmp_path: Path) -> None:
    from giao.ui import messages

    messages.update()
    translate(tmp_path / "django.po", {"Four %(a)s": "Bốn %(b)s", "One": "Một"})
    po = tmp_path / "django.po"
    po.write_text(
        po.read_text(encoding="utf-8").replace('msgid "One"', '#, fuzzy\nmsgid "One"'), encoding="utf-8"
    )
    said = messages.faults()
    assert any("Four" in fault and "placeholders" in fault for fault in said)
    assert any("One" in fault and "fuzzy" in fault for fault in said)


def test_the_house_itself_is_complete(django_ready: None) -> None:
    from giao.ui import messages

    assert messages.faults() == []
