"""Any text as a part of an address: case ids and names of service levels come from elsewhere and may hold anything."""

from __future__ import annotations

import base64
import binascii
import re

_PLAIN = re.compile(r"[^~/\x00-\x1f\x7f][^\x00-\x1f\x7f]*")


class AnyText:
    """A path converter. A text stands as it is where the whole way to the page keeps it; else as ``~`` and base64url.

    What a browser or a server would change on the way (``..`` between slashes, a slash at an end, line ends) is encoded.
    """

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """Raises ValueError (which Django answers with 404) for what was never made by `to_url`."""
        if not value.startswith("~"):
            return value
        packed = value[1:]
        try:
            return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, UnicodeEncodeError) as error:
            raise ValueError(f"{value!r} is no encoded text") from error

    def to_url(self, value: str) -> str:
        text = str(value)
        if _PLAIN.fullmatch(text) and _stays(text):
            return text
        return "~" + base64.urlsafe_b64encode(text.encode("utf-8")).decode("ascii").rstrip("=")


def _stays(text: str) -> bool:
    """No part between slashes is empty, a dot or two dots; no blank at an end; no backslash."""
    parts = re.split(r"[/\\]", text)
    return text == text.strip() and "\\" not in text and all(part not in ("", ".", "..") for part in parts)
