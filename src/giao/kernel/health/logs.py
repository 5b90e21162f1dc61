"""How log lines look: a line of text, or one JSON object a line (GIAO_LOG=json) with the ids of request and job.

Secrets never get this far: the handler's filter cuts tokens and one-time links out of the finished message.
"""

from __future__ import annotations

from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

KINDS = ("text", "json")


def formatter(kind: str) -> dict[str, Any]:
    """The entry for `LOGGING["formatters"]`. Raises ValueError for a kind that is not known."""
    if kind not in KINDS:
        raise ValueError(f"GIAO_LOG={kind!r} is not understood; write one of {', '.join(KINDS)}")
    if kind == "text":
        return {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    return {
        "()": ProcessorFormatter,
        "processors": [
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        "foreign_pre_chain": [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _traceback,
        ],
    }


def _traceback(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """As the filter left it: it has been looked through for secrets."""
    record = event["_record"]
    event.pop("exc_info", None)
    if record.exc_text:
        event["traceback"] = record.exc_text
    return event
