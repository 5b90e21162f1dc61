"""How much a caller may still ask for: the fields `RateLimit-Policy` and `RateLimit`.

After draft-ietf-httpapi-ratelimit-headers, in its form of two fields: lists of quoted policy names with parameters. ``q`` the quota,
``w`` its window in seconds, ``qu`` what is counted (left out: requests); ``r`` what remains, ``t`` seconds until more does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """`window` None: the quota is of what there is at a time, as of events that wait."""

    name: str
    quota: int
    window: int | None = None
    unit: str = ""

    def field(self) -> str:
        parts = [f'"{self.name}"', f"q={self.quota}"]
        parts += [f"w={self.window}"] if self.window is not None else []
        parts += [f'qu="{self.unit}"'] if self.unit else []
        return ";".join(parts)

    def left(self, remaining: int, seconds: float | None = None) -> str:
        """`seconds`: until there is more again."""
        parts = [f'"{self.name}"', f"r={max(0, remaining)}"]
        parts += [f"t={max(1, math.ceil(seconds))}"] if seconds is not None else []
        return ";".join(parts)

    def headers(self, remaining: int, seconds: float | None = None) -> dict[str, str]:
        return {"RateLimit-Policy": self.field(), "RateLimit": self.left(remaining, seconds)}
