"""Runs typst once and ends: what it remembers of a document, 100 MB of a large one, it never gives back.

Started as a script by `reports.documents.pdf.file`; it needs nothing of ours.
"""

import json
import sys
from typing import Any

import typst


def main() -> None:
    """From what stdin states to a PDF on stdout; why not, on stderr."""
    asked = json.load(sys.stdin)
    try:
        content = _set(asked, ["ua-1"])
    except typst.TypstError as error:
        sys.exit(f"{error.message} {error.hints}")
    sys.stdout.buffer.write(content)


def _set(asked: dict[str, Any], standards: list[Any]) -> bytes:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=asked["fonts"]
    )
    return typst.compile(
        asked["template"].encode(),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"report": asked["report"]},
        pdf_standards=standards,
        timestamp=asked["timestamp"],
    )


if __name__ == "__main__":
    main()
