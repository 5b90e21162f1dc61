"""Alarm rules: what a condition cannot be."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "alarm.no_kind": (
        "there is no kind of alarm rule {kind!r}; kinds: {known}",
        "không có loại quy tắc cảnh báo {kind!r}; các loại: {known}",
    ),
    "alarm.not_a_condition": (
        "An alarm's condition is true or false; this one gives a value of type {type}.",
        "Điều kiện cảnh báo phải cho kết quả đúng hoặc sai; điều kiện này cho giá trị kiểu {type}.",
    ),
}
