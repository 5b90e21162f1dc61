"""What mining refuses, in a sentence."""

from __future__ import annotations


class MiningError(ValueError):
    """A question that this log cannot answer, or that is not well put; the message says how to mend it."""
