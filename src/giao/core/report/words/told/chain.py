"""Findings about the targets of a chain of agreements."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "chain.no_calendar": (
        "the agreement has no calendar {name!r}; it has {known}",
        "thoả thuận không có lịch {name!r}; hiện có {known}",
    ),
    "chain.target_when": ("{clock} (when {when})", "{clock} (khi {when})"),
    "chain.business_days": ("{n} business days", "{n:n} ngày làm việc"),
    "chain.business_hours": ("{n} business hours", "{n:n} giờ làm việc"),
    "chain.business_minutes": ("{n} business minutes", "{n:n} phút làm việc"),
    "chain.hours": ("{n} hours", "{n:n} giờ"),
    "chain.minutes": ("{n} minutes", "{n:n} phút"),
    "chain.one_exceeds": (
        "{which}: {agreement} allows {party} {allowed}, longer than the {promised} of the SLA; the SLA can be missed while it is met",
        "{which}: {agreement} cho {party} {allowed}, dài hơn {promised} của SLA; SLA có thể vi phạm trong khi thoả thuận này vẫn đạt",
    ),
    "chain.sum_exceeds": (
        "{which}: the targets behind it add up to {total} for a case that passes all of them ({parts}), more than the {promised} of the SLA; shorten them by {over}, or leave room in the SLA",
        "{which}: các ngưỡng phía sau cộng lại là {total} với hồ sơ đi qua tất cả ({parts}), nhiều hơn {promised} của SLA; hãy rút ngắn {over}, hoặc nới SLA",
    ),
    "chain.not_comparable": (
        "{which}: {within} of {agreement} cannot be compared with {promised}: they count in other time; give both the same calendar and unit",
        "{which}: không so sánh được {within} của {agreement} với {promised}: hai bên tính theo thời gian khác nhau; hãy dùng cùng lịch và đơn vị",
    ),
    "chain.bad_with": (
        "--with: {text!r} names no kind and file; write ola:PATH or underpinning:PATH",
        "--with: {text!r} không nêu loại và tệp; hãy ghi ola:ĐƯỜNG_DẪN hoặc underpinning:ĐƯỜNG_DẪN",
    ),
    "chain.no_clock": (
        "the agreement has no clock {name!r} that ran; it has {known}",
        "thoả thuận không có đồng hồ {name!r} nào đã chạy; hiện có {known}",
    ),
}
