"""The statement pack of a month, as a file to keep: `?language=vi` or `en`, the reader's own without."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from giao.core.report.pack import pack_pdf
from giao.core.report.words import LANGS, Lang
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.steps.improve.packs.access import may_export
from giao.steps.improve.packs.sources import pack_source
from giao.steps.improve.reviews.queries import Ground, ground_for, statements_of
from giao.ui.templatetags.giao import language


def pack_page(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    ground = ground_for(request, slug)
    check_may(may_export(ground.standing.place), _("export a statement"))
    if ground.reading is None:
        raise EngagementError(_("There are no numbers yet; a pack is made from a month's statement."))
    return pack_answer(ground, month, language_asked(request))


def language_asked(request: HttpRequest) -> Lang:
    """Raises EngagementError for a language that is none of ours."""
    asked = request.GET.get("language", "") or language()
    found = next((lang for lang in LANGS if lang == asked), None)
    if found is None:
        raise EngagementError(_("The language is one of %(known)s.") % {"known": ", ".join(LANGS)})
    return found


def pack_answer(ground: Ground, month: str, lang: Lang) -> HttpResponse:
    """The file. Raises Http404 for a month without a statement."""
    assert ground.reading is not None
    statement = next((item for item in statements_of(ground.reading) if item.month == month), None)
    if statement is None:
        raise Http404(_("There is no statement of this month."))
    answer = HttpResponse(
        pack_pdf(pack_source(ground, statement, lang), lang), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'attachment; filename="{file_name(ground, month, lang)}"'
    answer["Content-Language"] = lang
    return answer


def file_name(ground: Ground, month: str, lang: Lang) -> str:
    return f"{ground.standing.engagement.slug}-{month}-pack-{lang}.pdf"
