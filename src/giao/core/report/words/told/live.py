"""Live events and readings: what cannot be one, and why."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "live.backwards": (
        "a live reading goes forward: it stands at {now}, {instant} is no later instant; make a new one for an "
        "earlier instant",
        "lần đọc trực tiếp chỉ đi tới: nó đang ở {now}, {instant} không phải thời điểm sau đó; hãy tạo lần đọc mới cho "
        "thời điểm sớm hơn",
    ),
    "live.far": (
        "its time lies outside the years that a reading can hold; mend it in the source and send it again",
        "thời gian của nó nằm ngoài những năm mà lần đọc có thể chứa; hãy sửa ở nguồn rồi gửi lại",
    ),
    "live.members": (
        "the cases behind a live number are those of an evaluation of the whole log",
        "các hồ sơ đứng sau một con số trực tiếp lấy từ lần đánh giá toàn bộ nhật ký",
    ),
    "tail.a_text": ("a text", "một văn bản"),
    "tail.a_whole_number": ("a whole number", "một số nguyên"),
    "tail.missing_field": ("an event needs {names}", "sự kiện cần có {names}"),
    "tail.no_value": (
        "attribute {label!r} is {value!r}: expected a text, a finite number, true or false, a date, an instant "
        "with its offset, or a duration",
        "thuộc tính {label!r} là {value!r}: cần một văn bản, một số hữu hạn, đúng hoặc sai, một ngày, một thời điểm "
        "kèm độ lệch múi giờ, hoặc một khoảng thời gian",
    ),
    "tail.other_type": (
        "attribute {label!r} is {value!r}, and the log has it as {type}; send that type, or another name",
        "thuộc tính {label!r} là {value!r}, trong khi nhật ký ghi nó với kiểu {type}; hãy gửi đúng kiểu đó, hoặc dùng "
        "tên khác",
    ),
    "tail.refused": (
        "event {position} of case {case!r} is refused: {why}",
        "sự kiện {position} của hồ sơ {case!r} bị từ chối: {why}",
    ),
    "tail.unknown_field": (
        "an event has no field {names}; what the source has beside {known} goes into attributes",
        "sự kiện không có trường {names}; những gì nguồn có ngoài {known} thì đưa vào attributes",
    ),
    "tail.wrong_field": (
        "{name} is {value!r}, expected {wanted}",
        "{name} là {value!r}, cần {wanted}",
    ),
}
