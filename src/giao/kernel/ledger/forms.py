"""The forms in which what is derived is stored. After an upgrade that changed one, it is made again from ledger and files.

`stored-form` in the data folder names the forms that were written last. A folder from before this file was of the first forms.
"""

from __future__ import annotations

from collections.abc import Callable

from giao.core.agreement.store import FORM
from giao.core.log.part import FORMAT
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import data_folder
from giao.kernel.engagements.scoping import everywhere, working_in
from giao.kernel.ledger.rebuilding import rebuild

MARK = "stored-form"
FIRST = "reading 1, log 1"


def forms_now() -> str:
    return f"reading {FORM}, log {FORMAT}"


def renew_older_forms(tell: Callable[[str, tuple[str, ...]], None]) -> bool:
    """Whether something was made again. `tell` hears each engagement's name, and what of it could not be made."""
    place, now = data_folder() / MARK, forms_now()
    known = place.read_text(encoding="ascii").strip() if place.exists() else FIRST
    if known == now:
        if not place.exists():
            mark_forms()
        return False
    with everywhere("what was stored in an older form is made again"):
        engagements = list(Engagement.objects.order_by("slug"))
    for engagement in engagements:
        with working_in(engagement):
            tell(engagement.slug, rebuild(engagement).lost)
    mark_forms()
    return True


def mark_forms() -> None:
    """From now on everything that is stored has today's forms."""
    place = data_folder() / MARK
    draft = place.with_name(f".{MARK}.part")
    draft.write_text(forms_now() + "\n", encoding="ascii")
    draft.replace(place)
