"""Webhooks against a real receiver on the loopback: signed, the same at each attempt, redirects not followed, logged."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest


@dataclass
class Receiver:
    """Answers with the statuses in turn, the last one again and again; `got` holds what came."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], bytes, str]] = field(default_factory=list)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch, django_ready: None) -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body, self.path))
            status = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(b"said\nso")

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/hook"
    monkeypatch.setattr("django.conf.settings.GIAO_WEBHOOK_NETWORKS", ["127.0.0.0/8"])
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def here(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    from tests.kernel.ground import world

    monkeypatch.setattr("django.conf.settings.GIAO_JOBS", "worker")
    return world()


def hook(here: Any, url: str, *templates: str, organisation: Any = None) -> tuple[Any, str]:
    from tests.kernel.ground import person

    from giao.kernel.notifications.actions.make_webhook import make_webhook

    party = organisation or here.client
    return make_webhook(here.engagement, party, url, templates, person("Lan", party))


def tell(here: Any, *people: Any, key: str = "k") -> None:
    from giao.kernel.notifications.notify import notify

    notify(people, "work_ready", {"name": "x.csv"}, key=key, engagement=here.engagement, link="/e/x")


def attempt() -> list[str]:
    """Run what waits, as a worker does."""
    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.models import AT_ONCE, Job
    from giao.kernel.jobs.running import run

    Job.objects.filter(due__isnull=False).update(due=AT_ONCE)
    return [str(run(job, "one")) for job in claim("one", 20)]


def test_what_people_are_told_arrives_signed(here: Any, receiver: Receiver) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Delivery
    from giao.kernel.notifications.webhooks import is_signed

    made, secret = hook(here, receiver.url)
    tell(here, person("Minh", here.client))
    assert attempt() == ["done"]
    ((headers, body, path),) = receiver.got
    assert path == "/hook"
    said = json.loads(body)
    assert said["type"] == headers["Giao-Event"] == "work_ready"
    assert (said["values"], said["link"], said["key"]) == ({"name": "x.csv"}, "/e/x", "k")
    assert said["id"] == headers["Giao-Delivery"]
    assert is_signed(secret, headers["Giao-Signature"], body, time.time())
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.status, row.fault) == ("delivered", 1, 200, "")
    assert secret.encode() not in bytes(made.secret)


def test_a_signature_holds_for_its_body_secret_and_time_alone(django_ready: None) -> None:
    from giao.kernel.notifications.webhooks import is_signed, signature

    header = signature("secret", 1_700_000_000, b'{"a":1}')
    # printf '%s' '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    assert header == "t=1700000000,v1=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686"
    assert is_signed("secret", header, b'{"a":1}', 1_700_000_010)
    for secret, body, now in (
        ("other", b'{"a":1}', 1_700_000_010),
        ("secret", b'{"a":2}', 1_700_000_010),
        ("secret", b'{"a":1}', 1_700_000_400),
        ("secret", b'{"a":1}', 1_699_999_000),
    ):
        assert not is_signed(secret, header, body, now)
    assert not is_signed("secret", "nonsense", b"", 0)
    assert not is_signed("secret", header.replace("v1=", "v1=0"), b'{"a":1}', 1_700_000_010)


def test_it_is_tried_again_with_the_same_bytes_and_key_until_it_arrives(
    here: Any, receiver: Receiver
) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Delivery

    receiver.answers = [500, 429, 204]
    hook(here, receiver.url)
    tell(here, person("Minh", here.client))
    assert [attempt(), attempt(), attempt(), attempt()] == [["ready"], ["ready"], ["done"], []]
    assert len({body for _headers, body, _path in receiver.got}) == 1
    assert len({headers["Giao-Delivery"] for headers, _body, _path in receiver.got}) == 1
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.status) == ("delivered", 3, 204)


def test_a_redirect_is_not_followed(here: Any, receiver: Receiver) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Delivery

    receiver.answers = [302]
    hook(here, receiver.url)
    tell(here, person("Minh", here.client))
    assert attempt() == ["ready"]
    assert [path for _headers, _body, path in receiver.got] == ["/hook"]
    assert Delivery.objects.get().fault == "HTTP 302 said so"


def test_given_up_it_stands_in_the_log_and_can_be_asked_for_again(here: Any, receiver: Receiver) -> None:
    from tests.kernel.ground import person

    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.queue import retry
    from giao.kernel.notifications.models import Delivery

    receiver.answers = [503]
    hook(here, receiver.url)
    tell(here, person("Minh", here.client))
    Job.objects.update(most_attempts=1)
    assert attempt() == ["dead"]
    assert (Delivery.objects.get().state, Delivery.objects.get().status) == ("failed", 503)
    receiver.answers = [200]
    assert retry(Job.objects.get())
    assert attempt() == ["done"]
    assert Delivery.objects.get().state == "delivered"


def test_an_address_that_became_private_meanwhile_is_refused_at_sending(
    here: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Delivery

    hook(here, receiver.url)
    tell(here, person("Minh", here.client))
    monkeypatch.setattr("django.conf.settings.GIAO_WEBHOOK_NETWORKS", ["10.0.0.0/8"])
    assert attempt() == ["ready"]
    assert receiver.got == []
    assert "not on the public internet" in Delivery.objects.get().fault


def test_a_system_hears_what_its_own_people_are_told_and_what_it_asked_for(
    here: Any, receiver: Receiver
) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.models import Delivery

    minh = person("Minh", here.client)
    hook(here, receiver.url + "/theirs", organisation=here.vendor)
    hook(here, receiver.url + "/other", "work_failed")
    ours, _secret = hook(here, receiver.url + "/ours", "work_ready")
    tell(here, minh)
    tell(here, minh)
    assert [row.webhook_id for row in Delivery.objects.all()] == [ours.pk]


def test_an_ended_webhook_gets_nothing_any_more(here: Any, receiver: Receiver) -> None:
    from tests.kernel.ground import person

    from giao.kernel.notifications.actions.make_webhook import end_webhook

    minh = person("Minh", here.client)
    made, _secret = hook(here, receiver.url)
    tell(here, minh)
    end_webhook(made, minh)
    tell(here, minh, key="later")
    assert attempt() == ["done"]
    assert receiver.got == []


def test_a_webhook_to_a_private_place_is_not_made(here: Any) -> None:
    from giao.kernel.notifications.guard import Refused

    with pytest.raises(Refused):
        hook(here, "http://169.254.169.254/latest/meta-data")


def test_tls_is_checked_against_the_name(django_ready: None, tmp_path: Any) -> None:
    """The connection goes to the number, the certificate has to be the name's."""
    import ssl

    from giao.kernel.notifications.guard import Target
    from giao.kernel.notifications.posting import post

    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    _certificate(key, certificate)
    server = HTTPServer(("127.0.0.1", 0), _Quiet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        trusting = ssl.create_default_context(cafile=str(certificate))
        named = Target("https", "hook.example.org", server.server_port, "/", "127.0.0.1")
        assert post(named, b"{}", {}, trusting)[0] == 200
        other = Target("https", "other.example.org", server.server_port, "/", "127.0.0.1")
        with pytest.raises(ssl.SSLCertVerificationError):
            post(other, b"{}", {}, trusting)
        with pytest.raises(ssl.SSLCertVerificationError):
            post(named, b"{}", {})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        pass


def _certificate(key_file: Any, certificate_file: Any) -> None:
    """Of hook.example.org, signed by itself."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hook.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example.org")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
