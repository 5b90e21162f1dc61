"""`giao evaluate --json` of the two demonstrations: key by key what the contract promises, and sums that must hold.

The contract is written out here once more, by hand, so that neither the code nor its published schema can drift alone.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.prove.commands import giao

from giao.demo.examples import EXAMPLES, Example

pytestmark = pytest.mark.prove

NUMBER, TEXT, COUNT, FLAG = (int, float), str, int, bool
MONEY = re.compile(r"^-?\d+(\.\d+)?$")
HASH = re.compile(r"^[0-9a-f]{64}$")
STATES = {"met", "expected_default", "minimum_default", "no_data"}
WINDOW = re.compile(r"^\d{4}(-\d{2}|-Q[1-4]|-W\d{2}|)")
IMPORT_KEYS = {"cases", "events", "activities", "ties", "rejected", "hash"}


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda example: example.name)
def example(request: pytest.FixtureRequest) -> Example:
    found: Example = request.param
    return found


@pytest.fixture(scope="module")
def log(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(example.name)
    source = example.write_source(folder)
    mapping = folder / "mapping.json"
    mapping.write_text(example.mapping().model_dump_json(exclude_unset=True), encoding="utf-8")
    told = giao("import", source, folder / "log", "--map", mapping, "--json", "-q").json
    assert set(told) >= IMPORT_KEYS
    assert all(isinstance(told[key], int) for key in IMPORT_KEYS - {"rejected", "hash"})
    assert isinstance(told["rejected"], dict)
    return folder / "log"


@pytest.fixture(scope="module")
def reading(example: Example, log: Path) -> dict[str, Any]:
    found: dict[str, Any] = giao(
        "evaluate",
        log,
        example.agreement_file,
        "--facts",
        example.facts_file,
        "--as-of",
        example.as_of,
        "--json",
        "-q",
    ).json
    return found


def has(found: dict[str, Any], **kinds: Any) -> None:
    """Each key is there and of its kind; a pattern is one of text, None allows null."""
    for name, kind in kinds.items():
        assert name in found, name
        value = found[name]
        options = kind if isinstance(kind, list) else [kind]
        assert any(_is(value, option) for option in options), (name, value)


def _is(value: Any, kind: Any) -> bool:
    if kind is None:
        return value is None
    if isinstance(kind, re.Pattern):
        return isinstance(value, str) and kind.match(value) is not None
    if isinstance(kind, set):
        return value in kind
    if kind in (NUMBER, COUNT):
        return isinstance(value, kind) and not isinstance(value, bool)
    return isinstance(value, kind)


def test_schema(reading: dict[str, Any]) -> None:
    schema = giao("evaluate", "--schema").json
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(reading)


def test_agreement_and_log(example: Example, reading: dict[str, Any]) -> None:
    has(reading["agreement"], name=TEXT, hash=HASH)
    assert reading["agreement"]["name"] == example.versions()[0].name
    has(reading["log"], cases=COUNT, events=COUNT, hash=TEXT)


def test_kpis(example: Example, reading: dict[str, Any]) -> None:
    for kpi in reading["kpis"]:
        has(kpi, kpi=TEXT, window=WINDOW, n=COUNT, overdue_open=COUNT, value=[NUMBER, None], expected=[NUMBER, None],
            minimum=[NUMBER, None], state=STATES, provisional=FLAG, low=[NUMBER, None], high=[NUMBER, None])  # fmt: skip
        if kpi["state"] == "no_data":
            assert kpi["value"] is None
        if kpi["low"] is not None and kpi["unit"] == "share" and kpi["value"] is not None:
            assert kpi["low"] - 1e-12 <= kpi["value"] <= kpi["high"] + 1e-12
    wanted = {name for version in example.versions() for name in version.kpis}
    assert {kpi["kpi"] for kpi in reading["kpis"]} == wanted
    pairs = [(kpi["kpi"], kpi["window"]) for kpi in reading["kpis"]]
    assert len(pairs) == len(set(pairs))


def test_states_follow_from_value_and_levels(example: Example, reading: dict[str, Any]) -> None:
    """Equality is met; below minimum is a minimum default; with one level, below it."""
    lower = {
        name
        for version in example.versions()
        for name, kpi in version.kpis.items()
        if kpi.direction == "lower"
    }
    for kpi in reading["kpis"]:
        if kpi["value"] is None or kpi["tiers"]:
            continue
        sign = -1 if kpi["kpi"] in lower else 1
        levels = {side: kpi[side] for side in ("expected", "minimum") if kpi[side] is not None}
        if not levels:
            assert kpi["state"] == "met"
            continue
        ok = {side: sign * kpi["value"] >= sign * level for side, level in levels.items()}
        floor = ok.get("minimum", ok.get("expected"))
        state = "minimum_default" if not floor else "met" if ok.get("expected", True) else "expected_default"
        assert (kpi["kpi"], kpi["window"], kpi["state"]) == (kpi["kpi"], kpi["window"], state)


def test_statements(reading: dict[str, Any]) -> None:
    months = [statement["month"] for statement in reading["statements"]]
    assert months == sorted(set(months))
    for statement in reading["statements"]:
        has(statement, month=re.compile(r"^\d{4}-\d{2}$"), fees=MONEY, at_risk=[MONEY, None], credit_total=MONEY,
            earned_back=MONEY, tax=MONEY, total=MONEY, hash=HASH, lines=list, credits=list)  # fmt: skip
        for line in statement["lines"]:
            has(line, name=TEXT, quantity=[NUMBER, None], price=[MONEY, None], amount=MONEY)
        for credit in statement["credits"]:
            has(credit, kpi=TEXT, amount=MONEY, points=[NUMBER, None], repeat=[NUMBER, None])
            assert Decimal(credit["amount"]) >= 0


def test_a_statement_adds_up(reading: dict[str, Any]) -> None:
    """Fees are the lines that count, credits sum, total is net and tax, and every amount has the currency's decimals."""
    decimals = {"BRL": 2, "VND": 0}[reading["agreement"]["currency"]]
    for statement in reading["statements"]:
        money = {name: Decimal(statement[name]) for name in (
            "fees", "credit_total", "settled_credits", "earned_back", "bonus", "net", "tax", "total")}  # fmt: skip
        assert all(-int(value.as_tuple().exponent) == decimals for value in money.values())
        lines = statement["lines"]
        assert money["fees"] == sum(
            (Decimal(line["amount"]) for line in lines if line["in_fees"]), Decimal(0)
        )
        assert money["credit_total"] == sum(
            (Decimal(item["amount"]) for item in statement["credits"]), Decimal(0)
        )
        later = [
            *statement["extras"],
            *statement["adjustments"],
            *(line for line in lines if not line["in_fees"]),
        ]
        others = sum((Decimal(item["amount"]) for item in later), Decimal(0))
        settled = (
            money["fees"] - abs(money["settled_credits"]) + money["earned_back"] + money["bonus"] + others
        )
        assert money["net"] == settled
        assert money["total"] == money["net"] + money["tax"]
        assert money["tax"] == sum((Decimal(item["amount"]) for item in statement["tax_lines"]), Decimal(0))


def test_clocks(example: Example, reading: dict[str, Any]) -> None:
    for clock in reading["clocks"]:
        has(
            clock,
            clock=TEXT,
            started=COUNT,
            running=COUNT,
            paused=COUNT,
            met=COUNT,
            breached=COUNT,
            cancelled=COUNT,
        )
        parts = ("running", "paused", "met", "breached", "cancelled", "no_target")
        assert clock["started"] == sum(clock[part] for part in parts)
        assert clock["open_breached"] <= clock["breached"]
    assert {clock["clock"] for clock in reading["clocks"]} == {
        name for v in example.versions() for name in v.clocks
    }


def test_twice_the_same(example: Example, log: Path, reading: dict[str, Any]) -> None:
    again = giao(
        "evaluate",
        log,
        example.agreement_file,
        "--facts",
        example.facts_file,
        "--as-of",
        example.as_of,
        "--json",
        "-q",
    )
    assert again.json == reading
