"""What can go wrong with a rule, said as a sentence with the place marked."""

from __future__ import annotations

from giao.core.told import told


class RuleError(ValueError):
    """A rule that cannot be read or does not fit the names and types it is used with.

    `message` is a sentence, `text` the rule as written, `position` the 0-based offset in `text` of the first
    character concerned. `str(error)` shows the message, the line and a caret below the place.
    """

    def __init__(self, message: str, text: str = "", position: int = 0) -> None:
        self.message = message
        self.text = text
        self.position = max(0, min(position, len(text)))
        super().__init__(self.render())

    @property
    def line(self) -> int:
        """0-based line of the place."""
        return self.text.count("\n", 0, self.position)

    @property
    def column(self) -> int:
        """0-based column of the place in its line."""
        return self.position - (self.text.rfind("\n", 0, self.position) + 1)

    def render(self) -> str:
        """The message, then the line concerned (a window of it when long) and a caret."""
        if not self.text:
            return self.message
        start = self.text.rfind("\n", 0, self.position) + 1
        end = self.text.find("\n", self.position)
        line = self.text[start : end if end >= 0 else len(self.text)]
        column = self.position - start
        if len(line) > 120:
            left = max(0, column - 60)
            prefix = "…" if left else ""
            line, column = prefix + line[left : left + 119], column - left + len(prefix)
        shown = "".join(" " if ch.isspace() else ch for ch in line)
        return told(
            "rule.placed",
            "{message}\n  {shown}\n  {mark}",
            message=self.message,
            shown=shown,
            mark=" " * column + "^",
        )

    def __reduce__(self) -> tuple[type[RuleError], tuple[str, str, int]]:
        return (type(self), (self.message, self.text, self.position))


class RuleLimitError(RuleError):
    """A rule that asks for more work, depth or memory than its limits allow."""


class NotColumnar(RuleError):
    """A rule, or a part of it, that has no exact column form; evaluate it row by row instead."""

    @property
    def reason(self) -> str:
        return self.message
