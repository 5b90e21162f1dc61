"""ETags: what a caller has already is not sent again (304), and a change is refused when it rests on something older (412)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from giao.kernel.engagements.unmasking import Unmasked
from giao.kernel.identity.problems import Problem


class NotModified(Exception):
    """The caller has it: the answer is 304 with this tag."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def tag_of(*parts: Any) -> str:
    text = json.dumps(parts, default=str, sort_keys=True)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def reading_tag(request: HttpRequest, reading: Any, unmasked: Unmasked, *more: Any) -> str:
    """Of an answer that follows from a reading: its triple, the address, the language, and what the caller sees unmasked."""
    return tag_of(
        [reading.agreement_hash, reading.log_hash, reading.position, reading.as_of.isoformat()],
        request.get_full_path(),
        request.LANGUAGE_CODE,
        [sorted(unmasked.fields), sorted(unmasked.cases)],
        more,
    )


def has_tag(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match or If-Match names the tag (weak comparison)."""
    if not header:
        return False
    names = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in names or tag.removeprefix("W/") in names


def check_unchanged(request: HttpRequest, response: HttpResponse, tag: str) -> None:
    """Put the tag on the answer. Raises NotModified when the caller has it: nothing more has to be read."""
    if request.method in ("GET", "HEAD") and has_tag(request.headers.get("If-None-Match"), tag):
        raise NotModified(tag)
    response["ETag"] = tag


def check_same(request: HttpRequest, tag: str) -> None:
    """Raises Problem 412 when the caller's If-Match names something older than what there is now."""
    header = request.headers.get("If-Match")
    if header and not has_tag(header, tag):
        raise Problem(
            412,
            "Changed meanwhile",
            _("Somebody else was first: read it again, then decide."),
            headers={"ETag": tag},
        )
