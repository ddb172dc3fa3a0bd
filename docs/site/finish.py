"""The built site, made fit for MDL's policy of contents: no script inside of a page, nothing that is never loaded."""

import hashlib
import re
import shutil
from pathlib import Path

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# of other languages, for debuggers, for search engines, and for servers that have no page of their own for it
_NEVER_LOADED = ("**/*.map", "sitemap.xml*", "404.html")


def finish(site: Path) -> None:
    """Move scripts into files of their own, and take away what no page loads."""
    shutil.rmtree(site / "assets" / "javascripts" / "lunr")
    for pattern in _NEVER_LOADED:
        for path in site.glob(pattern):
            path.unlink()
    for page in sorted(site.rglob("*.html")):
        page.write_text(_SCRIPT.sub(lambda found, page=page: _moved(site, page, found[1]), page.read_text()))


def _moved(site: Path, page: Path, script: str) -> str:
    name = f"assets/javascripts/inline.{hashlib.blake2b(script.encode(), digest_size=4).hexdigest()}.min.js"
    (site / name).write_text(script)
    up = "../" * (len(page.relative_to(site).parts) - 1)
    return f'<script src="{up}{name}"></script>'
