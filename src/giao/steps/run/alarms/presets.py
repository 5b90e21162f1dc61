"""The rules that each side starts with, in plain words; they are edited and switched like any other."""

from __future__ import annotations

from dataclasses import dataclass

from giao.kernel.parties.models import Role
from giao.steps.run.alarms.models import Kind, Severity


@dataclass(frozen=True)
class Preset:
    """`names` by language: the words of the product, stored with the rule, since people may write their own."""

    key: str
    kind: Kind
    names: dict[str, str]
    condition: str
    severity: Severity
    active: bool = True


PRESETS = (
    Preset(
        "breach_near",
        Kind.CASE,
        {
            "en": "Breach predicted within 4 business hours",
            "vi": "Dự báo vi phạm trong vòng 4 giờ làm việc",
        },
        'remaining >= duration("PT0S") and remaining <= duration("PT4H")',
        Severity.CRITICAL,
    ),
    Preset(
        "breached",
        Kind.CASE,
        {
            "en": "A clock of an open case is over its limit",
            "vi": "Đồng hồ SLA của hồ sơ đang mở đã quá hạn",
        },
        'remaining < duration("PT0S")',
        Severity.CRITICAL,
    ),
    Preset(
        "breach_likely",
        Kind.CASE,
        {
            "en": "Breach likely by the course of similar cases",
            "vi": "Nhiều khả năng vi phạm, xét theo các hồ sơ tương tự",
        },
        "chance >= 0.7",
        Severity.WARNING,
        active=False,
    ),
    Preset(
        "level_trend",
        Kind.KPI,
        {
            "en": "Service level trending under its minimum by the window's end",
            "vi": "Mức dịch vụ có xu hướng xuống dưới mức tối thiểu khi hết kỳ đo",
        },
        "gap_to_minimum < 0",
        Severity.CRITICAL,
    ),
    Preset(
        "credits_cap",
        Kind.CREDITS,
        {
            "en": "Credits have reached 80% of their cap",
            "vi": "Khoản giảm trừ đã đạt 80% mức trần",
        },
        "share >= 0.8",
        Severity.WARNING,
    ),
    Preset(
        "silence",
        Kind.SILENCE,
        {
            "en": "No event for one business hour",
            "vi": "Không có sự kiện nào trong một giờ làm việc",
        },
        'silent_for >= duration("PT1H")',
        Severity.WARNING,
    ),
    Preset(
        "volume_band",
        Kind.VOLUME,
        {
            "en": "Arrivals outside what is usual for the hour of the week",
            "vi": "Số hồ sơ đến nằm ngoài mức thường lệ của khung giờ trong tuần",
        },
        "count < low or count > high",
        Severity.INFO,
    ),
    Preset(
        "rejects",
        Kind.QUALITY,
        {
            "en": "More than 1% of the last day's events rejected",
            "vi": "Hơn 1% sự kiện trong ngày qua bị từ chối",
        },
        "rejected_share > 0.01",
        Severity.WARNING,
    ),
)

OWNERS = {"client": Role.CLIENT_MANAGER, "vendor": Role.TEAM_LEAD}
STEPS: dict[str, tuple[tuple[int, Role], ...]] = {
    "client": ((240, Role.CLIENT_MANAGER),),
    "vendor": ((60, Role.VENDOR_MANAGER), (240, Role.VENDOR_MANAGER)),
}
"""Who is told at first, and after how many business minutes without an acknowledgement who is told then."""
