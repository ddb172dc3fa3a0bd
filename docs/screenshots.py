"""Pictures of the pages for README and docs, taken of the sample in the working folder: `make screenshots`."""

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import Engine

from core.clock import wall_now
from core.database import connect
from core.settings import load_settings
from pipelines.reporting.by_hand import rendered
from reports.documents.html.browser import for_browser
from schemas.identity.administration import change_user
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.browsers import CHROMIUM, browser_at

_FOLDER = Path(__file__).parent / "images"
_PORT = 8399
_BASE = f"http://127.0.0.1:{_PORT}"
# name of the picture: address, theme, width and height in pixels
_PICTURES = {
    "scorecard": ("/", "light", 1280, 800),
    "metric": ("/metrics/FLT-ON-TIME-ARRIVALS", "light", 1280, 800),
    "incidents": ("/incidents", "dark", 1280, 800),
    "phone": ("/", "dark", 390, 800),
}


def main() -> None:
    """Take them all, as a user who is made for it and can do nothing afterwards."""
    if CHROMIUM is None:
        sys.exit("no chromium on this machine: install the system's package of that name")
    engine = connect(load_settings())
    name, password = f"camera-{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    with engine.begin() as connection:
        user_id = create_user(connection, name, password, Role.VIEWER, wall_now())
    os.environ["MDL_DATABASE_URL"] = engine.url.render_as_string(hide_password=False)
    _FOLDER.mkdir(exist_ok=True)
    with _served(), browser_at(CHROMIUM) as browser:
        for picture, (address, theme, width, height) in _PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if theme == "dark" else "light",
            )
            _sign_in(page, name, password)
            page.goto(_BASE + address, wait_until="networkidle")
            if page.locator("figure[data-chart]").count():
                page.wait_for_selector(".chart-drawing svg")
            page.screenshot(path=_FOLDER / f"{picture}.png")
            page.close()
        page = browser.new_page(viewport={"width": 900, "height": 1000})
        page.set_content(_report(engine))
        page.screenshot(path=_FOLDER / "report.png")
        page.close()
    with engine.begin() as connection:
        change_user(connection, user_id, is_active=False, now=wall_now())
    engine.dispose()


def _report(engine: Engine) -> str:
    """The sample's report on punctuality, as its mail looks."""
    files, _ = rendered(engine, load_settings(), "monthly-punctuality", None, None, ("html",))
    return for_browser(files).decode()


def _sign_in(page: Page, name: str, password: str) -> None:
    page.goto(f"{_BASE}/sign-in")
    page.fill("#username", name)
    page.fill("#password", password)
    page.click("main button")
    page.wait_for_url(f"{_BASE}/")


@contextmanager
def _served() -> Iterator[None]:
    command = [
        sys.executable,
        "-c",
        "import mdl; mdl.main()",
        "serve",
        "--port",
        str(_PORT),
        "--workers",
        "1",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  our own
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{_BASE}/health/ready", timeout=5).close()  # noqa: S310  our own address
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
