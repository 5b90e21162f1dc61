from __future__ import annotations

import re

import pytest
from tests.core.report.conftest import DATA

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.load import load_agreement, parse_agreement
from giao.core.agreement.quantity import Within
from giao.core.report.plain_words import agreement_words, version_diffs
from giao.core.report.plain_words.phrases import within_words
from giao.core.report.words import LANGS, Lang


def sentences(agreement: Agreement, lang: Lang) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for section in agreement_words(agreement, lang):
        for sentence in section.sentences:
            found.setdefault(sentence.path, []).append(sentence.text)
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_every_part_of_a_full_agreement_is_said(everything: Agreement, lang: Lang) -> None:
    found = sentences(everything, lang)
    names = [f"clocks.{name}" for name in everything.clocks] + [f"kpis.{name}" for name in everything.kpis]
    names += [f"calendars.{name}" for name in everything.calendars]
    names += [f"relief[{index}]" for index in range(len(everything.relief))]
    names += [f"pricing[{index}]" for index in range(len(everything.pricing))]
    names += [f"phases[{index}]" for index in range(len(everything.phases))]
    names += [f"obligations[{index}]" for index in range(len(everything.obligations))]
    names += [f"credits.triggers[{index}]" for index in range(5)]
    assert [name for name in names if name not in found] == []
    for texts in found.values():
        for text in texts:
            assert "{" not in text
            assert "None" not in text
            assert text[-1] in ".…" or text in (everything.notes or {}).values()


def test_both_languages_say_the_same_places(everything: Agreement) -> None:
    english, vietnamese = sentences(everything, "en"), sentences(everything, "vi")
    assert {path: len(texts) for path, texts in english.items()} == {p: len(t) for p, t in vietnamese.items()}


def test_a_condition_reads_as_it_is_written(everything: Agreement) -> None:
    assert "Sum" not in sentences(everything, "en")["clocks.sum"][0]
    assert sentences(everything, "en")["clocks.sum.targets[0]"] == [
        "sum, when amount > 5: within 2 business days, at the same time of day; "
        "what comes in after 15:00 counts as received on the next business day."
    ]
    assert sentences(everything, "vi")["clocks.sum.targets[1]"] == [
        "sum: trong 30 phút làm việc (lịch “sun”)."
    ]


def test_hours_of_equal_days_stand_together(everything: Agreement) -> None:
    assert sentences(everything, "en")["calendars.office"] == [
        "Calendar “office” (Asia/Ho_Chi_Minh): Mon–Thu 08:00–12:00, 13:00–17:30; Fri 08:00–12:00."
    ]


@pytest.mark.parametrize(
    ("budget", "en"),
    [
        ("4 business hours", "4 business hours"),
        ("1 business day", "1 business day"),
        ("90 business minutes", "90 business minutes"),
        ("3 days", "3 days"),
        ("PT90M", "90 minutes"),
        ("36 business hours", "36 business hours"),
        ("1.5 hours", "90 minutes"),
    ],
)
def test_budgets(budget: str, en: str) -> None:
    assert within_words(Within.parse(budget), "en") == en


def test_a_version_diff_reads_like_a_sentence() -> None:
    (diff,) = version_diffs(load_agreement(DATA / "desk.yaml"), "en")
    texts = [change.text.replace("\u00a0", " ") for change in diff.changes]
    assert diff.head.replace("\u00a0", " ") == "Version 1 → version 2, from 1 Apr 2024"
    assert (
        'Repair <i> · priority = "high" · target: 4 business hours → 3 business hours, from 1 Apr 2024'
        in texts
    )
    assert "Repaired in time · expected: 90% → 95%, from 1 Apr 2024" in texts
    assert "Repairs · … · price: €80.50 → €78.50, from 1 Apr 2024" in texts
    assert any(text.startswith("old · older than: new, 2 business days") for text in texts)
    (vietnamese,) = version_diffs(load_agreement(DATA / "desk.yaml"), "vi")
    assert "Sửa đúng hạn · kỳ vọng: 90% → 95%, từ 01/04/2024" in [
        change.text for change in vietnamese.changes
    ]
    assert len(vietnamese.changes) == len(diff.changes)


BASE = (DATA / "everything.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("repeat: [1, 1.5, 2]", "repeat: [1, 2]", "1, 1.5 and 2 → 1 and 2"),
        ("settle: next", "settle: same", "next → same"),
        ("cap_year: 10%", "cap_year: 9.5%", "yearly cap: 10% → 9.5%"),
        ("notice: P6M", "notice: P90D", "6 months → 90 days"),
        ("auto_renew: true", "auto_renew: false", "yes → no"),
        ("{fixed: 42000000", "{fixed: 43000000", "VND 42,000,000 → VND 43,000,000"),
        ("end: 2026-12-31", "end: 2027-12-31", "31 Dec 2026 → 31 Dec 2027"),
        ("same_cause: one", "same_cause: all", "one → all"),
        ("capex", "capex", None),
    ],
)
def test_every_difference_of_content_is_found(old: str, new: str, said: str | None) -> None:
    later = BASE.replace(old, new).replace(
        "name: everything", "name: everything\nversion: 2\neffective: 2025-01-01"
    )
    (diff,) = version_diffs(parse_agreement(f"{BASE}\n---\n{later}"), "en")
    if said is None:
        assert diff.changes == ()
    else:
        assert len(diff.changes) == 1
        assert said in re.sub("\u00a0", " ", diff.changes[0].text)
