"""Open with a new vendor, sub-contractors, the archive, the deletion, and unmasking with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.portal.test_people import browser, shown_link, take


def opened(client: Any) -> Any:
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.models import Engagement

    here = world()
    client.force_login(person("Lan", here.client))
    form = {"name": "Loan files", "client": str(here.client.pk), "zone": "Asia/Ho_Chi_Minh", "vendor_name": "Nhà cung cấp mới", "email": "linh@example.org"}  # fmt: skip
    assert client.post("/engagements/new", {**form, "zone": "Hanoi"}).status_code == 400
    assert client.post("/engagements/new", {**form, "email": "nobody"}).status_code == 400
    assert client.post("/engagements/new", {**form, "vendor_name": ""}).status_code == 400
    assert Engagement.objects.count() == 1, "a refused form opens nothing"
    answer = client.post("/engagements/new", form)
    return here, Engagement.objects.get(name="Loan files"), shown_link(answer)


def test_a_client_invites_a_vendor_which_then_stands_on_its_own_side(client: Any) -> None:
    here, engagement, link = opened(client)
    vendor, answer = take(link, "Linh")
    assert answer.status_code == 302
    assert vendor.get(f"/e/{engagement.slug}/").status_code == 200
    assert vendor.get(f"/e/{here.engagement.slug}/").status_code == 404
    assert vendor.get(f"/organisations/{engagement.vendor_id}").status_code == 200
    assert vendor.get(f"/organisations/{here.client.pk}").status_code == 404


def test_an_archived_engagement_is_read_only_for_people_and_tokens(client: Any) -> None:
    from tests.kernel.ground import person, world
    from tests.kernel.identity.test_tokens import issued, refused, request_with

    from giao.kernel.engagements.models import Engagement
    from giao.kernel.identity.tokens import authenticate

    here = world()
    _token, secret = issued(here, "events:write", "readings:read")
    client.force_login(person("Lan", here.client))
    slug = here.engagement.slug
    assert client.post(f"/e/{slug}/end", {"act": "archive"}).status_code == 302
    assert here.engagement.name not in client.get("/").content.decode()
    assert here.engagement.name in client.get("/engagements/archive").content.decode()
    assert client.get(f"/e/{slug}/").status_code == 200
    assert (
        "read only" in client.post(f"/e/{slug}/retry", {"reading": str(here.engagement.pk)}).content.decode()
    )
    assert refused(secret, "events:write", slug).status == 403
    assert authenticate(request_with(secret), "readings:read", slug)
    assert client.post(f"/e/{slug}/end", {"act": "reopen"}).status_code == 302
    assert Engagement.objects.get(slug=slug).archived is None


@pytest.mark.parametrize(("side", "role", "status"), [("client", "client_manager", 200), ("client", "administrator", 200), ("client", "analyst", 403), ("vendor", "vendor_manager", 403), ("vendor", "administrator", 403)])  # fmt: skip
def test_who_may_end_an_engagement(client: Any, side: str, role: str, status: int) -> None:
    from tests.kernel.ground import person, world

    here = world()
    client.force_login(person("X", getattr(here, side), role))
    assert client.get(f"/e/{here.engagement.slug}/end").status_code == status


def test_a_deletion_asks_once_can_be_taken_back_and_then_is_for_good(client: Any) -> None:
    from django.utils import timezone
    from tests.kernel.ground import AGREEMENT, person, store_figures, world
    from tests.kernel.identity.test_tokens import issued, refused

    from giao.kernel.audit.models import Act, OrganisationAct
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.actions.remove_engagement import remove_due_engagements
    from giao.kernel.engagements.models import AgreementVersion, Engagement, LogImport
    from giao.kernel.engagements.places import folder_of
    from giao.kernel.engagements.queries import inputs_of
    from giao.kernel.engagements.scoping import nowhere

    here, other = world(), world()
    adopt_agreement(here.engagement, AGREEMENT)
    LogImport.objects.create(engagement=here.engagement, source="x.csv", folder="x", hash="c" * 64)
    store_figures(here.engagement)
    _token, secret = issued(here, "readings:read")
    file = folder_of(here.engagement, "logs") / "a.log"
    file.write_text("events")
    kept = inputs_of([here.engagement])[here.engagement.pk]
    lan = person("Lan", here.client)
    client.force_login(lan)
    slug, name = here.engagement.slug, here.engagement.name
    page = client.get(f"/e/{slug}/end").content.decode()
    assert "6\u00a0bytes" in page
    assert client.post(f"/e/{slug}/end", {"act": "remove", "name": "something"}).status_code == 400
    assert client.post(f"/e/{slug}/end", {"act": "remove", "name": name}).status_code == 302
    assert client.get(f"/e/{slug}/").status_code == 404
    assert refused(secret, "readings:read", slug).status == 403
    assert remove_due_engagements() == 0, "the grace is not over"
    stranger = browser()
    stranger.force_login(person("Eve", other.client))
    assert stranger.post(f"/e/{slug}/keep").status_code == 404
    assert client.post(f"/e/{slug}/keep").status_code == 302
    assert client.get(f"/e/{slug}/").status_code == 200
    client.post(f"/e/{slug}/end", {"act": "remove", "name": name})
    with nowhere():
        assert remove_due_engagements(timezone.now() + timedelta(days=31)) == 1
    assert not Engagement.objects.filter(slug=slug).exists()
    assert not AgreementVersion.objects.filter(engagement_id=here.engagement.pk).exists()
    assert not Act.objects.filter(engagement_id=here.engagement.pk).exists()
    assert not file.exists()
    assert Engagement.objects.filter(pk=other.engagement.pk).exists()
    for organisation in (here.client, here.vendor):
        act = OrganisationAct.objects.get(organisation=organisation, what="remove_engagement")
        assert (act.data["agreement"], act.data["ledger"]) == (kept.agreement_hash, kept.ledger_hash)
        assert len(act.data["ledger"]) == 64


# sub-contractors


LOG = """\
case,activity,time,group,customer
C1,Opened,2024-01-02 09:00,Front,Nguyễn Văn Một
C1,Checked,2024-01-02 10:00,Team 3,Nguyễn Văn Một
C1,Resolved,2024-01-02 11:00,Front,Nguyễn Văn Một
C2,Opened,2024-01-03 09:00,Front,Trần Thị Hai
C2,Resolved,2024-01-03 10:00,Front,Trần Thị Hai
C3,Checked,2024-01-04 10:00,Team 3,Lê Thị Ba
"""


@pytest.fixture
def given(client: Any) -> Any:
    """(world, browser of the sub-contractor's person): its group is "Team 3"."""
    from tests.kernel.ground import person, world

    from giao.core.log import LogMapping, import_log, open_log
    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.places import folder_of

    here = world("Given desk", as_of=None)
    source = folder_of(here.engagement, "sources") / "given.csv"
    source.write_text(LOG, encoding="utf-8")
    log = folder_of(here.engagement, "logs") / "one"
    import_log(
        source,
        log,
        LogMapping(shape="event", case="case", activity="activity", time="time", group="group", zone="UTC"),
    )
    record_log(here.engagement, log, open_log(log).hash, "given.csv")
    client.force_login(person("Minh", here.vendor, "vendor_manager"))
    address = f"/e/{here.engagement.slug}/parties"
    form = {"act": "add", "name": "Tổ đội 3", "email": "third@example.org", "groups": "Team 3"}
    assert client.post(address, {**form, "groups": " , "}).status_code == 400
    guest, taken = take(shown_link(client.post(address, form)), "Thu")
    assert taken.status_code == 302
    return here, guest


def test_a_sub_contractor_sees_the_events_of_its_groups_and_no_other_page(given: Any) -> None:
    from tests.kernel.test_access import engagement_addresses

    here, guest = given
    slug = here.engagement.slug
    page = guest.get(f"/e/{slug}/given").content.decode()
    assert f"/e/{slug}/given/C1" in page
    assert f"/e/{slug}/given/C3" in page
    assert ">C2<" not in page  # a random token of the page may hold the letters
    assert "/given/C2" not in page
    body = guest.get(f"/e/{slug}/given/C1").content.decode()
    assert "Checked" in body
    for foreign in ("Opened", "Resolved", "Front", "Nguyễn"):
        assert foreign not in body
    assert guest.get(f"/e/{slug}/given/C2").status_code == 404
    for address in engagement_addresses(slug):
        if "/given" not in address:
            assert guest.get(address).status_code in (404, 405), address
            assert guest.post(address).status_code in (404, 405), address
    assert here.engagement.name not in guest.get("/").content.decode()
    assert "Nothing found" in guest.get("/search?q=C1").content.decode()
    assert f"/e/{slug}/given" in guest.get("/organisations").content.decode()


def test_a_party_has_no_sub_contractors_door_and_a_withdrawn_one_none_either(given: Any, client: Any) -> None:
    from giao.kernel.engagements.models import ThirdParty

    here, guest = given
    slug = here.engagement.slug
    assert client.get(f"/e/{slug}/given").status_code == 404
    third = ThirdParty.objects.get(engagement=here.engagement)
    assert guest.post(f"/e/{slug}/parties", {"act": "withdraw", "third": str(third.pk)}).status_code == 404
    assert client.post(f"/e/{slug}/parties", {"act": "withdraw", "third": str(third.pk)}).status_code == 302
    assert guest.get(f"/e/{slug}/given").status_code == 404


# unmasking


def test_unmasking_needs_a_role_and_a_reason_and_stands_in_the_audit(client: Any) -> None:
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.models import Unmasking

    here = world()
    address = f"/e/{here.engagement.slug}/unmask"
    for role, status in (
        ("agent", 403),
        ("analyst", 403),
        ("auditor", 403),
        ("administrator", 403),
        ("team_lead", 200),
    ):
        client.force_login(person("X", here.client, role))
        assert client.get(f"{address}?field=customer").status_code == status
    client.force_login(person("Lan", here.client))
    for form in ({"field": "customer", "reason": "short"}, {"field": "", "case": "", "reason": "a good reason"}, {"field": "a", "case": "b", "reason": "a good reason"}):  # fmt: skip
        assert client.post(address, form).status_code == 400
    assert not Unmasking.objects.exists()
    reason = "The customer <b>calls</b> about this case"
    answer = client.post(
        address, {"case": "C-1", "reason": reason, "next": f"/e/{here.engagement.slug}/cases/C-1"}
    )
    assert answer["Location"] == f"/e/{here.engagement.slug}/cases/C-1"
    audit = client.get(f"/e/{here.engagement.slug}/audit").content.decode()
    assert "C-1: The customer &lt;b&gt;calls&lt;/b&gt; about this case" in audit
    assert "looked at masked personal data" in audit


def test_what_is_unmasked_is_masked_again_when_the_time_is_over(db: None) -> None:
    from django.utils import timezone
    from tests.kernel.ground import person, world

    from giao.kernel.engagements.access import place_of
    from giao.kernel.engagements.actions.unmask import unmask
    from giao.kernel.engagements.models import Unmasking
    from giao.kernel.engagements.unmasking import unmasked_for

    here, other = world(), world()
    lan, colleague = person("Lan", here.client), person("Mai", here.client)
    unmask(
        here.engagement, place_of(lan, here.engagement), lan, "a customer is on the phone", field="customer"
    )
    unmask(here.engagement, place_of(lan, here.engagement), lan, "a customer is on the phone", case="C-1")
    seen = unmasked_for(lan, here.engagement)
    assert seen.shows("customer")
    assert seen.shows("phone", "C-1")
    assert not seen.shows("phone")
    assert not seen.shows("phone", "C-2")
    assert not unmasked_for(colleague, here.engagement).shows("customer")
    assert not unmasked_for(lan, other.engagement).shows("customer")
    Unmasking.objects.update(until=timezone.now())
    assert not unmasked_for(lan, here.engagement).shows("customer")
