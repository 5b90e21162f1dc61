"""What is wrong with a calendar, or cannot be known from it."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "calendar.any_and_all": (
        "{what} has any_of and all_of; keep one, and name a second combined calendar inside it.",
        "{what} có cả any_of và all_of; hãy giữ một, và nêu lịch kết hợp thứ hai bên trong.",
    ),
    "calendar.backwards": (
        "The end {end} is before the start {start}; swap them (instants are microseconds in UTC since 1970).",
        "Lúc kết thúc {end} đứng trước lúc bắt đầu {start}; hãy đổi chỗ (thời điểm tính bằng micro giây UTC từ 1970).",
    ),
    "calendar.circle": (
        "Calendars name each other in a circle: {cycle}. Take one of them out of the other.",
        "Các lịch gọi nhau thành vòng: {cycle}. Hãy bỏ một lịch ra khỏi lịch kia.",
    ),
    "calendar.combined_own": (
        "{what} combines other calendars and has no {names} of its own; put them into the calendars that it names.",
        "{what} kết hợp các lịch khác nên không có {names} riêng; hãy đưa vào các lịch được nêu.",
    ),
    "calendar.cut_off_24": (
        'cut_off: 24:00 cuts nothing off; leave it out, or write a time before "24:00".',
        'cut_off: 24:00 không có tác dụng; hãy bỏ đi, hoặc ghi giờ trước "24:00".',
    ),
    "calendar.cut_off_day": (
        "cut_off: {value} is not within a day of microseconds; give 0 to {last}.",
        "cut_off: {value} không nằm trong một ngày tính bằng micro giây; hãy ghi từ 0 đến {last}.",
    ),
    "calendar.day_twice": (
        "{where}: {day} stands twice; join its hours under one key.",
        "{where}: {day} xuất hiện hai lần; hãy gộp giờ vào một dòng.",
    ),
    "calendar.days_backwards": (
        "The calendars' last day {last} is before their first {first}; swap them.",
        "Ngày cuối của lịch {last:d} đứng trước ngày đầu {first:d}; hãy đổi chỗ.",
    ),
    "calendar.days_unknown": (
        "Calendar {name!r} knows its days from {known_first} to {known_last}{of}; {day} is outside. Check the time, or give the calendar a version without public holidays from then on.",
        "Lịch {name!r} chỉ biết các ngày từ {known_first:d} đến {known_last:d}{of}; {day:d} nằm ngoài. Hãy kiểm tra thời gian, hoặc cho lịch một phiên bản không có ngày nghỉ lễ từ lúc đó.",
    ),
    "calendar.endless": (
        "Calendar {name!r}: a budget of {duration} microseconds never ends; check its unit.",
        "Lịch {name!r}: khoảng thời gian {duration} micro giây không bao giờ hết; hãy kiểm tra đơn vị.",
    ),
    "calendar.hour_zone": (
        "{where}: {value!s} has a zone, but hours are local to the calendar's zone; drop it.",
        "{where}: {value!s} có múi giờ, mà giờ làm việc tính theo giờ địa phương của lịch; hãy bỏ đi.",
    ),
    "calendar.hours_missing": (
        'The calendar has no hours; write hours: 24x7, or hours: {{mon-fri: [["08:00", "17:00"]]}}.',
        'Lịch không có giờ làm việc; hãy ghi hours: 24x7, hoặc hours: {{mon-fri: [["08:00", "17:00"]]}}.',
    ),
    "calendar.name_twice": (
        "{field}: {value!r} names a calendar twice; name each once.",
        "{field}: {value!r} nêu một lịch hai lần; hãy nêu mỗi lịch một lần.",
    ),
    "calendar.no_closed": (
        "closed: {value!r} is not a list of dates; write [2026-02-17, 2026-12-24..2026-12-31].",
        "closed: {value!r} không phải danh sách ngày; hãy ghi [2026-02-17, 2026-12-24..2026-12-31].",
    ),
    "calendar.no_country": (
        "{where}: no public holidays are known for {code!r}.{hint} Write an ISO country code such as VN, or a country and its part such as DE-BY; days of your own go under closed.",
        "{where}: không có dữ liệu ngày nghỉ lễ cho {code!r}.{hint} Hãy ghi mã nước ISO như VN, hoặc mã nước và vùng như DE-BY; ngày nghỉ riêng thì ghi ở closed.",
    ),
    "calendar.no_date": (
        "{where}: {value!r} is not a date; write it as 2026-02-17.",
        "{where}: {value!r} không phải ngày; hãy ghi như 2026-02-17.",
    ),
    "calendar.no_field": (
        "A calendar has no field {key!r}.{hint} Its fields are {names}.",
        "Lịch không có trường {key!r}.{hint} Các trường: {names}.",
    ),
    "calendar.no_holidays": (
        "holidays: {value!r} is not a country code or a list of them; write VN or [VN, DE-BY].{hint}",
        "holidays: {value!r} không phải mã nước hay danh sách mã; hãy ghi VN hoặc [VN, DE-BY].{hint}",
    ),
    "calendar.no_hour": (
        '{where}: {value!r} is not a time of day; write it as "HH:MM", from "00:00" to "24:00".',
        '{where}: {value!r} không phải giờ trong ngày; hãy ghi "HH:MM", từ "00:00" đến "24:00".',
    ),
    "calendar.no_hours_form": (
        'hours: {value!r} is neither "24x7" nor a mapping; write for example mon-fri: [["08:00", "12:00"], ["13:00", "17:00"]].',
        'hours: {value!r} không phải "24x7" cũng không đúng dạng; hãy ghi ví dụ mon-fri: [["08:00", "12:00"], ["13:00", "17:00"]].',
    ),
    "calendar.no_instant": (
        "Calendar {name!r}: {moment} microseconds since 1970 is no instant between the years 3 and 9997; check that the time is given in microseconds.",
        "Lịch {name!r}: {moment} micro giây từ 1970 không phải thời điểm giữa năm 3 và năm 9997; hãy kiểm tra thời gian có tính bằng micro giây không.",
    ),
    "calendar.no_interval": (
        '{where}: {pair!r} is not an interval; write two times, opening and closing, as ["08:00", "12:00"].',
        '{where}: {pair!r} không phải khoảng giờ; hãy ghi giờ mở và giờ đóng, như ["08:00", "12:00"].',
    ),
    "calendar.no_intervals": (
        '{where}: {value!r} is not a list of intervals; write for example [["08:00", "12:00"], ["13:00", "17:00"]].',
        '{where}: {value!r} không phải danh sách khoảng giờ; hãy ghi ví dụ [["08:00", "12:00"], ["13:00", "17:00"]].',
    ),
    "calendar.no_names": (
        "{field}: {value!r} is not a list of calendar names; write [office, hanoi].",
        "{field}: {value!r} không phải danh sách tên lịch; hãy ghi [office, hanoi].",
    ),
    "calendar.no_region": (
        "{where}: {country} has no part {part!r} with holidays of its own. Known parts: {parts}.",
        "{where}: {country} không có vùng {part!r} với ngày nghỉ lễ riêng. Các vùng: {parts}.",
    ),
    "calendar.no_weekday": (
        "{where}: {key!r} is not a weekday; write mon, tue, … sun, mon-fri or mon,wed.",
        "{where}: {key!r} không phải thứ trong tuần; hãy ghi mon, tue, … sun, mon-fri hoặc mon,wed.",
    ),
    "calendar.no_weekday_part": (
        "{where}: {end!r} in {key!r} is not a weekday; use {names}, a range (mon-fri) or a list (mon,wed).",
        "{where}: {end!r} trong {key!r} không phải thứ trong tuần; hãy dùng {names}, một khoảng (mon-fri) hoặc một danh sách (mon,wed).",
    ),
    "calendar.no_zone": (
        "zone: {value!r} is not a time zone of the IANA database.{hint}",
        "zone: {value!r} không phải múi giờ trong cơ sở dữ liệu IANA.{hint}",
    ),
    "calendar.no_zone_form": (
        "zone: {value!r} is not a time zone; write an IANA name such as Asia/Ho_Chi_Minh.",
        "zone: {value!r} không phải múi giờ; hãy ghi tên IANA như Asia/Ho_Chi_Minh.",
    ),
    "calendar.open_and_closed": (
        "{day} stands under open and under closed; take it out of one of them.",
        "{day} nằm ở cả open và closed; hãy bỏ ra khỏi một bên.",
    ),
    "calendar.open_mapping": (
        '{where}: {value!r} is not a mapping; write each open day with its hours, as 2026-02-14: [["08:00", "12:00"]].',
        '{where}: {value!r} không đúng dạng; hãy ghi mỗi ngày làm thêm kèm giờ, như 2026-02-14: [["08:00", "12:00"]].',
    ),
    "calendar.open_without_hours": (
        "{where} {day}: an open day without hours; list its intervals, or put it under closed.",
        "{where} {day}: ngày làm thêm không có giờ; hãy liệt kê các khoảng giờ, hoặc đưa vào closed.",
    ),
    "calendar.opens_at_24": (
        '{where}: opening at 24:00 is the next day\'s 00:00; write "00:00" under that weekday.',
        '{where}: mở lúc 24:00 là 00:00 của ngày sau; hãy ghi "00:00" ở thứ đó.',
    ),
    "calendar.overlap": (
        "{where}: {one} and {other} overlap; join them into one interval or move one.",
        "{where}: {one} và {other} chồng lên nhau; hãy gộp thành một khoảng hoặc dời một khoảng.",
    ),
    "calendar.own_combined": (
        "{what} names {wrong}, but the calendar has hours of its own; make two calendars and combine them.",
        "{what} nêu {wrong}, nhưng lịch có giờ riêng; hãy lập hai lịch rồi kết hợp.",
    ),
    "calendar.silent": (
        "Calendar {name!r} has no open time between {silent_since} and {last}; it seems never to open again. Give it hours, or a later version.",
        "Lịch {name!r} không có giờ mở nào từ {silent_since:d} đến {last:d}; có vẻ không bao giờ mở lại. Hãy cho lịch giờ làm việc, hoặc một phiên bản sau.",
    ),
    "calendar.span_backwards": (
        "{where}: {value!r} ends before it begins; swap the two dates.",
        "{where}: {value!r} kết thúc trước khi bắt đầu; hãy đổi chỗ hai ngày.",
    ),
    "calendar.time_of_day": (
        "{where}: {value} has a time of day; write the date alone, as {day}.",
        "{where}: {value} có kèm giờ; chỉ ghi ngày, như {day}.",
    ),
    "calendar.too_far": (
        "Calendar {name!r} spans {first} to {last}, and {far} is more than {longest_years} years away; check this time, or compile the calendar nearer to it.",
        "Lịch {name!r} bao quát từ {first:d} đến {last:d}, còn {far:d} cách hơn {longest_years} năm; hãy kiểm tra thời điểm này, hoặc lập lịch gần hơn.",
    ),
    "calendar.too_long": (
        "Calendar {name!r} is asked for {first} to {last}, more than {longest_years} years; check these days.",
        "Lịch {name!r} được yêu cầu từ {first:d} đến {last:d}, hơn {longest_years} năm; hãy kiểm tra các ngày này.",
    ),
    "calendar.two_ends": (
        "{where}: {value!r} has more than two ends; write a range as mon-fri.",
        "{where}: {value!r} có hơn hai đầu; hãy ghi khoảng như mon-fri.",
    ),
    "calendar.two_versions": (
        "versions: two begin on {start}; join them into one.",
        "versions: hai phiên bản cùng bắt đầu {start:d}; hãy gộp thành một.",
    ),
    "calendar.unknown": (
        "{of}, which does not exist.{hint} Known calendars: {names}.",
        "{of}, mà lịch này không tồn tại.{hint} Các lịch hiện có: {names}.",
    ),
    "calendar.version_empty": (
        "The version from {start} changes nothing; name the fields that it replaces.",
        "Phiên bản từ {start:d} không thay đổi gì; hãy nêu các trường được thay.",
    ),
    "calendar.zone_missing": (
        "The calendar has no zone; write an IANA name, as zone: Asia/Ho_Chi_Minh.",
        "Lịch không có múi giờ; hãy ghi tên IANA, như zone: Asia/Ho_Chi_Minh.",
    ),
}
