"""What a person may see of personal data just now: nothing, unless an `Unmasking` of theirs is still running."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from giao.kernel.engagements.models import Engagement, Unmasking
from giao.kernel.parties.models import User


@dataclass(frozen=True)
class Unmasked:
    """`fields` are open in every case, `cases` with every field."""

    fields: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()

    def shows(self, field: str, case: str | None = None) -> bool:
        return field in self.fields or (case is not None and case in self.cases)


def unmasked_for(person: User, engagement: Engagement) -> Unmasked:
    """One query."""
    rows = Unmasking.objects.filter(
        engagement=engagement, person=person, until__gt=timezone.now()
    ).values_list("field", "case")
    found = list(rows)
    return Unmasked(
        frozenset(field for field, _case in found if field), frozenset(case for _field, case in found if case)
    )
