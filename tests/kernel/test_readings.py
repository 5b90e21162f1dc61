"""Readings: computed once a triple, stored, taken over when their process dies, shown while newer ones are made."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest


@pytest.fixture
def computing(db: None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Replaces the evaluator; the list holds the readings that were computed, or an error to raise at its end."""
    from giao.kernel.readings import compute
    from giao.kernel.readings.figures import Figures
    from giao.kernel.readings.models import KpiFigure, StatementFigure

    calls: list[Any] = []

    def fake(reading: Any, progress: Callable[[str, float], None]) -> Any:
        failure = calls.pop() if calls and isinstance(calls[-1], Exception) else None
        calls.append(reading)
        progress("counting", 0.5)
        if failure:
            raise failure
        figures = Figures(5, 2, 1, ("paid",), {"paid": {"en": "Paid"}}, {"paid": "higher"}, "EUR", None)
        kpi = KpiFigure(
            engagement_id=reading.engagement_id,
            reading=reading,
            kpi="paid",
            window="2016-04",
            position=0,
            n=3,
            state="met",
            value=1.0,
        )
        statement = StatementFigure(
            engagement_id=reading.engagement_id, reading=reading, month="2016-04", position=0, currency="EUR",
            fees=10, at_risk=1, credit_total=0, earned_back=0, tax=0, total=10,
        )  # fmt: skip
        return compute.Computed("engagements/x", figures, [kpi], [statement])

    monkeypatch.setattr(compute, "compute", fake)
    return calls


def with_inputs(**more: Any) -> Any:
    from tests.kernel.ground import AGREEMENT, world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.engagements.models import LogImport

    engagement = world(**more).engagement
    adopt_agreement(engagement, AGREEMENT)
    LogImport.objects.create(engagement=engagement, source="x.csv", folder="x", hash="c" * 64)
    return engagement


def test_nothing_to_read_says_what_comes_first(db: None) -> None:
    from tests.kernel.ground import AGREEMENT, world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.readings.errors import NothingToRead
    from giao.kernel.readings.queries import reading_for

    engagement = world().engagement
    with pytest.raises(NothingToRead) as raised:
        reading_for(engagement)
    assert raised.value.missing == "agreement"
    adopt_agreement(engagement, AGREEMENT)
    with pytest.raises(NothingToRead) as raised:
        reading_for(engagement)
    assert raised.value.missing == "log"


def test_a_triple_is_computed_once_and_served_from_then_on(computing: list[Any]) -> None:
    from giao.kernel.readings.queries import reading_for

    engagement = with_inputs()
    first = reading_for(engagement)
    again = reading_for(engagement)
    assert first.pk == again.pk
    assert len(computing) == 1
    assert (again.state, again.current, again.figures["at_risk"]) == ("ready", True, 2)
    assert again.kpis.count() == again.statements.count() == 1
    assert again.as_of == engagement.as_of


def test_another_instant_is_another_reading_and_not_the_overviews(computing: list[Any]) -> None:
    from giao.kernel.readings.models import Reading
    from giao.kernel.readings.queries import reading_for

    engagement = with_inputs()
    now = reading_for(engagement)
    past = reading_for(engagement, engagement.as_of - timedelta(days=30))
    assert past.pk != now.pk
    assert not past.current
    assert Reading.objects.get(engagement=engagement, current=True).pk == now.pk


def test_a_new_agreement_is_a_new_reading_and_the_old_one_is_shown_meanwhile(
    computing: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.kernel.ground import AGREEMENT

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.readings import jobs
    from giao.kernel.readings.queries import newest_readings, shown_reading

    engagement = with_inputs()
    old = shown_reading(engagement)
    assert not old.recomputing
    adopt_agreement(engagement, AGREEMENT + "effective: 2016-05-01\n")
    started: list[Any] = []
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "start", started.append)
        shown = shown_reading(engagement)
    assert shown.recomputing
    assert shown.reading is not None
    assert old.reading is not None
    assert shown.reading.pk == old.reading.pk
    assert [reading.pk for reading in started] == [shown.wanted.pk]
    ready, wanted = newest_readings([engagement])
    assert ready[engagement.pk].pk == old.reading.pk
    assert wanted[engagement.pk].pk == shown.wanted.pk
    jobs.start(shown.wanted)
    ready, wanted = newest_readings([engagement])
    assert ready[engagement.pk].pk == shown.wanted.pk
    assert not wanted


def test_a_failure_keeps_its_sentence_and_can_be_tried_again(computing: list[Any]) -> None:
    from giao.core.agreement.errors import AgreementError
    from giao.kernel.readings.queries import reading_for, retry, shown_reading

    engagement = with_inputs()
    computing.append(AgreementError("the log has no column 'Amount'; map it"))
    failed = reading_for(engagement)
    assert failed.state == "failed"
    assert "map it" in failed.error
    assert shown_reading(engagement).failed
    assert shown_reading(engagement).reading is None
    assert len(computing) == 1, "a failed triple is not computed at every look"
    retry(failed)
    assert reading_for(engagement).ready
    assert len(computing) == 2


def test_a_bug_of_ours_does_not_look_like_a_sentence_of_the_library(computing: list[Any]) -> None:
    from giao.kernel.readings.queries import reading_for

    computing.append(ZeroDivisionError("division by zero"))
    assert reading_for(with_inputs()).error == "ZeroDivisionError: division by zero"


