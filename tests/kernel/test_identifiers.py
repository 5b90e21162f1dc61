"""UUIDv7 keys: RFC 9562's layout, in the order in which they were made."""

import time

from giao.kernel.identifiers import new_id


def test_layout_is_that_of_version_7() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert before <= made.int >> 80 <= after + 2


def test_keys_of_a_process_increase() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
