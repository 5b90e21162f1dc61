"""Flags of statements and their lines: what is missing, what the law says, what lapses."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "flag.above_law": (
        "credits of {owed} {currency} exceed {percent}% of {base} {currency}: as a penalty they would be cut there ({source}); they are agreed as {nature}: ask counsel",
        "khoản giảm trừ {owed:n} {currency} vượt {percent:n}% của {base:n} {currency}: nếu là phạt vi phạm thì phần vượt đã bị cắt ({source}); thoả thuận gọi đây là {nature}: hãy hỏi ý kiến luật sư",
    ),
    "flag.blank_quantity": (
        "{blank} counted events have no {quantity}: they count 0; correct the log or count events",
        "{blank:n} sự kiện được đếm không có {quantity}: tính là 0; hãy sửa nhật ký hoặc đếm theo sự kiện",
    ),
    "flag.credits_lapse": (
        "{lapsed} {currency} of credits cut by caps lapse: no later month can carry them",
        "{lapsed:n} {currency} khoản giảm trừ bị cắt theo trần sẽ mất hiệu lực: không còn tháng nào sau để chuyển sang",
    ),
    "flag.credits_left": (
        "credits left over after the last invoice: a debt of the vendor, due{due}",
        "khoản giảm trừ còn lại sau hoá đơn cuối: nhà cung cấp còn nợ, đến hạn{due}",
    ),
    "flag.no_cause": (
        "same_cause: one cannot be judged, as nothing tells the incident of a case ({cause!r}): every miss pays; map the column at import or name another with cause:",
        "không xét được same_cause: one, vì không có dữ liệu cho biết sự cố của hồ sơ ({cause!r}): mọi vi phạm đều bị trừ; hãy ánh xạ cột này khi nhập hoặc nêu cột khác bằng cause:",
    ),
    "flag.no_cost": (
        "an event of {name!r} has no {column}: its cost is not charged",
        "một sự kiện của {name!r} không có {column}: chi phí của sự kiện này không được tính",
    ),
    "flag.no_cost_column": (
        "{count} events of {name!r} have no cost: the log has no column {column!r}; map one at import, name another with attribute:, or add giao.fact.cost",
        "{count:n} sự kiện của {name!r} không có chi phí: nhật ký không có cột {column!r}; hãy ánh xạ một cột khi nhập, nêu cột khác bằng attribute:, hoặc thêm giao.fact.cost",
    ),
    "flag.no_cost_rate": (
        "no {currency} rate {wanted}: {amount} {currency} are not charged; add giao.fact.rate (currency: {currency}, rate)",
        "không có tỷ giá {currency} {wanted}: {amount:n} {currency} không được tính; hãy thêm giao.fact.rate (currency: {currency}, rate)",
    ),
    "flag.no_index": (
        "index {series} for {month} is missing: add giao.fact.index (series: {series}, month: {month}, value); the line is computed without it",
        "thiếu chỉ số {series} của tháng {month:m}: hãy thêm giao.fact.index (series: {series}, month: {month}, value); khoản phí được tính không có chỉ số này",
    ),
    "flag.no_interest_rate": (
        "the rate {series} for {due} is missing: no interest is charged on {month}; add giao.fact.index (series: {series}, month: {due}, value)",
        "thiếu lãi suất {series} của tháng {due:m}: không tính lãi cho bảng kê {month:m}; hãy thêm giao.fact.index (series: {series}, month: {due}, value)",
    ),
    "flag.no_measure": (
        "measure {measure!r} is missing for {first} to {last}: add giao.fact.measure (name: {measure}, value); no gain is charged until then",
        "chưa có số đo {measure!r} từ {first:m} đến {last:m}: hãy thêm giao.fact.measure (name: {measure}, value); chưa tính phần chia lợi ích cho đến khi có",
    ),
    "flag.no_payment_term": (
        "interest is agreed but no payment_term: say when an invoice is due, e.g. payment_term: P30D",
        "có thoả thuận tiền lãi nhưng không có payment_term: hãy ghi khi nào hoá đơn đến hạn, ví dụ payment_term: P30D",
    ),
    "flag.no_rate": (
        "no {currency} rate on or before {last}: add giao.fact.rate (currency: {currency}, rate); the line is computed at the base rate",
        "không có tỷ giá {currency} đến ngày {last:d}: hãy thêm giao.fact.rate (currency: {currency}, rate); khoản phí được tính theo tỷ giá gốc",
    ),
    "flag.no_staff_fact": (
        "no {field} are recorded for {name!r} in {month}: add giao.fact.{fact} (role, {field}; 0 when nobody worked)",
        "chưa ghi nhận {field} cho {name!r} trong tháng {month:m}: hãy thêm giao.fact.{fact} (role, {field}; ghi 0 nếu không ai làm)",
    ),
    "flag.no_tax_rate": (
        "tax code {code!r} {what}: {base} {currency} are not taxed; add it to tax with its rate",
        "mã thuế {code!r} {what}: {base:n} {currency} không được tính thuế; hãy thêm mã này cùng thuế suất vào tax",
    ),
    "flag.old_rate": (
        "the {currency} rate is of {day}: none is recorded in {month}",
        "tỷ giá {currency} là của ngày {day:d}: trong tháng {month:m} không ghi nhận tỷ giá nào",
    ),
    "flag.renegotiate": (
        "volume {volume} is more than {limit} away from the baseline {baseline}: the agreement calls for renegotiation",
        "sản lượng {volume:n} lệch quá {limit:n} so với mức nền {baseline:n}: thoả thuận yêu cầu đàm phán lại",
    ),
    "flag.role_without_rate": (
        "role {role!r} has no rate on line {name!r}: {units} {field} are not charged; add the role to the line or correct the fact",
        "vai trò {role!r} không có đơn giá ở khoản phí {name!r}: {units:n} {field} không được tính; hãy thêm vai trò vào khoản phí hoặc sửa dữ kiện",
    ),
}
