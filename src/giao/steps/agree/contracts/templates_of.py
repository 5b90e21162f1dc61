"""The first text of an agreement: a document that is right by form, made for this engagement and its log."""

from __future__ import annotations

import json

import polars as pl
from django.utils import timezone

from giao.core.log import EventLog
from giao.kernel.engagements.models import Engagement


def first_template(engagement: Engagement, log: EventLog | None) -> str:
    """Received is the commonest first activity of the log, delivered the commonest last one; the rest is to be written."""
    first, last, start = "Received", "Delivered", timezone.now().date().replace(month=1, day=1)
    if log is not None and log.n_events:
        events = log.events(["case", "activity", "time"])
        ends = events.group_by("case", maintain_order=True).agg(
            pl.col("activity").first().alias("first"),
            pl.col("activity").last().alias("last"),
            pl.col("time").min(),
        )
        first, last = (str(ends[name].cast(pl.String).mode().sort()[0]) for name in ("first", "last"))
        start = ends["time"].min().date().replace(day=1)  # type: ignore[union-attr]
    country = {"client": engagement.client.country or "VN", "vendor": engagement.vendor.country or "VN"}

    def said(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return f"""giao: 1
name: {engagement.slug}
title: {{en: {said(engagement.name)}, vi: {said(engagement.name)}}}
version: 1
parties:
  client: {{name: {said(engagement.client.name)}, country: {country["client"]}}}
  vendor: {{name: {said(engagement.vendor.name)}, country: {country["vendor"]}}}
term: {{start: {start}, end: {start.replace(year=start.year + 2)}}}
currency: {"VND" if country["client"] == "VN" else "EUR"}
zone: {engagement.zone}
calendars:
  office: {{zone: {engagement.zone}, hours: {{mon-fri: [["08:00", "12:00"], ["13:00", "17:00"]]}}}}
work:
  received: {{activity: {said(first)}}}
  delivered: {{activity: {said(last)}}}
clocks:
  delivery:
    title: {{en: Delivery, vi: Hoàn thành}}
    start: {{activity: {said(first)}}}
    stop: {{activity: {said(last)}}}
    calendar: office
    targets: [{{within: 3 business days}}]
kpis:
  in_time:
    title: {{en: Delivered in time, vi: Hoàn thành đúng hạn}}
    kind: share_in_target
    clock: delivery
    count_at: due
    expected: 95%
    minimum: 85%
"""
