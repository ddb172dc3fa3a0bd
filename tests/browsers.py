"""A real browser for tests: the system's Chromium, driven by Playwright, which goes nowhere but to this machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium")
NO_BROWSER = "no Chromium on this machine: pages are not tried in a browser"
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browser_at(path: str) -> Iterator[Browser]:
    """The browser, with an empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_QUIET])
        yield browser
        browser.close()
