"""Every sentence of the library has its Vietnamese, by id, and no converted module says anything without one."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import giao.core
from giao.core.agreement.check import check_text
from giao.core.agreement.errors import DocumentErrors
from giao.core.agreement.facts import parse_facts
from giao.core.agreement.load import parse_agreement
from giao.core.log import ImportNeeds
from giao.core.log.batches import REASONS
from giao.core.log.mapping import LogMapping
from giao.core.log.plan import make_plan
from giao.core.report.words.told import sentences, tell
from giao.core.rules import RuleError, compile_rule
from giao.core.told import Told, series, told

HOUSE = Path(giao.core.__path__[0]).parent
CONVERTED = (
    "core/agreement",
    "core/calendars",
    "core/engine",
    "core/log",
    "core/mining",
    "core/rules",
    "cli",
)
WAITING = {
    "core/calendars/calendar.py",
    "core/log/collect.py",
    "core/log/times.py",
    "core/rules/values.py",
    "core/rules/wording.py",
    "core/rules/arithmetic.py",
    "core/rules/comparing.py",
}
"""Modules whose plain sentences are for programmers (a wrong type of argument) or for the trace of one evaluation."""

SPEAKING = {"Fault", "AgreementError", "CalendarError", "HorizonError", "RuleError", "RuleLimitError", "ImportFailed", "LogError", "Failure",
            "LogUnreadable", "MiningError", "ValueError"}  # fmt: skip
COLLECTING = {"missing", "flags", "notes", "warnings", "faults"}
ADDING = {"append", "error", "warn"}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for room in CONVERTED:
        for path in sorted((HOUSE / room).rglob("*.py")):
            yield path.relative_to(HOUSE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def made() -> dict[str, set[str]]:
    """Message id -> English patterns, as written at the places of origin."""
    found: dict[str, set[str]] = {}
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "told":
                message, english = node.args[0], node.args[1]
                if isinstance(message, ast.Constant) and isinstance(english, ast.Constant):
                    found.setdefault(message.value, set()).add(english.value)
    return found


def plain_sentences(name: str, tree: ast.Module) -> list[str]:
    """Texts given to an error, a fault or a list of flags without an id."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        on = node.func.value if isinstance(node.func, ast.Attribute) else None
        holder = getattr(on, "attr", None) or getattr(on, "id", "")
        speaks = called in SPEAKING or (
            called in ADDING and holder in COLLECTING | {"findings", "checker", "self"}
        )
        place = 1 if called == "Need" or holder == "findings" else 0
        speaks = speaks or called == "Need"
        if speaks and len(node.args) > place and is_text(node.args[place]):
            found.append(f"{name}:{node.lineno}: {ast.unparse(node.args[place])}")
    return found


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_every_sentence_stands_in_the_catalogue_as_it_is_made() -> None:
    catalogue = sentences()
    origins = made()
    assert len(origins) > 300
    assert {message: texts for message, texts in origins.items() if len(texts) > 1} == {}
    assert {m: texts for m, texts in origins.items() if texts != {catalogue.get(m, ("", ""))[0]}} == {}


@pytest.mark.parametrize("message", sorted(sentences()))
def test_a_sentence_has_vietnamese_with_no_parameter_of_its_own(message: str) -> None:
    english, vietnamese = sentences()[message]
    assert vietnamese.strip()
    names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, vietnamese)]
    assert names[1] <= names[0]


def test_a_sentence_says_something_in_vietnamese() -> None:
    signs = {message for message, (en, vi) in sentences().items() if en == vi}
    assert signs == {
        "fault.placed",
        "log.times_reason",
        "rule.placed",
        "fact.field_wrong",
        "failure.question",
    }


def test_nothing_is_said_without_an_id() -> None:
    assert [
        line for name, tree in trees() if name not in WAITING for line in plain_sentences(name, tree)
    ] == []


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ('raise AgreementError(f"no {x}")', True),
        ('raise AgreementError(told("a.b", "no {x}", x=x))', False),
        ('found.missing.append("no rate")', True),
        ('findings.warn((), "silent")', True),
        ('Need("zone", "say which")', True),
        ("faults.append(Fault(str(error)))", False),
    ],
)
def test_the_search_for_plain_sentences(line: str, caught: bool) -> None:
    assert bool(plain_sentences("x.py", ast.parse(line))) is caught


