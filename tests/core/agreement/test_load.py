"""The document: what loads, what is refused and where; the same content has the same hash."""

from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml

from giao.core.agreement.document.charge import PerUnit
from giao.core.agreement.errors import DocumentErrors
from giao.core.agreement.load import json_schema, load_agreement, parse_agreement

DATA = Path(__file__).parents[2] / "data" / "agreement"
SMALL = """\
giao: 1
name: Desk
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2026-01-01, end: 2026-12-31}
currency: EUR
calendars:
  office: {zone: Asia/Ho_Chi_Minh, hours: {mon-fri: [["08:00", "17:00"]]}}
work: {received: Opened, delivered: Closed}
clocks:
  fix:
    start: Opened
    stop: Closed
    calendar: office
    targets: [{within: 4 business hours}]
kpis:
  in_time: {kind: share_in_target, clock: fix, count_at: due, expected: 95%, minimum: 90%}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(DocumentErrors) as caught:
        parse_agreement(text)
    return [str(fault) for fault in caught.value.faults]


def test_the_designs_example_loads_whole() -> None:
    [agreement] = load_agreement(DATA / "example.yaml")
    assert agreement.kpis["paid_in_time"].points == 60
    assert agreement.credits is not None
    assert agreement.credits.repeat == [1, Decimal("1.5"), 2]
    line = agreement.pricing[0]
    assert isinstance(line, PerUnit)
    assert [band.price for band in line.bands] == [Decimal("6.20"), Decimal("5.40"), Decimal("4.90")]
    assert agreement.parties.client.country == "NL"


def test_same_content_same_hash() -> None:
    [one] = parse_agreement(SMALL)
    [two] = parse_agreement(
        SMALL.replace("expected: 95%", 'expected: "95.0%"').replace(
            "kind: share_in_target, clock: fix", "clock: fix, kind: share_in_target"
        )
    )
    [three] = parse_agreement(SMALL.replace("95%", "96%"))
    assert one.hash == two.hash
    assert one.hash != three.hash


def test_yaml_is_read_as_1_2() -> None:
    text = SMALL.replace("{name: A}", "{name: A, country: NO}")
    assert parse_agreement(text)[0].parties.client.country == "NO"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("calendar: office\n", "calender: office\n", 13, "did you mean 'calendar'"),
        ("expected: 95%", "expected: many", 16, "expected a number"),
        ("within: 4 business hours", "within: 4 busy hours", 14, "expected a budget"),
        ("currency: EUR", "currency: euro", 5, "currency"),
        ("end: 2026-12-31", "end: 2025-12-31", 4, "before it starts"),
        ("kind: share_in_target", "kind: share", 16, "kind must be one of"),
        ("minimum: 90%", "minimum: 99%", 16, "better than expected"),
        ("giao: 1\n", "giao: 2\n", 1, "found 2"),
        ("mon-fri:", "mon-fry:", 7, "mon-fry"),
    ],
)
def test_faults_name_line_and_mend(old: str, new: str, line: int, said: str) -> None:
    assert old in SMALL
    found = faults(SMALL.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(f"line {line},")
    assert said in found[0]


def test_missing_parts_are_named() -> None:
    found = faults("giao: 1\nname: X\n")
    assert {fault.split("'")[1] for fault in found} == {"parties", "term", "currency", "work"}


def test_duplicate_keys_are_refused() -> None:
    assert "stands twice" in faults(SMALL + "currency: VND\n")[0]


@pytest.mark.parametrize("text", ["", "---\n", "- a\n- b", "a: [1, 2", "\t- x", "just text"])
def test_what_is_no_document(text: str) -> None:
    assert faults(text)


def test_negative_prices_are_refused() -> None:
    found = faults(SMALL + "pricing: [{per_unit: delivered, name: X, price: -1}]\n")
    assert "cannot be negative" in found[0]


def test_aliases_cannot_multiply_without_end() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
    )
    assert "aliases" in faults(bomb)[0]


def test_versions_in_order_of_effect() -> None:
    later = SMALL.replace("giao: 1\n", "giao: 1\nversion: 2\neffective: 2026-05-01\n").replace("95%", "97%")
    versions = parse_agreement(f"{later}---\n{SMALL}")
    assert [version.version for version in versions] == [1, 2]
    assert "two versions take effect" in faults(f"{SMALL}---\n{SMALL}")[0]


def test_the_published_schema_accepts_the_example_and_refuses_a_mistake() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = yaml.safe_load((DATA / "example.yaml").read_text(encoding="utf-8"))

    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {str(key): plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value if isinstance(value, str | int | float | bool) or value is None else str(value)

    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(plain(document))) == []
    assert list(validator.iter_errors({**plain(document), "calender": {}}))  # type: ignore[dict-item]
