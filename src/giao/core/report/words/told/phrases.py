"""Parts of the other sentences: hints, places, words."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "nature.liquidated_damages": (
        "liquidated damages",
        "bồi thường định trước",
    ),
    "nature.penalty": (
        "penalty",
        "phạt vi phạm",
    ),
    "nature.price_adjustment": (
        "price adjustment",
        "điều chỉnh giá",
    ),
    "thing.calendar": (
        "calendar",
        "lịch làm việc",
    ),
    "thing.category": (
        "category",
        "hạng mục",
    ),
    "thing.charge_line": (
        "charge line",
        "khoản phí",
    ),
    "thing.clock": (
        "clock",
        "đồng hồ",
    ),
    "thing.kpi": (
        "KPI",
        "mức dịch vụ",
    ),
    "thing.obligation": (
        "obligation",
        "nghĩa vụ",
    ),
    "thing.phase": (
        "phase",
        "giai đoạn",
    ),
    "thing.relief": (
        "relief",
        "miễn trừ",
    ),
    "thing.tax_code": (
        "tax code",
        "mã thuế",
    ),
    "thing.tower": (
        "tower",
        "nhóm dịch vụ",
    ),
    "word.after_satisfies": (
        "{kind!r} needs a condition after 'satisfies'",
        "{kind!r} cần một điều kiện sau 'satisfies'",
    ),
    "word.after_the_condition_of_if": (
        "after the condition of 'if'",
        "sau điều kiện của 'if'",
    ),
    "word.after_the_element_s": (
        "after the element's name",
        "sau tên phần tử",
    ),
    "word.after_the_lists_of_for": (
        "after the lists of 'for'",
        "sau các danh sách của 'for'",
    ),
    "word.after_the_lists_of_quantified": (
        "after the lists of {text!r}",
        "sau các danh sách của {text!r}",
    ),
    "word.an_if_needs": (
        "(an 'if' needs both branches)",
        "('if' cần cả hai nhánh)",
    ),
    "word.another_value": (
        "another value",
        "một giá trị khác",
    ),
    "word.before_the_arguments": (
        "before the arguments",
        "trước các tham số",
    ),
    "word.between_the_two_bounds": (
        "between the two bounds",
        "giữa hai giới hạn",
    ),
    "word.calendar_asked": (
        "The calendar {name!r} is asked for",
        "Lịch {name!r} được yêu cầu",
    ),
    "word.calendar_names": (
        "Calendar {path!r} names {name!r}",
        "Lịch {path!r} nêu lịch {name!r}",
    ),
    "word.choices": (
        "{others} or {last}",
        "{others} hoặc {last}",
    ),
    "word.clocks": (
        " Clocks: {known}.",
        " Các đồng hồ: {known}.",
    ),
    "word.columns": (
        "columns: {shown}",
        "các cột: {shown}",
    ),
    "word.did_you_mean_activity": (
        " Did you mean {near}?",
        " Có phải ý bạn là {near}?",
    ),
    "word.did_you_mean_calendar": (
        " Did you mean {near!r}?",
        " Có phải ý bạn là {near!r}?",
    ),
    "word.did_you_mean_name": (
        " Did you mean {found}?",
        " Có phải ý bạn là {found}?",
    ),
    "word.did_you_mean_plain": (
        "did you mean {names}?",
        "có phải ý bạn là {names}?",
    ),
    "word.did_you_mean_quoted": (
        "did you mean {close!r}?",
        "có phải ý bạn là {close!r}?",
    ),
    "word.for_the_element": (
        "for the element",
        "cho phần tử",
    ),
    "word.for_the_parameter": (
        "for the parameter",
        "cho tham số",
    ),
    "word.holidays_of": (
        " (public holidays of {names})",
        " (ngày nghỉ lễ của {names})",
    ),
    "word.if_needs": (
        "'if' needs a condition",
        "'if' cần một điều kiện",
    ),
    "word.if_no_column": (
        " (If no column: {elsewhere}.)",
        " (Nếu không có cột: {elsewhere}.)",
    ),
    "word.in_column": (
        "column {name}",
        "cột {name}",
    ),
    "word.in_columns": (
        "columns {names}",
        "các cột {names}",
    ),
    "word.in_month": (
        "in {month}",
        "trong tháng {month:m}",
    ),
    "word.in_the_range": (
        "in the range",
        "trong khoảng",
    ),
    "word.in_use": (
        "in use",
        "đang được dùng",
    ),
    "word.interval": (
        "{where}, interval {number}",
        "{where}, khoảng {number}",
    ),
    "word.it_has": (
        " It has {names}.",
        " Có các phần {names}.",
    ),
    "word.its_head": (
        "its head",
        "phần đầu",
    ),
    "word.joins": (
        "{op!r} joins conditions",
        "{op!r} nối các điều kiện",
    ),
    "word.known": (
        "known: {names}",
        "hiện có: {names}",
    ),
    "word.known_here": (
        " Known here: {names}.",
        " Các tên dùng được ở đây: {names}.",
    ),
    "word.no_rate_on": (
        "no rate on {tax_point}",
        "không có thuế suất vào ngày {tax_point:d}",
    ),
    "word.no_rows": (
        "it has no rows",
        "không có dòng nào",
    ),
    "word.none": (
        "none",
        "không có",
    ),
    "word.none_such": (
        "the document has no {what}s",
        "văn bản không khai báo {what} nào",
    ),
    "word.norway": (
        ' Norway must be quoted in YAML: "NO".',
        ' Na Uy phải đặt trong nháy ở YAML: "NO".',
    ),
    "word.not_defined": (
        "is not defined",
        "chưa được khai báo",
    ),
    "word.nothing": (
        "nothing",
        "không có gì",
    ),
    "word.of_a_month": (
        "it measures a month, and this condition is about one case; months are read in triggers and in conditions of credits",
        "tên này đo một tháng, còn điều kiện này nói về một hồ sơ; tháng được đọc trong trigger và điều kiện của khoản giảm trừ",
    ),
    "word.of_a_type": (
        "of a type",
        "của một kiểu",
    ),
    "word.of_a_window": (
        "it measures a window, and this condition is about one case; windows are read in relief of effect interval or window, months in triggers and in conditions of credits",
        "tên này đo một kỳ, còn điều kiện này nói về một hồ sơ; kỳ đo được đọc trong miễn trừ có effect interval hoặc window, tháng được đọc trong trigger và điều kiện của khoản giảm trừ",
    ),
    "word.on_day": (
        "on {day}",
        "ngày {day:d}",
    ),
    "word.part_after": (
        "the part after {traces} traces of this batch",
        "phần sau {traces:n} hồ sơ của lượt đọc này",
    ),
    "word.restored": (
        "restored",
        "khôi phục",
    ),
    "word.rule_end": (
        "the end of the rule",
        "cuối điều kiện",
    ),
    "word.sealed_log": (
        "a sealed log",
        "nhật ký đã niêm phong",
    ),
    "word.see_schema": (
        "remove it or see the JSON Schema (giao check --schema)",
        "hãy bỏ đi hoặc xem JSON Schema (giao check --schema)",
    ),
    "word.take_the_day": (
        " Take the day with date(…).",
        " Hãy lấy ngày bằng date(…).",
    ),
    "word.takes": (
        "takes a {wanted} as {name!r}, but this is a {kind}",
        "nhận {wanted} cho {name!r}, nhưng đây là {kind}",
    ),
    "word.the_calendar": (
        "The calendar",
        "Lịch",
    ),
    "word.to_close_not": (
        "to close 'not('",
        "để đóng 'not('",
    ),
    "word.to_close_the_arguments": (
        "to close the arguments",
        "để đóng các tham số",
    ),
    "word.to_close_the_context": (
        "to close the context",
        "để đóng ngữ cảnh",
    ),
    "word.to_close_the_filter": (
        "to close the filter",
        "để đóng bộ lọc",
    ),
    "word.to_close_the_list": (
        "to close the list",
        "để đóng danh sách",
    ),
    "word.to_close_the_parameters": (
        "to close the parameters",
        "để đóng danh sách tham số",
    ),
    "word.to_close_the_parenthesis": (
        "to close the parenthesis",
        "để đóng ngoặc",
    ),
    "word.to_close_the_range": (
        "to close the range",
        "để đóng khoảng",
    ),
    "word.to_close_the_tests_after": (
        "to close the tests after 'in'",
        "để đóng các điều kiện sau 'in'",
    ),
    "word.to_close_the_type": (
        "to close the type",
        "để đóng kiểu",
    ),
    "word.too_deep": (
        "nested too deep",
        "lồng quá sâu",
    ),
    "word.undone": (
        "undone",
        "huỷ bỏ",
    ),
    "word.unreadable": (
        "cannot be read",
        "không đọc được",
    ),
    "word.version_from": (
        "The version from {start}",
        "Phiên bản từ {start:d}",
    ),
    "word.within_period": (
        " in {period}",
        " trong {period}",
    ),
    "word.write_literal": (
        " Write the literal in the other's form, or convert with number(…) or string(…).",
        " Hãy viết giá trị theo dạng của bên kia, hoặc chuyển bằng number(…) hay string(…).",
    ),
    "word.zones": (
        "zones are written like Asia/Ho_Chi_Minh or UTC",
        "múi giờ ghi như Asia/Ho_Chi_Minh hoặc UTC",
    ),
}
