"""Propose, counter, accept, decline, withdraw, overtake: which side may do what in which state, and who wins."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.steps.agree.proposals.table import EASIER, MAY, MIDDLE, table
from tests.steps.ground_of_steps import AGREEMENT, person


def state(proposal: Any) -> str:
    from giao.steps.agree.proposals.queries import state_of

    proposal.refresh_from_db()
    return state_of(proposal)


def test_what_both_accept_is_the_next_version_from_its_day(db: None, tmp_path: Path) -> None:
    from giao.steps.agree.proposals.models import ProposalEntry

    desk = table(tmp_path)
    proposal = desk.propose(note="Ten hours cannot be kept at night.")
    assert (proposal.name, state(proposal), desk.versions()) == ("1.1", "proposed", [1])
    version = desk.accept(proposal)
    assert (version.number, version.effective, desk.versions()) == (2, MAY, [1, 2])
    assert "within: 24 hours" in version.text
    assert "version: 2" in version.text
    assert "effective: 2016-05-01" in version.text
    assert version.text == proposal.text, "what both read is what is in force, byte for byte"
    assert (state(proposal), proposal.version_id) == ("accepted", version.pk)
    said = [
        (entry.act, entry.side) for entry in ProposalEntry.objects.filter(proposal=proposal).order_by("at")
    ]
    assert said == [("propose", "vendor"), ("accept", "client")]


def test_a_counter_proposal_ends_the_earlier_and_stands_in_its_thread(db: None, tmp_path: Path) -> None:
    desk = table(tmp_path)
    first = desk.propose()
    second = desk.counter(first, note="Sixteen.")
    assert (state(first), second.name, second.side, second.answers_id) == (
        "countered",
        "1.2",
        "client",
        first.pk,
    )
    assert desk.versions() == [1]
    desk.accept(second, "vendor")
    assert "within: 16 hours" in desk.engagement.versions.get(number=2).text
    assert desk.propose(MIDDLE.replace("expected: 95%", "expected: 93%"), date(2016, 6, 1)).name == "2.1"


def test_only_the_other_side_answers_and_only_the_own_withdraws(db: None, tmp_path: Path) -> None:
    from giao.steps.agree.proposals.actions.decline_proposal import decline_proposal
    from giao.steps.agree.proposals.actions.withdraw_proposal import withdraw_proposal
    from giao.steps.agree.proposals.errors import NotNow

    desk = table(tmp_path)
    proposal = desk.propose()
    with pytest.raises(NotNow, match="the other side answers"):
        desk.accept(proposal, "vendor")
    with pytest.raises(NotNow, match="the other side answers"):
        decline_proposal(proposal, "vendor", desk.people["vendor"], seen=1, text="no")
    with pytest.raises(NotNow, match="Only the side that proposed it"):
        withdraw_proposal(proposal, "client", desk.people["client"], seen=1)
    assert (state(proposal), proposal.revision, desk.versions()) == ("proposed", 1, [1])
    withdraw_proposal(proposal, "vendor", desk.people["vendor"], seen=1, text="A better one follows.")
    assert state(proposal) == "withdrawn"
    with pytest.raises(NotNow, match="Withdrawn"):
        desk.accept(proposal)


def test_who_wrote_it_does_not_accept_it_for_the_other_side(db: None, tmp_path: Path) -> None:
    from giao.kernel.parties.actions.join_organisation import join_organisation
    from giao.steps.agree.proposals.actions.accept_proposal import accept_proposal
    from giao.steps.agree.proposals.errors import NotNow

    desk = table(tmp_path)
    both = desk.people["vendor"]
    proposal = desk.propose()
    join_organisation(both, desk.made.client, "client_manager")
    with pytest.raises(NotNow, match="Your side proposed it"):
        accept_proposal(proposal, "client", both, seen=1)
    assert desk.versions() == [1]


def test_declining_needs_a_reason(db: None, tmp_path: Path) -> None:
    from giao.steps.agree.proposals.actions.decline_proposal import decline_proposal
    from giao.steps.agree.proposals.errors import BadForm, NotNow

    desk = table(tmp_path)
    proposal = desk.propose()
    with pytest.raises(BadForm, match="Write why"):
        decline_proposal(proposal, "client", desk.people["client"], seen=1, text="  ")
    decline_proposal(proposal, "client", desk.people["client"], seen=1, text="Too slow for our shops.")
    assert state(proposal) == "declined"
    with pytest.raises(NotNow, match="Declined"):
        desk.counter(proposal)
    assert desk.versions() == [1]


def test_one_wins_and_the_other_is_told_what_came_first(db: None, tmp_path: Path) -> None:
    from giao.steps.agree.proposals.actions.comment_on_proposal import comment_on_proposal
    from giao.steps.agree.proposals.actions.withdraw_proposal import withdraw_proposal
    from giao.steps.agree.proposals.errors import ChangedMeanwhile

    desk = table(tmp_path)
    proposal = desk.propose()
    withdraw_proposal(proposal, "vendor", desk.people["vendor"], seen=1)
    with pytest.raises(ChangedMeanwhile, match="Minh was first: withdrew it"):
        desk.accept(proposal, "client", seen=1)
    assert desk.versions() == [1]
    again = desk.propose()
    desk.accept(again, seen=1)
    with pytest.raises(ChangedMeanwhile, match="Lan was first: accepted it"):
        withdraw_proposal(again, "vendor", desk.people["vendor"], seen=1)
    assert state(again) == "accepted"
    third = desk.propose(AGREEMENT.replace("points: 60", "points: 50"), date(2016, 6, 1))
    comment_on_proposal(third, "vendor", desk.people["vendor"], "Wait: the points are not final.")
    with pytest.raises(ChangedMeanwhile, match="Minh was first: wrote"):
        desk.accept(third, seen=1)


def test_an_act_that_slips_in_between_reading_and_writing_wins(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with two servers: both have read revision 1, the other one writes first."""
    from django.db import transaction

    from giao.steps.agree.proposals import deciding
    from giao.steps.agree.proposals.errors import ChangedMeanwhile
    from giao.steps.agree.proposals.models import Proposal

    desk = table(tmp_path)
    proposal = desk.propose()

    def slow(*_told: Any) -> None:
        Proposal.objects.filter(pk=proposal.pk).update(state="withdrawn", revision=2)

    monkeypatch.setattr(deciding, "check_open", slow)
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        desk.accept(proposal, seen=1)
    assert desk.versions() == [1]


