"""The mail server from one address."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class MailServer:
    """`starttls`: begun in the clear and turned to TLS; `tls`: TLS from the first byte."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starttls: bool
    tls: bool


def mail_settings(url: str) -> MailServer | None:
    """``smtp://user:password@host:587`` (STARTTLS; ``smtp://…?tls=no`` for a server on the same machine) or ``smtps://…``.

    None when empty. Raises ValueError that says how to write it.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(
            "GIAO_SMTP_URL is not understood; write it as smtp://user:password@mail.example.org:587"
        )
    tls = parts.scheme == "smtps"
    return MailServer(
        parts.hostname,
        parts.port or (465 if tls else 587),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        not tls and parts.query != "tls=no",
        tls,
    )
