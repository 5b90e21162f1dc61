"""The style of a report: one sheet for screen (light and dark) and print. No font, image or script from elsewhere."""

from __future__ import annotations

CSS = """
:root{--ink:#1b2430;--soft:#5b6675;--line:#d9dfe7;--paper:#fff;--wash:#f5f7fa;--accent:#1f5fa8;
--ok:#1a7f4b;--warn:#9a5b00;--bad:#b3261e;--ok-wash:#e3f4ea;--warn-wash:#fdf1dc;--bad-wash:#fbe4e2;--none:#7a8594}
@media (prefers-color-scheme:dark){:root{--ink:#e7ebf0;--soft:#a4afbd;--line:#38424f;--paper:#151a21;--wash:#1d242d;
--accent:#7db4f0;--ok:#5fce94;--warn:#f0b357;--bad:#ff8f85;--ok-wash:#16351f;--warn-wash:#3a2d12;--bad-wash:#401f1c;--none:#8c98a7}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,.giao-report{max-width:1080px;margin:0 auto;padding:28px 20px 60px}
.giao-report{padding:0}
h1{font-size:1.75rem;line-height:1.25;margin:0 0 .3em}
h2{font-size:1.3rem;margin:2.4em 0 .6em;padding-bottom:.25em;border-bottom:2px solid var(--line)}
h3{font-size:1.05rem;margin:1.8em 0 .4em}
p{margin:.4em 0}
a{color:var(--accent)}
.lead{color:var(--soft);margin:0}
.summary{background:var(--wash);border-left:4px solid var(--accent);border-radius:4px;padding:14px 18px;margin:18px 0}
.summary p{margin:.25em 0}
nav ol{display:flex;flex-wrap:wrap;gap:4px 22px;padding-left:1.2em;color:var(--soft)}
.scroll{overflow-x:auto;margin:.6em 0}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding:.3em 0}
th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{color:var(--soft);font-weight:600;border-bottom-width:2px;white-space:nowrap}
tbody th{font-weight:500}
th.right,td.right{text-align:right;white-space:nowrap}
tr.strong th,tr.strong td{font-weight:700;border-top:2px solid var(--line)}
.state-met{color:var(--ok)}.state-expected_default,.state-paused{color:var(--warn)}
.state-minimum_default,.state-breached,.state-late,.state-missed{color:var(--bad)}
.state-no_data,.state-cancelled,.state-no_target{color:var(--none)}
td.state-minimum_default,td.state-expected_default{font-weight:600}
.state-credit{color:var(--ok)}
.steps{color:var(--soft);font-size:.88rem;margin:.3em 0 1em;padding-left:1.2em}
.steps b{color:var(--ink);font-weight:600}
.notice{border-left:3px solid var(--warn);padding:2px 12px;margin:.5em 0}
.hash{font-family:ui-monospace,"SF Mono",Consolas,monospace;font-size:.78rem;word-break:break-all}
.definition{color:var(--soft);font-size:.92rem}
.kpi{break-inside:avoid;display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:0 28px;align-items:start}
.kpi h3,.kpi .scroll{grid-column:1/-1}
.kpi td[class*=state-]{white-space:nowrap}
svg.chart{width:100%;height:auto;display:block;overflow:visible}
.chart text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--soft)}
.chart text.n{font-size:11px}.chart text.lane-label{fill:var(--ink)}.chart .lane-note{fill:var(--ink)}
.chart .grid{stroke:var(--line);stroke-width:1}
.chart .band.met{fill:var(--ok-wash)}.chart .band.between{fill:var(--warn-wash)}.chart .band.missed{fill:var(--bad-wash)}
.chart .level{stroke-width:1.2}.chart .level.expected{stroke:var(--ok)}.chart .level.minimum{stroke:var(--bad);stroke-dasharray:5 3}
.chart .line{stroke:var(--ink);stroke-width:1.6;fill:none}.chart .line.provisional{stroke-dasharray:2 3}
.chart .whisker{stroke:var(--soft);stroke-width:1}
.chart .mark{stroke:var(--paper);stroke-width:1}
.chart .mark.state-met{fill:var(--ok)}.chart .mark.state-expected_default{fill:var(--warn)}
.chart .mark.state-minimum_default{stroke:var(--bad);stroke-width:2.6;fill:none}
.chart .mark.state-no_data{stroke:var(--none);stroke-width:2.4}
.chart .point.provisional{opacity:.75}
.chart .bar{fill:var(--accent)}.chart .bar.breached{fill:var(--bad)}.chart .bar.soon{fill:var(--warn)}
.chart .span.open{fill:var(--accent)}.chart .span.open.state-breached{fill:var(--bad)}.chart .span.open.state-met{fill:var(--ok)}
.chart .span.paused,.chart .span.relief,.chart .span.excluded{fill:var(--none)}
.chart .hatch{stroke:var(--none);stroke-width:1}
.chart .due{stroke:var(--bad);stroke-width:1.5;fill:var(--bad)}
.chart .tick-day{stroke:var(--line)}.chart .tick-event{stroke:var(--soft);stroke-dasharray:1 3}
footer{margin-top:3em;color:var(--soft);font-size:.85rem;border-top:1px solid var(--line);padding-top:1em}
@media (max-width:640px){main{padding:18px 12px}.kpi{grid-template-columns:minmax(0,1fr)}}
@media print{
@page{margin:16mm}
:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--wash:#f3f3f3;--accent:#1f5fa8;--ok:#1a7f4b;--warn:#9a5b00;--bad:#b3261e;
--ok-wash:#e3f4ea;--warn-wash:#fdf1dc;--bad-wash:#fbe4e2;--none:#7a8594}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{max-width:none;padding:0}nav{display:none}
h2{break-after:avoid;margin-top:1.4em}h3{break-after:avoid}
section.statement{break-before:page}
tr,.kpi,svg.chart{break-inside:avoid}.scroll{overflow:visible}
}
"""
