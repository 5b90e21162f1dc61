"""Taking an agreement into an engagement."""

import pytest


def test_each_version_of_a_text_becomes_a_row_numbered_on(db: None) -> None:
    from tests.kernel.ground import AGREEMENT, world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.queries import documents, versions_in_force

    engagement = world().engagement
    adopt_agreement(engagement, AGREEMENT + "---\n" + AGREEMENT + "version: 2\neffective: 2016-05-01\n")
    adopt_agreement(engagement, AGREEMENT + "effective: 2016-09-01\n")
    rows = versions_in_force(engagement)
    assert [(row.number, row.effective.isoformat()) for row in rows] == [
        (1, "2016-01-01"),
        (2, "2016-05-01"),
        (3, "2016-09-01"),
    ]
    assert [document.hash for document in documents(rows)] == [row.hash for row in rows]


def test_the_same_content_spelled_otherwise_has_the_same_hash(db: None) -> None:
    from tests.kernel.ground import AGREEMENT, world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.queries import inputs_of

    one, two = world().engagement, world().engagement
    adopt_agreement(one, AGREEMENT)
    adopt_agreement(two, "# a remark\n" + AGREEMENT.replace("currency: EUR\n", "") + "currency: 'EUR'\n")
    found = inputs_of([one, two])
    assert found[one.pk] == found[two.pk]
    assert found[one.pk].agreement_hash
    assert found[one.pk].ledger_hash == ""


def test_a_mistake_is_named_by_line_and_nothing_is_stored(db: None) -> None:
    from tests.kernel.ground import AGREEMENT, world

    from giao.core.agreement.errors import DocumentErrors
    from giao.kernel.audit.models import Act
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.models import AgreementVersion

    engagement = world().engagement
    with pytest.raises(DocumentErrors) as raised:
        adopt_agreement(engagement, AGREEMENT.replace("EUR", "euros"))
    assert raised.value.faults[0].line == 5
    assert not AgreementVersion.objects.exists()
    assert not Act.objects.filter(what="adopt_agreement").exists()


def test_two_versions_in_force_from_one_day_are_refused_but_a_draft_is_not(db: None) -> None:
    from tests.kernel.ground import AGREEMENT, world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.errors import EngagementError
    from giao.kernel.engagements.queries import versions_in_force

    engagement = world().engagement
    adopt_agreement(engagement, AGREEMENT)
    with pytest.raises(EngagementError, match="2016-01-01"):
        adopt_agreement(engagement, AGREEMENT.replace("EUR", "USD"))
    draft = adopt_agreement(engagement, AGREEMENT.replace("EUR", "USD"), in_force=False)
    assert draft[0].number == 2
    assert [row.number for row in versions_in_force(engagement)] == [1]


def test_acts_are_recorded_with_their_actor(db: None) -> None:
    from tests.kernel.ground import AGREEMENT, person, world

    from giao.kernel.audit.models import Act
    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    here = world()
    lan = person("Lan", here.client)
    adopt_agreement(here.engagement, AGREEMENT, lan)
    act = Act.objects.get(what="adopt_agreement")
    assert (act.engagement, act.actor, act.about) == (here.engagement, lan, "v1")
    assert act.words == "put an agreement in force"


def test_an_engagement_needs_a_known_zone_two_parties_and_its_own_address(db: None) -> None:
    from tests.kernel.ground import world

    from giao.kernel.engagements.actions.open_engagement import open_engagement
    from giao.kernel.engagements.errors import EngagementError

    here = world()
    with pytest.raises(EngagementError, match="Asia/Ho_Chi_Minh"):
        open_engagement("Loans", here.client, here.vendor, zone="Hanoi")
    with pytest.raises(EngagementError, match="two parties"):
        open_engagement("Loans", here.client, here.client)
    with pytest.raises(EngagementError, match="taken"):
        open_engagement("Loans", here.client, here.vendor, slug=here.engagement.slug)


def test_a_folder_outside_the_data_folder_is_refused(db: None, tmp_path: object) -> None:
    from pathlib import Path

    from tests.kernel.ground import world

    from giao.kernel.engagements.actions.record_log import record_log
    from giao.kernel.engagements.errors import NotInData
    from giao.kernel.engagements.models import LogImport
    from giao.kernel.engagements.places import folder_of, in_data

    engagement = world().engagement
    with pytest.raises(NotInData, match="data folder"):
        record_log(engagement, Path("/etc"), "d" * 64, "x.csv")
    inside = folder_of(engagement, "logs", "one")
    row = record_log(engagement, inside, "d" * 64, "x.csv")
    assert in_data(row.folder).resolve() == inside.resolve()
    assert LogImport.objects.count() == 1
