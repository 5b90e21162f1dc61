"""The vendor's invoice beside the statement: read it, match it line by line, say what differs and by how much."""

from giao.core.agreement.invoicing.items import Item, items_of
from giao.core.agreement.invoicing.matching import Match, Matched, Tolerance, match_invoice, same_name
from giao.core.agreement.invoicing.reading import (
    InvoiceLine,
    InvoiceUnreadable,
    VendorInvoice,
    invoice_from_rows,
    read_invoice,
)

__all__ = [
    "InvoiceLine",
    "InvoiceUnreadable",
    "Item",
    "Match",
    "Matched",
    "Tolerance",
    "VendorInvoice",
    "invoice_from_rows",
    "items_of",
    "match_invoice",
    "read_invoice",
    "same_name",
]
