"""Words of what is due when beside the work: duties, controls, the exit, notice, the term's end."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "report.deadlines": ("Duties and dates", "Nghĩa vụ và mốc thời gian"),
    "report.deadlines.about": (
        "What either side owes beside the work, and the dates of the agreement itself.",
        "Những việc mỗi bên phải làm ngoài công việc được giao, và các mốc thời gian của thoả thuận.",
    ),
    "report.summary.deadline": ("Next deadline: {what}, {day}.", "Hạn gần nhất: {what}, {day}."),
    "report.summary.deadlines_missed": (
        "{missed} {missed?duty|duties} missed.",
        "{missed} nghĩa vụ không thực hiện đúng hạn.",
    ),
    "column.by": ("Whose", "Bên thực hiện"),
    "column.done": ("Done", "Đã làm"),
    "column.evidence": ("Evidence", "Bằng chứng"),
    "deadline.obligation": ("“{name}”", "“{name}”"),
    "deadline.control": ("control “{name}” ({family})", "kiểm soát “{name}” (rủi ro {family})"),
    "deadline.exit": ("on exit: “{name}”", "khi thoái lui: “{name}”"),
    "deadline.notice": (
        "last day to give notice of termination",
        "ngày cuối để báo trước việc chấm dứt",
    ),
    "deadline.renewal": (
        "last day of the term; it renews itself",
        "ngày cuối của thời hạn; thoả thuận tự động gia hạn",
    ),
    "deadline.end": ("last day of the term; it ends", "ngày cuối của thời hạn; thoả thuận kết thúc"),
    "deadline.of": ("{what}, {period}", "{what}, {period}"),
    "deadline.state.met": ("done in time", "đúng hạn"),
    "deadline.state.missed": ("missed", "trễ hạn hoặc chưa làm"),
    "deadline.state.open": ("not yet due", "chưa đến hạn"),
    "deadline.state.passed": ("passed", "đã qua"),
    "deadline.state.given": ("notice given", "đã báo trước"),
    "deadline.unproved": (
        "said to be done, but without the evidence asked for: {evidence}",
        "báo là đã làm, nhưng thiếu bằng chứng theo yêu cầu: {evidence}",
    ),
    "by.client": ("client", "bên thuê"),
    "by.vendor": ("vendor", "nhà cung cấp"),
    "by.both": ("either side", "hai bên"),
}
