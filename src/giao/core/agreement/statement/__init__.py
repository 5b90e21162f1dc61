"""The invoice of a month: its order, tax, interest, closing, late data, hash."""

from giao.core.agreement.statement.statements import raw_statements, statements

__all__ = ["raw_statements", "statements"]
