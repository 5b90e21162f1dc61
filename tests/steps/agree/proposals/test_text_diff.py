"""Two texts as one list of lines."""

from hypothesis import given
from hypothesis import strategies as st

from giao.steps.agree.proposals.text_diff import MOST_LINES, text_diff

LINES = st.lists(st.sampled_from(["a", "b", "c: 1", "", "  d"]), max_size=30)


@given(LINES, LINES)
def test_removed_and_added_lines_lead_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    found = text_diff("\n".join(old), "\n".join(new))
    before, after = "\n".join(old).splitlines(), "\n".join(new).splitlines()
    assert bool(found) == (before != after)
    if not found:
        return
    rebuilt_old: list[str] = []
    rebuilt_new: list[str] = []
    for line in found:
        if line.kind == "gap":
            skipped = before[len(rebuilt_old) : len(rebuilt_old) + line.skipped]
            rebuilt_old += skipped
            rebuilt_new += skipped
            continue
        if line.kind in ("same", "removed"):
            rebuilt_old.append(line.text)
            assert line.old == len(rebuilt_old)
        if line.kind in ("same", "added"):
            rebuilt_new.append(line.text)
            assert line.new == len(rebuilt_new)
    assert (rebuilt_old, rebuilt_new) == (before, after)


def test_only_the_neighbourhood_of_a_change_is_shown() -> None:
    old = "\n".join(str(n) for n in range(100))
    found = text_diff(old, old.replace("50", "fifty"))
    assert [line.kind for line in found] == ["gap", *["same"] * 3, "removed", "added", *["same"] * 3, "gap"]
    assert (found[0].skipped, found[-1].skipped) == (47, 46)


def test_texts_too_long_to_compare_are_left_to_the_words() -> None:
    assert text_diff("a\n" * (MOST_LINES + 1), "b") == []