def computing_row(engagement: Any) -> Any:
    from giao.kernel.engagements.queries import inputs_of
    from giao.kernel.readings.models import Reading

    inputs = inputs_of([engagement])[engagement.pk]
    return Reading.objects.create(
        engagement=engagement,
        agreement_hash=inputs.agreement_hash,
        log_hash=inputs.ledger_hash,
        as_of=engagement.as_of,
    )


def test_a_reading_that_is_being_computed_is_not_started_again(computing: list[Any]) -> None:
    from giao.kernel.jobs.models import Job
    from giao.kernel.readings.queries import reading_for

    engagement = with_inputs()
    row = computing_row(engagement)
    assert reading_for(engagement).state == "computing"
    assert reading_for(engagement).pk == row.pk
    assert computing == []
    assert not Job.objects.exists()


def test_its_job_tells_how_far_it_is(computing: list[Any]) -> None:
    from django.utils import timezone

    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.work import key_of

    row = computing_row(with_inputs())
    assert row.job is None
    Job.objects.create(
        owner=row.engagement_id, engagement_id=row.engagement_id, task="x.y", key=key_of(row), created=timezone.now(),
        doing={"id": "clocks and KPIs"}, share_done=0.4,
    )  # fmt: skip
    del row.job
    assert (row.job.doing_words, row.job.share_done) == ("clocks and service levels", 0.4)


def test_a_job_given_up_marks_its_reading_as_failed(
    computing: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker died in the middle of it, as often as it was tried."""
    from giao.kernel.jobs.claiming import claim, free, leases
    from giao.kernel.readings.queries import reading_for

    engagement = with_inputs()
    monkeypatch.setattr("django.conf.settings.GIAO_JOBS", "worker")
    reading = reading_for(engagement)
    assert reading.state == "computing"
    for _attempt in range(3):
        assert len(claim("somewhere:1#a", 5)) == 1
        assert [free(lease) for lease in leases()] == [True]
    assert claim("somewhere:1#a", 5) == []
    reading.refresh_from_db()
    assert reading.state == "failed"
    assert "the worker ended in the middle" in reading.error


def test_a_reading_that_was_stored_meanwhile_is_not_stored_again(computing: list[Any]) -> None:
    from giao.kernel.readings import jobs
    from giao.kernel.readings.queries import reading_for

    reading = reading_for(with_inputs())
    jobs.start(reading)
    assert len(computing) == 1


def test_now_is_a_quarter_of_an_hour_and_the_newest_is_current(
    computing: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from giao.kernel.readings.models import Reading
    from giao.kernel.readings.queries import reading_for

    engagement = with_inputs(as_of=None)
    moment = datetime(2026, 3, 1, 10, 7, 3, 5, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    first = reading_for(engagement)
    assert first.as_of == datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    moment = datetime(2026, 3, 1, 10, 14, 59, tzinfo=UTC)
    assert reading_for(engagement).pk == first.pk
    moment = datetime(2026, 3, 1, 10, 15, tzinfo=UTC)
    second = reading_for(engagement)
    assert second.pk != first.pk
    assert Reading.objects.get(engagement=engagement, current=True).pk == second.pk
    reading_for(engagement, moment - timedelta(days=9))
    assert Reading.objects.get(engagement=engagement, current=True).pk == second.pk


def test_a_new_reading_replaces_its_old_figures_whole(computing: list[Any]) -> None:
    from giao.kernel.readings import jobs
    from giao.kernel.readings.models import KpiFigure, Reading
    from giao.kernel.readings.queries import reading_for

    reading = reading_for(with_inputs())
    Reading.objects.filter(pk=reading.pk).update(state="computing")
    jobs.start(reading)
    assert len(computing) == 2
    assert KpiFigure.objects.filter(reading=reading).count() == 1


def test_old_readings_go_with_their_folders_and_the_rest_stays(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone
    from tests.kernel.ground import world

    from giao.kernel.engagements.places import folder_of, relative_to_data
    from giao.kernel.readings import prune
    from giao.kernel.readings.models import Reading

    engagement = world().engagement
    monkeypatch.setattr(prune, "KEPT", 2)
    folders = {}
    for age in range(6):
        folder = folder_of(engagement, "readings", str(age))
        Reading.objects.create(
            engagement=engagement, agreement_hash=str(age) * 64, log_hash="b" * 64, as_of=timezone.now(), state="ready",
            folder=relative_to_data(folder), current=age == 5, finished=timezone.now() - timedelta(days=age, minutes=1),
        )  # fmt: skip
        folders[age] = folder
    assert prune.prune(engagement) == 3
    assert [age for age, folder in folders.items() if folder.exists()] == [0, 1, 5]
    assert Reading.objects.filter(engagement=engagement).count() == 3


def test_what_is_being_done_is_said_in_words(db: None) -> None:
    from django.utils import translation

    from giao.kernel.jobs.models import Job

    with translation.override("vi"):
        assert Job(doing={"id": "reading the log"}).doing_words == "đang đọc nhật ký"
        assert Job(doing={"id": "something new"}).doing_words == "something new"
