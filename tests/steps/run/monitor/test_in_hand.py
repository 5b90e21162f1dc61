"""A case at risk is given to a person of one's own side, the other side is nudged with a reason and answers."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html
from tests.steps.run.monitor.conftest import Desk


@pytest.fixture
def case(desk: Desk) -> str:
    return str(html.fromstring(desk.source("/at-risk")).xpath("//td[@data-label='Case']/a/text()")[0])


def someone(desk: Desk, side: str, role: str, name: str = "") -> Any:
    from tests.kernel.ground import person

    return person(name or f"{side}{role}", getattr(desk.world, side), role)


def act(desk: Desk, user: Any, case: str, **fields: str) -> Any:
    desk.client.force_login(user)
    return desk.client.post(f"{desk.at}/handling?case={case}", fields)


def told(user: Any) -> list[tuple[str, str]]:
    from giao.kernel.notifications.models import Notification

    rows = Notification.objects.filter(user=user).order_by("created", "id")
    return [(row.template, row.link.split("?")[0].rpartition("/")[2]) for row in rows]


def in_hand(desk: Desk, user: Any, case: str) -> list[str]:
    """The two cells of the queue's row: who has it, and what was asked."""
    desk.client.force_login(user)
    page = html.fromstring(desk.client.get(f"{desk.at}/at-risk", {"q": case}).content.decode())
    row = page.xpath(f"//tr[td[@data-label='Case' and a[text()='{case}']]]")[0]
    return [
        " ".join(row.xpath(f"td[@data-label='{label}']")[0].text_content().split())
        for label in ("In hand", "Nudge")
    ]


def test_a_case_is_given_to_somebody_who_is_told_and_the_other_side_sees_nothing(
    desk: Desk, case: str
) -> None:
    from giao.kernel.audit.models import Act, OrganisationAct

    lead, agent = someone(desk, "vendor", "team_lead"), someone(desk, "vendor", "agent", "Thao")
    manager = someone(desk, "client", "client_manager", "Lan")
    assert act(desk, lead, case, act="assign", owner=str(agent.pk)).status_code == 302
    assert in_hand(desk, agent, case)[0] == "Thao"
    assert in_hand(desk, manager, case)[0] == "nobody yet"
    assert told(agent) == [("case_assigned", "handling")]
    page = desk.client.get(f"{desk.at}/handling?case={case}").content.decode()
    assert "Thao" not in page
    assert OrganisationAct.objects.get(what="assign_case").organisation == desk.world.vendor
    assert not Act.objects.filter(what="assign_case").exists(), "the other side reads the engagement's audit"
    assert act(desk, lead, case, act="assign", owner="").status_code == 302
    assert in_hand(desk, lead, case)[0] == "nobody yet"


@pytest.mark.parametrize("role", ["analyst", "auditor", "administrator"])
def test_who_only_reads_neither_assigns_nor_asks(desk: Desk, case: str, role: str) -> None:
    from giao.steps.run.handling.models import CaseOwner, Nudge

    reader = someone(desk, "client", role)
    assert act(desk, reader, case, act="assign", owner=str(reader.pk)).status_code in (403, 422)
    assert act(desk, reader, case, act="nudge", reason="a reason that is long enough").status_code == 403
    assert not CaseOwner.objects.exists()
    assert not Nudge.objects.exists()


def test_a_case_goes_to_nobody_of_the_other_side_and_to_no_onlooker(desk: Desk, case: str) -> None:
    lead = someone(desk, "vendor", "team_lead")
    for wrong in (someone(desk, "client", "agent", "Elsewhere"), someone(desk, "vendor", "auditor")):
        answer = act(desk, lead, case, act="assign", owner=str(wrong.pk))
        assert answer.status_code == 422
        assert "Choose somebody of your own side" in answer.content.decode()
    assert in_hand(desk, lead, case)[0] == "nobody yet"


def test_the_other_side_is_nudged_with_a_reason_and_answers_once(desk: Desk, case: str) -> None:
    from giao.kernel.audit.models import Act
    from giao.steps.run.handling.models import Nudge

    lead = someone(desk, "client", "client_manager", "Lan")
    minh = someone(desk, "vendor", "vendor_manager", "Minh")
    agent = someone(desk, "vendor", "agent", "Thao")
    act(desk, minh, case, act="assign", owner=str(agent.pk))
    reason = "The branch waits since noon <script>alert(1)</script>"
    assert act(desk, lead, case, act="nudge", reason="short").status_code == 422
    assert act(desk, lead, case, act="nudge", reason=reason).status_code == 302
    again = act(desk, lead, case, act="nudge", reason="asked again and again")
    assert again.status_code == 409
    assert "asked already" in again.content.decode()
    assert told(minh) == [("case_nudged", "handling")]
    assert ("case_nudged", "handling") in told(agent), "who has it in hand over there"
    assert in_hand(desk, lead, case)[1] == "they were asked"
    assert in_hand(desk, minh, case)[1] == "answer them"
    page = desk.client.get(f"{desk.at}/handling?case={case}").content.decode()
    assert "<script>alert(1)" not in page
    row = Nudge.objects.get()
    own = act(desk, lead, case, act="answer", nudge=str(row.pk), answer="to myself")
    assert own.status_code == 403, "the side that asked does not answer"
    assert act(desk, agent, case, act="answer", nudge=str(row.pk), answer="mine").status_code == 403
    assert act(desk, minh, case, act="answer", nudge=str(row.pk), answer="By three.").status_code == 302
    late = act(desk, minh, case, act="answer", nudge=str(row.pk), answer="By four.")
    assert late.status_code == 409
    assert "Minh was first" in late.content.decode()
    assert told(lead) == [("nudge_answered", "handling")]
    assert list(Act.objects.filter(what__contains="nudge").order_by("at").values_list("what", flat=True)) == [
        "nudge",
        "answer_nudge",
    ]
    assert in_hand(desk, lead, case)[1] == "–"
    listed = desk.client.get(f"{desk.at}/nudges").content.decode()
    assert "By three." in listed
    assert "<script>alert(1)" not in listed


def test_no_such_case_and_no_such_nudge_are_not_found(desk: Desk, case: str) -> None:
    minh = someone(desk, "vendor", "vendor_manager", "Minh")
    assert act(desk, minh, "nowhere", act="assign", owner="").status_code == 404
    assert act(desk, minh, case, act="answer", nudge="nothing", answer="x").status_code == 404
    other = "01a20e8b-c79c-7000-bbc3-8aaffd1ec7b1"
    assert act(desk, minh, case, act="answer", nudge=other, answer="x").status_code == 404
