"""Words of the statement pack."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # cover
    "pack.title": ("Statement pack {month}", "Bộ hồ sơ bảng kê {month}"),
    "pack.foot": (
        "Agreement version {version} · {state} · seal of the statement {hash}",
        "Thoả thuận phiên bản {version} · {state} · mã băm của bảng kê {hash}",
    ),
    "pack.page": ("Page", "Trang"),
    "pack.client": ("Client", "Bên thuê"),
    "pack.vendor": ("Vendor", "Nhà cung cấp"),
    "pack.month": ("Month", "Tháng"),
    "pack.agreement": ("Agreement", "Thoả thuận dịch vụ"),
    "pack.version.since": ("version {n}, in force since {day}", "phiên bản {n}, hiệu lực từ {day}"),
    "pack.as_of": ("Figures as of", "Số liệu tính đến"),
    "pack.state": ("State", "Trạng thái"),
    "pack.state.draft": ("draft", "bản nháp"),
    "pack.state.reviewed": ("reviewed by both sides", "hai bên đã rà soát"),
    "pack.state.closed": ("closed", "đã chốt"),
    "pack.state.draft.about": (
        "A draft: figures may still change until both sides have reviewed them and the month is closed.",
        "Bản nháp: số liệu còn có thể thay đổi cho đến khi hai bên rà soát xong và tháng được chốt.",
    ),
    "pack.state.reviewed.about": (
        "Both sides have reviewed exactly these figures; the month is not closed yet.",
        "Hai bên đã rà soát đúng các số liệu này; tháng chưa được chốt.",
    ),
    "pack.state.closed.about": (
        "The statement is frozen. What becomes known later is booked as an adjustment in the first open statement. "
        "Service levels are shown as they are known now.",
        "Bảng kê đã được chốt cố định. Thông tin đến sau được hạch toán thành điều chỉnh trong bảng kê còn mở đầu "
        "tiên. Mức dịch vụ hiển thị theo số liệu hiện biết.",
    ),
    "pack.owner": ("Responsible", "Người phụ trách"),
    "pack.reviewed.client": ("Reviewed by the client", "Bên thuê rà soát"),
    "pack.reviewed.vendor": ("Reviewed by the vendor", "Nhà cung cấp rà soát"),
    "pack.reviewed.not_yet": ("not yet", "chưa rà soát"),
    "pack.reviewed.stale": ("figures have changed since", "số liệu đã thay đổi sau đó"),
    "pack.closed_by": ("Closed", "Chốt kỳ"),
    "pack.closed_by.agreement": (
        "by the agreement, at the end of its closing period",
        "theo thoả thuận, khi hết hạn chốt kỳ",
    ),
    "pack.e_invoice": ("E-invoice", "Hoá đơn điện tử"),
    # promises
    "pack.promises": ("Promises of the month", "Cam kết trong tháng"),
    "pack.promises.none": (
        "No service level has a window in this month.",
        "Không mức dịch vụ nào có kỳ đo trong tháng này.",
    ),
    "pack.promises.about": (
        "The point value decides; the 95% interval (Wilson) only shows how sure it is. * is a window that is not over or "
        "not complete. No data is neither met nor missed.",
        "Giá trị đo được quyết định kết quả; khoảng tin cậy 95% (Wilson) chỉ cho biết độ chắc chắn. * là kỳ chưa kết "
        "thúc hoặc chưa đủ số liệu. Chưa có dữ liệu thì không tính là đạt hay không đạt.",
    ),
    "pack.trend": ("Trend", "Xu hướng"),
    "pack.trend.same": ("unchanged", "không đổi"),
    "pack.trend.better": ("better, was {before}", "tốt hơn, trước là {before}"),
    "pack.trend.worse": ("worse, was {before}", "kém hơn, trước là {before}"),
    "pack.no_level": ("only measured", "chỉ đo"),
    "pack.overdue": (
        "{n} {n?case is|cases are} open and overdue, not counted in this window",
        "{n} hồ sơ đang mở đã quá hạn, chưa tính trong kỳ này",
    ),
    "pack.carried": (
        "{n} {n?case|cases} carried in from earlier windows",
        "{n} hồ sơ chuyển từ các kỳ trước",
    ),
    # money
    "pack.lines": ("Statement", "Bảng kê"),
    "pack.total.credit_note": (
        "Total: a credit note, owed to the client",
        "Tổng cộng: phiếu giảm trừ, nhà cung cấp trả bên thuê",
    ),
    "pack.credits": ("Credits and the rules that made them", "Khoản giảm trừ và quy tắc tính"),
    "pack.credits.none": ("No credit is due for this month.", "Tháng này không có khoản giảm trừ."),
    "pack.credits.not_agreed": (
        "The agreement has no service credits.",
        "Thoả thuận không quy định khoản giảm trừ.",
    ),
    "pack.rule": ("Rule", "Quy tắc"),
    "pack.uncapped": ("Before caps", "Trước giới hạn"),
    "pack.reason.minimum": ("below minimum", "dưới tối thiểu"),
    "pack.reason.expected_repeated": ("below expected too often", "dưới kỳ vọng quá số lần"),
    "pack.reason.amount": ("amount by case or day", "theo hồ sơ hoặc theo ngày"),
    "pack.reason.carried": ("carried from an earlier month", "chuyển từ tháng trước"),
    "pack.adjustments": ("Adjustments of earlier months", "Điều chỉnh các tháng trước"),
    "pack.adjustments.none": (
        "Nothing of a closed month has changed.",
        "Không có thay đổi nào đối với các tháng đã chốt.",
    ),
    "pack.old": ("Booked before", "Đã hạch toán"),
    "pack.new": ("Now", "Hiện nay"),
    # exclusions, disputes, invoice
    "pack.exclusions": ("Exclusions", "Loại trừ"),
    "pack.exclusions.none": (
        "No case was excluded, and nobody asked for it.",
        "Không có hồ sơ nào bị loại trừ và không có yêu cầu loại trừ.",
    ),
    "pack.cases": ("Cases", "Số hồ sơ"),
    "pack.claims": ("Claims that are not agreed yet", "Yêu cầu miễn trừ chưa được chấp thuận"),
    "pack.claim": (
        "{relief}: {cases} {cases?case|cases}; {kpi} would be {would} with it",
        "{relief}: {cases} hồ sơ; nếu chấp thuận, {kpi} sẽ là {would}",
    ),
    "pack.asked": ("Asked for and decided", "Yêu cầu và quyết định"),
    "pack.relief": ("Relief", "Miễn trừ"),
    "pack.asked_by": ("Asked by", "Bên yêu cầu"),
    "pack.answer": ("Answer: {text}", "Trả lời: {text}"),
    "pack.side.client": ("client", "bên thuê"),
    "pack.side.vendor": ("vendor", "nhà cung cấp"),
    "pack.exclusion.requested": ("waits for an answer", "chờ trả lời"),
    "pack.exclusion.approved": ("granted", "được chấp thuận"),
    "pack.exclusion.refused": ("refused", "bị từ chối"),
    "pack.disputes": ("Disputes", "Khiếu nại đối soát"),
    "pack.disputes.none": ("No line is in dispute.", "Không có khoản nào bị khiếu nại."),
    "pack.not_here": (
        "Not in this document: it was made from the log and the agreement alone. A giao server keeps it.",
        "Không có trong tài liệu này vì tài liệu chỉ lập từ nhật ký và thoả thuận. Máy chủ giao lưu phần này.",
    ),
    "pack.stood": ("Line said", "Số đã ghi"),
    "pack.claimed": ("Change claimed", "Yêu cầu thay đổi"),
    "pack.settled_at": ("Settled at", "Mức giải quyết"),
    "pack.raised_by": ("Raised by", "Bên khiếu nại"),
    "pack.answer_by": ("Answer due on {day}", "Hạn trả lời {day}"),
    "pack.dispute.open": ("open", "đang mở"),
    "pack.dispute.rejected": ("rejected", "bị bác"),
    "pack.dispute.escalated": ("escalated", "đã báo lên cấp trên"),
    "pack.dispute.settled": ("settled", "đã giải quyết"),
    "pack.dispute.withdrawn": ("withdrawn", "đã rút"),
    "pack.invoice": ("The vendor's invoice beside this statement", "Hoá đơn của nhà cung cấp so với bảng kê"),
    "pack.invoice.none": (
        "No invoice of the vendor was received for this month.",
        "Chưa nhận được hoá đơn của nhà cung cấp cho tháng này.",
    ),
    "pack.ours": ("Statement", "Bảng kê"),
    "pack.invoiced": ("Invoice", "Hoá đơn"),
    "pack.outcome": ("Outcome", "Kết quả"),
    "pack.file": ("File", "Tệp"),
    "pack.received": ("Received", "Tiếp nhận"),
    "pack.outcome.agrees": ("agrees", "khớp"),
    "pack.outcome.within_tolerance": ("within tolerance", "trong dung sai"),
    "pack.outcome.differs": ("differs", "chênh lệch"),
    "pack.outcome.not_invoiced": ("not invoiced", "không có trên hoá đơn"),
    "pack.outcome.not_in_statement": ("not in the statement", "không có trong bảng kê"),
    # followed
    "pack.followed": (
        "Earn-back and triggers over the months",
        "Hoàn lại và điều kiện kích hoạt qua các tháng",
    ),
    "pack.followed.none": (
        "The agreement has no credits, so there is nothing to follow.",
        "Thoả thuận không quy định khoản giảm trừ nên không có gì để theo dõi.",
    ),
    "pack.streaks": ("Misses in a row", "Số kỳ liên tiếp không đạt"),
    "pack.history": ("Over the months", "Qua các tháng"),
    "pack.in_a_row": ("In a row", "Liên tiếp"),
    "pack.next": ("What would come next", "Điều sẽ xảy ra tiếp"),
    "pack.next.factor": (
        "a miss in the next window counts × {factor}",
        "nếu kỳ tới không đạt, khoản giảm trừ nhân {factor}",
    ),
    "pack.earn_back": ("Credits on their way back", "Khoản giảm trừ được hoàn lại"),
    "pack.credit": ("Credit", "Khoản giảm trừ"),
    "pack.way_back": ("Way back", "Khả năng hoàn lại"),
    "pack.chance.none": (
        "stays: the agreement gives no way back",
        "giữ nguyên: thoả thuận không cho hoàn lại",
    ),
    "pack.chance.returned": ("returned in {month}", "đã hoàn lại trong {month}"),
    "pack.chance.lost": ("lost: missed again in {window}", "không còn: lại không đạt trong {window}"),
    "pack.chance.open": (
        "{good} of {needed} good windows; returns after {left} more",
        "{good}/{needed} kỳ đạt; hoàn lại sau {left} kỳ đạt nữa",
    ),
    "pack.chance.average.open": (
        "returns if the mean of the year reaches the level",
        "hoàn lại nếu bình quân năm đạt ngưỡng",
    ),
    "pack.chance.average.lost": (
        "stays: the mean of the year was below the level",
        "giữ nguyên: bình quân năm dưới ngưỡng",
    ),
    "pack.triggers": ("Triggers", "Điều kiện kích hoạt"),
    "pack.trigger": ("Trigger", "Điều kiện"),
    "pack.right": ("Right", "Quyền phát sinh"),
    "pack.trigger.when": ("Condition: {text}", "Điều kiện: {text}"),
    "pack.trigger.never": (
        "held in none of {months} {months?month|months}",
        "không thoả trong {months} tháng",
    ),
    "pack.trigger.held": ("held in {months}", "thoả trong {months}"),
    "pack.trigger.use_until": ("the right can be used until {day}", "quyền dùng được đến {day}"),
    "pack.trigger.ceases": (
        "ends with one window in which every level is met",
        "hết sau một kỳ mọi ngưỡng đều đạt",
    ),
    "pack.trigger.stays": ("one good window does not end it", "một kỳ đạt chưa làm hết điều kiện"),
    "pack.trigger.next": ("holds with one more miss of {kpis}", "sẽ thoả nếu {kpis} thêm một kỳ không đạt"),
    "pack.trigger.far": (
        "one more miss of one service level does not make it hold",
        "thêm một kỳ không đạt của một mức dịch vụ chưa làm thoả điều kiện",
    ),
    # ratchets
    "pack.raises": ("Levels that may rise", "Ngưỡng có thể được nâng"),
    "pack.raises.none": (
        "No ratchet proposes a new level: not enough windows in a row were above the present one.",
        "Chưa có đề xuất nâng ngưỡng: chưa đủ số kỳ liên tiếp vượt ngưỡng hiện tại.",
    ),
    "pack.raises.level": ("Expected now", "Kỳ vọng hiện tại"),
    "pack.raises.proposed": ("Proposed", "Đề xuất"),
    "pack.raises.why": (
        "{n} windows above it in a row, {first} to {last}, {average} on average; it holds once both sides agree to it",
        "{n} kỳ liên tiếp vượt ngưỡng, từ {first} đến {last}, bình quân {average}; chỉ có hiệu lực khi hai bên chấp thuận",
    ),
    "pack.raises.limited": (
        "{n} windows above it in a row, {first} to {last}, {average} on average; the step is cut by the agreement's "
        "limit; it holds once both sides agree to it",
        "{n} kỳ liên tiếp vượt ngưỡng, từ {first} đến {last}, bình quân {average}; bước nâng bị giới hạn theo thoả "
        "thuận; chỉ có hiệu lực khi hai bên chấp thuận",
    ),
    # breaches and checking
    "pack.breaches": ("Breaches", "Danh sách vi phạm"),
    "pack.breaches.none": (
        "No case counts as missed in these windows.",
        "Không có hồ sơ nào bị tính là vi phạm trong các kỳ này.",
    ),
    "pack.breaches.about": (
        "{n} {n?row|rows}, by case id. Personal data is not printed; who may see it opens the case in giao.",
        "{n} dòng, theo mã hồ sơ. Dữ liệu cá nhân không được in; người có quyền xem mở hồ sơ trong giao.",
    ),
    "pack.breaches.more": (
        "The first {shown} of {n} are printed; the rest is in the export of cases.",
        "Chỉ in {shown} dòng đầu trong {n}; phần còn lại có trong tệp xuất hồ sơ.",
    ),
    "pack.counted_at": ("Counted at", "Thời điểm tính"),
    "pack.no_case": ("(no case)", "(không có hồ sơ)"),
    "pack.checking": ("How to check it", "Cách kiểm tra"),
    "pack.checking.about": (
        "Whoever has the event log, the agreement and the facts can compute every figure again, on their own machine:",
        "Ai có nhật ký sự kiện, thoả thuận và số liệu bổ sung đều có thể tự tính lại mọi con số trên máy của mình:",
    ),
    "pack.checking.compare": (
        "The same inputs give the same hashes (SHA-256). A single changed event, term or instant gives others. The hash of "
        "the signed figures covers every amount of the month and its total, and nothing else.",
        "Cùng đầu vào cho cùng mã băm (SHA-256). Chỉ một sự kiện, điều khoản hay thời điểm thay đổi là mã băm khác. Mã "
        "băm của số liệu đã ký chỉ bao gồm mọi số tiền của tháng và tổng cộng.",
    ),
    "pack.hash.statement": ("This statement", "Bảng kê này"),
    "pack.hash.figures": ("Signed figures", "Số liệu đã ký"),
}
