"""What mining says: filters in words, titles of pictures, what cannot be shown and why."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "engine.changed": (
        "{file} is not the file that was to be read; describe the log again",
        "{file} không phải tệp cần đọc; hãy mô tả lại nhật ký",
    ),
    "mining.bars_title": (
        "Largest first",
        "Lớn nhất trước",
    ),
    "mining.calendar": (
        "The calendar is not right: {error}",
        "Lịch làm việc chưa đúng: {error}",
    ),
    "mining.days": (
        "{n} d",
        "{n} ngày",
    ),
    "mining.diff_says": (
        "{n} steps differ",
        "{n} bước khác nhau",
    ),
    "mining.diff_title": (
        "Two variants",
        "Hai biến thể",
    ),
    "mining.dotted_says": (
        "{events} events of {cases} cases, {since} to {until}",
        "{events} sự kiện của {cases} hồ sơ, từ {since} đến {until}",
    ),
    "mining.dotted_title": (
        "Events over time",
        "Sự kiện theo thời gian",
    ),
    "mining.f.and": (
        "{one}, and {other}",
        "{one}, và {other}",
    ),
    "mining.f.apart": (
        "{what}, {low} to {high} later",
        "{what}, sau đó từ {low} đến {high}",
    ),
    "mining.f.apart_business": (
        "{what}, {low} to {high} of business time later",
        "{what}, sau đó từ {low} đến {high} giờ làm việc",
    ),
    "mining.f.cases": (
        "cases {names}",
        "các hồ sơ {names}",
    ),
    "mining.f.directly": (
        "cases in which {then} directly follows {first}",
        "hồ sơ có {then} ngay sau {first}",
    ),
    "mining.f.ended": (
        "cases that end from {since} to {until}",
        "hồ sơ kết thúc từ {since} đến {until}",
    ),
    "mining.f.ends": (
        "cases that end with {names}",
        "hồ sơ kết thúc bằng {names}",
    ),
    "mining.f.events": (
        "only events from {since} to {until}",
        "chỉ các sự kiện từ {since} đến {until}",
    ),
    "mining.f.ever": (
        "cases in which {then} comes after {first}",
        "hồ sơ có {then} sau {first}",
    ),
    "mining.f.has": (
        "cases with {names}",
        "hồ sơ có {names}",
    ),
    "mining.f.has_all": (
        "cases with all of {names}",
        "hồ sơ có đủ {names}",
    ),
    "mining.f.has_times": (
        "cases with {names} at least {n} times",
        "hồ sơ có {names} ít nhất {n} lần",
    ),
    "mining.f.judged": (
        "cases of which is true: {name} ({n})",
        "hồ sơ thoả điều kiện: {name} ({n})",
    ),
    "mining.f.lasts": (
        "cases that take {low} to {high}",
        "hồ sơ kéo dài từ {low} đến {high}",
    ),
    "mining.f.lasts_business": (
        "cases that take {low} to {high} of business time",
        "hồ sơ kéo dài từ {low} đến {high} giờ làm việc",
    ),
    "mining.f.more": (
        "{names} and {n} more",
        "{names} và {n} mục khác",
    ),
    "mining.f.not": (
        "not ({what})",
        "không phải ({what})",
    ),
    "mining.f.only": (
        "only events of {names}",
        "chỉ các sự kiện {names}",
    ),
    "mining.f.or": (
        "({one}, or {other})",
        "({one}, hoặc {other})",
    ),
    "mining.f.started": (
        "cases that begin from {since} to {until}",
        "hồ sơ bắt đầu từ {since} đến {until}",
    ),
    "mining.f.starts": (
        "cases that begin with {names}",
        "hồ sơ bắt đầu bằng {names}",
    ),
    "mining.f.top": (
        "cases of the {n} commonest variants",
        "hồ sơ thuộc {n} biến thể phổ biến nhất",
    ),
    "mining.f.touching": (
        "cases that run at some time from {since} to {until}",
        "hồ sơ có lúc diễn ra từ {since} đến {until}",
    ),
    "mining.f.variants": (
        "cases that went {names}",
        "hồ sơ đi theo {names}",
    ),
    "mining.f.where_always": (
        "cases of which is true at every event: {text}",
        "hồ sơ mà mọi sự kiện đều thoả: {text}",
    ),
    "mining.f.where_end": (
        "cases of which is true at the end: {text}",
        "hồ sơ lúc kết thúc thoả: {text}",
    ),
    "mining.f.where_ever": (
        "cases of which is true at some event: {text}",
        "hồ sơ có sự kiện thoả: {text}",
    ),
    "mining.f.where_start": (
        "cases of which is true at the beginning: {text}",
        "hồ sơ lúc bắt đầu thoả: {text}",
    ),
    "mining.f.within": (
        "cases wholly from {since} to {until}",
        "hồ sơ nằm trọn từ {since} đến {until}",
    ),
    "mining.f.without": (
        "without events of {names}",
        "bỏ các sự kiện {names}",
    ),
    "mining.feel": (
        "the condition {text} is not right: {error}",
        "điều kiện {text} chưa đúng: {error}",
    ),
    "mining.filter_deep": (
        "The filter is nested too deeply.",
        "Bộ lọc lồng nhau quá sâu.",
    ),
    "mining.filter_field": (
        "A filter of kind {kind} has no {names}.",
        "Bộ lọc loại {kind} không có {names}.",
    ),
    "mining.filter_kind": (
        "There is no filter of kind {kind}; there are {known}.",
        "Không có bộ lọc loại {kind}; có các loại {known}.",
    ),
    "mining.filter_long": (
        "The filter is longer than {n} characters.",
        "Bộ lọc dài hơn {n} ký tự.",
    ),
    "mining.filter_no_object": (
        "A filter is an object with a kind; make it again.",
        "Bộ lọc phải là một đối tượng có kind; hãy tạo lại.",
    ),
    "mining.filter_parts": (
        "A filter of kind {kind} is not whole ({error}).",
        "Bộ lọc loại {kind} chưa đủ phần ({error}).",
    ),
    "mining.filter_unreadable": (
        "This is not a filter ({error}); make it again.",
        "Đây không phải bộ lọc ({error}); hãy tạo lại.",
    ),
    "mining.hours": (
        "{n} h",
        "{n} giờ",
    ),
    "mining.instant": (
        "{what}: {value} is no instant with a zone; write 2024-03-01T00:00:00+07:00",
        "{what}: {value} không phải thời điểm có múi giờ; hãy ghi 2024-03-01T00:00:00+07:00",
    ),
    "mining.judged": (
        "the frame has no column {names}; it needs case (text) and passed (true or false)",
        "bảng không có cột {names}; cần có case (chữ) và passed (đúng hoặc sai)",
    ),
    "mining.length": (
        "{what}: {value} is no length of time; give a timedelta or whole microseconds",
        "{what}: {value} không phải độ dài thời gian; hãy cho timedelta hoặc số nguyên micro giây",
    ),
    "mining.map_says": (
        "{shown} of {n} activities, {paths} of {all} paths, {cases} cases",
        "{shown} trong {n} hoạt động, {paths} trong {all} đường đi, {cases} hồ sơ",
    ),
    "mining.map_title": (
        "Process map",
        "Bản đồ quy trình",
    ),
    "mining.matrix_title": (
        "Handover of work ({by})",
        "Chuyển giao công việc ({by})",
    ),
    "mining.median_is": (
        "median {value}",
        "trung vị {value}",
    ),
    "mining.minutes": (
        "{n} min",
        "{n} phút",
    ),
    "mining.more_rows": (
        "and {n} more",
        "và {n} dòng khác",
    ),
    "mining.names": (
        "{what}: give one name or several as texts, not {value}",
        "{what}: hãy cho một hoặc nhiều tên dạng chữ, không phải {value}",
    ),
    "mining.no_activity": (
        "the log has no activity {activity}.{hint}",
        "nhật ký không có hoạt động {activity}.{hint}",
    ),
    "mining.no_cases": (
        "No case is left, so there is nothing to show; widen the filter.",
        "Không còn hồ sơ nào nên không có gì để hiển thị; hãy nới bộ lọc.",
    ),
    "mining.no_column": (
        "the log has no column {column}, so this cannot be shown; it has {known}",
        "nhật ký không có cột {column} nên không hiển thị được; có các cột {known}",
    ),
    "mining.no_figure": (
        "the map has no figure {show}; it has {known}",
        "bản đồ không có số liệu {show}; có {known}",
    ),
    "mining.no_lifecycle": (
        "lifecycle {value} is not known; give pair, rows or complete",
        "không biết lifecycle {value}; hãy cho pair, rows hoặc complete",
    ),
    "mining.no_quantile": (
        "{value} is no percentile; give shares from 0 to 1, such as 0.95",
        "{value} không phải phân vị; hãy cho tỷ lệ từ 0 đến 1, chẳng hạn 0.95",
    ),
    "mining.no_row": (
        "there is no row {row}; rows are numbered from 0 and there are {n}",
        "không có dòng {row}; các dòng đánh số từ 0 và có {n} dòng",
    ),
    "mining.no_variant": (
        "there is no variant {row}; there are {n}",
        "không có biến thể {row}; có {n} biến thể",
    ),
    "mining.no_work_time": (
        "The log tells no starts, so how long a step takes cannot be shown.",
        "Nhật ký không ghi lúc bắt đầu nên không biết mỗi bước làm mất bao lâu.",
    ),
    "mining.nothing": (
        "Nothing to show.",
        "Không có gì để hiển thị.",
    ),
    "mining.one_of": (
        "{what}: {value} is not known; give {known}",
        "{what}: không biết {value}; hãy cho {known}",
    ),
    "mining.one_time": (
        "The log has one time an event, so service and waiting time cannot be told apart; times run from completion to completion.",
        "Nhật ký chỉ có một mốc thời gian mỗi sự kiện nên không tách được thời gian làm và thời gian chờ; thời gian tính từ lúc hoàn thành này đến lúc hoàn thành kia.",
    ),
    "mining.parts": (
        "only filters of cases can be joined by or, and turned round by not; there is another here",
        "chỉ bộ lọc hồ sơ mới nối được bằng hoặc và đảo bằng không phải; ở đây có loại khác",
    ),
    "mining.seconds": (
        "{n} s",
        "{n} giây",
    ),
    "mining.sequences": (
        "give at least one sequence of activities",
        "hãy cho ít nhất một chuỗi hoạt động",
    ),
    "mining.slider": (
        "{name}: {value} is no share; give a number from 0 to 1",
        "{name}: {value} không phải tỷ lệ; hãy cho số từ 0 đến 1",
    ),
    "mining.some_cases": (
        "{shown} of {n} cases are shown, every {step} by their beginning.",
        "Hiển thị {shown} trong {n} hồ sơ, cứ {step} hồ sơ lấy một theo lúc bắt đầu.",
    ),
    "mining.throughput_title": (
        "Duration of cases",
        "Thời gian xử lý hồ sơ",
    ),
    "mining.unknown_duties": (
        "{n} events are left out: {by} is not known.",
        "Bỏ qua {n} sự kiện: không biết {by}.",
    ),
    "mining.unknown_hands": (
        "{n} steps are left out: {by} is not known on one side.",
        "Bỏ qua {n} bước: một phía không biết {by}.",
    ),
    "mining.variants_say": (
        "{shown} of {n} variants hold {share} of the cases",
        "{shown} trong {n} biến thể chiếm {share} số hồ sơ",
    ),
    "mining.variants_title": (
        "Variants",
        "Các biến thể",
    ),
    "mining.waits_hold_work": (
        "The log tells no starts: waiting here runs to the completion of the next step and holds its work.",
        "Nhật ký không ghi lúc bắt đầu: thời gian chờ ở đây tính đến lúc hoàn thành bước sau nên gồm cả thời gian làm bước đó.",
    ),
    "mining.whole": (
        "{what}: {value} is no whole number of {least} or more",
        "{what}: {value} không phải số nguyên từ {least} trở lên",
    ),
}
