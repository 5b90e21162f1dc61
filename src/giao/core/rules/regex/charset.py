"""Sets of characters as sorted intervals of code points, and the named sets of XML Schema."""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

Interval = tuple[int, int]


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sorted, disjoint, touching ones joined."""
    result: list[list[int]] = []
    for low, high in sorted(intervals):
        if result and low <= result[-1][1] + 1:
            result[-1][1] = max(result[-1][1], high)
        else:
            result.append([low, high])
    return tuple((low, high) for low, high in result)


def complement(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    result: list[Interval] = []
    start = 0
    for low, high in intervals:
        if low > start:
            result.append((start, low - 1))
        start = high + 1
    if start <= sys.maxunicode:
        result.append((start, sys.maxunicode))
    return tuple(result)


@dataclass(frozen=True, slots=True)
class CharSet:
    """`intervals`, turned round when `negated`, less what `minus` holds."""

    intervals: tuple[Interval, ...]
    negated: bool = False
    minus: CharSet | None = None

    def has(self, char: str) -> bool:
        code = ord(char)
        index = bisect_right(self.intervals, (code, sys.maxunicode)) - 1
        inside = index >= 0 and self.intervals[index][0] <= code <= self.intervals[index][1]
        return inside != self.negated and not (self.minus is not None and self.minus.has(char))

    def has_folded(self, char: str) -> bool:
        """As `has`, whatever the case: a negated set lacks a character when any of its cases is listed."""
        listed = any(CharSet(self.intervals).has(variant) for variant in case_variants(char))
        return listed != self.negated and not (self.minus is not None and self.minus.has_folded(char))


@cache
def case_variants(char: str) -> frozenset[str]:
    """The single characters that differ from `char` only in case."""
    forms = {char, char.lower(), char.upper(), char.lower().upper(), char.upper().lower()}
    return frozenset(form for form in forms if len(form) == 1)


def _scan(wanted: Iterable[str]) -> tuple[Interval, ...]:
    """All characters whose general category starts with one of `wanted`; a pass over Unicode, once for each set."""
    prefixes = tuple(wanted)
    result: list[list[int]] = []
    category = unicodedata.category
    for code in range(sys.maxunicode + 1):
        if category(chr(code)).startswith(prefixes):
            if result and result[-1][1] == code - 1:
                result[-1][1] = code
            else:
                result.append([code, code])
    return tuple((low, high) for low, high in result)


_CATEGORIES = frozenset(
    {"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"}
    | {"P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"}
    | {"S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"}
)
#: The blocks of Unicode that conditions on business data may name, by their XML Schema names.
_BLOCKS: dict[str, Interval] = {
    "BasicLatin": (0x0000, 0x007F), "Latin-1Supplement": (0x0080, 0x00FF), "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F), "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF), "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF), "GreekandCoptic": (0x0370, 0x03FF), "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F), "Hebrew": (0x0590, 0x05FF), "Arabic": (0x0600, 0x06FF), "Syriac": (0x0700, 0x074F),
    "Thaana": (0x0780, 0x07BF), "Devanagari": (0x0900, 0x097F), "Bengali": (0x0980, 0x09FF),
    "Gurmukhi": (0x0A00, 0x0A7F), "Gujarati": (0x0A80, 0x0AFF), "Oriya": (0x0B00, 0x0B7F), "Tamil": (0x0B80, 0x0BFF),
    "Telugu": (0x0C00, 0x0C7F), "Kannada": (0x0C80, 0x0CFF), "Malayalam": (0x0D00, 0x0D7F),
    "Sinhala": (0x0D80, 0x0DFF), "Thai": (0x0E00, 0x0E7F), "Lao": (0x0E80, 0x0EFF), "Tibetan": (0x0F00, 0x0FFF),
    "Myanmar": (0x1000, 0x109F), "Georgian": (0x10A0, 0x10FF), "HangulJamo": (0x1100, 0x11FF),
    "Ethiopic": (0x1200, 0x137F), "Cherokee": (0x13A0, 0x13FF), "Khmer": (0x1780, 0x17FF), "Mongolian": (0x1800, 0x18AF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF), "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F), "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF), "LetterlikeSymbols": (0x2100, 0x214F), "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF), "MathematicalOperators": (0x2200, 0x22FF), "MiscellaneousTechnical": (0x2300, 0x23FF),
    "BoxDrawing": (0x2500, 0x257F), "GeometricShapes": (0x25A0, 0x25FF), "MiscellaneousSymbols": (0x2600, 0x26FF),
    "Dingbats": (0x2700, 0x27BF), "CJKSymbolsandPunctuation": (0x3000, 0x303F), "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF), "Bopomofo": (0x3100, 0x312F), "HangulCompatibilityJamo": (0x3130, 0x318F),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF), "YiSyllables": (0xA000, 0xA48F), "HangulSyllables": (0xAC00, 0xD7A3),
    "PrivateUse": (0xE000, 0xF8FF), "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "AlphabeticPresentationForms": (0xFB00, 0xFB4F), "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}  # fmt: skip

SPACE: tuple[Interval, ...] = ((9, 10), (13, 13), (32, 32))
_NAME_START: tuple[Interval, ...] = merged(
    [
        (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF),
        (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF),
        (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
    ]
)  # fmt: skip
_NAME_PART = merged(
    [*_NAME_START, (0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040)]
)


@cache
def property_set(name: str) -> tuple[Interval, ...] | None:
    """The set of `\\p{name}`: a general category or a block `IsName`; None when there is none."""
    if name in _CATEGORIES:
        return _scan([name])
    if name.startswith("Is") and name[2:] in _BLOCKS:
        return (_BLOCKS[name[2:]],)
    return None


@cache
def class_escape(letter: str) -> tuple[Interval, ...]:
    """The set of `\\s \\d \\w \\i \\c`, or of the complement when the letter is a capital."""
    lower = letter.lower()
    if lower == "s":
        base = SPACE
    elif lower == "d":
        base = _scan(["Nd"])
    elif lower == "w":
        base = complement(_scan(["P", "Z", "C"]))
    else:
        base = _NAME_START if lower == "i" else _NAME_PART
    return base if letter == lower else complement(base)
