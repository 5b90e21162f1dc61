"""The pinned semantics, row by row. Events are letters with hours since Monday 2026-03-02 00:00 UTC: ``R0 A1 B3 D8``.

R received · D delivered · X cancelled · A the client holds it · B Team B · C the sub-contractor · N who is named by the attribute
G · P, Q a pause and its end. The SLA's clock runs from R (or O, reopened) to D; the supporting ones from their letters to anything else.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl
import pytest
from tests.core.agreement.clocks.worlds import agreement, log_of
from tests.core.calendars.moments import HOUR, at

from giao.core.agreement.chain import (
    ChainReading,
    SlaClock,
    Support,
    case_of,
    check_targets,
    month_of,
    read_chain,
)
from giao.core.agreement.check import check
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import AgreementError
from giao.core.report.chain_words import verdict_words

MONDAY = at("2026-03-02T00:00")
OFFICE = {"zone": "UTC", "hours": {"mon-fri": [["08:00", "16:00"]]}}
HOLDER = [
    {"after": "A", "by": "client"},
    {"after": "B", "by": "vendor", "party": "Team B"},
    {"after": "C", "by": "subcontractor", "party": "Carrier"},
    {"after": "N", "by": "vendor", "party": "Desk", "named_by": "G"},
]


def sla(within: str = "8 hours", **parts: Any) -> Agreement:
    clock = {"start": ["R", "O"], "stop": "D", "reopen": "each", "paused_while": {"from": "P", "until": "Q"}}
    work = {"received": "R", "delivered": "D", "cancelled": "X", "holder": HOLDER}
    work["attributes"] = {"G": {"type": "string", "changes": True}}
    document = {
        "clocks": {"fix": clock | {"targets": [{"within": within}]}},
        "work": work,
        "calendars": {"office": OFFICE},
        "zone": "UTC",
        "parties": {
            "client": {"name": "C"},
            "vendor": {"name": "V"},
            "subcontractors": [{"name": "Carrier"}],
        },
    }
    return agreement(**(document | parts))


def support(party: str, letter: str, within: str, kind: Any = "ola", **clock: Any) -> Support:
    """Binds `party` from `letter` until somebody else is named."""
    others = sorted(set("ABCNDX") - {letter})
    document = {"start": letter, "stop": others, "reopen": "each", "targets": [{"within": within}]} | clock
    parties = {"client": {"name": "V"}, "vendor": {"name": party}}
    work = {"received": "R", "delivered": "D"}
    made = agreement(name=f"{party} {letter}", parties=parties, work=work, clocks={f"own {letter}": document}, zone="UTC", calendars={"office": OFFICE})  # fmt: skip
    return Support(kind, (made,))


def told(story: str, as_of: float, *supports: Support, agreed: Agreement | None = None) -> ChainReading:
    rows = [
        ("case", MONDAY + round(float(hours) * HOUR), letter, {"G": name} if name else {})
        for letter, hours, name in re.findall(r"([A-Z])([\d.]+)(?:\((\w+)\))?", story)
    ]
    log = log_of(rows, {"G": "string"})
    return read_chain(log, agreed or sla(), supports, as_of=MONDAY + round(as_of * HOUR))


def held(chain: ChainReading) -> list[tuple[str, float, float, bool]]:
    """(party or side, from, to, still) in hours."""
    found = case_of(chain, "case")
    assert found is not None
    return [
        (item.party.name or item.party.side, (item.start_us - MONDAY) / HOUR, (item.end_us - MONDAY) / HOUR, item.open)
        for item in found.stretches
    ]  # fmt: skip


def clocks(chain: ChainReading) -> tuple[SlaClock, ...]:
    found = case_of(chain, "case")
    assert found is not None
    return found.clocks


@pytest.mark.parametrize(
    ("story", "as_of", "expected"),
    [
        pytest.param("R0 B0 C3 D8", 20, [("Team B", 0, 3, False), ("Carrier", 3, 8, False)], id="handed over"),
        pytest.param("R0 D8", 20, [("", 0, 8, False)], id="never handed over: not said"),
        pytest.param("R0 B2 D8", 20, [("", 0, 2, False), ("Team B", 2, 8, False)], id="not said until somebody says"),
        pytest.param("B0 R2 D8", 20, [("Team B", 2, 8, False)], id="said before the receipt"),
        pytest.param("R0 B3 C3 D8", 20, [("", 0, 3, False), ("Carrier", 3, 8, False)], id="equal times: the last in order"),
        pytest.param("R0 B1 B4 D8", 20, [("", 0, 1, False), ("Team B", 1, 8, False)], id="said twice is one stretch"),
        pytest.param("R0 B0 C3", 5, [("Team B", 0, 3, False), ("Carrier", 3, 5, True)], id="open at the instant"),
        pytest.param("R0 B0 C9", 5, [("Team B", 0, 5, True)], id="what comes later has not happened"),
        pytest.param("R0 B0 X4 D9", 20, [("Team B", 0, 4, False)], id="cancelled"),
        pytest.param("R0 B0 D4 C6 D9", 20, [("Team B", 0, 4, False), ("Carrier", 6, 9, False)], id="taken up again"),
        pytest.param("R0 B0 D4 D6", 20, [("Team B", 0, 4, False)], id="delivered twice"),
        pytest.param("B0 C3 D8", 20, [], id="never received"),
        pytest.param("R5 D5", 20, [], id="received and delivered at one instant"),
        pytest.param("R0 N0(Apps) N2 B4 D8", 20, [("Apps", 0, 4, False), ("Team B", 4, 8, False)], id="named by an attribute, which lasts"),
        pytest.param("R0 N0 D8", 20, [("Desk", 0, 8, False)], id="the attribute is not set: the party by name"),
    ],
)  # fmt: skip
def test_who_held_it_when(story: str, as_of: float, expected: list[Any]) -> None:
    assert held(told(story, as_of)) == expected


def test_names_that_differ_in_case_are_one_party() -> None:
    assert held(told("R0 N0(apps) N3(APPS) D8", 20)) == [("apps", 0, 8, False)]


def test_business_time_is_that_of_the_calendar_and_shares_are_exact() -> None:
    found = case_of(told("R7 B7 C12 D20", 30, agreed=sla(clocks={"fix": {"start": "R", "stop": "D", "calendar": "office"}})), "case")  # fmt: skip
    assert found is not None
    assert {share.party.name: (share.elapsed_us, share.counted_us) for share in found.shares} == {
        "Team B": (5 * HOUR, 4 * HOUR),
        "Carrier": (8 * HOUR, 4 * HOUR),
    }


@pytest.mark.parametrize(
    ("story", "shares"),
    [
        pytest.param("R0 B0 P2 C4 Q6 D10", {"Team B": 2, "Carrier": 4}, id="the holder changes while paused"),
        pytest.param("R0 B0 P2 A2 Q6 B6 D10", {"Team B": 6}, id="a pause is nobody's counted time"),
        pytest.param("R0 P1 Q3 B5 D6", {"": 3, "Team B": 1}, id="not said is a party of its own"),
    ],
)
def test_whose_counted_time_it_was(story: str, shares: dict[str, int]) -> None:
    (clock,) = clocks(told(story, 20))
    assert {item.party.name: item.counted_us / HOUR for item in clock.shares if item.counted_us} == shares
    assert sum(item.counted_us for item in clock.shares) == clock.consumed_us


TEAM, CARRIER = support("Team B", "B", "2 hours"), support("Carrier", "C", "3 hours", "underpinning")
SLOW = support("Team B", "B", "40 hours")


@pytest.mark.parametrize(
    ("story", "supports", "first", "hour", "gap"),
    [
        pytest.param("R0 B0 C1 D3", (TEAM, CARRIER), None, None, "", id="nothing broke"),
        pytest.param("R0 B0 C5 D10", (TEAM, CARRIER), "Team B", 2, "", id="the team first, then the sub-contractor, then the SLA"),
        pytest.param("R0 B0 C1 D10", (TEAM, CARRIER), "Carrier", 4, "", id="the sub-contractor first"),
        pytest.param("R0 B0 D10", (SLOW,), "sla", 8, "green_inside_red", id="green inside red"),
        pytest.param("R0 A0 D10", (TEAM,), "sla", 8, "uncovered", id="nothing stood behind"),
        pytest.param("R0 B0 D10", (), "sla", 8, "uncovered", id="no agreement at all"),
        pytest.param("R0 B0 A4 D6", (TEAM,), "Team B", 2, "red_inside_green", id="red inside green"),
        pytest.param("R0 A0 B7 D10", (TEAM,), "sla", 8, "", id="the SLA first, the team later"),
        pytest.param("R0 A0 B6 D10", (TEAM,), "Team B", 8, "", id="both at one instant: the one behind counts"),
        pytest.param("R0 B0 D2", (TEAM,), None, None, "", id="used up to the last moment is kept"),
        pytest.param("R0 B0 A4 X6", (TEAM,), None, None, "", id="cancelled", marks=()),
    ],
)  # fmt: skip
def test_whose_clock_broke_first(
    story: str, supports: tuple[Support, ...], first: str | None, hour: float | None, gap: str
) -> None:
    (clock,) = clocks(told(story, 20, *supports))
    if clock.state == "cancelled":
        assert clock.gap == ""
        return
    assert (clock.first_clock.party.name if clock.first_clock else clock.first) == first
    assert clock.gap == gap
    assert (None if clock.first_at_us is None else (clock.first_at_us - MONDAY) / HOUR) == hour
    said = verdict_words(clock, sla(), read_zone(), "vi")
    assert bool(said) == (first is not None)


def read_zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("UTC")


def test_the_sentence_names_who_when_how_long_before_and_whose_share() -> None:
    (clock,) = clocks(told("R0 B0 C5 D10", 20, TEAM))
    said = " ".join(verdict_words(clock, sla(), read_zone())).replace("\u00a0", " ")
    assert said.startswith(
        "Team B (OLA “Team B B”, own B) broke first, on 2 Mar 2026 02:00, 6 h before fix was due; "
    )
    assert "Team B held 50.0% of its counted time" in said or "Team B held 50% of its counted time" in said


def test_open_cases_count_until_the_instant_and_each_reopening_is_an_instance_of_its_own() -> None:
    first, second = clocks(told("R0 B0 D4 O20 B20", 31, TEAM))
    assert (first.state, first.gap) == ("met", "red_inside_green")
    assert (second.state, second.open, second.first_at_us) == ("breached", True, MONDAY + 22 * HOUR)


@pytest.mark.parametrize(
    ("behind", "expected"), [(None, 1), (["fix"], 1), (["other"], 0), ([], 0)]
)  # fmt: skip
def test_a_clock_stands_behind_those_that_it_names(behind: Any, expected: int) -> None:
    extra = {} if behind is None else {"stands_behind": behind}
    (clock,) = clocks(told("R0 B0 D10", 20, support("Team B", "B", "2 hours", **extra)))
    assert len(clock.behind) == expected


def test_clocks_outside_the_term_of_their_agreement_are_left_out() -> None:
    from datetime import date

    ended = Support("ola", TEAM.versions, until=date(2026, 3, 1))
    (clock,) = clocks(told("R0 B0 D10", 20, ended))
    assert (clock.behind, clock.gap) == ((), "uncovered")
    document = TEAM.versions[0].model_dump(mode="json", by_alias=True, exclude_defaults=True)
    later = Agreement.model_validate(document | {"effective": "2026-03-03"})
    (clock,) = clocks(told("R0 B0 D10", 20, Support("ola", (later,))))
    assert clock.behind == ()


def test_an_agreement_with_holders_of_its_own_binds_whoever_holds() -> None:
    document = TEAM.versions[0].model_dump(mode="json", by_alias=True, exclude_defaults=True)
    document["work"] |= {"holder": [{"after": "B", "by": "vendor", "party": "team b"}]}
    (clock,) = clocks(told("R0 B0 D10", 20, Support("ola", (Agreement.model_validate(document),))))
    assert clock.first_clock is not None
    assert clock.first_clock.party.name == "Team B"  # as the SLA calls it


def test_a_month_counts_cases_by_party() -> None:
    chain = told("R0 B0 C5 D10", 20, TEAM, SLOW)
    month = month_of(chain, "fix", "2026-03")
    by_name = {item.party.name: item for item in month.parties}
    assert (month.cases, month.breached, month.first_support, month.first_sla) == (1, 1, 1, 0)
    assert by_name["Team B"].first == by_name["Team B"].broken == 1
    assert (by_name["Carrier"].bound, by_name["Carrier"].at_break, by_name["Carrier"].counted_us) == (
        False,
        1,
        5 * HOUR,
    )
    assert month_of(chain, "fix", "1999-01").cases == 0


def test_a_column_about_people_names_nobody() -> None:
    agreed = sla()
    work = agreed.work.model_copy(update={"attributes": {"G": agreed.work.attributes["G"].model_copy(update={"personal": True})}})  # fmt: skip
    secret = agreed.model_copy(update={"work": work})
    assert held(told("R0 N0(Ann) D8", 20, agreed=secret)) == [("Desk", 0, 8, False)]
    assert any("personal data" in str(fault) for fault in check([secret]))


@pytest.mark.parametrize(
    ("holder", "said"),
    [
        ({"after": "B", "by": "vendor", "named_by": "H"}, "no attribute of a case"),
        ({"after": "B", "by": "vendor", "named_by": "resource"}, "no attribute of a case"),
        ({"after": "B", "by": "subcontractor", "party": "Carriers"}, "none of parties.subcontractors"),
    ],
)
def test_a_holder_that_cannot_be_is_named_with_the_mend(holder: dict[str, Any], said: str) -> None:
    document = sla().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    document["work"]["holder"] = [holder]
    found = [
        fault for fault in check([Agreement.model_validate(document)]) if fault.path.startswith("work.holder")
    ]
    assert [said in str(fault) for fault in found] == [True]


def test_a_document_without_names_has_the_hash_that_it_had() -> None:
    document = {"after": "B", "by": "vendor"}
    made = sla(work={"received": "R", "delivered": "D", "holder": [document]})
    assert '"holder":[{"after":[{"activity":["B"]}],"by":"vendor"}]' in made.canonical()


@pytest.mark.parametrize(
    ("targets", "kinds"),
    [
        (("2 hours", "3 hours"), []),
        (("5 hours", "4 hours"), ["sum_exceeds"]),
        (("9 hours",), ["one_exceeds"]),
        (("4 business hours",), ["not_comparable"]),
    ],
)
def test_targets_that_do_not_add_up(targets: tuple[str, ...], kinds: list[str]) -> None:
    supports = [
        support("Team B", letter, within, calendar="office")
        for letter, within in zip("BC", targets, strict=False)
    ]
    found = check_targets(sla(), supports)
    assert [finding.kind for finding in found] == kinds
    assert all(finding.clock == "fix" for finding in found)


def test_an_unknown_calendar_is_a_sentence() -> None:
    rows = [("case", MONDAY, "R", {})]
    with pytest.raises(AgreementError, match="no calendar 'nowhere'; it has office"):
        read_chain(log_of(rows, {"G": "string"}), sla(), calendar="nowhere")


def test_an_empty_chain_has_no_rows() -> None:
    chain = read_chain(
        log_of([("case", MONDAY, "B", {})], {"G": "string"}), sla(), [TEAM], as_of=MONDAY + HOUR
    )
    assert chain.held.is_empty()
    assert chain.instances.is_empty()
    assert chain.supports.select(pl.len()).item() == 1
    assert case_of(chain, "nobody") is None
