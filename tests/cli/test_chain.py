from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from tests.cli.conftest import DATA, READING, Answered

Giao = Callable[..., Answered]
OLA = """\
giao: 1
name: bench
parties: {client: {name: Vendor}, vendor: {name: "Bench \\u001b[31m"}}
term: {start: 2024-03-01, end: 2024-12-31}
currency: EUR
zone: Europe/Paris
work: {received: Open, delivered: Done}
clocks: {repair: {start: Open, stop: [Wait, Done], targets: [{within: 90 minutes}]}}
"""


@pytest.fixture
def chained(tmp_path: Path) -> tuple[str, ...]:
    """The small desk with holders, and an OLA behind it."""
    (tmp_path / "ola.yaml").write_text(OLA, encoding="utf-8")
    text = (DATA / "desk.yaml").read_text(encoding="utf-8")
    holder = "work:\n  holder: [{after: [Open, Go], by: vendor, party: Bench}, {after: Wait, by: client}]\n"
    (tmp_path / "sla.yaml").write_text(text.replace("work:\n", holder), encoding="utf-8")
    return (READING[0], str(tmp_path / "sla.yaml"), *READING[2:], "--with", f"ola:{tmp_path / 'ola.yaml'}")


def test_the_months_by_party(giao: Giao, chained: tuple[str, ...]) -> None:
    answer = giao("chain", *chained, "-q")
    assert answer.code == 0, answer.err
    assert "Repair" in answer.out
    assert "Bench" in answer.out
    assert "\x1b" not in answer.out
    vietnamese = giao("chain", *chained, "-q", "--lang", "vi", "--month", "2024-03")
    assert "Bên giữ" in vietnamese.out
    assert "tháng 3/2024" in vietnamese.out.replace("\u00a0", " ")


def test_one_case(giao: Giao, chained: tuple[str, ...]) -> None:
    answer = giao("chain", *chained, "--case", "1", "-q")
    assert answer.code == 0
    assert "broke first" in answer.out
    assert "client" in answer.out


def test_json_keeps_its_contract(giao: Giao, chained: tuple[str, ...]) -> None:
    schema = giao("chain", "--schema").json
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema).validate
    whole = giao("chain", *chained, "--json", "-q").json
    check(whole)
    for month in whole["months"]:
        assert sum(party["counted_us"] for party in month["parties"]) == month["counted_us"]
    one = giao("chain", *chained, "--case", "1", "--json", "-q").json
    check(one)
    (clock,) = one["clocks"]
    assert sum(share["counted_us"] for share in clock["shares"]) == clock["consumed_us"]
    assert (clock["first"], clock["gap"]) == ("support", "red_inside_green")


def test_targets_that_do_not_add_up_are_findings(
    giao: Giao, chained: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "ola.yaml").write_text(OLA.replace("90 minutes", "3 business days"), encoding="utf-8")
    text = (tmp_path / "sla.yaml").read_text(encoding="utf-8")
    (tmp_path / "sla.yaml").write_text(text.replace("    calendar: office\n    reclassify", "    reclassify"), encoding="utf-8")  # fmt: skip
    answer = giao("chain", *chained, "-q")
    assert answer.code == 1
    assert "longer than the 2 business days of the SLA" in answer.out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--with", "sla.yaml"), "ola:PATH"),
        (("--with", "other:sla.yaml"), "underpinning:PATH"),
        (("--case", "nobody"), "nobody"),
        (("--clock", "none"), "it has repair"),
        (("--calendar", "none"), "it has office"),
        (("--with", "ola:nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_bad_input_is_a_sentence(
    giao: Giao, chained: tuple[str, ...], more: tuple[str, ...], said: str
) -> None:
    answer = giao("chain", *chained, *more, "-q")
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err