def test_every_reason_of_a_row_set_aside_has_words() -> None:
    assert {tell("vi", sentence) == sentence for sentence in REASONS.values()} == {False}


def test_a_told_sentence_is_its_english_text() -> None:
    sentence = told(
        "flag.blank_quantity", "{blank} counted events have no {quantity}", blank=3, quantity="pages"
    )
    assert sentence == "3 counted events have no pages"
    again = pickle.loads(pickle.dumps(sentence))
    assert (again, again.id, again.params) == (sentence, sentence.id, sentence.params)


def test_an_error_keeps_what_it_was_told() -> None:
    kept = str(ValueError(told("check.no_tax", "no tax")))
    assert isinstance(kept, Told)
    assert kept.id == "check.no_tax"


def test_numbers_days_and_months_are_those_of_the_language() -> None:
    flag = told("flag.no_index", sentences()["flag.no_index"][0], series="CPI-NL", month="2026-03")
    assert tell("vi", flag).startswith(
        "thiếu chỉ số CPI-NL của tháng 3/2026: hãy thêm giao.fact.index (series: CPI-NL, month: 2026-03"
    )
    lapse = told("flag.credits_lapse", sentences()["flag.credits_lapse"][0], lapsed="1234.50", currency="EUR")
    assert tell("vi", lapse).startswith("1.234,5")


@pytest.mark.parametrize("text", ["flag.credits_lapse", "need.zone", "check.no_tax", "calendar.no_weekday"])
def test_a_stored_sentence_is_found_again(text: str) -> None:
    english = sentences()[text][0]
    values = {name: "x y" for _, name, _, _ in Formatter().parse(english) if name}
    sentence = told(text, english, **values)
    assert tell("vi", str.__str__(sentence)[:]) == tell("vi", sentence) != sentence


def test_a_stored_series_is_found_again() -> None:
    parts = [
        told(name, sentences()[name][0], columns="c", shown="", label="l")
        for name in ("need.zone", "need.date_format")
    ]
    both = series("; ", parts)
    assert tell("vi", "".join(both)) == tell("vi", both)


def test_what_is_not_ours_stays_as_it_is() -> None:
    assert tell("vi", "Connection refused") == "Connection refused"
    assert tell("vi", told("of.a.later.version", "new")) == "new"
    assert tell("en", told("check.no_tax", "no tax")) == "no tax"


BROKEN = """
giao: 1
name: x
parties: {client: {name: C, country: NL}, vendor: {name: V, country: VN}}
term: {start: 2026-13-01, end: 2026-12-31}
currency: EUR
colour: red
phases: {}
calendars: {office: {zone: Europe/Amsterdan, hours: {monday-fri: [["08:30", "12:30"]]}}}
clocks: {c: {start: {}, stop: B, targets: [{within: soon}]}}
kpis: {k: {kind: share_in_target, clock: c, minimum: many, window: decade}}
"""


def test_every_fault_of_a_broken_document_is_told_in_vietnamese() -> None:
    with pytest.raises(DocumentErrors) as caught:
        parse_agreement(BROKEN)
    faults = caught.value.faults
    assert len(faults) >= 6
    for fault in faults:
        assert isinstance(fault.message, Told), fault
        assert fault.message.id in sentences(), fault.message.id
        assert english_left(tell("vi", fault.message)) == [], fault
    whole = tell("vi", str(caught.value))
    assert whole.startswith(
        f"agreement: có {len(faults)} điều phải sửa\n  dòng 2, work: thiếu 'work' ở đây; hãy thêm vào\n  dòng 5, term.start: "
    )


def english_left(text: str) -> list[str]:
    """English words of sentences that should not be left in a Vietnamese one."""
    return [
        word
        for word in ("should", "expected", "found", "valid", "Input", "write", "is not")
        if f"{word} " in f"{text} "
    ]


