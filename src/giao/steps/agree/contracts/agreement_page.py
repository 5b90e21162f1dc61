"""The agreement: the document beside its plain words, the versions and what each changed, the published schema."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from giao.core.agreement.check import check_text
from giao.core.agreement.load import json_schema
from giao.core.report.plain_words.agreement import agreement_words
from giao.core.report.plain_words.difference import version_diffs
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.engagements.standing import standing_for
from giao.kernel.identity.person import person_of
from giao.steps.agree.contracts.access import may_change_agreement, may_replay, side_of
from giao.steps.agree.contracts.origins import origins_of, waiting_in
from giao.steps.agree.contracts.queries import document_of, draft_of, log_of, version_at
from giao.steps.agree.contracts.source_view import line_numbers, lines_of, nearest_line
from giao.ui.templatetags.giao import language


def agreement_page(request: HttpRequest, slug: str) -> HttpResponse:
    """`?version=N` shows another version than the one in force."""
    standing = standing_for(request, slug)
    engagement = standing.engagement
    rows = versions_in_force(engagement)
    today = standing.instant.astimezone(standing.zone).date()
    now = version_at(rows, today)
    asked = request.GET.get("version", "")
    shown = next((row for row in rows if str(row.number) == asked), None) if asked else now
    if asked and shown is None:
        raise Http404("no such version")
    context = {
        "engagement": engagement,
        "rows": rows,
        "now": now,
        "shown": shown,
        "today": today,
        "may_change": may_change_agreement(standing.place),
        "waiting": waiting_in(engagement, side_of(standing.place)),
        "may_replay": may_replay(standing.place),
        "draft": draft_of(engagement, person_of(request)),
    }
    if shown is not None:
        faults = check_text(shown.text, log=log_of(engagement))
        lines = line_numbers(shown.text)
        made = origins_of(engagement)
        documents = [document_of(row) for row in rows]
        context |= {
            "lines": lines_of(shown.text, faults),
            "warnings": faults,
            "sections": [
                (
                    section,
                    [(sentence.text, nearest_line(sentence.path, lines)) for sentence in section.sentences],
                )
                for section in agreement_words(document_of(shown), language())
            ],
            "diffs": [
                (diff, made.get(row.pk))
                for diff, row in reversed(
                    list(zip(version_diffs(documents, language()), rows[1:], strict=True))
                )
            ],
        }
    return render(request, "contracts/agreement.html", context)


def agreement_schema(request: HttpRequest, slug: str) -> HttpResponse:
    """The published JSON Schema of the document, for editors that complete and check while typing."""
    standing_for(request, slug)
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    response = HttpResponse(text, content_type="application/schema+json")
    response["Content-Disposition"] = 'attachment; filename="giao-agreement.schema.json"'
    return response
