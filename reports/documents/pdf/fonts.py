"""The fonts of PDF, the same on every machine since they come in wheels; and which letters they have.

Noto, and Cairo for Arabic: of Noto's Arabic, which draws dots by themselves, readers copy letters twice.
"""

import struct
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

WHEELS = ("manimgx_fonts", "manimgx_fonts_cjk", "fontpkg_cairo")
_LATIN, _ARABIC, _LAST = "Noto Sans", "Cairo", ("Noto Sans Symbols", "Noto Emoji")
_SCRIPTS = (
    *(
        "Arabic",
        "Armenian",
        "Bengali",
        "Devanagari",
        "Ethiopic",
        "Georgian",
        "Gujarati",
        "Gurmukhi",
        "Hebrew",
    ),
    *("Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai"),
)
_HAN = {"ko": "KR", "zh": "SC", "zh_Hant": "TC", "zh_TW": "TC", "zh_HK": "HK"}
"""How Chinese characters are drawn, where it is not as in Japan."""

Letters = frozenset[int]


def font_folders() -> list[str]:
    """Where the fonts lie."""
    return [str(files(wheel)) for wheel in WHEELS]


def families(locale: str) -> list[str]:
    """Names of fonts in the order in which a letter is looked for."""
    language = locale.replace("-", "_")
    han = next((_HAN[each] for each in (language[:7], language[:5], language[:2]) if each in _HAN), "JP")
    return [_LATIN, _ARABIC, f"Noto Sans CJK {han}", *(f"Noto Sans {script}" for script in _SCRIPTS), *_LAST]


@cache
def letters_of_fonts() -> tuple[Letters, ...]:
    """The characters that each font has glyphs for."""
    paths = sorted(path for folder in font_folders() for path in Path(folder).rglob("*.[ot]t[cf]"))
    return tuple(_letters(path) for path in paths)


def _letters(path: Path) -> Letters:
    with path.open("rb") as font:
        table = _character_map(font)
    count = struct.unpack_from(">H", table, 2)[0]
    found: set[int] = set()
    for number in range(count):
        offset = struct.unpack_from(">I", table, 8 + 8 * number)[0]
        read = {4: _of_segments, 12: _of_groups}.get(struct.unpack_from(">H", table, offset)[0])
        if read:
            found |= read(table[offset:])
    return frozenset(found)


def _character_map(font: BinaryIO) -> bytes:
    """The table `cmap` of a font, of the first one where a file has several."""
    start = struct.unpack(">12xI", font.read(16))[0] if font.read(4) == b"ttcf" else 0
    font.seek(start + 4)
    for _ in range(struct.unpack(">H6x", font.read(8))[0]):
        tag, offset, length = struct.unpack(">4s4xII", font.read(16))
        if tag == b"cmap":
            font.seek(offset)
            return font.read(length)
    raise ValueError(f"{font.name} says nothing of its letters")


def _of_groups(table: bytes) -> set[int]:
    """Format 12: groups of characters that follow one another."""
    (count,) = struct.unpack_from(">I", table, 12)
    groups = (struct.unpack_from(">III", table, 16 + 12 * number) for number in range(count))
    return {letter for first, last, glyph in groups for letter in range(first + (glyph == 0), last + 1)}


def _of_segments(table: bytes) -> set[int]:
    """Format 4: segments of characters whose glyphs are counted on, or looked up in a list behind."""
    double = struct.unpack_from(">H", table, 6)[0]
    ends, starts, deltas, ranges = (
        struct.unpack_from(f">{double // 2}H", table, at)
        for at in (14, 16 + double, 16 + 2 * double, 16 + 3 * double)
    )
    found = set()
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        listed = 16 + 3 * double + 2 * number + ranges[number]
        for letter in range(first, min(last, 0xFFFE) + 1):
            glyph = (
                struct.unpack_from(">H", table, listed + 2 * (letter - first))[0]
                if ranges[number]
                else (letter + deltas[number]) & 0xFFFF
            )
            if glyph:
                found.add(letter)
    return found
