"""What can go wrong when sending.

ClientError
├── NotAllowed   the token, the address or the engagement is wrong: trying again does not help
└── Unreachable  nobody answered, or only "later", for as long as was allowed
"""

from __future__ import annotations


class ClientError(Exception):
    """Base of the client's errors; the message is a sentence."""


class NotAllowed(ClientError):
    """The server refuses this sender. `status` is its HTTP status. What was spooled stays in the spool."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(ClientError):
    """Not delivered in time. Nothing is lost that was spooled; without a spool send it again, it counts once."""
