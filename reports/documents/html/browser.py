"""A report's HTML as a browser shows it, which knows no content ids."""

import base64
import re
from collections.abc import Iterable

from reports.documents.file import ReportFile

# no text of a report can look like this: `<` is escaped in texts, and `"` in attributes
_PICTURE = re.compile(rb'(<img(?: [a-z]+="[^"]*")*? src=")cid:([A-Za-z0-9.-]+)"')


def for_browser(files: Iterable[ReportFile]) -> bytes:
    """The HTML among the files, with the pictures inside; one that is not there stays away, and is told in words.

    Serve it under a policy that allows inline styles and `data:` images, and nothing else.
    """
    every = {each.name: each for each in files}
    html = next(each.content for each in every.values() if each.format == "html")

    def inside(found: re.Match[bytes]) -> bytes:
        picture = every.get(found[2].decode())
        if picture is None:
            return found[0]
        kind = f"data:{picture.media_type};base64,".encode()
        return found[1] + kind + base64.b64encode(picture.content) + b'"'

    return _PICTURE.sub(inside, html)
