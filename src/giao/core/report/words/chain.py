"""The chain of parties: sides, kinds of agreements, whose clock broke first."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "chain.side.client": ("client", "bên thuê"),
    "chain.side.vendor": ("vendor", "nhà cung cấp"),
    "chain.side.subcontractor": ("subcontractor", "nhà thầu phụ"),
    "chain.side.third_party": ("third party", "bên thứ ba"),
    "chain.side.not_said": ("not said", "không nêu rõ"),
    "chain.kind.sla": ("SLA", "SLA"),
    "chain.kind.ola": ("OLA", "OLA"),
    "chain.kind.underpinning": ("underpinning contract", "hợp đồng hỗ trợ"),
    "chain.still": ("still", "đến nay"),
    "chain.support_clock": (
        "{party} ({kind} “{agreement}”, {clock})",
        "{party} ({kind} “{agreement}”, {clock})",
    ),
    "chain.support_first": (
        "{who} broke first, on {at}; {party} held {share} of the counted time of {clock}.",
        "{who} vi phạm trước tiên, lúc {at}; {party} giữ {share} thời gian được tính của {clock}.",
    ),
    "chain.support_first.before": (
        "{who} broke first, on {at}, {ahead} before {clock} was due; {party} held {share} of its counted time.",
        "{who} vi phạm trước tiên, lúc {at}, {ahead} trước hạn của {clock}; {party} giữ {share} thời gian được tính.",
    ),
    "chain.support_first.after": (
        "{who} broke first, on {at}, {ahead} after {clock} was due; {party} held {share} of its counted time.",
        "{who} vi phạm trước tiên, lúc {at}, {ahead} sau hạn của {clock}; {party} giữ {share} thời gian được tính.",
    ),
    "chain.support_first.with": (
        "{who} broke first, on {at}, just when {clock} was due; {party} held {share} of its counted time.",
        "{who} vi phạm trước tiên, lúc {at}, đúng hạn của {clock}; {party} giữ {share} thời gian được tính.",
    ),
    "chain.sla_broke_after": (
        "{clock} of the SLA broke with or after it, on {at}.",
        "{clock} của SLA vi phạm cùng lúc hoặc sau đó, lúc {at}.",
    ),
    "chain.sla_first": (
        "{clock} of the SLA broke first, on {at}; {party} held the case then.",
        "{clock} của SLA vi phạm trước tiên, lúc {at}; lúc đó {party} đang giữ hồ sơ.",
    ),
    "chain.sla_first.not_said": (
        "{clock} of the SLA broke first, on {at}; nobody is said to have held the case then.",
        "{clock} của SLA vi phạm trước tiên, lúc {at}; không rõ lúc đó ai giữ hồ sơ.",
    ),
    "chain.support_later": (
        "A clock behind it broke later, on {at}.",
        "Một đồng hồ phía sau vi phạm muộn hơn, lúc {at}.",
    ),
    "chain.gap.green_inside_red": (
        "Every clock behind it was kept: the targets of the chain do not add up to {clock}.",
        "Mọi đồng hồ phía sau đều đạt: các ngưỡng trong chuỗi cộng lại không bảo đảm được {clock}.",
    ),
    "chain.gap.uncovered": (
        "No supporting agreement stood behind {clock} in this case.",
        "Không có thoả thuận hỗ trợ nào đứng sau {clock} trong hồ sơ này.",
    ),
    "chain.gap.red_inside_green": (
        "{clock} of the SLA is kept all the same.",
        "{clock} của SLA vẫn không vi phạm.",
    ),
    "chain.month": (
        "{month}, {clock}: {cases} {cases_n?case|cases}, {breached} breached; a supporting clock broke first in {support}, the SLA’s in {sla}; {green} missed though everything behind was kept, {uncovered} with nothing behind.",
        "{month}, {clock}: {cases} hồ sơ, {breached} vi phạm; đồng hồ hỗ trợ vi phạm trước ở {support}, đồng hồ SLA ở {sla}; {green} vi phạm dù mọi đồng hồ phía sau đều đạt, {uncovered} không có thoả thuận phía sau.",
    ),
    "chain.nobody_held": ("The case was never in hand.", "Hồ sơ chưa từng được tiếp nhận xử lý."),
    "chain.no_clock": ("No clock of the SLA ran.", "Không có đồng hồ SLA nào chạy."),
    "column.party": ("Party", "Bên giữ"),
    "column.business_time": ("In business time", "Theo giờ làm việc"),
    "column.agreement": ("Agreement", "Thoả thuận"),
    "column.broke": ("In time until", "Kịp hạn đến"),
    "column.held_cases": ("Cases", "Hồ sơ"),
    "column.counted_share": ("Share of counted time", "Phần thời gian được tính"),
    "column.broke_first": ("Broke first", "Vi phạm trước"),
    "column.own_met": ("SLA missed, own clock kept", "SLA vi phạm, đồng hồ riêng đạt"),
    "column.own_broken": ("SLA missed, own clock broken", "SLA vi phạm, đồng hồ riêng vi phạm"),
    "column.at_break": ("Held it at the break", "Đang giữ khi vi phạm"),
}
