"""The seed goes through the kernel's actions, and running it again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def seeded(db: None) -> list[Any]:
    from giao.demo.seed import seed

    return seed()


def test_two_organisations_four_roles_two_engagements_and_again_nothing_more(seeded: list[Any]) -> None:
    from django.contrib.auth import authenticate

    from giao.demo.seed import is_seeded, seed
    from giao.kernel.audit.models import Act
    from giao.kernel.engagements.access import engagements_for
    from giao.kernel.engagements.models import AgreementVersion, Engagement, FactImport, LogImport
    from giao.kernel.parties.models import Membership, Organisation, Role
    from giao.kernel.readings.models import Reading, ReadingState

    assert Organisation.objects.count() == 2
    assert set(Membership.objects.values_list("role", flat=True)) == {
        Role.CLIENT_MANAGER,
        Role.VENDOR_MANAGER,
        Role.ANALYST,
        Role.AUDITOR,
    }
    for account in seeded:
        user = authenticate(username=account.email, password=account.password)
        assert user is not None
        assert engagements_for(user).count() == 2  # type: ignore[arg-type]
    desk = Engagement.objects.get(slug="service-desk")
    assert desk.as_of is not None
    assert desk.as_of.isoformat() == "2016-05-12T21:00:00+00:00"
    assert AgreementVersion.objects.filter(engagement=desk).count() == 2
    assert is_seeded()
    states = dict(Reading.objects.values_list("engagement__slug", "state"))
    assert states == {"service-desk": ReadingState.READY, "loan-applications": ReadingState.READY}

    acts = Act.objects.count()
    assert seed() == seeded
    assert Act.objects.count() == acts
    assert (LogImport.objects.count(), FactImport.objects.count()) == (2, 2)


def test_a_killed_seed_is_taken_up_where_it_stopped(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    import giao.demo.seed as module

    def dies(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "record_facts", dies)
    with pytest.raises(KeyboardInterrupt):
        module.seed()
    assert not module.is_seeded()
    monkeypatch.undo()
    module.seed()
    assert module.is_seeded()
