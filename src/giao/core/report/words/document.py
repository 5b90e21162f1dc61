"""The agreement in plain words: its sentences, and the names of its fields for the difference of two versions."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # sections
    "section.parties": ("Who and for how long", "Các bên và thời hạn"),
    "section.calendars": ("When time counts", "Thời gian được tính"),
    "section.work": ("What is done", "Công việc"),
    "section.clocks": ("Clocks and targets", "Đồng hồ SLA và ngưỡng cam kết"),
    "section.relief": ("What excuses", "Miễn trừ"),
    "section.kpis": ("Service levels", "Mức dịch vụ"),
    "section.credits": ("Credits", "Khoản giảm trừ"),
    "section.pricing": ("Charges", "Khoản phí"),
    "section.duties": ("Duties, controls and exit", "Nghĩa vụ, kiểm soát và thoái lui"),
    "section.notes": ("Notes", "Ghi chú"),
    # parties, term
    "doc.parties": (
        "{vendor} works for {client}, version {version} of “{name}”, in force from {effective}.",
        "{vendor} làm việc cho {client}, phiên bản {version} của “{name}”, có hiệu lực từ {effective}.",
    ),
    "doc.subcontractors": ("Subcontractors: {names}.", "Nhà thầu phụ: {names}."),
    "doc.term": (
        "The term runs from {start} to {end}, both days included.",
        "Thời hạn từ {start} đến {end}, tính cả hai ngày.",
    ),
    "doc.service_start": ("Service starts on {day}.", "Dịch vụ bắt đầu ngày {day}."),
    "doc.notice": (
        "Notice of termination: {period}; the last day to give it is {day}.",
        "Thời hạn báo trước khi chấm dứt: {period}; ngày cuối còn báo trước được là {day}.",
    ),
    "doc.auto_renew.yes": (
        "It renews itself unless notice is given.",
        "Tự động gia hạn nếu không có thông báo chấm dứt.",
    ),
    "doc.auto_renew.no": ("It does not renew itself.", "Không tự động gia hạn."),
    "doc.currency": (
        "Amounts are in {currency}; days and months are those of {zone}.",
        "Số tiền tính bằng {currency}; ngày và tháng theo múi giờ {zone}.",
    ),
    "doc.law": ("Governing law: {law}.", "Luật áp dụng: {law}."),
    "doc.close": (
        "A month is closed {period} after its end; what arrives later is booked as an adjustment.",
        "Mỗi tháng được chốt {period} sau khi kết thúc; dữ liệu đến sau được ghi thành điều chỉnh.",
    ),
    "doc.holder.client": ("After {pattern} the client holds the case.", "Sau {pattern}, bên thuê giữ hồ sơ."),
    "doc.holder.vendor": (
        "After {pattern} the vendor holds the case.",
        "Sau {pattern}, nhà cung cấp giữ hồ sơ.",
    ),
    "doc.holder.subcontractor": (
        "After {pattern} a subcontractor holds the case.",
        "Sau {pattern}, nhà thầu phụ giữ hồ sơ.",
    ),
    "doc.holder.third_party": (
        "After {pattern} a third party holds the case.",
        "Sau {pattern}, bên thứ ba giữ hồ sơ.",
    ),
    "doc.holder.party": ("By name: “{name}”.", "Tên: “{name}”."),
    "doc.holder.named_by": (
        "Attribute “{attribute}” names the team.",
        "Thuộc tính “{attribute}” cho biết tên nhóm.",
    ),
    "doc.phase": ("Phase “{name}” from {start} to {until}.", "Giai đoạn “{name}” từ {start} đến {until}."),
    "doc.phase.grace": (
        "Phase “{name}” from {start} to {until}: measured, but no credits are due.",
        "Giai đoạn “{name}” từ {start} đến {until}: có đo lường nhưng không tính khoản giảm trừ.",
    ),
    "doc.phase.gate": (
        "It begins only when the gate {when} is passed; until then the phase before it goes on.",
        "Giai đoạn này chỉ bắt đầu khi cổng {when} được thông qua; trước đó giai đoạn liền trước tiếp tục.",
    ),
    "doc.phase.when": (
        "It begins only when {when}; until then the phase before it goes on.",
        "Giai đoạn này chỉ bắt đầu khi {when}; trước đó giai đoạn liền trước tiếp tục.",
    ),
    # calendars
    "doc.calendar": ("Calendar “{name}” ({zone}): {hours}.", "Lịch làm việc “{name}” ({zone}): {hours}."),
    "doc.calendar.always": (
        "Calendar “{name}”: round the clock, every day.",
        "Lịch “{name}”: 24 giờ mỗi ngày, 7 ngày mỗi tuần.",
    ),
    "doc.calendar.any_of": (
        "Calendar “{name}”: open when one of {members} is open.",
        "Lịch “{name}”: mở khi một trong {members} mở.",
    ),
    "doc.calendar.all_of": (
        "Calendar “{name}”: open when all of {members} are open.",
        "Lịch “{name}”: mở khi tất cả {members} cùng mở.",
    ),
    "doc.calendar.holidays": ("Closed on the public holidays of {codes}.", "Nghỉ các ngày lễ của {codes}."),
    "doc.calendar.closed": ("Also closed: {days}.", "Nghỉ thêm: {days}."),
    "doc.calendar.open": ("Also open: {days}.", "Làm thêm: {days}."),
    # work
    "doc.received": ("A case is received at: {pattern}.", "Hồ sơ được tiếp nhận khi: {pattern}."),
    "doc.delivered": ("It is delivered at: {pattern}.", "Hồ sơ hoàn thành khi: {pattern}."),
    "doc.cancelled": ("It is cancelled at: {pattern}.", "Hồ sơ bị huỷ khi: {pattern}."),
    "doc.scope": (
        "Only cases for which {condition} are in scope.",
        "Chỉ tính hồ sơ thoả điều kiện {condition}.",
    ),
    "doc.personal": ("Personal data: {names}.", "Dữ liệu cá nhân: {names}."),
    "doc.hindsight": ("Known only when a case ends: {names}.", "Chỉ biết khi hồ sơ kết thúc: {names}."),
    "pattern.first_of": ("the first of {items}", "sự kiện đầu tiên trong số {items}"),
    "pattern.lifecycle": ("{activity} ({lifecycle})", "{activity} ({lifecycle})"),
    "pattern.where": ("{pattern} where {condition}", "{pattern} khi {condition}"),
    "pattern.condition": ("the first event where {condition}", "sự kiện đầu tiên thoả {condition}"),
    "lifecycle.start": ("begun", "bắt đầu"),
    "lifecycle.complete": ("done", "hoàn thành"),
    "moment.received": ("receipt", "lúc tiếp nhận"),
    "moment.delivered": ("delivery", "lúc hoàn thành"),
    "due.day": ("day {n} after the period", "ngày {n} sau kỳ"),
    "due.within": ("{within} after the period", "{within} sau kỳ"),
    # clocks
    "doc.clock": (
        "{clock} runs from {start} until {stop}{calendar}.",
        "{clock} chạy từ {start} đến {stop}{calendar}.",
    ),
    "doc.clock.calendar": (", in the hours of “{calendar}”", ", theo lịch “{calendar}”"),
    "doc.clock.elapsed": (", day and night", ", cả ngày lẫn đêm"),
    "doc.target": ("{clock}: within {within}{more}.", "{clock}: trong {within}{more}."),
    "doc.target.when": (
        "{clock}, when {condition}: within {within}{more}.",
        "{clock}, khi {condition}: trong {within}{more}.",
    ),
    "doc.target.cut_off": (
        "; what comes in after {time} counts as received on the next business day",
        "; hồ sơ đến sau {time} được tính là nhận vào ngày làm việc kế tiếp",
    ),
    "doc.target.same_time": (", at the same time of day", ", tính đến cùng giờ trong ngày"),
    "doc.target.calendar": (" (calendar “{calendar}”)", " (lịch “{calendar}”)"),
    "doc.paused.while": ("{clock} is paused while {condition}.", "{clock} tạm dừng khi {condition}."),
    "doc.paused.between": (
        "{clock} is paused from {start} until {until}.",
        "{clock} tạm dừng từ {start} đến {until}.",
    ),
    "doc.reopen.first": (
        "Its first stop counts, also when the case is reopened.",
        "Lần dừng đầu tiên được tính, kể cả khi hồ sơ mở lại.",
    ),
    "doc.reopen.sum": (
        "When reopened, the open spells are added up.",
        "Khi mở lại, các khoảng thời gian mở được cộng dồn.",
    ),
    "doc.reopen.last": (
        "When reopened, its last stop counts, and the time between too.",
        "Khi mở lại, tính đến lần dừng cuối, gồm cả thời gian ở giữa.",
    ),
    "doc.reopen.each": ("Each reopening is measured on its own.", "Mỗi lần mở lại được đo riêng."),
    "doc.reopen.within": (
        "A later start than {period} after a stop is measured on its own.",
        "Bắt đầu lại sau {period} kể từ lúc dừng được đo riêng.",
    ),
    "doc.reclassify.start": (
        "The target is chosen by what is known at the start.",
        "Ngưỡng được chọn theo thông tin lúc bắt đầu.",
    ),
    "doc.reclassify.stop": (
        "The target is chosen by what is known at the stop.",
        "Ngưỡng được chọn theo thông tin lúc dừng.",
    ),
    "doc.reclassify.restart": (
        "When the class changes, the new target counts from the change.",
        "Khi phân loại thay đổi, ngưỡng mới tính từ lúc thay đổi.",
    ),
    "doc.reclassify.proportional": (
        "When the class changes, each spell uses its share of its own budget.",
        "Khi phân loại thay đổi, mỗi khoảng dùng phần ngân sách tương ứng của nó.",
    ),
    "doc.cancelled.count": ("Cancelled cases count too.", "Hồ sơ bị huỷ vẫn được tính."),
    # relief
    "doc.relief.time": (
        "{name} ({kind}): the time does not count, when {agree}.",
        "{name} ({kind}): thời gian không tính, nếu {agree}.",
    ),
    "doc.relief.case": (
        "{name} ({kind}): the case does not count, when {agree}.",
        "{name} ({kind}): hồ sơ không tính, nếu {agree}.",
    ),
    "doc.relief.interval": (
        "{name} ({kind}): cases of such a span do not count, when {agree}.",
        "{name} ({kind}): hồ sơ trong khoảng đó không tính, nếu {agree}.",
    ),
    "doc.relief.window": (
        "{name} ({kind}): the window has no result, when {agree}.",
        "{name} ({kind}): kỳ đo không có kết quả, nếu {agree}.",
    ),
    "doc.relief.notify": ("It must be claimed within {period}.", "Phải khiếu nại trong {period}."),
    "agree.both": ("both sides agree", "hai bên đồng ý"),
    "agree.client": ("the client agrees", "bên thuê đồng ý"),
    "agree.vendor": ("the vendor agrees", "nhà cung cấp đồng ý"),
    "agree.none": ("it happened", "sự việc xảy ra"),
    "relief.client_caused": ("caused by the client", "do bên thuê"),
    "relief.force_majeure": ("force majeure", "bất khả kháng"),
    "relief.maintenance": ("maintenance", "bảo trì"),
    "relief.dependency_late": ("late dependency", "phụ thuộc đến trễ"),
    "relief.over_forecast": ("over forecast", "vượt dự báo"),
    # kpis
    "doc.kpi.share_in_target": (
        "{kpi}: share of cases within the target of “{clock}”, {every}.",
        "{kpi}: tỷ lệ hồ sơ trong ngưỡng của “{clock}”, {every}.",
    ),
    "doc.kpi.mean": ("{kpi}: mean of {source}, {every}.", "{kpi}: trung bình của {source}, {every}."),
    "doc.kpi.percentile": (
        "{kpi}: the value that {p} of cases do not exceed, of {source}, {every}.",
        "{kpi}: bách phân vị {p} của {source}, {every}.",
    ),
    "doc.kpi.rate": (
        "{kpi}: share for which {condition}, among {pattern}, {every}.",
        "{kpi}: tỷ lệ thoả {condition}, trong số {pattern}, {every}.",
    ),
    "doc.kpi.sampled_rate": (
        "{kpi}: share of inspected cases for which {condition}, {every}.",
        "{kpi}: tỷ lệ hồ sơ kiểm tra thoả {condition}, {every}.",
    ),
    "doc.kpi.volume": ("{kpi}: number of {pattern}, {every}.", "{kpi}: số lượng {pattern}, {every}."),
    "doc.kpi.backlog": ("{kpi}: cases open at the end, {every}.", "{kpi}: số hồ sơ còn mở cuối kỳ, {every}."),
    "doc.kpi.backlog.older": (
        "{kpi}: cases open at the end for longer than {within}, {every}.",
        "{kpi}: số hồ sơ còn mở cuối kỳ quá {within}, {every}.",
    ),
    "doc.kpi.score.mean": (
        "{kpi}: mean of the answers, {every}.",
        "{kpi}: điểm trung bình của các câu trả lời, {every}.",
    ),
    "doc.kpi.score.nps": (
        "{kpi}: share of promoters less share of detractors, {every}.",
        "{kpi}: tỷ lệ người ủng hộ trừ tỷ lệ người phản đối, {every}.",
    ),
    "doc.kpi.ratio": (
        "{kpi}: {numerator} per {denominator}, {every}.",
        "{kpi}: {numerator} trên {denominator}, {every}.",
    ),
    "doc.kpi.availability": (
        "{kpi}: share of agreed service time in which the service was up, {every}.",
        "{kpi}: tỷ lệ thời gian dịch vụ hoạt động, {every}.",
    ),
    "doc.kpi.duty": (
        "{kpi}: share of due duties done in time, {every}.",
        "{kpi}: tỷ lệ nghĩa vụ đến hạn được làm đúng hạn, {every}.",
    ),
    "doc.kpi.composite": (
        "{kpi}: weighted mean of {parts}, {every}.",
        "{kpi}: trung bình có trọng số của {parts}, {every}.",
    ),
    "doc.kpi.where": ("Only where {condition}.", "Chỉ tính khi {condition}."),
    "doc.kpi.exclude": ("Left out where {condition}.", "Loại trừ khi {condition}."),
    "doc.kpi.levels.both": (
        "Expected {expected}, at least {minimum}.",
        "Kỳ vọng {expected}, tối thiểu {minimum}.",
    ),
    "doc.kpi.levels.lower": (
        "Expected at most {expected}, never above {minimum}.",
        "Kỳ vọng không quá {expected}, tối đa {minimum}.",
    ),
    "doc.kpi.levels.expected": ("Expected {expected}.", "Kỳ vọng {expected}."),
    "doc.kpi.levels.minimum": ("At least {minimum}.", "Tối thiểu {minimum}."),
    "doc.kpi.levels.minimum.lower": ("At most {minimum}.", "Không quá {minimum}."),
    "doc.kpi.tiers": (
        "All must hold: {tiers}; one that fails is one miss.",
        "Phải đạt tất cả: {tiers}; không đạt một mức là một lần vi phạm.",
    ),
    "doc.kpi.tier": ("{share} within {within}", "{share} trong {within}"),
    "doc.kpi.tier.target": ("{share} within the target", "{share} trong ngưỡng"),
    "doc.kpi.count_at.stop": (
        "A case counts in the window in which it stops.",
        "Hồ sơ được tính vào kỳ mà nó dừng.",
    ),
    "doc.kpi.count_at.due": (
        "A case counts in the window in which it is due; one that is still open then is a miss.",
        "Hồ sơ được tính vào kỳ đến hạn; nếu lúc đó còn mở thì là vi phạm.",
    ),
    "doc.kpi.count_at.start": (
        "A case counts in the window in which it starts.",
        "Hồ sơ được tính vào kỳ mà nó bắt đầu.",
    ),
    "doc.kpi.points": (
        "It weighs {points} points in the credits.",
        "Trọng số {points} điểm trong khoản giảm trừ.",
    ),
    "doc.kpi.critical": ("It is critical.", "Là chỉ tiêu trọng yếu."),
    "doc.kpi.volume.none": ("Fewer than {n} cases give no result.", "Dưới {n} hồ sơ thì không có kết quả."),
    "doc.kpi.volume.carry": (
        "Fewer than {n} cases are carried into the next window.",
        "Dưới {n} hồ sơ thì chuyển sang kỳ sau.",
    ),
    "doc.kpi.volume.allow_one": (
        "With fewer than {n} cases one miss is allowed.",
        "Dưới {n} hồ sơ thì cho phép một lần vi phạm.",
    ),
    "doc.kpi.round": (
        "Rounded to {n} decimals before it is compared.",
        "Làm tròn {n} chữ số thập phân trước khi so sánh.",
    ),
    "measure.received": ("cases received", "hồ sơ tiếp nhận"),
    "measure.delivered": ("cases delivered", "hồ sơ hoàn thành"),
    "measure.clock": ("hours of “{clock}”", "số giờ của “{clock}”"),
    "measure.clock_time": ("the time of “{clock}”", "thời gian của “{clock}”"),
    "measure.attribute": ("“{attribute}”", "“{attribute}”"),
    "measure.sum": ("sum of “{attribute}”", "tổng “{attribute}”"),
    "measure.fact": ("recorded “{fact}”", "“{fact}” được ghi nhận"),
    # credits
    "doc.credits.price_adjustment": (
        "Credits adjust the price to the service given.",
        "Khoản giảm trừ điều chỉnh giá theo dịch vụ thực nhận.",
    ),
    "doc.credits.penalty": (
        "Credits are agreed penalties.",
        "Khoản giảm trừ là phạt vi phạm theo thoả thuận.",
    ),
    "doc.credits.liquidated_damages": (
        "Credits are liquidated damages.",
        "Khoản giảm trừ là bồi thường định trước.",
    ),
    "doc.credits.at_risk": (
        "At most {share} of a month's fees is at risk; each miss costs that amount × its points ÷ 100.",
        "Mỗi tháng tối đa {share} phí chịu rủi ro; mỗi lần vi phạm trừ số đó × số điểm ÷ 100.",
    ),
    "doc.credits.at_risk.when": (
        "When {condition}: {share} of the fees is at risk.",
        "Khi {condition}: {share} phí chịu rủi ro.",
    ),
    "doc.credits.points": (
        "A miss gives points by its depth; the month's points give a percent of the fees.",
        "Mỗi vi phạm cho điểm theo mức độ; tổng điểm tháng quy ra phần trăm phí.",
    ),
    "doc.credits.percent": (
        "Each miss costs a percent or an amount of its own.",
        "Mỗi vi phạm trừ theo phần trăm hoặc số tiền riêng.",
    ),
    "doc.credits.repeat": (
        "Consecutive misses of the same service level count {factors} times.",
        "Vi phạm liên tiếp cùng một mức dịch vụ nhân hệ số {factors}.",
    ),
    "doc.credits.expected": (
        "A value below expected pays from miss {k} in {of} windows on.",
        "Giá trị dưới kỳ vọng bị trừ từ lần thứ {k} trong {of} kỳ trở đi.",
    ),
    "doc.credits.same_cause": (
        "When one cause makes several miss, only the dearest pays.",
        "Khi một nguyên nhân gây nhiều vi phạm, chỉ tính khoản lớn nhất.",
    ),
    "doc.credits.cap_month": (
        "A month's credits are at most {share} of its fees.",
        "Khoản giảm trừ mỗi tháng tối đa {share} phí tháng.",
    ),
    "doc.credits.cap_year": (
        "A year's credits are at most {share} of the year's fees.",
        "Khoản giảm trừ mỗi năm tối đa {share} phí năm.",
    ),
    "doc.credits.carry": (
        "What a cap cut is carried into the next month.",
        "Phần vượt trần chuyển sang tháng sau.",
    ),
    "doc.credits.floor": (
        "Monthly totals below {amount} are dropped.",
        "Tổng tháng dưới {amount} được bỏ qua.",
    ),
    "doc.credits.earn_back": (
        "A credit returns when the next {n} measured windows are all at or above expected.",
        "Khoản giảm trừ được hoàn lại khi {n} kỳ đo tiếp theo đều đạt kỳ vọng.",
    ),
    "doc.credits.earn_back.year": (
        "A credit returns when the year's average reaches expected.",
        "Khoản giảm trừ được hoàn lại khi trung bình năm đạt kỳ vọng.",
    ),
    "doc.credits.settle.same": (
        "Credits stand in the same month's statement.",
        "Khoản giảm trừ nằm trong bảng kê cùng tháng.",
    ),
    "doc.credits.settle.next": (
        "Credits stand in the next month's statement.",
        "Khoản giảm trừ nằm trong bảng kê tháng sau.",
    ),
    "doc.credits.settle.year": (
        "Credits are settled once a year.",
        "Khoản giảm trừ quyết toán mỗi năm một lần.",
    ),
    "doc.credits.sole_remedy": (
        "Credits are the only remedy.",
        "Khoản giảm trừ là biện pháp khắc phục duy nhất.",
    ),
    "doc.trigger": ("When {condition}: right to {right}{use}.", "Khi {condition}: có quyền {right}{use}."),
    "doc.trigger.use": (", to be used within {period}", ", phải dùng trong {period}"),
    "right.terminate": ("terminate", "chấm dứt hợp đồng"),
    "right.step_in": ("step in", "tiếp quản"),
    "right.rectification_plan": ("a rectification plan", "yêu cầu kế hoạch khắc phục"),
    "right.audit": ("audit", "kiểm toán"),
    "right.escalate": ("escalate", "leo thang"),
    # charges
    "doc.line.fixed": ("{line}: {price} {every}.", "{line}: {price} {every}."),
    "doc.line.per_unit": ("{line}: {price} for each of {pattern}.", "{line}: {price} cho mỗi {pattern}."),
    "doc.line.bands.graduated": (
        "{line}, for each of {pattern}, band by band {over}: {bands}.",
        "{line}, cho mỗi {pattern}, tính luỹ tiến {over}: {bands}.",
    ),
    "doc.line.bands.whole": (
        "{line}, for each of {pattern}, all units at the price of the band reached {over}: {bands}.",
        "{line}, cho mỗi {pattern}, toàn bộ theo giá của bậc đạt được {over}: {bands}.",
    ),
    "doc.band.to": ("up to {to}: {price}", "đến {to}: {price}"),
    "doc.band.rest": ("beyond: {price}", "trên đó: {price}"),
    "doc.line.minimum.units": (
        "At least {n} units are charged {every}.",
        "Tính tối thiểu {n} đơn vị {every}.",
    ),
    "doc.line.minimum.amount": ("At least {amount} is charged {every}.", "Tính tối thiểu {amount} {every}."),
    "doc.line.arc_rrc": (
        "{line}: {fee} a month for {baseline} of {pattern}, ± {band} without change; beyond: {arc}; below: less {rrc}.",
        "{line}: {fee} mỗi tháng cho {baseline} {pattern}, ± {band} không đổi; vượt trên: {arc}; dưới: trừ {rrc}.",
    ),
    "doc.line.renegotiate": (
        "Beyond ± {share} the price is to be renegotiated.",
        "Vượt ± {share} thì đàm phán lại giá.",
    ),
    "doc.line.fte": ("{line}: days worked × {rates}.", "{line}: số ngày công × {rates}."),
    "doc.line.time_and_materials": ("{line}: hours × {rates}.", "{line}: số giờ × {rates}."),
    "doc.line.cap": ("At most {amount} over the order.", "Tối đa {amount} cho cả đơn hàng."),
    "doc.line.outcome": (
        "{line}: {price} for each accepted {pattern}.",
        "{line}: {price} cho mỗi {pattern} được nghiệm thu.",
    ),
    "doc.line.gain_share": (
        "{line}: {share} of what is saved against {baseline}.",
        "{line}: {share} khoản tiết kiệm so với {baseline}.",
    ),
    "doc.line.pass_through": ("{line}: cost by evidence{markup}.", "{line}: chi phí theo chứng từ{markup}."),
    "doc.line.markup": (" plus {share}", " cộng {share}"),
    "doc.line.markup_cap": (" (at most {amount})", " (tối đa {amount})"),
    "doc.line.one_off": (
        "{line}: {price} once “{milestone}” is accepted{due}.",
        "{line}: {price} khi “{milestone}” được nghiệm thu{due}.",
    ),
    "doc.line.due": (", due {day}", ", hạn {day}"),
    "doc.line.late": ("Late: {amount} a day.", "Trễ hạn: trừ {amount} mỗi ngày."),
    "doc.line.minimum_of": (
        "{line}: at least {amount} {every} over {lines}.",
        "{line}: tối thiểu {amount} {every} cho {lines}.",
    ),
    "doc.line.index": (
        "Indexed yearly by {series}{threshold}{cap}.",
        "Điều chỉnh hằng năm theo {series}{threshold}{cap}.",
    ),
    "doc.line.index.threshold": (", from a change of {share}", ", khi thay đổi từ {share}"),
    "doc.line.index.cap": (", at most {share}", ", tối đa {share}"),
    "doc.line.fx": (
        "Follows the rate of {currency} outside ± {band}.",
        "Theo tỷ giá {currency} ngoài biên ± {band}.",
    ),
    "doc.tax": ("Tax “{code}”: {rates}.", "Thuế “{code}”: {rates}."),
    "doc.tax.from": ("{rate} from {day}", "{rate} từ {day}"),
    "doc.payment": ("Payment within {period}.", "Thanh toán trong {period}."),
    "doc.interest": ("Late interest: {rate} a year.", "Lãi chậm trả: {rate} mỗi năm."),
    "doc.duty.vendor": (
        "The vendor owes “{name}” {every}, due: {due}.",
        "Nhà cung cấp phải “{name}” {every}, hạn: {due}.",
    ),
    "doc.duty.client": (
        "The client owes “{name}” {every}, due: {due}.",
        "Bên thuê phải “{name}” {every}, hạn: {due}.",
    ),
    "doc.control": (
        "Control against {family}: “{name}” {every}.",
        "Kiểm soát rủi ro {family}: “{name}” {every}.",
    ),
    "family.data": ("data loss", "dữ liệu"),
    "family.control": ("loss of control", "mất kiểm soát"),
    "family.dependence": ("dependence", "phụ thuộc"),
    "family.hidden_cost": ("hidden cost", "chi phí ẩn"),
    "family.compliance": ("non-compliance", "không tuân thủ"),
    "family.turnover": ("turnover of staff", "biến động nhân sự"),
    "doc.exit": ("On exit: “{name}”{within}.", "Khi thoái lui: “{name}”{within}."),
    "doc.exit.within": (", within {period}", ", trong {period}"),
    # differences between versions
    "diff.changed": ("{what}: {old} → {new}", "{what}: {old} → {new}"),
    "diff.added": ("{what}: new, {new}", "{what}: mới, {new}"),
    "diff.removed": ("{what}: no longer ({old})", "{what}: bỏ ({old})"),
    "diff.from": ("{change}, from {day}", "{change}, từ {day}"),
    "diff.none": ("Nothing changes.", "Không có thay đổi."),
    "diff.head": ("Version {old} → version {new}, from {day}", "Phiên bản {old} → phiên bản {new}, từ {day}"),
    "field.within": ("target", "ngưỡng cam kết"),
    "field.expected": ("expected", "kỳ vọng"),
    "field.minimum": ("minimum", "tối thiểu"),
    "field.points": ("points", "số điểm"),
    "field.price": ("price", "đơn giá"),
    "field.fixed": ("price", "đơn giá"),
    "field.at_risk": ("at risk", "phí chịu rủi ro"),
    "field.share": ("share", "tỷ lệ"),
    "field.cap_year": ("yearly cap", "trần năm"),
    "field.cap_month": ("monthly cap", "trần tháng"),
    "field.repeat": ("repeat factors", "hệ số lặp"),
    "field.cut_off": ("cut-off", "giờ chốt nhận"),
    "field.calendar": ("calendar", "lịch làm việc"),
    "field.calendars": ("calendar", "lịch làm việc"),
    "field.clocks": ("clock", "đồng hồ SLA"),
    "field.kpis": ("service level", "mức dịch vụ"),
    "field.pricing": ("charge line", "khoản phí"),
    "field.targets": ("target", "ngưỡng"),
    "field.bands": ("band", "bậc"),
    "field.credits": ("credits", "khoản giảm trừ"),
    "field.tax": ("tax", "thuế"),
    "field.term": ("term", "thời hạn"),
    "field.start": ("start", "bắt đầu"),
    "field.stop": ("stop", "dừng"),
    "field.end": ("end", "kết thúc"),
    "field.hours": ("hours", "giờ làm việc"),
    "field.holidays": ("holidays", "ngày nghỉ lễ"),
    "field.when": ("condition", "điều kiện"),
    "field.where": ("only where", "chỉ khi"),
    "field.title": ("title", "tên"),
    "field.notes": ("notes", "ghi chú"),
    "field.window": ("window", "kỳ đo"),
    "field.direction": ("direction", "chiều"),
    "field.payment_term": ("payment term", "thời hạn thanh toán"),
    "field.reopen": ("reopening", "mở lại"),
    "field.paused_while": ("paused while", "tạm dừng khi"),
    "field.work": ("work", "công việc"),
    "field.obligations": ("duty", "nghĩa vụ"),
    "field.relief": ("relief", "miễn trừ"),
    "field.rate": ("rate", "mức"),
    "field.baseline": ("baseline", "mức nền"),
    "field.triggers": ("trigger", "điều kiện kích hoạt"),
}
