"""What is wrong with a condition."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "rule.all_named": (
        "Name all arguments or none of them.",
        "Hãy đặt tên cho mọi tham số hoặc không tham số nào.",
    ),
    "rule.before_clocks": (
        "clocks follow from what this says, so the answer would depend on itself; {why}",
        "đồng hồ suy ra từ điều khoản này, nên câu trả lời sẽ phụ thuộc vào chính nó; {why}",
    ),
    "rule.calls": (
        "Functions call each other more than {depth} levels deep.",
        "Các hàm gọi nhau sâu hơn {depth} cấp.",
    ),
    "rule.chain_branches": (
        "More than {most} branches in one 'if'.",
        "Hơn {most} nhánh trong một 'if'.",
    ),
    "rule.chain_comparisons": (
        "More than {most} comparisons in one chain.",
        "Hơn {most} phép so sánh trong một chuỗi.",
    ),
    "rule.chain_operations": (
        "More than {most} operations in one chain.",
        "Hơn {most} phép tính trong một chuỗi.",
    ),
    "rule.chain_steps": (
        "More than {most} steps in one path.",
        "Hơn {most} bước trong một đường dẫn.",
    ),
    "rule.character": (
        "The character {character!r} has no meaning here.",
        "Ký tự {character!r} không có nghĩa ở đây.",
    ),
    "rule.check_with_log": (
        "Check against a log (--log) to be sure.",
        "Hãy kiểm tra với một nhật ký (--log) cho chắc.",
    ),
    "rule.clock_circle": (
        "clocks refer to each other in a circle, {way}; {why}",
        "các đồng hồ dẫn đến nhau thành vòng, {way}; {why}",
    ),
    "rule.clock_itself": (
        "clock {clock!r} refers to itself; {why}",
        "đồng hồ {clock!r} dẫn đến chính nó; {why}",
    ),
    "rule.clock_refused": (
        "clock cannot be read here: {refusal}.",
        "không đọc được clock ở đây: {refusal}.",
    ),
    "rule.context_key": (
        "Expected a name or string and ':' in the context, found {found}.",
        "Cần một tên hoặc chuỗi và ':' trong ngữ cảnh, nhưng có {found}.",
    ),
    "rule.context_twice": (
        "The context has two entries named {key!r}.",
        "Ngữ cảnh có hai mục tên {key!r}.",
    ),
    "rule.expected": (
        "Expected {text!r} {purpose}, found {found}.",
        "Cần {text!r} {purpose}, nhưng có {found}.",
    ),
    "rule.expected_name": (
        "Expected a name {purpose}, found {found}.",
        "Cần một tên {purpose}, nhưng có {found}.",
    ),
    "rule.expected_value": (
        "Expected a value, found {found}.",
        "Cần một giá trị, nhưng có {found}.",
    ),
    "rule.field_of_facts": (
        "It may be a field of the facts that this KPI reads.",
        "Có thể là một trường của các dữ kiện mà mức dịch vụ này đọc.",
    ),
    "rule.filter": (
        "A filter needs a condition or a position, but this is a {found}.",
        "Bộ lọc cần một điều kiện hoặc một vị trí, nhưng đây là {found}.",
    ),
    "rule.goes_on": (
        "The rule should end here, but {found} follows.",
        "Điều kiện lẽ ra kết thúc ở đây, nhưng còn {found}.",
    ),
    "rule.in_a_clock": (
        "clocks are what patterns, pauses and targets decide, so the answer would depend on itself; read it in where, exclude, good or bad of a KPI, or use attributes, event and events here",
        "đồng hồ được quyết định bởi mẫu sự kiện, lúc tạm dừng và ngưỡng, nên câu trả lời sẽ phụ thuộc vào chính nó; hãy đọc đồng hồ trong where, exclude, good hoặc bad của một mức dịch vụ, hoặc ở đây dùng thuộc tính, event và events",
    ),
    "rule.long_join": (
        "string join() builds a text longer than {most} characters.",
        "string join() tạo văn bản dài hơn {most:n} ký tự.",
    ),
    "rule.long_list": (
        "flatten() makes a list of more than {most} elements.",
        "flatten() tạo danh sách hơn {most:n} phần tử.",
    ),
    "rule.long_name": (
        "This name has more than 64 words.",
        "Tên này có hơn 64 từ.",
    ),
    "rule.long_replace": (
        "replace() builds a text longer than {most} characters.",
        "replace() tạo văn bản dài hơn {most:n} ký tự.",
    ),
    "rule.loop": (
        "A loop runs between numbers or dates, but this is a {kind}.",
        "Vòng lặp chạy giữa các số hoặc các ngày, nhưng đây là {kind}.",
    ),
    "rule.member_name": (
        "Expected a member's name and ':' in the context type.",
        "Cần tên thành phần và ':' trong kiểu ngữ cảnh.",
    ),
    "rule.misfit": (
        "{name}() {message}; it is {usage}.",
        "{name}() {message}; cách dùng: {usage}.",
    ),
    "rule.name_refused": (
        "{name!r} cannot be read here: {why}.",
        "không đọc được {name!r} ở đây: {why}.",
    ),
    "rule.no_bound": (
        "A {kind} cannot bound a range.",
        "Giá trị kiểu {kind} không thể là giới hạn của khoảng.",
    ),
    "rule.no_call": (
        "A {function} cannot be called.",
        "Không thể gọi một {function}.",
    ),
    "rule.no_clock": (
        "There is no clock {clock!r}.{hint}",
        "Không có đồng hồ {clock!r}.{hint}",
    ),
    "rule.no_compare": (
        "A {left} and a {right} cannot be compared.{hint}",
        "Không thể so sánh {left} với {right}.{hint}",
    ),
    "rule.no_function": (
        "There is no function {name!r}.{hint}",
        "Không có hàm {name!r}.{hint}",
    ),
    "rule.no_meaning": (
        "{left} {op} {right} has no meaning.",
        "Phép {left} {op} {right} không có nghĩa.",
    ),
    "rule.no_member": (
        "A {name} here has no {member!r}.{hint}",
        "Giá trị kiểu {name} ở đây không có {member!r}.{hint}",
    ),
    "rule.no_name": (
        "There is no name {name!r} here.{hint}",
        "Không có tên {name!r} ở đây.{hint}",
    ),
    "rule.no_negative": (
        "A {operand} cannot be negated.",
        "Không thể đổi dấu giá trị kiểu {operand}.",
    ),
    "rule.no_order": (
        "A {kind} has no order: {op!r} cannot compare it.",
        "Kiểu {kind} không có thứ tự: {op!r} không so sánh được.",
    ),
    "rule.no_parts": (
        "A {source} has no parts, so nothing can follow '.' here.",
        "Giá trị kiểu {source} không có thành phần, nên không thể có gì sau '.' ở đây.",
    ),
    "rule.no_range_op": (
        "'!=' does not make a range.",
        "'!=' không tạo được khoảng.",
    ),
    "rule.no_temporal": (
        "{text} is neither a date, a time, a date and time nor a duration.",
        "{text} không phải ngày, giờ, ngày giờ hay khoảng thời gian.",
    ),
    "rule.no_type": (
        "There is no type named {name!r}; FEEL knows {names}, list and context.",
        "Không có kiểu {name!r}; FEEL có {names}, list và context.",
    ),
    "rule.not_boolean": (
        "A condition is true or false, but this is a {found}.",
        "Một điều kiện phải đúng hoặc sai, nhưng đây là {found}.",
    ),
    "rule.not_declared": (
        "{name}: not declared in work.attributes.{hint}",
        "{name}: chưa khai báo trong work.attributes.{hint}",
    ),
    "rule.number_far": (
        "This number is beyond 10**6144.",
        "Số này vượt quá 10**6144.",
    ),
    "rule.only_in_kpis": (
        "clocks are read in where, exclude, good and bad of a KPI only; here are attributes, event and events",
        "đồng hồ chỉ đọc được trong where, exclude, good và bad của một mức dịch vụ; ở đây có thuộc tính, event và events",
    ),
    "rule.open_comment": (
        "This comment has no end: close it with */.",
        "Chú thích này chưa kết thúc: hãy đóng bằng */.",
    ),
    "rule.open_string": (
        'This string has no end: close it with ".',
        'Chuỗi này chưa kết thúc: hãy đóng bằng ".',
    ),
    "rule.placed": (
        "{message}\n  {shown}\n  {mark}",
        "{message}\n  {shown}\n  {mark}",
    ),
    "rule.purpose": (
        "{purpose}, but this is a {found}.",
        "{purpose}, nhưng đây là {found}.",
    ),
    "rule.range_end": (
        "Expected ']', ')' or '[' to close the range, found {found}.",
        "Cần ']', ')' hoặc '[' để đóng khoảng, nhưng có {found}.",
    ),
    "rule.regex_repeats": (
        "The regular expression repeats too much: write it with smaller counts.",
        "Biểu thức chính quy lặp quá nhiều: hãy viết với số lần nhỏ hơn.",
    ),
    "rule.regex_steps": (
        "The regular expression takes too many steps on this text: avoid repeats inside repeats.",
        "Biểu thức chính quy cần quá nhiều bước trên văn bản này: hãy tránh lặp trong lặp.",
    ),
    "rule.steps": (
        "The rule takes more than {steps} steps.",
        "Điều kiện cần hơn {steps:n} bước.",
    ),
    "rule.too_deep": (
        "The rule is nested too deeply.",
        "Điều kiện lồng quá sâu.",
    ),
    "rule.too_deep_check": (
        "The rule is nested too deeply to be checked.",
        "Điều kiện lồng quá sâu nên không kiểm tra được.",
    ),
    "rule.too_deep_levels": (
        "The rule is nested more than {most} levels deep.",
        "Điều kiện lồng sâu hơn {most} cấp.",
    ),
    "rule.too_deep_read": (
        "The rule is nested too deeply to be read.",
        "Điều kiện lồng quá sâu nên không đọc được.",
    ),
    "rule.too_long": (
        "The rule has {count} characters; at most {most} are read.",
        "Điều kiện có {count:n} ký tự; tối đa đọc {most:n}.",
    ),
    "rule.type_deep": (
        "The type is nested more than {most} levels deep.",
        "Kiểu lồng sâu hơn {most} cấp.",
    ),
    "rule.wrong_call": (
        "{name}() is not called like this; it is {usage}.",
        "{name}() không được gọi như vậy; cách dùng: {usage}.",
    ),
    "rule.zoneless_time": (
        "This time has no zone, so it cannot be compared with that of an instant: add Z or an offset such as +07:00.",
        "Giờ này không có múi giờ nên không so sánh được với giờ của một thời điểm: hãy thêm Z hoặc độ lệch như +07:00.",
    ),
    "rule.zoneless": (
        "This date and time has no zone, so it cannot be compared with an instant: add Z, an offset such as +07:00, or a zone such as @Asia/Ho_Chi_Minh.",
        "Ngày giờ này không có múi giờ nên không so sánh được với một thời điểm: hãy thêm Z, độ lệch như +07:00, hoặc múi giờ như @Asia/Ho_Chi_Minh.",
    ),
}
