"""For supervisors and Prometheus, without sign-in: /healthz (alive), /readyz (ready, check by check), /metrics."""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse

from giao.kernel.health import metrics
from giao.kernel.health.readiness import database_answers, readiness


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 otherwise."""
    if database_answers():
        return JsonResponse({"status": "ok"})
    return JsonResponse({"status": "database unreachable"}, status=503)


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything is there that serving needs; else 503, and what is missing."""
    checks = readiness()
    faults = [check for check in checks if check.fault]
    told = {check.name: check.fault or "ok" for check in checks}
    status = {"status": "not ready" if faults else "ready", "checks": told}
    return JsonResponse(status, status=503 if faults else 200)


@login_not_required
def metrics_page(request: HttpRequest) -> HttpResponse:
    """With GIAO_METRICS_TOKEN set: whoever brings it. Without: who asks on this machine, through no proxy."""
    if not _may_measure(request):
        return HttpResponse(
            "GIAO_METRICS_TOKEN as a bearer token, or the loopback\n", status=403, content_type="text/plain"
        )
    answer = HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_measure(request: HttpRequest) -> bool:
    token = settings.GIAO_METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(request.headers.get(name) for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
