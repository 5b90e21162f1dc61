"""Say which item of the statement a vendor's line means; the next invoice is paired by itself."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.core.agreement.invoicing import items_of, same_name
from giao.core.agreement.results import Statement
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User
from giao.steps.improve.closing.errors import BadForm
from giao.steps.improve.closing.models import Pairing


def pair_line(engagement: Engagement, statement: Statement, actor: User, line: str, item: str) -> None:
    """An empty `item` takes the pairing back. Raises BadForm for an item that the statement has not."""
    name = same_name(line)[:300]
    if item and item not in {each.key for each in items_of(statement)}:
        raise BadForm(_("The statement has no such item; choose one of the list."))
    with transaction.atomic():
        if item:
            Pairing.objects.update_or_create(engagement=engagement, name=name, defaults={"item": item})
        else:
            Pairing.objects.filter(engagement=engagement, name=name).delete()
        record_act(engagement, actor, "pair_invoice_line", line, item=item)
