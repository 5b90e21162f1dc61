"""What a text says about itself, and beside the versions in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from giao.core.agreement.errors import Fault
from giao.core.report.plain_words.agreement import agreement_words
from giao.core.report.plain_words.difference import version_diff
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.engagements.standing import Standing
from giao.steps.agree.contracts.actions.put_in_force import faults_of
from giao.steps.agree.contracts.queries import document_of, log_of, parsed
from giao.ui.templatetags.giao import language


@dataclass(frozen=True)
class Checked:
    """What a text says about itself: its faults, else its plain words and what it would change."""

    faults: list[Fault]
    sections: list[Any]
    changes: list[str]

    @property
    def errors(self) -> int:
        return sum(fault.severity == "error" for fault in self.faults)


def check(standing: Standing, text: str) -> Checked:
    engagement = standing.engagement
    faults = faults_of(engagement, text, log_of(engagement))
    if any(fault.severity == "error" for fault in faults):
        return Checked(faults, [], [])
    draft = parsed(text)[0]
    rows = versions_in_force(engagement)
    changes = (
        [change.text for change in version_diff(document_of(rows[-1]), draft, language()).changes]
        if rows
        else []
    )
    return Checked(faults, agreement_words(draft, language()), changes)
