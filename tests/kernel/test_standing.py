"""The instant in the address."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-05-12T18:00", datetime(2016, 5, 12, 16, 0, tzinfo=UTC)),
        ("2016-05-12T18:00:30", datetime(2016, 5, 12, 16, 0, 30, tzinfo=UTC)),
        ("2016-05-12T18:00+07:00", datetime(2016, 5, 12, 11, 0, tzinfo=UTC)),
        ("2016-05-12T18:00Z", datetime(2016, 5, 12, 18, 0, tzinfo=UTC)),
        ("2016-01-12", datetime(2016, 1, 12, 22, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_local_unless_it_says_otherwise_and_a_day_is_its_end(
    django_ready: None, text: str, expected: datetime
) -> None:
    from giao.kernel.engagements.standing import read_instant

    assert read_instant(text, AMSTERDAM) == expected


@pytest.mark.parametrize("text", ["yesterday", "2016-13-01", "", "9999-12-31T23:59-23:00"])
def test_what_is_no_instant_says_how_to_write_one(django_ready: None, text: str) -> None:
    from giao.kernel.engagements.errors import BadInstant
    from giao.kernel.engagements.standing import read_instant

    with pytest.raises(BadInstant, match="2016-05-12T18:00"):
        read_instant(text, AMSTERDAM)
