"""Alive, ready, measured; an id for each request; log lines that a machine reads, without secrets."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest


def test_alive_needs_the_database_alone(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    monkeypatch.setattr("giao.portal.health.database_answers", lambda: False)
    assert client.get("/healthz").status_code == 503


def test_ready_names_what_is_missing(client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from giao.kernel.jobs.keeping import say_seen

    answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert (checks["database"], checks["migrations"], checks["data"]) == ("ok", "ok", "ok")
    assert "no worker" in checks["worker"]
    say_seen("one", 2, 0)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    monkeypatch.setattr("django.conf.settings.DATA", tmp_path / "gone")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "cannot be written" in answer.json()["checks"]["data"]
    assert str(tmp_path) not in answer.content.decode()


def test_ready_says_when_migrations_are_missing(client: Any) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="kernel").order_by("-id").first().delete()
    assert "migrations are missing" in client.get("/readyz").json()["checks"]["migrations"]


def test_without_a_database_ready_says_so_and_asks_nothing_of_it(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("giao.kernel.health.readiness.database_answers", lambda: False)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert set(answer.json()["checks"]) == {"database", "data"}


def test_metrics_count_jobs_and_requests(client: Any) -> None:
    from tests.kernel.ground import world
    from tests.kernel.jobs.tasks import note, write_and_fail

    engagement = world().engagement
    note.using(engagement=engagement).enqueue("a")
    write_and_fail.using(engagement=engagement).enqueue("b")
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    for line in (
        'giao_jobs{state="done"} 1.0',
        'giao_jobs{state="dead"} 1.0',
        'giao_jobs{state="ready"} 0.0',
        "giao_jobs_due 0.0",
        "giao_jobs_due_oldest_seconds 0.0",
        "giao_workers 0.0",
        'giao_job_seconds_count{state="done",task="note"}',
        'giao_request_seconds_count{method="GET",status="200",view="health"}',
    ):
        assert line in text, line


def test_metrics_are_for_the_loopback_or_the_token(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 403
    monkeypatch.setattr("django.conf.settings.GIAO_METRICS_TOKEN", "a-long-token")
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
    told = client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"authorization": "Bearer a-long-token"})
    assert told.status_code == 200


def test_a_request_has_an_id_and_keeps_a_proxys(client: Any) -> None:
    one, two = client.get("/healthz")["X-Request-ID"], client.get("/healthz")["X-Request-ID"]
    assert one != two
    assert client.get("/healthz", headers={"x-request-id": "proxy-0001"})["X-Request-ID"] == "proxy-0001"
    assert "<" not in client.get("/healthz", headers={"x-request-id": "<script>"})["X-Request-ID"]
    assert client.get("/nothing-here")["X-Request-ID"]


def json_lines(write: Any) -> list[dict[str, Any]]:
    """What a logger writes as JSON, with the server's own filter and formatter."""
    import logging.config

    from giao.kernel.health.logs import formatter
    from giao.kernel.identity.redact import Redact

    made = formatter("json")
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(made.pop("()")(**made))
    handler.addFilter(Redact())
    logger = logging.getLogger("giao.test.json")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        write(logger)
    finally:
        logger.removeHandler(handler)
        logger.propagate = True
    return [json.loads(line) for line in handler.stream.getvalue().splitlines()]


def test_json_lines_bear_the_ids_and_no_secret(django_ready: None) -> None:
    import structlog

    secret = "giao_abcdefghij_" + "x" * 43

    def write(logger: logging.Logger) -> None:
        with structlog.contextvars.bound_contextvars(request="abc", job="def"):
            logger.warning("token %s from %s", secret, "“Hà Nội”\nsecond line")
            try:
                raise ValueError(f"with {secret}")
            except ValueError:
                logger.exception("failed")

    one, two = json_lines(write)
    assert (one["request"], one["job"], one["level"]) == ("abc", "def", "warning")
    assert "Hà Nội" in one["event"]
    assert "ValueError: with giao_abcdefghij_…" in two["traceback"]
    assert secret not in json.dumps([one, two])


def test_a_log_kind_that_is_not_known_is_refused(django_ready: None) -> None:
    from giao.kernel.health.logs import formatter

    with pytest.raises(ValueError, match="GIAO_LOG"):
        formatter("xml")
