"""What is due when beside the work, as a table and as a sentence."""

from __future__ import annotations

from giao.core.agreement.deadlines import Deadline, next_deadline
from giao.core.agreement.evaluate import Evaluation
from giao.core.report.formats import day, number, window
from giao.core.report.table import Cell, Table, table
from giao.core.report.words import Lang, in_language, say

LATELY = 12
"""Deadlines of one duty that are shown, the latest."""


def deadline_words(one: Deadline, lang: Lang) -> str:
    """What is due: “Service report”, Mar 2016."""
    family = say(lang, f"family.{one.family}") if one.family else ""
    what = say(lang, f"deadline.{one.kind}", name=in_language(one.title, lang, one.name), family=family)
    if not one.period or one.period == "once":
        return what
    return say(lang, "deadline.of", what=what, period=window(one.period, lang))


def deadline_lines(evaluation: Evaluation, lang: Lang) -> list[str]:
    """The next deadline, and how many duties were missed; nothing when there is neither."""
    lines = []
    missed = sum(one.state == "missed" for one in evaluation.deadlines)
    if missed:
        lines.append(say(lang, "report.summary.deadlines_missed", missed=number(missed, lang)))
    coming = next_deadline(evaluation.deadlines)
    if coming is not None:
        what = deadline_words(coming, lang)
        lines.append(say(lang, "report.summary.deadline", what=what, day=day(coming.due, lang)))
    return [" ".join(lines)] if lines else []


def deadlines_table(evaluation: Evaluation, lang: Lang, last: int = LATELY) -> Table:
    """What is due, by whom, until when, and what was done: the last occurrences of each duty."""
    shown: dict[str, list[Deadline]] = {}
    for one in evaluation.deadlines:
        shown.setdefault(one.name, []).append(one)
    kept = {id(one) for found in shown.values() for one in found[-last:]}
    rows = [
        [
            Cell(day(one.due, lang)),
            Cell(deadline_words(one, lang)),
            Cell(say(lang, f"by.{one.by}")),
            Cell(day(one.done, lang) if one.done else ""),
            Cell(state_words(one, lang), {"met": "met", "missed": "minimum_default"}.get(one.state, "")),
            Cell(evidence_words(one, lang)),
        ]
        for one in evaluation.deadlines
        if id(one) in kept
    ]
    heads = ("due", "what", "by", "done", "state", "evidence")
    return table([say(lang, f"column.{head}") for head in heads], rows)


def state_words(one: Deadline, lang: Lang) -> str:
    given = one.kind == "notice" and one.state == "met"
    return say(lang, f"deadline.state.{'given' if given else one.state}")


def evidence_words(one: Deadline, lang: Lang) -> str:
    """What the fact bears, or that what is asked for is missing."""
    if one.unproved:
        return say(lang, "deadline.unproved", evidence=one.evidence or "")
    if one.kind == "notice" and one.proof in ("client", "vendor"):
        return say(lang, f"by.{one.proof}")
    return one.proof or ""
