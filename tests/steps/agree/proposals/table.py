"""Two sides at one table: the small engagement with a manager on each, and what they do with proposals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.steps.ground_of_steps import AGREEMENT, person, small_engagement

EASIER = AGREEMENT.replace("within: 10 hours", "within: 24 hours")
MIDDLE = AGREEMENT.replace("within: 10 hours", "within: 16 hours")
MAY = date(2016, 5, 1)


@dataclass
class Table:
    """`engagement` stands on 20 March 2016: January and February are closed, March runs."""

    made: Any
    people: dict[str, Any] = field(default_factory=dict)

    @property
    def engagement(self) -> Any:
        return self.made.engagement

    def propose(self, text: str = EASIER, day: date = MAY, side: Any = "vendor", note: str = "") -> Any:
        from giao.steps.agree.proposals.actions.propose_change import propose_change

        return propose_change(self.engagement, side, self.people[side], text, day, note)

    def counter(self, earlier: Any, text: str = MIDDLE, day: date = MAY, note: str = "") -> Any:
        from giao.steps.agree.proposals.actions.counter_propose import counter_propose

        side = earlier.other_side
        return counter_propose(earlier, side, self.people[side], text, day, seen=earlier.revision, note=note)

    def accept(self, proposal: Any, side: Any = "", seen: int = 0) -> Any:
        from giao.steps.agree.proposals.actions.accept_proposal import accept_proposal

        side = side or proposal.other_side
        return accept_proposal(proposal, side, self.people[side], seen=seen or proposal.revision)

    def versions(self) -> list[int]:
        return sorted(row.number for row in self.engagement.versions.filter(state="in_force"))


def table(tmp: Path, **more: Any) -> Table:
    made = small_engagement(tmp, **more)
    people = {
        "client": person("Lan", made.client, "client_manager"),
        "vendor": person("Minh", made.vendor, "vendor_manager"),
    }
    return Table(made, people)
