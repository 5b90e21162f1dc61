"""What the command line says."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "cli.imported": (
        "{cases} cases, {events} events, {activities} activities",
        "{cases} hồ sơ, {events} sự kiện, {activities} hoạt động",
    ),
    "cli.ties": (
        "{n} events have the same time as the one before in their case",
        "{n} sự kiện cùng thời điểm với sự kiện trước trong hồ sơ",
    ),
    "cli.unchanged": ("{n} rows changed nothing", "{n} dòng không thay đổi gì"),
    "cli.rejected": ("{n} rows set aside: {reasons}", "{n} dòng bị loại: {reasons}"),
    "cli.rejected.where": ("they are in {path}", "chi tiết trong {path}"),
    "cli.rejected.none": ("no row set aside", "không dòng nào bị loại"),
    "cli.written": ("written to {path}", "đã ghi vào {path}"),
    "cli.hash": ("hash {hash}", "mã băm {hash}"),
    "cli.check.ok": ("{source}: nothing to mend", "{source}: không có gì phải sửa"),
    "cli.check.found": (
        "{source}: {errors} {errors?error|errors}, {warnings} {warnings?warning|warnings}",
        "{source}: {errors} lỗi, {warnings} cảnh báo",
    ),
    "cli.error": ("error", "lỗi"),
    "cli.warning": ("warning", "cảnh báo"),
    "cli.compiling": (
        "compiling once (about a minute; `giao warm` does it ahead)…",
        "đang biên dịch lần đầu (khoảng một phút; `giao warm` làm trước việc này)…",
    ),
    "cli.warm.done": ("ready: compiled in {seconds} s", "sẵn sàng: biên dịch xong trong {seconds} giây"),
    "cli.reading": ("reading the log", "đang đọc nhật ký"),
    "cli.computing": ("computing", "đang tính"),
    "cli.importing": ("importing", "đang nhập"),
    "cli.more": ("… {n} more; --limit 0 shows all", "… còn {n}; --limit 0 để xem tất cả"),
    "cli.case.none": ("case {case} has no clock", "hồ sơ {case} không có đồng hồ nào"),
    "cli.demo.seeded": ("demonstration ready in {path}", "dữ liệu minh hoạ đã sẵn sàng trong {path}"),
    "cli.demo.sign_in": ("sign in as", "đăng nhập bằng"),
    "cli.serve.at": ("giao is at {address}", "giao chạy tại {address}"),
    "cli.as_of": ("as of {instant}", "tính đến {instant}"),
}
