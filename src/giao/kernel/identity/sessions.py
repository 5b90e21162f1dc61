"""Where sessions live: Django's rows, with the person and the place of the sign-in beside them (SESSION_ENGINE)."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from giao.kernel.identity.models import Session


class SessionStore(DatabaseStore):
    """`address`, `agent`, `since` are what the sign-in wrote into the session."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = data.get("_auth_user_id")
        row.address = data.get("address")
        row.agent = str(data.get("agent", ""))[:200]
        row.since = parse_datetime(data["since"]) if data.get("since") else None
        row.last_seen = timezone.now()
        if data.get("public_id"):
            row.public_id = data["public_id"]
        return row
