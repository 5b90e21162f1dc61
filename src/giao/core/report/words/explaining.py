"""Why a figure is what it is: the steps of charges and credits, the intervals of a clock, a case in or out of a number."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "explain.earned_back": ("earned back in {month}: {amount}", "hoàn lại trong {month}: {amount}"),
    "explain.trigger": ("“{name}” ({right}): fired {fired}", "“{name}” ({right}): kích hoạt {fired}"),
    "explain.adjusted": ("adjusted in {month} by {amount}", "điều chỉnh trong {month}: {amount}"),
    # a clock of a case
    "clock.verdict.met": (
        "{clock}: met, {used} of {budget} used.",
        "{clock}: đạt, đã dùng {used} trong {budget}.",
    ),
    "clock.verdict.breached": (
        "{clock}: breached, {used} used of {budget}, due {due}.",
        "{clock}: vi phạm, đã dùng {used} trên {budget}, hạn {due}.",
    ),
    "clock.verdict.running": (
        "{clock}: running, {used} of {budget} used, due {due}.",
        "{clock}: đang chạy, đã dùng {used} trong {budget}, hạn {due}.",
    ),
    "clock.verdict.paused": (
        "{clock}: paused, {used} of {budget} used.",
        "{clock}: tạm dừng, đã dùng {used} trong {budget}.",
    ),
    "clock.verdict.cancelled": ("{clock}: cancelled after {used}.", "{clock}: đã huỷ sau {used}."),
    "clock.verdict.no_target": (
        "{clock}: {used}; no target applies.",
        "{clock}: {used}; không có ngưỡng áp dụng.",
    ),
    "clock.fact.start": ("Started by “{activity}” on {at}.", "Bắt đầu bởi “{activity}” lúc {at}."),
    "clock.fact.stop": ("Stopped by “{activity}” on {at}.", "Dừng bởi “{activity}” lúc {at}."),
    "clock.fact.origin": (
        "Calendar {calendar} ({zone}), agreement version {version}.",
        "Lịch {calendar} ({zone}), phiên bản thoả thuận {version}.",
    ),
    "clock.fact.never_due": (
        "Calendar “{calendar}” does not open again for what is left of the budget, so it is never due.",
        "Lịch “{calendar}” không mở lại đủ cho phần ngân sách còn lại, nên không bao giờ đến hạn.",
    ),
    "clock.fact.always": ("round the clock", "24 giờ mỗi ngày"),
    "clock.fact.epoch": (
        "{start} to {end}: {used} of {budget}.",
        "{start} đến {end}: {used} trong {budget}.",
    ),
    "clock.trial.matched": ("✓ {target}{values}", "✓ {target}{values}"),
    "clock.trial.not_matched": ("✗ {target}{values}", "✗ {target}{values}"),
    "clock.trial.not_tried": ("· {target} – an earlier one matched", "· {target} – đã có ngưỡng trước khớp"),
    "interval.running": ("running", "đang chạy"),
    "interval.holiday": ("closed: {name}", "nghỉ: {name}"),
    "interval.closed_day": ("closed by the agreement", "nghỉ theo thoả thuận"),
    "interval.weekend": ("closed: weekend", "nghỉ cuối tuần"),
    "interval.weekday_off": ("closed: no hours on this weekday", "nghỉ: ngày này không có giờ làm việc"),
    "interval.outside_hours": ("outside business hours", "ngoài giờ làm việc"),
    "interval.other": ("closed: {text}", "nghỉ: {text}"),
    "interval.pause_between": (
        "paused: from “{from_activity}” to “{until_activity}”",
        "tạm dừng: từ “{from_activity}” đến “{until_activity}”",
    ),
    "interval.pause_between.open": ("paused: since “{from_activity}”", "tạm dừng: từ “{from_activity}”"),
    "interval.pause_while": ("paused: {condition}", "tạm dừng: {condition}"),
    "interval.pause_while.open": ("paused, still: {condition}", "vẫn tạm dừng: {condition}"),
    "interval.agreed": ("excused: {kind}, claim {claim}", "được miễn: {kind}, khiếu nại {claim}"),
    "interval.supposed": (
        "would be excused: {kind}, claim {claim} is not agreed",
        "sẽ được miễn: {kind}, khiếu nại {claim} chưa được đồng ý",
    ),
    "interval.stopped": ("stopped; started again later", "đã dừng; sau đó bắt đầu lại"),
    "interval.restarted": (
        "before the class changed; the new target counts from there",
        "trước khi phân loại thay đổi; ngưỡng mới tính từ đó",
    ),
    "not_started.no_start_event": (
        "no start among its {events} {events?event|events}",
        "không có sự kiện bắt đầu trong {events} sự kiện",
    ),
    "not_started.not_in_force": (
        "“{activity}” would start it, but version {version} of the agreement has no such clock",
        "“{activity}” sẽ bắt đầu, nhưng phiên bản {version} chưa có đồng hồ này",
    ),
    "not_started.out_of_scope": ("out of scope: {where}", "ngoài phạm vi: {where}"),
    "not_started.cancelled_event": ("“{activity}” cancels the case", "“{activity}” huỷ hồ sơ"),
    "not_started.no_events": ("no event yet at this instant", "chưa có sự kiện tại thời điểm này"),
    "not_started.unknown_case": ("the log has no such case", "nhật ký không có hồ sơ này"),
    # steps of a charge line
    "charge.fixed": ("{price} × {days} of {of} days = {amount}", "{price} × {days}/{of} ngày = {amount}"),
    "charge.band": ("{units} × {price} = {amount}", "{units} × {price} = {amount}"),
    "charge.before": ("{units} units of the year came before", "trước đó trong năm đã có {units} đơn vị"),
    "charge.whole": (
        "{units} × {price}, the band that {volume} reaches = {amount}",
        "{units} × {price}, bậc ứng với {volume} = {amount}",
    ),
    "charge.true_up": (
        "{volume} units since the year began re-rate it to {year_to_date}; billed so far {billed}, this month {this_month}: {amount}",
        "{volume} đơn vị từ đầu năm tính lại thành {year_to_date}; đã tính {billed}, tháng này {this_month}: {amount}",
    ),
    "charge.minimum": (
        "{required} committed, {reached} reached, short by {shortfall}: {worth} × {rate} = {amount}",
        "cam kết {required}, đạt {reached}, thiếu {shortfall}: {worth} × {rate} = {amount}",
    ),
    "charge.arc_rrc": (
        "{volume} against a baseline of {baseline} ± {dead_band}: {excess} beyond, fee {fee}, together {amount}",
        "{volume} so với mức nền {baseline} ± {dead_band}: vượt {excess}, phí {fee}, cộng {amount}",
    ),
    "charge.staff_days": (
        "{role}: {days} days × {rate} = {amount}",
        "{role}: {days} ngày công × {rate} = {amount}",
    ),
    "charge.timesheet": (
        "{role}: {hours} hours × {rate} = {amount}",
        "{role}: {hours} giờ × {rate} = {amount}",
    ),
    "charge.order_cap": (
        "{billed} of {cap} of the order billed before: {allowed} of {amount} allowed",
        "đã tính {billed} trên trần {cap} của đơn hàng: được tính {allowed} trong {amount}",
    ),
    "charge.gain_share": (
        "baseline {baseline}, actual {actual}, hurdle {hurdle}: {share} of the gain is {uncapped}, charged {amount}",
        "mức nền {baseline}, thực tế {actual}, ngưỡng {hurdle}: {share} khoản lợi là {uncapped}, tính {amount}",
    ),
    "charge.pass_through": (
        "cost {cost} plus {markup} = {amount}",
        "chi phí {cost} cộng {markup} = {amount}",
    ),
    "charge.cost": ("{day}: {amount}", "{day}: {amount}"),
    "charge.foreign_cost": (
        "{day}: {cost} {currency} at {rate} ({rate_day}) = {amount}",
        "{day}: {cost} {currency} theo tỷ giá {rate} ({rate_day}) = {amount}",
    ),
    "charge.milestone": (
        "“{milestone}” accepted on {accepted}: {amount}",
        "“{milestone}” nghiệm thu ngày {accepted}: {amount}",
    ),
    "charge.late": (
        "due {due}, accepted {accepted}: {days} days × {per_day} = {uncapped}, charged {amount}",
        "hạn {due}, nghiệm thu {accepted}: {days} ngày × {per_day} = {uncapped}, tính {amount}",
    ),
    "charge.phase": ("phase {phase}: × {factor}", "giai đoạn {phase}: × {factor}"),
    "charge.index_step": (
        "{series} {base_month} {base} → {month} {value}: change {change}, counted {counted}; share {share}; "
        "factor from {anniversary}: {factor}",
        "{series} {base_month} {base} → {month} {value}: thay đổi {change}, được tính {counted}; tỷ lệ {share}; "
        "hệ số từ {anniversary}: {factor}",
    ),
    "charge.currency": (
        "{currency}: base {base}, rate {rate} ({rate_day}), band {band}: × {factor}",
        "{currency}: tỷ giá gốc {base}, tỷ giá {rate} ({rate_day}), biên {band}: × {factor}",
    ),
    "charge.part": (
        "{from} to {to}, version {version}: {amount} × {factor} = {result}",
        "{from} đến {to}, phiên bản {version}: {amount} × {factor} = {result}",
    ),
    "charge.rounded": ("{exact} rounded to {amount}", "{exact} làm tròn thành {amount}"),
    "charge.interest": (
        "{month}: due {due}, paid {paid}, {days} days on {principal} at {rate} a year = {amount}",
        "{month}: hạn {due}, trả {paid}, {days} ngày trên {principal}, lãi {rate} mỗi năm = {amount}",
    ),
    "charge.settlement": (
        "{line} of {month}, settled in dispute: {amount}",
        "{line} của {month}, giải quyết khiếu nại: {amount}",
    ),
    "statement.net": (
        "fees {fees} + other lines {outside_fees} − credits {settled_credits} + earned back {earned_back} + "
        "adjustments {adjustments} + bonus {bonus} + extras {extras} = {net}",
        "phí {fees} + khoản khác {outside_fees} − giảm trừ {settled_credits} + hoàn lại {earned_back} + "
        "điều chỉnh {adjustments} + thưởng {bonus} + phát sinh {extras} = {net}",
    ),
    "statement.total": ("net {net} + tax {tax} = {total}", "trước thuế {net} + thuế {tax} = {total}"),
    # steps of a credit
    "credit.miss": (
        "{window}: {value} against expected {expected}, minimum {minimum}: {state}",
        "{window}: {value} so với kỳ vọng {expected}, tối thiểu {minimum}: {state}",
    ),
    "credit.repeat": ("miss {in_a_row} in a row: × {repeat}", "vi phạm liên tiếp lần {in_a_row}: × {repeat}"),
    "credit.points": ("{points} points × {repeat} = {total}", "{points} điểm × {repeat} = {total}"),
    "credit.points_percent": (
        "{points} of the month's {all_points} points; {percent} of {fees} = {total}, of this {amount}",
        "{points} trong {all_points} điểm của tháng; {percent} của {fees} = {total}, trong đó {amount}",
    ),
    "credit.at_risk": (
        "{share} at risk × {fees} = {at_risk}; × {points}/100{category} × {repeat} = {amount}",
        "{share} chịu rủi ro × {fees} = {at_risk}; × {points}/100{category} × {repeat} = {amount}",
    ),
    "credit.category": (" × category {share}", " × nhóm {share}"),
    "credit.tier": (
        "worse than {below}: {percent} of {fees} = {amount}",
        "kém hơn {below}: {percent} của {fees} = {amount}",
    ),
    "credit.flat": ("{percent} of {fees} = {amount}", "{percent} của {fees} = {amount}"),
    "credit.shortfall": (
        "{points} points short of {level} × {rate} of {fees} = {amount}",
        "thiếu {points} điểm phần trăm so với {level} × {rate} của {fees} = {amount}",
    ),
    "credit.per_point": (
        "{points} points short of {level} × {each} = {amount}",
        "thiếu {points} điểm phần trăm so với {level} × {each} = {amount}",
    ),
    "credit.per_case": ("{cases} cases × {each} = {amount}", "{cases} hồ sơ × {each} = {amount}"),
    "credit.per_day": ("{days} days late × {each} = {amount}", "trễ {days} ngày × {each} = {amount}"),
    "credit.amount": ("fixed amount {amount}", "số tiền cố định {amount}"),
    "credit.repeated": ("× {repeat} = {amount}", "× {repeat} = {amount}"),
    "credit.streak": ("streak {windows}: fees {fees}", "chuỗi {windows}: phí {fees}"),
    "credit.same_cause": (
        "same cause as “{cause}”: {dropped} dropped",
        "cùng nguyên nhân “{cause}”: bỏ {dropped}",
    ),
    "credit.rounded": ("{exact} rounded to {amount}", "{exact} làm tròn thành {amount}"),
    "credit.cap": (
        "cap of the {cap}{name}: {limit} for {of}; {before} cut to {after}",
        "trần {cap}{name}: {limit} cho {of}; {before} giảm còn {after}",
    ),
    "cap.kpi": ("service level", "mức dịch vụ"),
    "cap.tower": ("tower", "nhóm dịch vụ"),
    "cap.month": ("month", "tháng"),
    "cap.year": ("year", "năm"),
    "cap.law": ("law", "theo luật"),
    "credit.carried": (
        "cut by a cap in {from}, carried: {amount}",
        "bị cắt bởi trần trong {from}, chuyển sang: {amount}",
    ),
    "credit.fees": ("fees of the month: {fees}", "phí trong tháng: {fees}"),
    "credit.at_risk_total": ("at risk in the month: {at_risk}", "chịu rủi ro trong tháng: {at_risk}"),
    "credit.floor": ("{dropped} is below {floor}: dropped", "{dropped} dưới {floor}: bỏ"),
    "credit.bonus": ("{kpi}, {window}: bonus {amount}", "{kpi}, {window}: thưởng {amount}"),
    "credit.bonus_limit": ("{exact}, at most {limit}", "{exact}, tối đa {limit}"),
}
