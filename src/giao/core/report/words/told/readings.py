"""Why a reading cannot be made or shown: agreements, relief claims, facts."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "phase.condition": ("phases, when: {error}", "điều kiện của giai đoạn (phases, when): {error}"),
    "phase.gate_passed": (
        "gate {gate!r}: passed is {value!r}, expected true or false",
        "cổng {gate!r}: passed là {value!r}, cần true hoặc false",
    ),
    "agreement.as_of_far": (
        "a reading stands between the years {first} and {last}; give another instant (--as-of)",
        "kết quả đọc phải ở trong khoảng năm {first} đến {last}; hãy cho thời điểm khác (--as-of)",
    ),
    "agreement.attribute_no_number": (
        "attribute {name!r} holds {kind}, and this needs numbers; declare it in work.attributes as {{type: number}} and import the log again, or name another attribute",
        "thuộc tính {name!r} chứa {kind}, mà ở đây cần số; hãy khai báo trong work.attributes là {{type: number}} rồi nhập lại nhật ký, hoặc nêu thuộc tính khác",
    ),
    "agreement.attribute_wrong": (
        "attribute {name!r}: {error}",
        "thuộc tính {name!r}: {error}",
    ),
    "agreement.event_far": (
        "{count} events lie outside the years {first} to {last}, the first in case {case!r} at {time}; mend their times in the source, or leave these rows out, and import again",
        "{count} sự kiện nằm ngoài các năm {first} đến {last}, sự kiện đầu tiên ở hồ sơ {case!r} vào {time}; hãy sửa thời điểm trong nguồn, hoặc bỏ các dòng này, rồi nhập lại",
    ),
    "agreement.closed_month": (
        "the cases behind a closed month are those of a reading as of its close",
        "các hồ sơ sau một tháng đã chốt là hồ sơ của kết quả đọc tại lúc chốt kỳ",
    ),
    "agreement.condition_no_kpi": (
        "a condition asks about {name!r} where the name of a KPI is expected, e.g. missed(paid_in_time, 3, 6); measured: {known}",
        "một điều kiện hỏi về {name!r} ở chỗ cần tên một mức dịch vụ, ví dụ missed(paid_in_time, 3, 6); đang đo: {known}",
    ),
    "agreement.condition_not_measured": (
        "a condition asks about KPI {kpi!r}, which is not measured; measured: {known}",
        "một điều kiện hỏi về mức dịch vụ {kpi!r} mà không được đo; đang đo: {known}",
    ),
    "agreement.condition_count": (
        "a condition calls {form} with {value} where a whole number from 1 to {most} is expected",
        "một điều kiện gọi {form} với {value}, trong khi cần một số nguyên từ 1 đến {most}",
    ),
    "agreement.condition_k_of_n": (
        "a condition calls {form} with k = {k} above n = {n}, which can never hold",
        "một điều kiện gọi {form} với k = {k} lớn hơn n = {n}, nên không bao giờ đúng",
    ),
    "agreement.condition_unknown": (
        "{text!r} reads {names}, which no month has; it has {known} and the functions {functions}",
        "{text!r} đọc {names}, mà không tháng nào có; tháng có {known} và các hàm {functions}",
    ),
    "agreement.minimum_units": (
        "charge line {name!r}: a minimum in units needs a per_unit or outcome line; say minimum: {{amount: …}}",
        "khoản phí {name!r}: mức tối thiểu theo đơn vị chỉ dùng cho khoản per_unit hoặc outcome; hãy ghi minimum: {{amount: …}}",
    ),
    "agreement.months": (
        "{place}: {period} counts months, which have no fixed length; write days, e.g. P30D",
        "{place}: {period} tính theo tháng, mà tháng không có độ dài cố định; hãy ghi theo ngày, ví dụ P30D",
    ),
    "agreement.no_attribute": (
        "the log has no attribute {name!r}; it has {known}",
        "nhật ký không có thuộc tính {name!r}; hiện có {known}",
    ),
    "agreement.no_calendar": (
        "calendar {name!r} does not exist; calendars: {known}",
        "lịch làm việc {name!r} không tồn tại; các lịch: {known}",
    ),
    "agreement.no_calendar_at": (
        "{place}: calendar {calendar!r} does not exist; calendars: {known}",
        "{place}: lịch làm việc {calendar!r} không tồn tại; các lịch: {known}",
    ),
    "agreement.no_case": (
        "the log has no case {case_id!r} as of this reading; check its spelling",
        "nhật ký không có hồ sơ {case_id!r} tại thời điểm đọc này; hãy kiểm tra cách viết",
    ),
    "agreement.no_clock": (
        "clock {name!r} does not exist; clocks: {known}",
        "đồng hồ {name!r} không tồn tại; các đồng hồ: {known}",
    ),
    "agreement.no_clock_here": (
        "the agreement has no clock {clock!r}; it has {known}",
        "thoả thuận không có đồng hồ {clock!r}; hiện có {known}",
    ),
    "agreement.no_credit": (
        "KPI {kpi!r} has no credit in {month}; KPIs with credits there: {known}",
        "mức dịch vụ {kpi!r} không có khoản giảm trừ trong tháng {month:m}; các mức dịch vụ có giảm trừ trong tháng: {known}",
    ),
    "agreement.no_days_late": (
        "KPI {kpi!r} has a credit per day late, but nothing says how many days: per_day fits KPIs of kind duty (facts giao.fact.duty) and one_off milestones; use per_case or percent",
        "mức dịch vụ {kpi!r} có khoản giảm trừ theo ngày trễ, nhưng không có dữ liệu nào cho biết trễ bao nhiêu ngày: per_day dùng cho mức dịch vụ loại duty (dữ kiện giao.fact.duty) và các mốc one_off; hãy dùng per_case hoặc percent",
    ),
    "agreement.no_kpi": (
        "KPI {kpi!r} does not exist; KPIs: {known}",
        "mức dịch vụ {kpi!r} không tồn tại; các mức dịch vụ: {known}",
    ),
    "agreement.no_line": (
        "the statement of {month} has no line {line!r}; lines: {known}",
        "bảng kê tháng {month:m} không có khoản phí {line!r}; các khoản phí: {known}",
    ),
    "agreement.no_reading": (
        "no reading in {name}: compute it first (giao evaluate … --parquet, or open the page)",
        "chưa có kết quả đọc trong {name}: hãy tính trước (giao evaluate … --parquet, hoặc mở trang)",
    ),
    "agreement.no_statement": (
        "there is no statement of {month}; statements: {known}",
        "không có bảng kê tháng {month:m}; các bảng kê: {known}",
    ),
    "agreement.no_weights": (
        "nothing to share out: the weights sum to 0",
        "không có gì để chia: tổng trọng số bằng 0",
    ),
    "agreement.no_window": (
        "KPI {kpi!r} has no window {window!r}; windows: {known}",
        "mức dịch vụ {kpi!r} không có kỳ đo {window!r}; các kỳ đo: {known}",
    ),
    "agreement.nothing_to_read": (
        "the log has no events and there are no facts: say as of when to read (--as-of)",
        "nhật ký không có sự kiện và không có dữ kiện nào: hãy cho biết đọc tại thời điểm nào (--as-of)",
    ),
    "agreement.shortfall_of_time": (
        "KPI {kpi!r} is a length of time: a shortfall has no percentage points; price it by tiers, percent, per_case or amount",
        "mức dịch vụ {kpi!r} là độ dài thời gian: phần thiếu không có điểm phần trăm; hãy tính giá theo tiers, percent, per_case hoặc amount",
    ),
    "agreement.too_large": (
        "a value of {largest} is too large to be summed exactly; check the unit of the attribute",
        "giá trị {largest} quá lớn để cộng chính xác; hãy kiểm tra đơn vị của thuộc tính",
    ),
    "agreement.two_currencies": (
        "the draft is in {draft}, the agreement in {currency}; sums in two currencies cannot stand side by side: set the draft's currency",
        "bản dự thảo dùng {draft}, thoả thuận dùng {currency}; không thể đặt số tiền của hai đồng tiền cạnh nhau: hãy đặt currency của bản dự thảo",
    ),
    "fact.field_wrong": (
        "{place}, {field}: {error}",
        "{place}, {field}: {error}",
    ),
    "fact.index_wrong": (
        "giao.fact.index, {series} for {month}: {error}",
        "giao.fact.index, {series} tháng {month:m}: {error}",
    ),
    "fact.needs": (
        "{kind} needs {names}",
        "{kind} cần {names}",
    ),
    "fact.needs_time": (
        "{kind} needs time: when it happened",
        "{kind} cần time: thời điểm xảy ra",
    ),
    "fact.no_date": (
        "{place}, {field}: found {found!r}, expected a date such as 2026-03-31",
        "{place}, {field}: có {found!r}, cần một ngày như 2026-03-31",
    ),
    "fact.no_fact": (
        "found {row!r}, expected a fact such as {{type: giao.fact.rate, time: 2026-03-01, …}}",
        "có {row!r}, cần một dữ kiện như {{type: giao.fact.rate, time: 2026-03-01, …}}",
    ),
    "fact.no_file": (
        "no such file; check the path",
        "không có tệp này; hãy kiểm tra đường dẫn",
    ),
    "fact.no_instant": (
        "found {value!r}, expected an instant such as 2026-03-31T18:00",
        "có {value!r}, cần một thời điểm như 2026-03-31T18:00",
    ),
    "fact.no_month": (
        "{place}, {field}: found {said!r}, expected a month such as 2026-03",
        "{place}, {field}: có {said!r}, cần một tháng như 2026-03",
    ),
    "fact.of_day": (
        "{type} of {day}",
        "{type} ngày {day:d}",
    ),
    "fact.unknown_type": (
        "type {kind!r} is not known; one of {names}",
        "không có loại {kind!r}; các loại: {names}",
    ),
    "kpi_error.circle": (
        "kpis.{name}: a composite of itself: {names}",
        "kpis.{name}: chỉ tiêu tổng hợp chứa chính nó: {names}",
    ),
    "kpi_error.due_far": (
        "{place}: {text!r} is not within {furthest} days of {ends}",
        "{place}: {text!r} không nằm trong {furthest} ngày sau {ends:d}",
    ),
    "kpi_error.due_no_date": (
        "{place}: due {due!r} is no date; with every: once write one, e.g. 2026-03-31",
        "{place}: due {due!r} không phải ngày; với every: once hãy ghi một ngày, ví dụ 2026-03-31",
    ),
    "kpi_error.due_unclear": (
        "{place}: due {due!r} is not understood; write 'day 5', '3 business days', 'P5D', or a date with every: once",
        "{place}: không hiểu due {due!r}; hãy ghi 'day 5', '3 business days', 'P5D', hoặc một ngày khi every: once",
    ),
    "kpi_error.no_obligation": (
        "kpis.{name}: obligation {obligation!r} does not exist; obligations: {known}",
        "kpis.{name}: nghĩa vụ {obligation!r} không tồn tại; các nghĩa vụ: {known}",
    ),
    "kpi_error.no_part": (
        "kpis.{kpi}: {part!r} is not a KPI of this agreement",
        "kpis.{kpi}: {part!r} không phải mức dịch vụ của thoả thuận này",
    ),
    "kpi_error.score_source": (
        "kpis.{name}: a score needs attribute (in the log) or fact (a series' name)",
        "kpis.{name}: điểm số cần attribute (trong nhật ký) hoặc fact (tên một chuỗi)",
    ),
    "kpi_error.users": (
        "kpis.{name}: weigh: users needs users, how many there are, e.g. users: 1000",
        "kpis.{name}: weigh: users cần users là số người dùng, ví dụ users: 1000",
    ),
    "relief.backwards": (
        "relief claim {claim!r}: until is before from; swap them",
        "yêu cầu miễn trừ {claim!r}: until đứng trước from; hãy đổi chỗ",
    ),
    "relief.decision_accept": (
        "decision on claim {claim!r}: accept is {value!r}, expected true or false",
        "quyết định về yêu cầu miễn trừ {claim!r}: accept là {value!r}, cần true hoặc false",
    ),
    "relief.decision_by": (
        "decision on claim {claim!r}: by is {party!r}, expected client or vendor",
        "quyết định về yêu cầu miễn trừ {claim!r}: by là {party!r}, cần client hoặc vendor",
    ),
    "relief.notify_months": (
        "relief {key!r}: notify_within {period} counts months, which have no fixed length; write days",
        "miễn trừ {key!r}: notify_within {period} tính theo tháng, mà tháng không có độ dài cố định; hãy ghi theo ngày",
    ),
    "relief.unknown": (
        "relief claim {claim!r}: the agreement in force then has no relief {key!r}; it has {known}",
        "yêu cầu miễn trừ {claim!r}: thoả thuận có hiệu lực lúc đó không có miễn trừ {key!r}; hiện có {known}",
    ),
}
