"""Two sequences beside each other: the longest that both hold, and what only one of them has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from giao.core.mining.result import Tell
from giao.core.svg import Markup

Side = Literal["both", "left", "right"]


@dataclass(frozen=True)
class Step:
    """An activity of both, or of one of them only."""

    activity: str
    side: Side


@dataclass(frozen=True)
class Difference:
    """The aligned steps; `only_left` and `only_right` are what the other lacks, `moved` activities that both have elsewhere."""

    steps: tuple[Step, ...]

    @property
    def only_left(self) -> tuple[str, ...]:
        return tuple(step.activity for step in self.steps if step.side == "left")

    @property
    def only_right(self) -> tuple[str, ...]:
        return tuple(step.activity for step in self.steps if step.side == "right")

    @property
    def moved(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.only_left) & set(self.only_right)))

    @property
    def distance(self) -> int:
        """Steps to leave out or put in to make the one of the other."""
        return len(self.only_left) + len(self.only_right)

    def plot(self, tell: Tell = str) -> Markup:
        """Both sequences on one line of columns."""
        from giao.core.mining.drawing.variants import draw_difference

        return draw_difference(self, tell)

    def _repr_html_(self) -> str:
        return self.plot().text


def difference(left: Sequence[str], right: Sequence[str]) -> Difference:
    """Aligned with as few one-sided steps as can be; of equal choices the left one's step comes first."""
    rows, columns = len(left), len(right)
    common = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            common[i][j] = (
                common[i + 1][j + 1] + 1 if left[i] == right[j] else max(common[i + 1][j], common[i][j + 1])
            )
    steps: list[Step] = []
    i = j = 0
    while i < rows or j < columns:
        if i < rows and j < columns and left[i] == right[j]:
            steps.append(Step(left[i], "both"))
            i, j = i + 1, j + 1
        elif j == columns or (i < rows and common[i + 1][j] >= common[i][j + 1]):
            steps.append(Step(left[i], "left"))
            i += 1
        else:
            steps.append(Step(right[j], "right"))
            j += 1
    return Difference(tuple(steps))
