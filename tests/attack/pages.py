"""Wapiti against served pages, in a user's browser session: it follows links, fills forms and sends what breaks in."""

import json
import re
import subprocess
from collections.abc import Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from tests.attack.served import Target
from tests.integration.webapi.conftest import PASSWORD

MODULES = (
    "sql", "xss", "permanentxss", "file", "exec", "crlf", "redirect", "ssrf", "csp", "http_headers", "cookieflags",
    "csrf", "upload",
)  # fmt: skip
# these end sessions, or change who may sign in
_LEFT_ALONE = ("/sign-out", "/theme*", "/account/*", "/admin/users/*", "/api/*")
# modules that would ask a server of wapiti's on the internet ask a closed port of this machine
_NOWHERE = "http://127.0.0.1:9"


def found_in_pages(
    target: Target, role: str, wapiti: Path, seconds: int, explained: Mapping[str, str]
) -> list[str]:
    """What wapiti finds: half of the time for following links, the rest shared by its modules."""
    report = target.log.with_name("wapiti.json")
    command = [
        str(wapiti), "-u", f"{target.base}/", "--scope", "domain", "-H", f"Cookie: {_cookie(target, role)}",
        *(word for path in _LEFT_ALONE for word in ("-x", target.base + path)),
        "-m", ",".join(MODULES), "-S", "polite", "-d", "4", "--max-links-per-page", "40", "--max-files-per-dir", "10",
        "--max-scan-time", str(seconds // 2), "--max-attack-time", str(max(5, seconds // 2 // len(MODULES))),
        "--external-endpoint", _NOWHERE, "--no-bugreport", "--flush-session", "-t", "30", "-v", "0",
        "--store-session", str(target.log.with_name("wapiti")), "-f", "json", "-o", str(report),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=target.log.parent)
    if not report.exists():
        return [f"wapiti made no report: {done.stderr[-500:]}"]
    return judged(json.loads(report.read_text()), explained)


def judged(
    report: Mapping[str, Mapping[str, list[Mapping[str, str]]]], explained: Mapping[str, str]
) -> list[str]:
    """Finds of a report, each once; one without pages behind the sign-in is a find, too."""
    found = {
        f"{kind}: {each['method']} {each['path']}: {each['info']}"
        for part in ("vulnerabilities", "anomalies")
        for kind, finds in report[part].items()
        for each in finds
    }
    kept = [each for each in sorted(found) if not any(each.startswith(known) for known in explained)]
    pages = int(report["infos"]["crawled_pages_nbr"])  # type: ignore[arg-type]  # the one part of another shape
    return kept if pages > 20 else [*kept, f"it saw {pages} pages only: was it signed in?"]


def _cookie(target: Target, role: str) -> str:
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    form = browser.open(f"{target.base}/sign-in", timeout=60).read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    sent = {"username": role, "password": PASSWORD, "csrf_token": token[1], "next": "/about"}
    browser.open(f"{target.base}/sign-in", urlencode(sent).encode(), timeout=60)
    return "; ".join(f"{each.name}={each.value}" for each in jar)
