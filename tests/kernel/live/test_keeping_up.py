"""What is watched is read anew as its ledger goes on: one reading at a time, before a page is called."""

from __future__ import annotations


def test_a_watched_engagement_gets_its_next_reading(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.live.marks import marks_of
    from giao.kernel.readings.models import Reading, ReadingState
    from giao.kernel.readings.queries import followed_reading, keep_up, reading_for

    here = desk()
    recorded(here, event(1))
    keep_up([here.pk])
    assert not Reading.objects.filter(engagement=here).exists(), "the first reading is for a page to ask"
    first = reading_for(here)
    mark = marks_of([here.pk])
    keep_up([here.pk])
    assert marks_of([here.pk]) == mark, "nothing went on"
    recorded(here, event(2, "Resolved"))
    assert marks_of([here.pk]) == mark, "no page is called before there is something to show"
    keep_up([here.pk])
    assert marks_of([here.pk]) != mark
    shown = followed_reading(here)
    assert shown is not None
    assert shown.reading != first
    assert shown.wanted.position == first.position + 1
    recorded(here, event(3, case="C2"))
    Reading.objects.filter(engagement=here, current=True).update(state=ReadingState.COMPUTING)
    count = Reading.objects.filter(engagement=here).count()
    keep_up([here.pk])
    assert Reading.objects.filter(engagement=here).count() == count, "one at a time"


def test_what_was_read_while_events_came_is_shown_until_the_next(db: None) -> None:
    from tests.kernel.ledger.ground import desk, event, recorded

    from giao.kernel.readings.jobs import _make_current
    from giao.kernel.readings.models import Reading
    from giao.kernel.readings.queries import reading_for

    here = desk()
    recorded(here, event(1))
    first = reading_for(here)
    recorded(here, event(2, case="C2"))
    second = reading_for(here)
    recorded(here, event(3, case="C3"))
    Reading.objects.filter(engagement=here).update(current=False)
    _make_current(second)
    _make_current(first)
    assert Reading.objects.get(engagement=here, current=True) == second, (
        "the furthest, though events came since"
    )
