"""Imports: open questions, files that cannot be read, rows set aside, warnings."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "log.already": (
        "{destination} is already {what}; choose another folder, append to it, or replace it",
        "{destination} đã là {what}; hãy chọn thư mục khác, nhập thêm vào, hoặc thay thế",
    ),
    "log.bad_row": (
        "row {line} of the frame cannot be an event: {reason} ({raw})",
        "dòng {line} của bảng không thể là sự kiện: {reason} ({raw})",
    ),
    "log.counted_once": (
        "{repeated} rows are in an earlier import already; each counts once",
        "{repeated:n} dòng đã có trong lần nhập trước; mỗi dòng chỉ tính một lần",
    ),
    "log.cut_off": (
        "{path} is cut off or damaged: after {bytes} unpacked bytes the {packing} data ends ({error}); nothing was imported, fetch the file again",
        "{path} bị cắt hoặc hỏng: dữ liệu {packing} kết thúc sau {bytes:n} byte đã giải nén ({error}); không có gì được nhập, hãy lấy lại tệp",
    ),
    "log.damaged": (
        "{path} is damaged ({error}); import the source again",
        "{path} bị hỏng ({error}); hãy nhập lại từ nguồn",
    ),
    "log.delimiter": (
        "the delimiter must be one character, not {delimiter!r}",
        "dấu phân cách phải là một ký tự, không phải {delimiter!r}",
    ),
    "log.disk_full": (
        "the disk of {folder} is full; nothing was imported. Free some space or choose a folder on a larger disk",
        "đĩa chứa {folder} đã đầy; không có gì được nhập. Hãy giải phóng dung lượng hoặc chọn thư mục trên đĩa lớn hơn",
    ),
    "log.doctype": (
        "{name} declares a document type or entities; giao reads none, because they can hide other files or fill the memory. Remove the <!DOCTYPE …> part if you trust the file",
        "{name} khai báo kiểu tài liệu hoặc thực thể; giao không đọc phần này, vì có thể che giấu tệp khác hoặc làm đầy bộ nhớ. Hãy bỏ phần <!DOCTYPE …> nếu bạn tin tệp này",
    ),
    "log.empty": (
        "{path} is empty; a log needs a header line and at least one event",
        "{path} trống; nhật ký cần dòng tiêu đề và ít nhất một sự kiện",
    ),
    "log.empty_traces": (
        "{empty_traces} traces have no event and are not in the log",
        "{empty_traces:n} hồ sơ không có sự kiện nên không nằm trong nhật ký",
    ),
    "log.encrypted": (
        "{path} is encrypted; unpack it first",
        "{path} được mã hoá; hãy giải mã trước",
    ),
    "log.excel": (
        "{path} cannot be read as Excel ({error}); save it again as .xlsx or CSV",
        "không đọc được {path} dạng Excel ({error}); hãy lưu lại thành .xlsx hoặc CSV",
    ),
    "log.final_values": (
        "column {label} looks as if it held final values on every row: consider `hindsight`",
        "cột {label} có vẻ chứa giá trị cuối cùng ở mọi dòng: hãy cân nhắc `hindsight`",
    ),
    "log.format": (
        "{folder} was written in format {written}, this version reads {format}",
        "{folder} được ghi ở định dạng {written}, phiên bản này đọc {format}",
    ),
    "log.header_quote": (
        "{path}: a name in the header has a quote inside; remove it, or put the whole name in quotes and double those inside",
        "{path}: một tên trong dòng tiêu đề có dấu ngoặc kép ở giữa; hãy bỏ đi, hoặc đặt cả tên trong ngoặc kép và nhân đôi dấu bên trong",
    ),
    "log.header_twice": (
        "the header has `{label}` more than once; column {at} is called `{name}`",
        "tiêu đề có `{label}` hơn một lần; cột {at} được gọi là `{name}`",
    ),
    "log.imported_before": (
        "the file was imported before, as import {known}",
        "tệp này đã nhập trước đây, là lần nhập {known}",
    ),
    "log.json": (
        "{path} is not JSON lines (one object a line): {error}",
        "{path} không phải JSON lines (mỗi dòng một đối tượng): {error}",
    ),
    "log.left_alone": (
        "{destination} is not a sealed log and is left alone; choose another folder",
        "{destination} không phải nhật ký đã niêm phong nên được giữ nguyên; hãy chọn thư mục khác",
    ),
    "log.little_memory": (
        "{text} is too little memory for an import; give 64MiB or more",
        "{text} bộ nhớ là quá ít để nhập; hãy cho 64MiB trở lên",
    ),
    "log.long_record": (
        "{path}: the record that begins on line {line} is longer than {mebibytes} MiB; a quote there is probably never closed",
        "{path}: bản ghi bắt đầu ở dòng {line} dài hơn {mebibytes} MiB; có lẽ một dấu nháy không được đóng",
    ),
    "log.mapping_form": (
        "the mapping {path} is neither JSON nor YAML: {error}",
        "ánh xạ {path} không phải JSON cũng không phải YAML: {error}",
    ),
    "log.mapping_unreadable": (
        "the mapping {path} cannot be read: {strerror}",
        "không đọc được ánh xạ {path}: {strerror}",
    ),
    "log.mapping_wrong": (
        "the mapping {path} is wrong at `{where}`: {said}; known fields are {names}",
        "ánh xạ {path} sai ở `{where}`: {said}; các trường dùng được: {names}",
    ),
    "log.memory": (
        "`{text}` is no amount of memory; write it as 512MB or 2GiB",
        "`{text}` không phải là dung lượng bộ nhớ; hãy viết như 512MB hoặc 2GiB",
    ),
    "log.mid_trace": (
        "{path} ends in the middle of a trace; fetch the file again",
        "{path} kết thúc giữa một hồ sơ; hãy lấy lại tệp",
    ),
    "log.neither": (
        "{path} is neither a sealed log nor a file",
        "{path} không phải nhật ký đã niêm phong cũng không phải tệp",
    ),
    "log.no_case": (
        "the log has no case `{case_id}`",
        "nhật ký không có hồ sơ `{case_id}`",
    ),
    "log.no_column": (
        "the log has no column {names}; it has {known}",
        "nhật ký không có cột {names}; hiện có {known}",
    ),
    "log.no_encoding": (
        "there is no encoding `{encoding}`; common ones are utf-8, utf-16, cp1252, cp1258",
        "không có bảng mã `{encoding}`; thường dùng utf-8, utf-16, cp1252, cp1258",
    ),
    "log.no_event": (
        "{path} holds no usable event: {reasons}; check the mapping of case, activity and time",
        "{path} không có sự kiện nào dùng được: {reasons}; hãy kiểm tra ánh xạ của hồ sơ, hoạt động và thời gian",
    ),
    "log.opening_is_state": (
        "{activity} is an activity of `times` and also a state in column {state}; give the event another name",
        "{activity} vừa là hoạt động của `times` vừa là trạng thái trong cột {state}; hãy đặt tên khác cho sự kiện này",
    ),
    "log.no_file": (
        "there is no file {path}",
        "không có tệp {path}",
    ),
    "log.no_folder": (
        "there is no log folder {folder}",
        "không có thư mục nhật ký {folder}",
    ),
    "log.no_import": (
        "import {number} of {folder} cannot be {verb}; these can: {known}",
        "lần nhập {number} của {folder} không thể {verb}; có thể: {known}",
    ),
    "log.no_manifest": (
        "{path} is not a manifest of a log; import the source again",
        "{path} không phải bản kê của nhật ký; hãy nhập lại từ nguồn",
    ),
    "log.no_part": (
        "{folder} is not a sealed log part ({error}); import the source again",
        "{folder} không phải một phần nhật ký đã niêm phong ({error}); hãy nhập lại từ nguồn",
    ),
    "log.no_trace": (
        "{path} holds no trace with events",
        "{path} không có hồ sơ nào có sự kiện",
    ),
    "log.no_xes": (
        "{path} is XML but no XES log: it has no <log> element",
        "{path} là XML nhưng không phải nhật ký XES: không có phần tử <log>",
    ),
    "log.not_as_sealed": (
        "{path} is not what was sealed; import the source again",
        "{path} không còn đúng như khi niêm phong; hãy nhập lại từ nguồn",
    ),
    "log.not_closed": (
        "{path} ends before the log is closed; fetch the file again",
        "{path} kết thúc trước khi nhật ký được đóng; hãy lấy lại tệp",
    ),
    "log.not_opened": (
        "{path} cannot be opened: {strerror}",
        "không mở được {path}: {strerror}",
    ),
    "log.not_sealed": (
        "{folder} is not a sealed log (it has no {manifest}); make one with `giao import FILE {folder}`",
        "{folder} không phải nhật ký đã niêm phong (không có {manifest}); hãy tạo bằng `giao import FILE {folder}`",
    ),
    "log.nothing": (
        "there is no file to import",
        "không có tệp nào để nhập",
    ),
    "log.one_file": (
        "{path} must hold exactly one file and holds {count} ({names}); unpack it and import the file you mean",
        "{path} phải chứa đúng một tệp mà lại chứa {count} ({names}); hãy giải nén rồi nhập tệp cần dùng",
    ),
    "log.only_import": (
        "import {number} is all that {folder} holds; delete the folder to be rid of it",
        "lần nhập {number} là tất cả những gì {folder} có; hãy xoá thư mục nếu muốn bỏ",
    ),
    "log.other_content": (
        "{folder} names content {named} but holds {hash}; import again",
        "{folder} ghi nội dung {named} nhưng chứa {hash}; hãy nhập lại",
    ),
    "log.parquet": (
        "{path} is a damaged Parquet file ({error}); fetch the file again",
        "{path} là tệp Parquet bị hỏng ({error}); hãy lấy lại tệp",
    ),
    "log.part_missing": (
        "{path} is missing or damaged ({error}); import the source again",
        "{path} bị thiếu hoặc hỏng ({error}); hãy nhập lại từ nguồn",
    ),
    "log.no_export": (
        "there is no format {format}; there are {known}",
        "không có định dạng {format}; có các định dạng {known}",
    ),
    "log.too_many_rows": (
        "the log has {events:,} events and an Excel sheet holds {most:,}; write CSV or Parquet",
        "nhật ký có {events:n} sự kiện mà một trang tính Excel chỉ chứa {most:n}; hãy xuất CSV hoặc Parquet",
    ),
    "log.partly": (
        "{error} ({traces} whole traces with {events} events could be read)",
        "{error} (đọc được {traces:n} hồ sơ trọn vẹn với {events:n} sự kiện)",
    ),
    "log.sheets": (
        "the workbook has the sheets {names}; `{sheet}` was read",
        "tệp có các trang tính {names}; đã đọc `{sheet}`",
    ),
    "log.shown_twice": (
        "{twice} local times are shown twice by the clocks of {zone} (end of summer time); each is read as the earlier instant",
        "{twice:n} giờ địa phương xuất hiện hai lần trên đồng hồ của {zone} (hết giờ mùa hè); mỗi giờ được đọc là thời điểm sớm hơn",
    ),
    "log.skipped": (
        "{skipped} local times do not exist in {zone} (begin of summer time); each is moved forward by the gap. If they are many, the zone is wrong",
        "{skipped:n} giờ địa phương không tồn tại ở {zone} (bắt đầu giờ mùa hè); mỗi giờ được dời tới bằng khoảng trống. Nếu có nhiều, múi giờ bị sai",
    ),
    "log.text_times": (
        "column {label} holds times without a zone and is read as text: pass --zone",
        "cột {label} chứa thời gian không có múi giờ nên được đọc là văn bản: hãy ghi --zone",
    ),
    "log.times_reason": (
        "{count} × {reason}",
        "{count} × {reason}",
    ),
    "log.writing": (
        "another import is writing to {folder}; wait until it is done",
        "một lần nhập khác đang ghi vào {folder}; hãy đợi đến khi xong",
    ),
    "log.xes_encoding": (
        "{path} declares the unknown encoding {name}",
        "{path} khai báo bảng mã không biết {name}",
    ),
    "log.xml": (
        "{name} is not well-formed XML: {said} in {where}, line {line}",
        "{name} không phải XML đúng dạng: {said} ở {where}, dòng {line}",
    ),
    "log.xml_deep": (
        "{name} nests elements deeper than {most_depth}",
        "{name} lồng các phần tử sâu hơn {most_depth}",
    ),
    "log.zip": (
        "{path} is a broken zip ({error}); fetch the file again",
        "{path} là tệp zip bị hỏng ({error}); hãy lấy lại tệp",
    ),
    "need.activity": (
        "which column holds the activity: pass --activity",
        "cột nào chứa hoạt động: hãy ghi --activity",
    ),
    "need.case": (
        "which column holds the case (order, ticket, file): pass --case",
        "cột nào chứa mã hồ sơ (đơn hàng, phiếu, tệp): hãy ghi --case",
    ),
    "need.classifier": (
        "the log has no classifier `{classifier}`; it has {names}",
        "nhật ký không có bộ phân loại `{classifier}`; hiện có {names}",
    ),
    "need.date_format": (
        'times in column {label} such as "{shown}" are in no known format: pass --date-format',
        'thời gian trong cột {label} như "{shown}" không theo định dạng nào đã biết: hãy ghi --date-format',
    ),
    "need.day_order": (
        'times in column {label} can be read day first or month first: pass --date-format "{day_first}" or --date-format "{month_first}"',
        'thời gian trong cột {label} có thể đọc ngày trước hoặc tháng trước: hãy ghi --date-format "{day_first}" hoặc --date-format "{month_first}"',
    ),
    "need.epoch": (
        "column {label} holds numbers that are not epoch times; choose another with --time",
        "cột {label} chứa số nhưng không phải thời gian epoch; hãy chọn cột khác bằng --time",
    ),
    "need.key": (
        "columns are to be pseudonymised: pass a secret key (--key-file)",
        "có cột cần thay bằng mã giả: hãy đưa khoá bí mật (--key-file)",
    ),
    "need.no_column": (
        "there is no column `{label}` for {where}; {hint}",
        "không có cột `{label}` cho {where}; {hint}",
    ),
    "need.no_zone": (
        "there is no time zone `{zone}`; {hint}",
        "không có múi giờ `{zone}`; {hint}",
    ),
    "need.of_columns": (
        "{sentence} (columns: {shown})",
        "{sentence} (các cột: {shown})",
    ),
    "need.sheet": (
        "{path} has no sheet `{sheet}`; it has {names}",
        "{path} không có trang tính `{sheet}`; hiện có {names}",
    ),
    "need.snapshot_time": (
        "which column says when the row was true: pass --time",
        "cột nào cho biết thời điểm dòng đó đúng: hãy ghi --time",
    ),
    "need.state": (
        "which column holds the state: pass `state` in the mapping",
        "cột nào chứa trạng thái: hãy ghi `state` trong ánh xạ",
    ),
    "need.time": (
        "which column holds the time: pass --time",
        "cột nào chứa thời gian: hãy ghi --time",
    ),
    "need.times": (
        "a row is a case: say which time column means which activity (`times` of the mapping)",
        "mỗi dòng là một hồ sơ: hãy cho biết cột thời gian nào ứng với hoạt động nào (`times` của ánh xạ)",
    ),
    "need.zone": (
        "times in {columns} carry no zone: pass --zone, e.g. --zone Europe/Paris",
        "thời gian trong {columns} không có múi giờ: hãy ghi --zone, ví dụ --zone Asia/Ho_Chi_Minh",
    ),
    "reject.bad_encoding": (
        "the text is not valid in the file's encoding",
        "văn bản không hợp lệ theo bảng mã của tệp",
    ),
    "reject.bad_fields": (
        "the row has more or fewer fields than the header",
        "dòng có nhiều hoặc ít trường hơn tiêu đề",
    ),
    "reject.bad_recorded": (
        "the recorded time cannot be read",
        "không đọc được thời gian ghi nhận",
    ),
    "reject.bad_sequence": (
        "the sequence is not a whole number",
        "số thứ tự không phải số nguyên",
    ),
    "reject.bad_start": (
        "the start cannot be read",
        "không đọc được thời gian bắt đầu",
    ),
    "reject.bad_time": (
        "the time cannot be read",
        "không đọc được thời gian",
    ),
    "reject.duplicate": (
        "the row is the same as another in every column",
        "dòng trùng với một dòng khác ở mọi cột",
    ),
    "reject.no_activity": (
        "the activity is empty",
        "hoạt động trống",
    ),
    "reject.no_case": (
        "the case is empty",
        "mã hồ sơ trống",
    ),
    "reject.no_time": (
        "the time is empty",
        "thời gian trống",
    ),
    "reject.nul_byte": (
        "the row holds a NUL byte",
        "dòng chứa byte NUL",
    ),
    "reject.open_quote": (
        "a quote that begins in the row is never closed",
        "dấu nháy mở trong dòng không được đóng",
    ),
}
