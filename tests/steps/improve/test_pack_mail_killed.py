"""A worker that is killed while the mail server already holds the pack: the next one brings it, and in the mailbox it is one."""

from __future__ import annotations

import re
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kernel.jobs.live import Place, place, until

SET_UP_MAIL = (
    """
    from datetime import UTC, datetime
    from pathlib import Path
    from giao.kernel.jobs.inline import inline
    from giao.kernel.readings.queries import reading_for
    from giao.steps.improve.packs.jobs import bring_packs
    from giao.steps.improve.packs.models import MailRecipient, StatementMail
    from tests.steps.ground_of_steps import person, small_engagement
    """,
    """
    while True:
        try:
            made = small_engagement(place)
            break
        except Exception as error:
            assert "is taken" in str(error)
    now, made_by = datetime(2016, 2, 20, tzinfo=UTC), person("Lan", made.client, "client_manager")
    with inline():
        reading_for(made.engagement, made.engagement.as_of, whole=True)
    mail = StatementMail.objects.create(
        engagement=made.engagement, organisation=made.client, since=now, by=made_by, changed=now)
    MailRecipient.objects.create(
        engagement=made.engagement, mail=mail, address="boss@elsewhere.example", language="vi", by=made_by, at=now)
    bring_packs.using(engagement=made.engagement).enqueue(str(mail.pk))
    """,
)
LOOK = """
from giao.steps.improve.packs.models import SentPack
from tests.kernel.jobs.live import until
until(lambda: SentPack.objects.filter(state="sent").exists())
print(SentPack.objects.count(), SentPack.objects.get().attempts)
"""


class MailServer:
    """As much of SMTP as one mail needs. A mail with a pack is held before it is confirmed, until `let_go`."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.let_go = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, _from = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rwb") as talk:

            def say(text: str) -> None:
                talk.write(f"{text}\r\n".encode())
                talk.flush()

            try:
                say("220 test")
                for heard in talk:
                    word = heard[:4].upper()
                    if word == b"DATA":
                        say("354 go on")
                        lines = list(iter(talk.readline, b".\r\n"))
                        text = b"".join(lines).decode("utf-8", "replace")
                        if "To: boss@elsewhere.example" in text:  # notifications and alarms send their own
                            self.got.append(text)
                            self.let_go.wait(60)
                    if word == b"QUIT":
                        say("221 bye")
                        return
                    say("250 fine")
            except OSError:
                return

    def close(self) -> None:
        self.let_go.set()
        self._door.close()


@pytest.fixture
def server() -> Iterator[MailServer]:
    found = MailServer()
    yield found
    found.close()


@pytest.fixture
def here(django_ready: None, database_url: str, tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path / "data", database_url) as found:
        yield found


def test_a_killed_worker_s_mail_is_sent_and_is_one_in_the_mailbox(
    here: Place, server: MailServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIAO_SMTP_URL", f"smtp://127.0.0.1:{server.port}?tls=no")
    here.run(f"place = Path({str(tmp_path)!r})".join(SET_UP_MAIL))
    first = here.worker()
    until(lambda: server.got)
    first.send_signal(signal.SIGKILL)
    first.wait()
    server.let_go.set()
    second = here.worker()
    told = here.run(LOOK)
    second.terminate()
    assert second.wait(timeout=30) == 0
    assert told == "1 1"
    keys = {re.search(r"Message-ID: (<[^>]+>)", text)[1] for text in server.got}
    assert len(server.got) == 2
    assert len(keys) == 1, "the same message: a mailbox keeps one"
