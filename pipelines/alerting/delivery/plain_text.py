"""Makes text of unknown origin plain: nothing in it is mark-up, mention, link or control to any receiver.

Receivers differ in what they interpret, and not all of them offer an escape, so characters that begin something are
replaced by look-alikes that no receiver interprets. Where a receiver does have escapes, its channel escapes as well.
"""

import re
import unicodedata

LONGEST = 200
# surrogate, private use and unassigned; and format characters, which turn text around or hide in it
_DROPPED = {"Cs", "Co", "Cn", "Cf"}
_REPLACED = (
    (re.compile(r"[*]"), "\u2217"),
    (re.compile(r"`"), "\u2018"),
    (re.compile(r"~(?=~)|(?<=~)~|(?<!\w)~|~(?!\w)"), "\u223c"),
    (re.compile(r"\|"), "\u00a6"),
    (re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"), "\u02cd"),
    (re.compile(r"\](?=[(\[:])"), "\uff3d"),
    (re.compile(r"<(?=[A-Za-z!/@#?:%])"), "\u2039"),
    (re.compile(r"(?<=\S)>"), "\u203a"),
    (re.compile(r"&(?=#?\w)"), "\uff06"),
    (re.compile(r"@(?=\w)"), "\uff20"),
    (re.compile(r"(?<=:)/(?=/)|(?<=:/)/"), "\u2215"),
    (re.compile(r"(?i)(javascript|mailto):"), "\\1\ua789"),
    (re.compile(r"(?i)www\."), "www\u2024"),
    (re.compile(r"=(?=\?)"), "\uff1d"),
    (re.compile(r"\\"), "\u2216"),
)


def plain(text: object, longest: int = LONGEST) -> str:
    """One line of at most `longest` characters."""
    # four times as much is enough, whatever is dropped, to not work on megabytes
    kept = "".join(_seen(character) for character in str(text)[: longest * 4])
    line = " ".join(kept.split())
    for pattern, replacement in _REPLACED:
        line = pattern.sub(replacement, line)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "\u2026"


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    return " " if category[0] in "ZC" else character
