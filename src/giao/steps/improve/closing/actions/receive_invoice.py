"""Take in the vendor's invoice of a month and read its lines; the newest one of a month counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.agreement.invoicing import InvoiceUnreadable, read_invoice
from giao.core.report.words.told import tell
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.files.evidence import content_of
from giao.kernel.parties.models import User
from giao.steps.improve.closing.errors import BadForm
from giao.steps.improve.closing.evidence import keep
from giao.steps.improve.closing.models import VendorInvoice
from giao.ui.templatetags.giao import language

LIMIT_MB = 20


def receive_invoice(
    engagement: Engagement,
    month: str,
    sender: User,
    file: UploadedFile[Any] | None,
    *,
    tolerance: Decimal = Decimal(0),
    tolerance_share: Decimal = Decimal(0),
    decimal: Literal[".", ","] | None = None,
) -> VendorInvoice:
    """Raises BadForm when there is no file or it is no invoice that can be read."""
    kept = keep(engagement, file, LIMIT_MB)
    if kept is None:
        raise BadForm(_("Choose the vendor's invoice first: CSV or Excel, a row a line."))
    try:
        read = read_invoice(content_of(kept.file), kept.name, decimal=decimal)
    except InvoiceUnreadable as error:
        raise BadForm(f"{kept.name}: {tell(language(), error.args[0])}") from error
    with transaction.atomic():
        row = VendorInvoice.objects.create(
            engagement=engagement,
            month=month,
            name=kept.name,
            file=kept.file,
            sha256=kept.sha256,
            lines=[
                {
                    "row": line.row,
                    "name": line.name,
                    "quantity": None if line.quantity is None else str(line.quantity),
                    "price": None if line.price is None else str(line.price),
                    "amount": str(line.amount),
                }
                for line in read.lines
            ],
            set_aside=[[number, str(reason)] for number, reason in read.set_aside],
            stated_total=read.stated_total,
            tolerance=tolerance,
            tolerance_share=tolerance_share,
            by=sender,
            at=timezone.now(),
        )
        record_act(engagement, sender, "receive_invoice", f"{month} {kept.name}", sha256=kept.sha256)
    return row
