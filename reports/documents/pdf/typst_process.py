"""Runs typst once and ends: what it remembers of a document, 100 MB of a large one, it never gives back.

Started as a script by `reports.documents.pdf.file`; it needs nothing of ours.
"""

import json
import sys

import typst


def main() -> None:
    """From what stdin states to a PDF on stdout; why not, on stderr."""
    asked = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=asked["fonts"])
    try:
        content = typst.compile(
            asked["template"].encode(),
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"report": asked["report"]},
            pdf_standards=["ua-1"],
            timestamp=asked["timestamp"],
        )
    except typst.TypstError as error:
        sys.exit(error.message)
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()
