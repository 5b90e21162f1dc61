"""How a text file is written: encoding and delimiter, from its first bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator

from charset_normalizer import from_bytes

DELIMITERS = (",", ";", "\t", "|")
_ENOUGH = 20_000
"""Characters from which the delimiter is told."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONE = "\ud800"
"""Stands for a carriage return alone: half of a pair, which no decoded text holds."""
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


def detect_encoding(sample: bytes) -> str:
    """Name of the encoding. A file that is UTF-8 on most of its non-ASCII lines is UTF-8; its other lines are set aside."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if 0 in sample:
        if sample[1::2].count(0) * 3 > len(sample):
            return "utf-16-le"
        if sample[0::2].count(0) * 3 > len(sample):
            return "utf-16-be"
    if sample.isascii():
        return "utf-8"
    lines = [line for line in sample.split(b"\n")[:-1] or [sample] if not line.isascii()]
    good = sum(_is_utf8(line) for line in lines)
    if not lines or good * 2 >= len(lines):
        return "utf-8"
    text = b"\n".join(lines[:2000])
    if _looks_vietnamese(text):
        return "cp1258"
    best = from_bytes(text).best()
    name = best.encoding if best is not None else "cp1252"
    # Among single-byte code pages of western Europe the differences are a few signs; Windows' own is by far the commonest.
    return (
        "cp1252"
        if name in ("latin_1", "cp1250", "cp1252", "iso8859_15", "cp437", "cp850", "mac_roman", "hp_roman8")
        else name
    )


def detect_delimiter(text: str) -> str:
    """The delimiter under which the first lines have the most fields, equally many on each."""
    if len(text) > _ENOUGH:
        text = text[: text.find("\n", _ENOUGH)]
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv_rows(io.StringIO(text), delimiter) if row]
        if not widths or widths[0] < 2:
            continue
        agree = sum(width == widths[0] for width in widths) / len(widths)
        score = (round(agree, 1), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Rows of CSV; a carriage return without a line feed is a character of its field, not an error."""
    lone = False

    def marked() -> Iterator[str]:
        nonlocal lone
        for line in lines:
            if "\r" in line:
                line = line.replace("\r\n", "\n")
                lone = lone or "\r" in line
                line = line.replace("\r", _LONE)
            yield line

    for row in csv.reader(marked(), delimiter=delimiter):
        yield [text.replace(_LONE, "\r") for text in row] if lone else row


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _looks_vietnamese(text: bytes) -> bool:
    """Whether most marked letters, read as Windows-1258, compose to letters that only Vietnamese has."""
    read = unicodedata.normalize("NFC", text.decode("cp1258", "replace"))
    marked = [ch for ch in read if not ch.isascii()]
    vietnamese = sum(bool(_VIETNAMESE.match(ch)) for ch in marked)
    loose = sum(bool(unicodedata.combining(ch)) or ch == "\ufffd" for ch in marked)
    return vietnamese * 3 > len(marked) and loose * 20 < len(marked)
