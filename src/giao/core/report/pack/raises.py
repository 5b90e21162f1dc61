"""Levels that a ratchet would raise: what it proposes and why. It never applies itself: both sides agree to a new version."""

from __future__ import annotations

from giao.core.agreement.kpis.ratchet import ratchet_proposals
from giao.core.report import formats
from giao.core.report.pack.document import PackTable, Section, Sentences, columns, row
from giao.core.report.pack.source import PackSource
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.words import Lang, say


def raises(source: PackSource, lang: Lang) -> Section | None:
    """None where no service level has a ratchet."""
    agreement = source.agreement
    if all(kpi.ratchet is None for kpi in agreement.kpis.values()):
        return None
    title = say(lang, "pack.raises")
    results = [result for result in source.results if result.group is None]
    found = ratchet_proposals(agreement, results)
    if not found:
        return Section(title, (Sentences((say(lang, "pack.raises.none"),)),))
    units = {result.kpi: result.unit for result in results}
    heads = (
        say(lang, "column.kpi"),
        *(f">{say(lang, name)}" for name in ("pack.raises.level", "pack.raises.proposed")),
        say(lang, "column.why"),
    )
    rows = tuple(
        row(
            kpi_title(agreement, one.kpi, lang),
            formats.measure(one.level, units[one.kpi], lang),
            formats.measure(one.proposed, units[one.kpi], lang),
            say(
                lang,
                "pack.raises.limited" if one.limited else "pack.raises.why",
                n=len(one.windows),
                first=formats.window(one.windows[0], lang),
                last=formats.window(one.windows[-1], lang),
                average=formats.measure(one.average, units[one.kpi], lang),
            ),
        )
        for one in found
    )
    return Section(title, (PackTable(columns(*heads, widths=(2, 0, 0, 3)), rows),))
