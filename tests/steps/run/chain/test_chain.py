"""Supporting agreements of one side: kept, replaced, shared, withdrawn by its managers alone; pages and answers show what is in sight."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

AGREEMENT = """\
giao: 1
name: desk
title: {en: Small desk, vi: Bàn nhỏ}
version: 1
parties: {client: {name: Acme, country: NL}, vendor: {name: BPO, country: VN}}
term: {start: 2016-01-01, end: 2017-12-31}
currency: EUR
zone: UTC
work:
  received: Opened
  delivered: Resolved
  holder: [{after: Opened, by: vendor, party: Desk}, {after: Passed, by: vendor, named_by: group}, {after: Asked, by: client}]
clocks:
  resolution: {title: {en: Resolution, vi: Khắc phục}, start: Opened, stop: Resolved, targets: [{within: 8 hours}]}
"""
OLA = """\
giao: 1
name: network-hidden
parties: {client: {name: BPO}, vendor: {name: Network}}
term: {start: 2016-01-01, end: 2017-12-31}
currency: EUR
zone: UTC
work: {received: Opened, delivered: Resolved}
clocks: {network: {start: Passed, stop: [Asked, Resolved], reopen: each, targets: [{within: 2 hours}]}}
"""
LOG = """\
case,activity,time,group
C1,Opened,2016-02-01 08:00:00,
C1,Passed,2016-02-01 09:00:00,Network
C1,Resolved,2016-02-01 20:00:00,
C2,Opened,2016-02-02 08:00:00,
C2,Resolved,2016-02-02 10:00:00,
C3,Opened,2016-02-03 08:00:00,
C3,Asked,2016-02-03 09:00:00,
C3,Resolved,2016-02-03 23:00:00,
"""
CLIENTS = ("client_manager", "vendor_manager", "team_lead", "agent", "analyst", "auditor", "administrator")


class Desk:
    def __init__(self, made: Any) -> None:
        self.made = made
        self.engagement = made.engagement
        self.manager = self.person("vendor", "vendor_manager")

    def person(self, side: str, role: str) -> Any:
        from tests.kernel.ground import person

        return person(f"{side}{role}", getattr(self.made, side), role)

    def place(self, user: Any) -> Any:
        from giao.kernel.engagements.access import place_of

        return place_of(user, self.engagement)

    def add(self, text: str = OLA, *, shared: bool = False, user: Any = None, side: str = "vendor") -> Any:
        from giao.steps.run.chain.actions.keep_agreement import add_agreement

        actor = user or self.manager
        return add_agreement(
            self.engagement, getattr(self.made, side).pk, self.place(actor), actor,
            kind="ola", text=text, log=None, shared=shared,
        )  # fmt: skip

    def url(self, tail: str = "") -> str:
        return f"/e/{self.engagement.slug}/chain{tail}"


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Desk:
    from tests.kernel.ground import world

    from giao.core.log import LogMapping, import_log
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of

    made = world("Chain desk", as_of=datetime(2016, 2, 20, 12, 0, tzinfo=UTC), zone="UTC")
    adopt_agreement(made.engagement, AGREEMENT)
    file = tmp_path / "desk.csv"
    file.write_text(LOG, encoding="utf-8")
    folder = folder_of(made.engagement, "logs") / "first.log"
    report = import_log(file, folder, LogMapping(zone="UTC", group="group"), replace=True)
    record_log(made.engagement, folder, report.hash, "desk.csv")
    return Desk(made)


def get(client: Any, user: Any, address: str) -> Any:
    client.force_login(user)
    return client.get(address, headers={"accept-language": "en"})


def text_of(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


@pytest.mark.parametrize("role", CLIENTS)
def test_the_other_side_sees_nothing_of_it_in_any_role(desk: Desk, client: Any, role: str) -> None:
    row = desk.add()
    user = desk.person("client", role)
    tails = ("", "/cases?month=2016-02&clock=resolution&what=first_support", "/agreements", "?export=csv")
    addresses = [desk.url(tail) for tail in tails]
    addresses += [f"/e/{desk.engagement.slug}/cases/C1", f"/e/{desk.engagement.slug}/audit"]
    addresses += [f"/api/v1/engagements/{desk.engagement.slug}/chain{tail}" for tail in ("", "/cases/C1")]
    for address in addresses:
        answer = get(client, user, address)
        assert answer.status_code in (200, 403), address
        body = b"".join(answer.streaming_content).decode() if answer.streaming else text_of(answer)
        assert "network-hidden" not in body, address
        assert row.versions.get().hash not in body, address
    assert get(client, user, desk.url(f"/agreements/{row.pk}")).status_code == 404
    page = client.post(desk.url(f"/agreements/{row.pk}"), {"act": "share", "seen": "1"})
    assert page.status_code == 404
    row.refresh_from_db()
    assert row.shared is False


def test_shared_it_is_seen_by_both_and_no_longer_when_that_is_taken_back(desk: Desk, client: Any) -> None:
    from giao.steps.run.chain.actions.share_agreement import share_agreement
    from giao.steps.run.chain.models import SharedAgreement

    row = desk.add(shared=True)
    reader = desk.person("client", "analyst")
    address = f"/api/v1/engagements/{desk.engagement.slug}/chain/cases/C1"
    (clock,) = get(client, reader, address).json()["clocks"]
    assert clock["first"] == "support"
    assert clock["first_clock"]["agreement"] == "network-hidden"
    assert "network-hidden" in text_of(get(client, reader, desk.url("/agreements")))
    share_agreement(row, desk.place(desk.manager), desk.manager, shared=False, seen=1)
    assert not SharedAgreement.objects.exists()
    (clock,) = get(client, reader, address).json()["clocks"]
    assert (clock["first"], clock["gap"], clock["first_clock"]) == ("sla", "uncovered", None)
    assert "network-hidden" not in text_of(get(client, reader, desk.url("/agreements")))
    (clock,) = get(client, desk.manager, address).json()["clocks"]
    assert clock["first"] == "support"


@pytest.mark.parametrize("role", ["team_lead", "agent", "analyst", "auditor", "administrator"])
def test_only_managers_keep_agreements(desk: Desk, client: Any, role: str) -> None:
    from giao.kernel.engagements.errors import NotAllowed
    from giao.steps.run.chain.actions.withdraw_agreement import withdraw_agreement
    from giao.steps.run.chain.models import SupportingAgreement

    row = desk.add()
    user = desk.person("vendor", role)
    assert "network-hidden" in text_of(get(client, user, desk.url("/agreements")))
    answer = client.post(desk.url("/agreements"), {"kind": "ola", "text": OLA.replace("hidden", "other")})
    assert answer.status_code == 403
    with pytest.raises(NotAllowed):
        withdraw_agreement(row, desk.place(user), user, last_day=date(2016, 2, 1), seen=1)
    assert SupportingAgreement.objects.count() == 1


def test_a_manager_cannot_put_one_in_for_the_other_side(desk: Desk) -> None:
    from giao.kernel.engagements.errors import NotAllowed

    with pytest.raises(NotAllowed):
        desk.add(user=desk.person("client", "client_manager"))


def test_strangers_and_subcontractors_find_no_page(desk: Desk, client: Any) -> None:
    from tests.kernel.ground import person

    from giao.kernel.engagements.models import ThirdParty
    from giao.kernel.parties.actions.create_organisation import create_organisation

    desk.add(shared=True)
    third = create_organisation("Carrier", "VN")
    ThirdParty.objects.create(engagement=desk.engagement, organisation=third, groups=["Network"])
    for user in (person("Out", create_organisation("Others", "VN")), person("Sub", third)):
        for tail in ("", "/cases", "/agreements"):
            assert get(client, user, desk.url(tail)).status_code == 404


def test_the_page_counts_what_its_lists_hold(desk: Desk, client: Any) -> None:
    desk.add()
    page = text_of(get(client, desk.manager, desk.url()))
    assert (
        "2 cases missed the SLA: in 0 of them everything behind was kept, in 1 nothing stood behind." in page
    )
    found = client.get(f"/api/v1/engagements/{desk.engagement.slug}/chain").json()
    (month,) = found["months"]
    numbers = {"breached": 2, "first_support": 1, "first_sla": 1, "green_inside_red": 0, "uncovered": 1}
    assert {name: month[name] for name in numbers} == numbers
    assert sum(party["counted_us"] for party in month["parties"]) == month["counted_us"]
    for what, count in numbers.items():
        address = desk.url(f"/cases?month=2016-02&clock=resolution&what={what}")
        assert f"{count} row" in text_of(client.get(address))
    network = next(party for party in month["parties"] if party["name"] == "Network")
    assert (network["first"], network["broken"], network["bound"]) == (1, 1, True)
    address = desk.url("/cases?month=2016-02&clock=resolution&what=first&side=vendor&party=Network")
    assert "C1" in text_of(client.get(address))
    assert "No such number" in text_of(client.get(desk.url("/cases?what=nonsense")))


def test_the_page_stands_at_an_earlier_instant(desk: Desk, client: Any) -> None:
    desk.add()
    answer = get(client, desk.manager, desk.url("?as_of=2016-02-01T10:30"))
    assert "No case of this month missed the SLA." in text_of(answer)


def test_without_supporting_agreements_a_number_about_them_is_no_data(desk: Desk, client: Any) -> None:
    page = text_of(get(client, desk.manager, desk.url()))
    assert "it is not known whose clock broke first" in page
    assert "no data" in page


def test_the_case_says_who_held_it_and_whose_clock_broke_first(desk: Desk, client: Any) -> None:
    desk.add()
    page = text_of(get(client, desk.manager, f"/e/{desk.engagement.slug}/cases/C1")).replace("\u00a0", " ")
    assert (
        "Network (OLA “network-hidden”, network) broke first, on 1 Feb 2016 11:00, 5 h before Resolution was due"
        in page
    )
    assert "Desk" in page
    vietnamese = client.get(f"/e/{desk.engagement.slug}/cases/C1", headers={"accept-language": "vi"})
    assert vietnamese.status_code == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Paste the document"),
        ("giao: 1\nname: x\n", "The document has faults"),
        (AGREEMENT.split("clocks:")[0], "The document has no clock"),
        (OLA + "---\n" + OLA.replace("name:", "effective: 2016-03-01\nname:", 1), "several versions"),
        (OLA, "already: open it"),
    ],
)
def test_what_cannot_be_kept_says_why_and_keeps_what_was_typed(
    desk: Desk, client: Any, text: str, said: str
) -> None:
    desk.add()
    client.force_login(desk.manager)
    answer = client.post(
        desk.url("/agreements"), {"kind": "ola", "text": text}, headers={"accept-language": "en"}
    )
    assert answer.status_code == 400
    assert said in text_of(answer)


def test_the_next_version_begins_later_and_two_at_once_do_not_both_win(desk: Desk, client: Any) -> None:
    row = desk.add(shared=True)
    client.force_login(desk.manager)
    address = desk.url(f"/agreements/{row.pk}")
    again = client.post(address, {"act": "replace", "seen": "1", "text": OLA.replace("2 hours", "3 hours")})
    assert "later day" in text_of(again)
    text = OLA.replace("2 hours", "40 hours").replace("currency", "effective: 2016-01-15\ncurrency")
    assert client.post(address, {"act": "replace", "seen": "1", "text": text}).status_code == 302
    late = client.post(address, {"act": "unshare", "seen": "1"})
    assert late.status_code == 409
    row.refresh_from_db()
    assert (row.revision, row.shared, row.versions.count()) == (2, True, 2)
    (clock,) = client.get(f"/api/v1/engagements/{desk.engagement.slug}/chain/cases/C1").json()["clocks"]
    assert (clock["first"], clock["gap"]) == ("sla", "green_inside_red")


def test_withdrawn_it_binds_nothing_that_starts_later(desk: Desk, client: Any) -> None:
    from giao.kernel.audit.models import Act, OrganisationAct
    from giao.steps.run.chain.actions.withdraw_agreement import withdraw_agreement

    row = desk.add()
    withdraw_agreement(row, desk.place(desk.manager), desk.manager, last_day=date(2016, 1, 31), seen=1)
    (clock,) = get(client, desk.manager, f"/api/v1/engagements/{desk.engagement.slug}/chain/cases/C1").json()["clocks"]  # fmt: skip
    assert clock["gap"] == "uncovered"
    acts = OrganisationAct.objects.filter(what__endswith="supporting_agreement")
    assert {act.organisation_id for act in acts} == {desk.made.vendor.pk}
    assert not Act.objects.filter(what__endswith="supporting_agreement").exists()


def test_a_file_that_is_no_text_is_told_so(desk: Desk, client: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(desk.manager)
    file = SimpleUploadedFile("ola.yaml", b"\xff\xfe\x00")
    answer = client.post(
        desk.url("/agreements"), {"kind": "ola", "file": file}, headers={"accept-language": "en"}
    )
    assert (answer.status_code, "save it as UTF-8" in text_of(answer)) == (400, True)
