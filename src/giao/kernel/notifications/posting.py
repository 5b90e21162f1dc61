"""POST to exactly one address: looked up before, connected by number, TLS checked against the name, no redirect followed."""

from __future__ import annotations

import http.client
import socket
import ssl

from giao.kernel.notifications.guard import Target

SECONDS = 10.0
READ_AT_MOST = 2000


class _Pinned(http.client.HTTPConnection):
    """Connects to the target's address; the name stands in the Host header alone."""

    def __init__(self, target: Target, context: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._target, self._context = target, context

    def connect(self) -> None:
        self.sock = socket.create_connection((self._target.address, self._target.port), SECONDS)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self._target.host)


def post(
    target: Target, body: bytes, headers: dict[str, str], context: ssl.SSLContext | None = None
) -> tuple[int, str]:
    """(status, beginning of the answer). A redirect is an answer like others. Raises OSError and HTTPException."""
    secure = target.scheme == "https"
    connection = _Pinned(target, (context or ssl.create_default_context()) if secure else None)
    try:
        connection.request("POST", target.path, body=body, headers={"Connection": "close", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(READ_AT_MOST).decode("utf-8", "replace")
    finally:
        connection.close()
