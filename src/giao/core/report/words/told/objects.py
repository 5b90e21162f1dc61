"""Object-centric logs: which type is the case, and what in the file does not fit together."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "need.object_type": (
        "the log is object-centric: say which object type is the case with --object-type ({names})",
        "nhật ký theo đối tượng: hãy cho biết loại đối tượng nào là hồ sơ bằng --object-type ({names})",
    ),
    "ocel.ambiguous": (
        "the times of {path} can be read day first or month first; OCEL 2.0 writes them as 2023-04-03T10:08:18Z",
        "thời gian trong {path} có thể đọc ngày trước hoặc tháng trước; OCEL 2.0 ghi dạng 2023-04-03T10:08:18Z",
    ),
    "ocel.bad_times": (
        "{count} rows without a readable time were left out (such as {example})",
        "đã bỏ qua {count} dòng không có thời gian đọc được (chẳng hạn {example})",
    ),
    "ocel.changed": ("{file} was changed", "{file} đã bị thay đổi"),
    "ocel.damaged": (
        "{path} cannot be read as OCEL 2.0: {error}",
        "{path} không đọc được theo OCEL 2.0: {error}",
    ),
    "ocel.lost_relations": (
        "{count} relations name an event or object that is not in the file; they were left out",
        "{count} quan hệ trỏ đến sự kiện hoặc đối tượng không có trong tệp; đã bỏ qua",
    ),
    "ocel.no_case": (
        "no event belongs to an object of type {name}; choose another",
        "không có sự kiện nào thuộc đối tượng loại {name}; hãy chọn loại khác",
    ),
    "ocel.no_events": ("{path} has no events", "{path} không có sự kiện nào"),
    "ocel.no_times": (
        "no event of {path} has a readable time",
        "không sự kiện nào trong {path} có thời gian đọc được",
    ),
    "ocel.no_type": (
        "the log has no object type {name}; it has {names}",
        "nhật ký không có loại đối tượng {name}; hiện có {names}",
    ),
    "ocel.not_one": (
        "{path} is not an object-centric log (OCEL 2.0 as JSON, SQLite or XML)",
        "{path} không phải nhật ký theo đối tượng (OCEL 2.0 dạng JSON, SQLite hoặc XML)",
    ),
    "ocel.shared": (
        "{shared} of {events} events belong to several {type}: each stands in every one of these cases",
        "{shared} trên {events} sự kiện thuộc nhiều {type}: mỗi sự kiện có mặt trong từng hồ sơ đó",
    ),
    "ocel.twice": (
        "{count} identifiers stand twice; the first of each was read",
        "{count} mã xuất hiện hai lần; chỉ đọc lần đầu của mỗi mã",
    ),
    "ocel.unreadable": (
        "{folder} holds no objects that can be read: {error}",
        "{folder} không chứa đối tượng nào đọc được: {error}",
    ),
}
