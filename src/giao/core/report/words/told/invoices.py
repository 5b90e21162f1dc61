"""Faults of a vendor's invoice: why a file or a row of it could not be read."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "invoice.no_amount": ("{found} is no amount", "{found} không phải là số tiền"),
    "invoice.no_headings": (
        "no row has headings for the charge line and its amount (such as Description, Quantity, Unit price, Amount); "
        "found: {found}",
        "không có dòng tiêu đề nào cho khoản phí và số tiền (chẳng hạn Diễn giải, Số lượng, Đơn giá, Thành tiền); "
        "đã thấy: {found}",
    ),
    "invoice.no_lines": (
        "no line with a name and an amount was found below the headings",
        "dưới dòng tiêu đề không có dòng nào có cả tên và số tiền",
    ),
    "invoice.no_name": ("it has no name of a charge line", "dòng này không có tên khoản phí"),
    "invoice.no_sheet": (
        "the file does not open as a spreadsheet: {why}",
        "tệp không mở được như một bảng tính: {why}",
    ),
    "invoice.too_long": (
        "the invoice has {count} lines; at most {most} are matched",
        "hoá đơn có {count} dòng; chỉ đối chiếu được tối đa {most} dòng",
    ),
    "invoice.two_signs": (
        "some numbers use a decimal point and some a decimal comma; write them one way",
        "có số dùng dấu chấm thập phân, có số dùng dấu phẩy thập phân; hãy ghi thống nhất một cách",
    ),
    "invoice.which_sign": (
        "{found} could be read two ways; say which sign the invoice uses for decimals",
        "{found} có thể đọc theo hai cách; hãy cho biết hoá đơn dùng dấu nào cho phần thập phân",
    ),
}
