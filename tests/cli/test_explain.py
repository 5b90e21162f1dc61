from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cli.conftest import READING, Answered

Giao = Callable[..., Answered]
HOSTILE = "<img src=x onerror=alert(1)>"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_case_explains_each_of_its_clocks(giao: Giao) -> None:
    answer = giao("explain", *READING, "--case", "1", "-q")
    assert answer.code == 0
    assert "Repair <i>: met, 3 h 30 min of 4 h used." in plain(answer.out)
    assert "paused: from “Wait” to “Go”" in answer.out
    found = giao("explain", *READING, "--case", "1", "--clock", "repair", "--json", "-q").json
    (clock,) = found["clocks"]
    (instance,) = clock["instances"]
    assert (
        sum(interval["counted_us"] for interval in instance["intervals"])
        == instance["instance"]["consumed_us"]
    )


def test_a_number_explains_its_cases(giao: Giao) -> None:
    answer = giao("explain", *READING, "--kpi", "in_time", "--window", "2024-03", "-q", "--lang", "vi")
    assert answer.code == 0
    assert "2 đạt ÷ 3 được tính." in answer.out
    found = giao("explain", *READING, "--kpi", "in_time", "--window", "2024-03", "--json", "-q").json
    assert sorted(member["case"] for member in found["members"]) == ["1", "2", HOSTILE]
    assert found["result"]["n"] == 3
    limited = giao("explain", *READING, "--kpi", "in_time", "--window", "2024-03", "--limit", "1", "-q")
    assert "2 more" in limited.out


def test_a_case_in_or_out_of_a_number(giao: Giao) -> None:
    inside = giao(
        "explain", *READING, "--kpi", "in_time", "--window", "2024-03", "--case", "2", "--json", "-q"
    ).json
    assert inside["inside"] is True
    outside = giao("explain", *READING, "--kpi", "in_time", "--window", "2024-03", "--case", "4", "-q")
    assert outside.code == 0
    assert "Apr 2024" in plain(outside.out)


def test_money_explains_its_arithmetic(giao: Giao) -> None:
    credit = giao("explain", *READING, "--month", "2024-03", "--credit", "in_time", "-q")
    assert "10% at risk × €2,841.50" in plain(credit.out)
    charge = giao("explain", *READING, "--month", "2024-03", "--line", "repairs", "-q")
    assert "2 × €100.00 = €200.00" in plain(charge.out)
    assert "5 committed, 3 reached, short by 2" in plain(charge.out)
    found = giao("explain", *READING, "--month", "2024-03", "--line", "repairs", "--json", "-q").json
    assert found["amount"] == "441.50"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ((), "--case"),
        (("--kpi", "in_time"), "--window"),
        (("--month", "2024-03"), "--credit"),
        (("--month", "2024-03", "--credit", "in_time", "--line", "base"), "--credit"),
        (("--case", "nobody"), "nobody"),
        (("--case", "1", "--clock", "none"), "repair"),
        (("--kpi", "none", "--window", "2024-03"), "in_time"),
        (("--kpi", "in_time", "--window", "1999-01"), "2024-03"),
        (("--month", "1999-01", "--line", "base"), "2024-03"),
        (("--month", "2024-03", "--line", "none"), "repairs"),
        (("--month", "2024-03", "--credit", "received"), "in_time"),
    ],
)
def test_a_question_that_has_no_answer_says_what_would(
    giao: Giao, question: tuple[str, ...], said: str
) -> None:
    answer = giao("explain", *READING, *question, "-q")
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


def test_a_hostile_case_is_found_by_its_name(giao: Giao) -> None:
    answer = giao("explain", *READING, "--case", HOSTILE, "-q")
    assert answer.code == 0
    assert "\x1b" not in answer.out