def test_accepting_one_overtakes_the_others_and_says_so(db: None, tmp_path: Path) -> None:
    from giao.kernel.notifications.models import Notification
    from giao.steps.agree.proposals.errors import NotNow

    desk = table(tmp_path)
    ours = desk.propose()
    theirs = desk.propose(MIDDLE, date(2016, 6, 1), "client")
    desk.accept(ours)
    assert state(theirs) == "overtaken"
    told = Notification.objects.filter(user=desk.people["vendor"], template="proposal_overtaken")
    assert [row.values["name"] for row in told] == ["2.1"]
    with pytest.raises(NotNow, match="Overtaken"):
        desk.accept(theirs)
    assert desk.versions() == [1, 2]


def test_a_version_that_came_into_force_otherwise_overtakes_too(db: None, tmp_path: Path) -> None:
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.steps.agree.proposals.errors import NotNow

    desk = table(tmp_path)
    proposal = desk.propose()
    adopt_agreement(desk.engagement, AGREEMENT.replace("version: 1", "version: 2\neffective: 2016-04-01"))
    assert state(proposal) == "overtaken"
    with pytest.raises(NotNow, match="Overtaken"):
        desk.accept(proposal)
    assert desk.versions() == [1, 2]


def test_the_day_lies_in_the_term_after_what_is_closed_and_after_the_base(db: None, tmp_path: Path) -> None:
    from giao.steps.agree.contracts.errors import BadDay
    from giao.steps.agree.proposals.errors import BadForm

    desk = table(tmp_path)
    for day, words in (
        (date(2018, 1, 1), "outside the term"),
        (date(2016, 2, 15), "Feb.2016 is closed, and a closed month only takes adjustments"),
        (date(2016, 2, 29), "choose a day after 29.Feb.2016"),
    ):
        with pytest.raises(BadDay, match=words):
            desk.propose(day=day)
    assert desk.propose(day=date(2016, 3, 1)).name == "1.1", "March is not closed"
    desk.accept(desk.propose(MIDDLE))
    with pytest.raises(BadForm, match=r"Version 2 begins on 1.May.2016"):
        desk.propose(EASIER, date(2016, 4, 1))


