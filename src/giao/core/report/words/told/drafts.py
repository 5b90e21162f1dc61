"""Faults of an agreement: its form, its quantities, its parts, and what they say together."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "check.activity_unseen": (
        "activity {activity!r} never occurs in the log; check its spelling",
        "hoạt động {activity!r} không hề xuất hiện trong nhật ký; hãy kiểm tra cách viết",
    ),
    "check.circle": (
        "a composite of itself: {names}",
        "chỉ tiêu tổng hợp chứa chính nó: {names}",
    ),
    "check.count_at": (
        "count_at is silent, so a case counts when it stops: one that never closes is never a miss; say count_at: due, stop or start",
        "không ghi count_at, nên hồ sơ được tính khi dừng: hồ sơ không bao giờ đóng sẽ không bao giờ là vi phạm; hãy ghi count_at: due, stop hoặc start",
    ),
    "check.hindsight": (
        "{names} is only known when the case ends (hindsight)",
        "{names} chỉ biết khi hồ sơ kết thúc (hindsight)",
    ),
    "check.late_needs_due": (
        "late needs due: the day the milestone was promised",
        "late cần due: ngày đã hứa hoàn thành mốc",
    ),
    "check.phase_boolean": (
        'is of type {kind}; a phase begins when something is true, e.g. list contains(gates, "readiness")',
        'có kiểu {kind}; giai đoạn chỉ bắt đầu khi một điều kiện đúng, ví dụ list contains(gates, "readiness")',
    ),
    "check.needs_calendar": (
        "{within} needs a business calendar: set the clock's calendar",
        "{within} cần lịch làm việc: hãy đặt calendar của đồng hồ",
    ),
    "check.no_column": (
        "the log has no column {name!r}; it has {known}",
        "nhật ký không có cột {name!r}; hiện có {known}",
    ),
    "check.no_effect": (
        "has no effect: a KPI of kind {kind} is not about cases",
        "không có tác dụng: mức dịch vụ loại {kind} không nói về hồ sơ",
    ),
    "check.no_such": (
        "{what} {name!r} does not exist; {hint}",
        "{what} {name!r} không tồn tại; {hint}",
    ),
    "check.no_targets": (
        "has no targets: it measures, but can neither be met nor breached",
        "không có ngưỡng cam kết: có đo, nhưng không thể đạt hay vi phạm",
    ),
    "check.no_tax": (
        "no tax is named, so statements show none; say tax: [{{code: standard, rate: …}}]",
        "không nêu thuế nên bảng kê không có thuế; hãy ghi tax: [{{code: standard, rate: …}}]",
    ),
    "check.no_zone": (
        "no zone and no calendar: days and months are taken in UTC; set zone, e.g. Asia/Ho_Chi_Minh",
        "không có zone và không có lịch làm việc: ngày và tháng tính theo UTC; hãy đặt zone, ví dụ Asia/Ho_Chi_Minh",
    ),
    "check.phase_backwards": (
        "phase {name!r} ends ({until}) before it starts ({start})",
        "giai đoạn {name!r} kết thúc ({until:d}) trước khi bắt đầu ({start:d})",
    ),
    "check.phase_beyond": (
        "phase {name!r} reaches beyond the term",
        "giai đoạn {name!r} vượt ra ngoài thời hạn",
    ),
    "check.points_without_level": (
        "has points but no level: say expected or minimum",
        "có points nhưng không có mức: hãy ghi expected hoặc minimum",
    ),
    "check.pool": (
        "points sum to {total}, more than the pool of {pool}",
        "tổng số điểm là {total}, nhiều hơn quỹ điểm {pool}",
    ),
    "check.reclassify": (
        "target {number} depends on {names}, which may change during a case: say reclassify: start, stop, restart or proportional",
        "ngưỡng {number} phụ thuộc {names}, có thể thay đổi trong khi xử lý hồ sơ: hãy ghi reclassify: start, stop, restart hoặc proportional",
    ),
    "check.reserved_name": (
        "{name} has a meaning of its own in conditions; a column so called is imported as {name}_2, say that",
        "{name} có nghĩa riêng trong các điều kiện; cột tên như vậy được nhập thành {name}_2, hãy ghi tên đó",
    ),
    "check.two_lines": (
        "two lines are named {names}; give each its own name",
        "có hai khoản phí tên {names}; hãy cho mỗi khoản một tên riêng",
    ),
    "check.two_reliefs": (
        "two relief entries are called {key!r}; give each a name",
        "có hai mục miễn trừ tên {key!r}; hãy cho mỗi mục một tên",
    ),
    "check.two_duties": (
        "two duties are called {name!r}; facts tell them by name, so give each its own",
        "có hai nghĩa vụ cùng tên {name!r}; dữ kiện phân biệt chúng theo tên, nên hãy đặt tên riêng",
    ),
    "check.notice_too_long": (
        "notice of {notice} would have to be given on {day}, before the term starts ({start})",
        "thời hạn báo trước {notice} buộc phải báo vào {day:d}, trước khi thời hạn bắt đầu ({start:d})",
    ),
    "check.renews_without_notice": (
        "renews itself, but no notice is named, so nobody knows until when it can be ended; say notice: P90D",
        "tự động gia hạn nhưng không ghi thời hạn báo trước, nên không ai biết đến khi nào còn chấm dứt được; hãy ghi notice: P90D",
    ),
    "check.sole_remedy": (
        "sole_remedy says that credits are the only remedy, yet {name!r} gives another right; say in notes which of them holds, or leave one out",
        "sole_remedy nói khoản giảm trừ là chế tài duy nhất, nhưng {name!r} lại trao một quyền khác; hãy ghi rõ trong notes điều nào có hiệu lực, hoặc bỏ một trong hai",
    ),
    "check.no_subcontractor": (
        "a subcontractor holds cases, but parties names none; add parties.subcontractors",
        "nhà thầu phụ giữ hồ sơ, nhưng parties không nêu nhà thầu phụ nào; hãy thêm parties.subcontractors",
    ),
    "check.unknown_subcontractor": (
        "{name!r} is none of parties.subcontractors ({known}); spell it as there, or add it",
        "{name!r} không có trong parties.subcontractors ({known}); hãy viết đúng tên ở đó, hoặc thêm vào",
    ),
    "check.holder_unknown": (
        "{name!r} is no attribute of a case; declare it in work.attributes, or use group",
        "{name!r} không phải thuộc tính của hồ sơ; hãy khai báo trong work.attributes, hoặc dùng group",
    ),
    "check.holder_personal": (
        "{name!r} is personal data, and holders are shown to everybody; name a team, e.g. named_by: group",
        "{name!r} là dữ liệu cá nhân, mà bên giữ hồ sơ thì ai cũng thấy; hãy nêu tên nhóm, ví dụ named_by: group",
    ),
    "check.unreachable": (
        "matches every case, so the targets after it are never reached; put it last",
        "khớp với mọi hồ sơ, nên các ngưỡng sau không bao giờ được xét; hãy đặt xuống cuối",
    ),
    "document.at_risk": (
        "regime at_risk needs at_risk, e.g. at_risk: 12%",
        "chế độ at_risk cần at_risk, ví dụ at_risk: 12%",
    ),
    "document.bands_rise": (
        "band edges must rise, found {names}",
        "mốc của các bậc phải tăng dần, có {names}",
    ),
    "document.carry_rolling": (
        "low_volume: carry judges each case once, a rolling window several times; use plain windows, or low_volume: none",
        "low_volume: carry xét mỗi hồ sơ một lần, còn kỳ đo cuốn chiếu xét nhiều lần; hãy dùng kỳ đo thường, hoặc low_volume: none",
    ),
    "document.clock_or_attribute": (
        "measure either a clock or an attribute",
        "hãy đo một đồng hồ hoặc một thuộc tính, không phải cả hai",
    ),
    "document.earn_back": (
        "earn_back needs either windows: n or average: year",
        "earn_back cần windows: n hoặc average: year",
    ),
    "document.good_or_bad": (
        "a rate needs either good or bad",
        "rate cần good hoặc bad",
    ),
    "document.interest_rate": (
        "interest needs either rate, or series with margin",
        "tiền lãi cần rate, hoặc series kèm margin",
    ),
    "document.k_of": (
        "k ({k}) cannot exceed of ({of})",
        "k ({k}) không được lớn hơn of ({of})",
    ),
    "document.last_band": (
        "the last band (and only the last) has no `to`",
        "bậc cuối (và chỉ bậc cuối) không có `to`",
    ),
    "document.level_count": (
        "{side}: found {level}, but the value of a {kind} is a count; write it as 20",
        "{side}: có {level}, nhưng giá trị của {kind} là một số đếm; hãy ghi như 20",
    ),
    "document.level_share": (
        "{side}: found {level}, but the value of a {kind} is a share; write it as 95%",
        "{side}: có {level}, nhưng giá trị của {kind} là một tỷ lệ; hãy ghi như 95%",
    ),
    "document.level_time": (
        "{side}: found {level}, but the {kind} of a clock is a length of time; write it as 4 hours",
        "{side}: có {level}, nhưng {kind} của một đồng hồ là độ dài thời gian; hãy ghi như 4 hours",
    ),
    "document.levels_swapped": (
        "minimum {minimum} is better than expected {expected} (direction: {direction}); swap them or set direction",
        "tối thiểu {minimum} tốt hơn kỳ vọng {expected} (direction: {direction}); hãy đổi chỗ hoặc đặt direction",
    ),
    "document.low_volume": (
        "low_volume: {low_volume} needs minimum_volume, e.g. minimum_volume: 20",
        "low_volume: {low_volume} cần minimum_volume, ví dụ minimum_volume: 20",
    ),
    "document.minimum_one": (
        "a minimum is either units or amount",
        "mức tối thiểu là units hoặc amount, không phải cả hai",
    ),
    "document.negative_price": (
        "found {value}, a price cannot be negative; a reduction is a credit or a separate line",
        "có {value}, giá không được âm; phần giảm là khoản giảm trừ hoặc một khoản phí riêng",
    ),
    "document.one_measure": (
        "a measure is one of count, sum (with of), clock, fact",
        "số đo là một trong count, sum (kèm of), clock, fact",
    ),
    "document.pattern_empty": (
        "an event pattern needs activity, lifecycle or where",
        "mẫu sự kiện cần activity, lifecycle hoặc where",
    ),
    "document.percentile": (
        "p: found {p}, expected a share above 0 and up to 1 such as 90%",
        "p: có {p}, cần một tỷ lệ lớn hơn 0 và không quá 1, như 90%",
    ),
    "document.points": (
        "regime points needs table (points → percent) or rate (percent a point)",
        "chế độ points cần table (điểm → phần trăm) hoặc rate (phần trăm mỗi điểm)",
    ),
    "document.price_or_bands": (
        "per_unit needs either price or bands",
        "per_unit cần price hoặc bands",
    ),
    "document.relief_interval": (
        "relief with effect 'interval' needs when and per, e.g. per: day",
        "miễn trừ có effect 'interval' cần when và per, ví dụ per: day",
    ),
    "document.relief_time": (
        "relief with effect 'time' needs both from and until (or neither: claimed by facts)",
        "miễn trừ có effect 'time' cần cả from và until (hoặc không có cả hai: yêu cầu bằng dữ kiện)",
    ),
    "document.tax_rate": (
        "a tax needs either rate or rates (dated)",
        "thuế cần rate hoặc rates (theo ngày)",
    ),
    "document.currency": (
        "currency: {code!r} is no ISO 4217 currency.{hint} Its decimals round every amount",
        "currency: {code!r} không phải mã tiền tệ ISO 4217.{hint} Số chữ số thập phân của nó dùng để làm tròn mọi số tiền",
    ),
    "document.term_far": (
        "the term ({start} to {end}) must lie between {first} and {last} and last at most {years} years; an agreement without an end gets a real last day, and auto_renew: true",
        "thời hạn ({start:d} đến {end:d}) phải nằm trong khoảng {first} đến {last} và dài nhất {years} năm; thoả thuận không có ngày kết thúc thì ghi một ngày cuối thật và auto_renew: true",
    ),
    "document.zone": (
        "zone: {zone!r} is not a time zone of the IANA database; write a name such as Asia/Ho_Chi_Minh",
        "zone: {zone!r} không phải múi giờ trong cơ sở dữ liệu IANA; hãy ghi tên như Asia/Ho_Chi_Minh",
    ),
    "document.term_backwards": (
        "the term ends ({end}) before it starts ({start})",
        "thời hạn kết thúc ({end:d}) trước khi bắt đầu ({start:d})",
    ),
    "document.time_of_day": (
        "found {value}, expected a local time such as 15:00",
        "có {value}, cần một giờ địa phương như 15:00",
    ),
    "document.weights": (
        "across: weights needs weights, e.g. weights: {{Hanoi: 2, Hue: 1}}",
        "across: weights cần weights, ví dụ weights: {{Hanoi: 2, Hue: 1}}",
    ),
    "fault.count": (
        "{source}: {count} thing{plural} to mend",
        "{source}: có {count} điều phải sửa",
    ),
    "fault.line": (
        "line {line}",
        "dòng {line}",
    ),
    "fault.placed": (
        "{place}: {message}",
        "{place}: {message}",
    ),
    "load.empty": (
        "the document is empty; start with 'giao: 1' and 'name: …'",
        "văn bản trống; hãy bắt đầu bằng 'giao: 1' và 'name: …'",
    ),
    "load.extra": (
        "{name!r} is not known here; {hint}",
        "{name!r} không dùng được ở đây; {hint}",
    ),
    "load.form": (
        "found {shown}, {said}",
        "có {shown}, {said}",
    ),
    "load.literal": (
        "found {shown}, expected {expected}",
        "có {shown}, cần {expected}",
    ),
    "load.missing": (
        "{name!r} is missing here; add it",
        "thiếu {name!r} ở đây; hãy thêm vào",
    ),
    "load.no_file": (
        "no such file; check the path",
        "không có tệp này; hãy kiểm tra đường dẫn",
    ),
    "load.not_utf8": (
        "not UTF-8 at byte {start}; save the file as UTF-8",
        "không phải UTF-8 tại byte {start}; hãy lưu tệp dạng UTF-8",
    ),
    "load.not_yaml": (
        "not valid YAML: {said}; check indentation and quotes",
        "YAML không hợp lệ: {said}; hãy kiểm tra thụt lề và dấu nháy",
    ),
    "load.not_yaml_plain": (
        "not valid YAML: {said}",
        "YAML không hợp lệ: {said}",
    ),
    "load.other_name": (
        "versions of one agreement keep name and currency: {name!r} and {other!r}",
        "các phiên bản của một thoả thuận giữ nguyên tên và đồng tiền: {name!r} và {other!r}",
    ),
    "load.same_day": (
        "two versions take effect on {starts}; give the later one its own 'effective' date",
        "hai phiên bản cùng có hiệu lực từ {starts:d}; hãy cho bản sau một ngày 'effective' riêng",
    ),
    "load.too_deep": (
        "nested too deep, or an alias contains itself",
        "lồng quá sâu, hoặc một alias chứa chính nó",
    ),
    "load.too_many": (
        "more than {most} values: aliases multiply without end?",
        "hơn {most} giá trị: có phải alias nhân lên vô hạn?",
    ),
    "load.twice": (
        "{key!r} stands twice; keep one of them",
        "{key!r} xuất hiện hai lần; hãy giữ một",
    ),
    "quantity.level_days": (
        "found {value!r}: a level is a length of time, not a count of business days",
        "có {value!r}: mức này là độ dài thời gian, không phải số ngày làm việc",
    ),
    "quantity.months": (
        "found {text!r}: months have no fixed length, use days or hours",
        "có {text!r}: tháng không có độ dài cố định, hãy dùng days hoặc hours",
    ),
    "quantity.no_budget": (
        "found {text!r}, expected a budget such as '4 business hours', '2 business days', '30 minutes' or 'PT4H'",
        "có {text!r}, cần một ngưỡng như '4 business hours', '2 business days', '30 minutes' hoặc 'PT4H'",
    ),
    "quantity.no_number": (
        "found {value!r}, expected a number such as 6.20",
        "có {value!r}, cần một số như 6.20",
    ),
    "quantity.no_period": (
        "found {text!r}, expected an ISO 8601 period such as P30D, P3M or PT4H",
        "có {text!r}, cần một khoảng thời gian ISO 8601 như P30D, P3M hoặc PT4H",
    ),
    "quantity.no_share": (
        "found {value!r}, expected a share such as 95% or 0.95",
        "có {value!r}, cần một tỷ lệ như 95% hoặc 0.95",
    ),
    "quantity.negative": (
        "found {value}, which cannot be negative here",
        "có {value}, ở đây không được âm",
    ),
    "quantity.not_finite": (
        "found {value!r}, expected a finite number",
        "có {value!r}, cần một số hữu hạn",
    ),
    "quantity.too_large": (
        "found {value}, expected a number below 10^15 with at most {decimals} decimals",
        "có {value}, cần một số nhỏ hơn 10^15 với nhiều nhất {decimals} chữ số thập phân",
    ),
    "quantity.too_long": (
        "found {text!r}, longer than {years} years; check the number and its unit",
        "có {text!r}, dài hơn {years} năm; hãy kiểm tra con số và đơn vị",
    ),
    "quantity.whole_days": (
        "found {text!r}, expected whole business days such as '2 business days'",
        "có {text!r}, cần số ngày làm việc nguyên như '2 business days'",
    ),
}
