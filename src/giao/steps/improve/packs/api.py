"""The address of a month's pack."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.steps.improve.packs.access import may_export
from giao.steps.improve.packs.mail_api import router as mail
from giao.steps.improve.packs.pack_page import language_asked, pack_answer
from giao.steps.improve.reviews.api import readable

router = Wing(tags=["statements"])
router.add_router("", mail)
HERE = "/engagements/{slug}/statements/{month}/pack"


@router.read(HERE, "exports:read", {200: None}, as_of=True)
def statement_pack(request: HttpRequest, slug: str, month: str, language: str = "") -> HttpResponse:
    """The statement pack as PDF, in `language` (vi or en; without it as Accept-Language says)."""
    ground = readable(request, slug)
    check_may(may_export(ground.standing.place), _("export a statement"))
    return pack_answer(ground, month, language_asked(request))
