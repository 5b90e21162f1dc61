"""The list of ASVS 5.0: every requirement of levels 1 and 2 once, with a state, and a proof that exists where it is met."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security" / "asvs.md"

LEVEL_2 = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2", "2.1": "1-3", "2.2": "1-3", "2.3": "1-4",
    "2.4": "1-1", "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2", "4.1": "1-3", "4.2": "1-1",
    "4.3": "1-2", "4.4": "1-4", "5.1": "1-1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3", "6.1": "1-3", "6.2": "1-12",
    "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4", "7.1": "1-3", "7.2": "1-4", "7.3": "1-2",
    "7.4": "1-5", "7.5": "1-2", "7.6": "1-2", "8.1": "1-2", "8.2": "1-3", "8.3": "1-1", "8.4": "1-1", "9.1": "1-3",
    "9.2": "1-4", "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2",
    "10.7": "1-3", "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1-1", "11.6": "1-1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4", "13.1": "1-1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3", "15.1": "1-3", "15.2": "1-3", "15.3": "1-7", "16.1": "1-1",
    "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3", "17.1": "1-1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip


def rows() -> list[tuple[str, str, str, str]]:
    found = re.findall(
        r"^\| ([\d.]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    return [
        (number, state.strip(), said.strip(), proof.strip().strip("`"))
        for number, state, said, proof in found
    ]


def test_every_requirement_is_there_once() -> None:
    wanted = [
        f"{section}.{number}"
        for section, span in LEVEL_2.items()
        for number in range(int(span.split("-")[0]), int(span.split("-")[1]) + 1)
    ]
    assert len(wanted) == 253
    assert [number for number, *_rest in rows()] == wanted


def test_what_is_met_has_a_proof_that_exists_and_the_rest_says_why() -> None:
    for number, state, said, proof in rows():
        assert state in ("met", "not met", "not applicable"), number
        assert len(said) >= 4, number
        if state == "met":
            assert proof, number
        if proof:
            assert (ROOT / proof).exists(), (number, proof)


def test_the_counts_in_the_head_are_those_of_the_table() -> None:
    found = rows()
    counts = {state: sum(row[1] == state for row in found) for state in ("met", "not met", "not applicable")}
    said = f"{len(found)} requirements: {counts['met']} met, {counts['not met']} not met, {counts['not applicable']} not applicable."
    assert said in PAGE.read_text("utf-8")