def test_a_month_that_closes_before_the_answer_refuses_it(db: None, tmp_path: Path) -> None:
    from giao.kernel.engagements.actions.record_decision import record_decisions
    from giao.steps.agree.contracts.errors import BadDay

    desk = table(tmp_path)
    proposal = desk.propose(day=date(2016, 3, 25))
    desk.engagement.as_of = desk.engagement.as_of.replace(month=4, day=2)
    desk.engagement.save()
    record_decisions(
        desk.engagement, None, [{"type": "giao.decision.close", "month": "2016-03", "by": "client"}], "close"
    )
    proposal.refresh_from_db()
    with pytest.raises(BadDay, match=r"Mar.2016 is closed"):
        desk.accept(proposal)
    assert (state(proposal), proposal.revision, desk.versions()) == ("proposed", 1, [1])


def test_a_text_with_faults_or_without_a_change_is_not_proposed(db: None, tmp_path: Path) -> None:
    from giao.core.agreement.errors import DocumentErrors
    from giao.steps.agree.proposals.errors import BadForm
    from giao.steps.agree.proposals.models import Proposal

    desk = table(tmp_path)
    with pytest.raises(DocumentErrors, match="pints"):
        desk.propose(EASIER.replace("points: 60", "pints: 60"))
    with pytest.raises(BadForm, match="nothing to propose"):
        desk.propose(AGREEMENT)
    assert not Proposal.objects.filter(engagement=desk.engagement).exists()


def test_without_a_manager_on_the_other_side_there_is_nobody_to_propose_to(db: None, tmp_path: Path) -> None:
    from giao.steps.agree.contracts.actions.put_in_force import put_in_force
    from giao.steps.agree.contracts.errors import NotAlone
    from giao.steps.agree.proposals.errors import NotNow

    desk = table(tmp_path)
    minh, lan = desk.people["vendor"], desk.people["client"]
    with pytest.raises(NotAlone, match="propose the change"):
        put_in_force(desk.engagement, lan, EASIER, MAY, None)
    minh.is_active = False
    minh.save()
    person("Hoa", desk.made.vendor, "agent")
    with pytest.raises(NotNow, match="no manager here"):
        desk.propose(side="client")
    assert put_in_force(desk.engagement, lan, EASIER, MAY, None).number == 2


def test_every_act_is_in_the_audit_and_told_to_the_other_side_once(db: None, tmp_path: Path) -> None:
    from giao.kernel.audit.models import Act
    from giao.kernel.notifications.models import Notification
    from giao.steps.agree.proposals.actions.comment_on_proposal import comment_on_proposal

    desk = table(tmp_path)
    first = desk.propose(note="At night nobody is there.")
    comment_on_proposal(first, "client", desk.people["client"], "How many nights?")
    second = desk.counter(first)
    desk.accept(second)
    whats = ["propose_change", "comment_on_proposal", "counter_propose", "accept_proposal"]
    acts = Act.objects.filter(engagement=desk.engagement, what__in=whats).order_by("at", "id")
    assert [(act.what, act.about, act.actor.name) for act in acts if act.actor] == [
        ("propose_change", "1.1", "Minh"),
        ("comment_on_proposal", "1.1", "Lan"),
        ("counter_propose", "1.2", "Lan"),
        ("accept_proposal", "1.2", "Minh"),
    ]
    told = {
        side: [
            row.template
            for row in Notification.objects.filter(user=user, template__startswith="proposal").order_by(
                "created"
            )
        ]
        for side, user in desk.people.items()
    }
    assert told == {
        "client": ["proposal_made", "proposal_accepted"],
        "vendor": ["proposal_commented", "proposal_countered"],
    }
