"""Pages that are drawn from the code and committed: written anew, or with --check compared."""

import sys
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent


def kept(pages: Mapping[str, str]) -> int:
    """Write what differs, or with --check name it; the exit code.

    Args:
        pages: path below docs/ -> text.
    """
    is_check, code = "--check" in sys.argv[1:], 0
    for name, text in pages.items():
        path = _FOLDER / name
        if path.exists() and path.read_text() == text:
            continue
        if is_check:
            print(f"docs/{name} is not as the code is; make docs writes it anew")
            code = 1
        else:
            path.write_text(text)
    return code
