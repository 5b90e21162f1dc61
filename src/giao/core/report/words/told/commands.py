"""Why a command cannot go on."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "failure.as_of": (
        "--as-of: {text!r} is no instant; write 2016-05-12T18:00 (agreement's zone), 2016-05-12T18:00+02:00, or a date",
        "--as-of: {text!r} không phải thời điểm; hãy ghi 2016-05-12T18:00 (múi giờ của thoả thuận), 2016-05-12T18:00+02:00, hoặc một ngày",
    ),
    "failure.pack_month": (
        "--month: there is no statement of {month!r}; months: {known}",
        "--month: không có bảng kê của {month!r}; các tháng: {known}",
    ),
    "pack.no_typst": (
        "a PDF is set by typst, which is not installed: pip install 'giao[server]'",
        "PDF được dàn trang bằng typst nhưng typst chưa được cài: pip install 'giao[server]'",
    ),
    "command.format": (
        "the ending of {file} says no format; give --format with one of {known}",
        "đuôi tệp {file} không cho biết định dạng; hãy thêm --format với một trong: {known}",
    ),
    "command.there": (
        "{file} is there already; --force replaces it",
        "{file} đã có; dùng --force để thay thế",
    ),
    "failure.asks": (
        "{file} needs more to be read:",
        "{file} cần thêm thông tin để đọc:",
    ),
    "failure.credit_or_line": (
        "with --month say either --credit KPI or --line NAME",
        "với --month hãy ghi --credit KPI hoặc --line NAME",
    ),
    "failure.needs_more": (
        "{log} needs more to be read: {needs}; or import it once: giao import {log} LOG --help",
        "{log} cần thêm thông tin để đọc: {needs}; hoặc nhập một lần: giao import {log} LOG --help",
    ),
    "failure.no_file": (
        "{file}: no such file; check the path",
        "{file}: không có tệp này; hãy kiểm tra đường dẫn",
    ),
    "failure.none_undone": (
        "no import of {log} was undone",
        "không có lần nhập nào của {log} bị hoàn tác",
    ),
    "failure.no_log": (
        "{log}: no such log; give a folder made by `giao import`, or a file",
        "{log}: không có nhật ký này; hãy nêu thư mục do `giao import` tạo, hoặc một tệp",
    ),
    "failure.not_utf8": (
        "{place}: not UTF-8 at byte {start}; save the file as UTF-8",
        "{place}: không phải UTF-8 tại byte {start}; hãy lưu tệp dạng UTF-8",
    ),
    "failure.passphrase": (
        "{file} holds no passphrase in its first line",
        "{file} không có cụm mật khẩu ở dòng đầu",
    ),
    "failure.packages": (
        "the server needs more packages ({name} is missing): pip install 'giao[server]'",
        "máy chủ cần thêm gói (thiếu {name}): pip install 'giao[server]'",
    ),
    "failure.job.retry": (
        "the job waits or runs already: there is nothing to retry",
        "công việc đang chờ hoặc đang chạy: không có gì để thử lại",
    ),
    "failure.job.over": (
        "the job is over: there is nothing to cancel",
        "công việc đã kết thúc: không có gì để huỷ",
    ),
    "failure.job.unknown": (
        "there is no job {text}; `giao jobs` shows their keys",
        "không có công việc {text}; `giao jobs` liệt kê mã của chúng",
    ),
    "failure.port": (
        "--port {port}: a port is a number from 1 to 65535",
        "--port {port}: cổng là số từ 1 đến 65535",
    ),
    "failure.question": (
        "? {sentence}",
        "? {sentence}",
    ),
    "failure.what_to_explain": (
        "say what to explain: --case C, --kpi K --window W, or --month M with --credit K or --line L",
        "hãy cho biết giải thích gì: --case C, --kpi K --window W, hoặc --month M với --credit K hoặc --line L",
    ),
    "failure.system": (
        "{strerror}; check the path and your rights",
        "hệ thống báo lỗi, {strerror}; hãy kiểm tra đường dẫn và quyền truy cập",
    ),
    "failure.system_file": (
        "{path}: {strerror}; check the path and your rights",
        "{path}: hệ thống báo lỗi, {strerror}; hãy kiểm tra đường dẫn và quyền truy cập",
    ),
    "failure.memory": (
        "memory is used up; use a smaller log or a machine with more memory",
        "đã hết bộ nhớ; hãy dùng nhật ký nhỏ hơn hoặc máy có nhiều bộ nhớ hơn",
    ),
    "failure.stopped": (
        "stopped; nothing half-written is left",
        "đã dừng; không để lại gì ghi dở dang",
    ),
    "failure.ours": (
        "a fault of giao itself ({kind}: {error}); run it again with GIAO_DEBUG=1 and report what it prints",
        "lỗi của chính giao ({kind}: {error}); hãy chạy lại với GIAO_DEBUG=1 và báo cho chúng tôi những gì in ra",
    ),
    "failure.which_agreement": (
        "say which agreement to check, or --schema",
        "hãy cho biết kiểm tra thoả thuận nào, hoặc --schema",
    ),
    "failure.which_window": (
        "say which window of the service level, e.g. --window 2016-04",
        "hãy cho biết kỳ đo nào của mức dịch vụ, ví dụ --window 2016-04",
    ),
}
