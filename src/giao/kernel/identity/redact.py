"""No token in a log line: whatever looks like one is cut to its public prefix, in every handler."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"(giao_[a-z0-9]{10})_[A-Za-z0-9_-]{20,}")
LINK = re.compile(r"(/(?:invitation|reset)/)[A-Za-z0-9_-]{20,}")


def redacted(text: str) -> str:
    """The text without secrets of tokens and one-time links."""
    return LINK.sub(r"\1…", TOKEN.sub(r"\1_…", text))


class Redact(logging.Filter):
    """Put on a handler (`settings.LOGGING`): sees the finished message, its arguments and the traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = redacted(message)
        if clean != message:
            record.msg, record.args = clean, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        return True