GOOD = """
giao: 1
name: x
parties: {client: {name: C, country: NL}, vendor: {name: V, country: VN}}
term: {start: 2026-01-01, end: 2026-12-31}
currency: EUR
work: {received: A, delivered: B, attributes: {Amount: {type: number}}}
clocks: {c: {start: A, stop: B, targets: [{when: "Amount > \\"x\\"", within: 2 business days}]}}
kpis: {k: {kind: share_in_target, clock: d, minimum: 95%, window: month}}
pricing: [{fixed: 10, every: month, name: f, tax: full}]
"""


def test_every_fault_of_meaning_is_told_in_vietnamese() -> None:
    faults = check_text(GOOD)
    said = [tell("vi", fault.message) for fault in faults]
    assert len(said) >= 5
    assert "đồng hồ 'd' không tồn tại; hiện có: c" in said
    assert [text for text, fault in zip(said, faults, strict=True) if text == fault.message] == []


def test_facts_questions_and_conditions_are_told_in_vietnamese() -> None:
    from zoneinfo import ZoneInfo

    import polars as pl

    with pytest.raises(DocumentErrors) as facts:
        parse_facts([(3, {"type": "giao.fact.rate", "currency": "USD"})], ZoneInfo("UTC"))
    assert tell("vi", facts.value.faults[0].message) == "giao.fact.rate cần rate"
    with pytest.raises(ImportNeeds) as needs:
        make_plan(LogMapping(shape="event", zone=None), ["a"], pl.DataFrame({"a": ["1"]}))
    assert (
        tell("vi", needs.value.needs[0].sentence)
        == "cột nào chứa mã hồ sơ (đơn hàng, phiếu, tệp): hãy ghi --case (các cột: a)"
    )
    with pytest.raises(RuleError) as rule:
        compile_rule("1 +")
    assert tell("vi", str(rule.value)).splitlines()[0] == "Cần một giá trị, nhưng có cuối điều kiện."


def test_the_report_tells_flags_and_notes_in_vietnamese() -> None:
    from dataclasses import replace
    from decimal import Decimal

    from giao.core.agreement.results import Statement
    from giao.core.report.invoice import notices
    from giao.core.report.tables import note_words

    flag = told(
        "flag.no_payment_term",
        "interest is agreed but no payment_term: say when an invoice is due, e.g. payment_term: P30D",
    )
    zero = Decimal(0)
    statement = Statement("2026-03", "VND", (), zero, None, (), zero, zero, flags=(flag,))
    assert notices(statement, "vi") == [tell("vi", flag)]
    stored = replace(statement, flags=("".join(flag),))
    assert notices(stored, "vi") == notices(statement, "vi")
    assert notices(statement, "en") == [flag]
    assert note_words("relief:storm", "vi") == "được miễn trừ theo “storm”"


def test_a_stored_text_of_anybody_is_looked_through_within_bounds() -> None:
    """Counted in characters of the answer, not in time: a text that anybody wrote must come back as it was."""
    for text in ("no column; " * 300, "line 1, " * 400, "{" * 900, "found 'a', " * 150 + "\n" * 50):
        assert tell("vi", text) == text


def test_what_another_program_said_is_introduced_and_quoted() -> None:
    with pytest.raises(DocumentErrors) as caught:
        parse_agreement("a: [1, 2\nb: }")
    said = tell("vi", str(caught.value.faults[0]))
    assert "YAML không hợp lệ: nguyên văn tiếng Anh: “expected" in said
    shut = told(
        "log.not_opened", "{path} cannot be opened: {strerror}", path="x", strerror="Permission denied"
    )
    assert tell("vi", shut) == "không mở được x: nguyên văn tiếng Anh: “Permission denied”"
    assert tell("vi", str.__str__(shut)) == tell("vi", shut)
    inner = told("fact.no_file", "no such file; check the path")
    assert "nguyên văn" not in tell(
        "vi",
        told("log.damaged", "{path} is damaged ({error}); import the source again", path="x", error=inner),
    )
