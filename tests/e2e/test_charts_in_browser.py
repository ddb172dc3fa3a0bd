"""Charts in a real browser, under the policy that pages have: drawn, told at the mouse, and never in the way."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from reports.charts.bundle import chart_bundle
from reports.charts.data import MetricBounds
from reports.charts.drawing import draw
from reports.charts.models import ChartLook
from tests.unit.reports.charts.build import breakdown, series

pytestmark = pytest.mark.slow

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'"
)
SNIPPET = Path(__file__).parents[2] / "webapi" / "pages" / "assets" / "charts.js"
PAGE = """<!doctype html><html><head><title>Charts</title><script type="module" src="/{script}"></script></head><body>
<figure id="a" data-chart="/chart?n=1"><div data-chart-static>picture</div></figure>
<figure id="b" data-chart="/slices"><div data-chart-static>picture</div></figure>
<figure id="gone" data-chart="/gone"><div data-chart-static>picture</div></figure>
<figure id="away" data-chart="http://other.invalid/chart"><div data-chart-static>picture</div></figure>
</body></html>"""


class Pages(BaseHTTPRequestHandler):
    """A page with four charts, two of which cannot be had."""

    asked: list[str]

    def do_GET(self) -> None:
        bundle = chart_bundle(SNIPPET.read_text())
        path, _, query = self.path.partition("?")
        look = ChartLook(theme="dark" if "theme=dark" in query else "light")
        answers: dict[str, tuple[str, bytes]] = {
            "/": ("text/html", PAGE.format(script="charts.js").encode()),
            "/charts.js": ("text/javascript", bundle),
        }
        if path in ("/chart", "/slices"):
            self.asked.append(self.path)
            numbers: Any = series(
                [31.0, 8.0, None, 25.0, 12.0], is_open=True, bounds=MetricBounds(30, 20, 10)
            )
            if path == "/slices":
                numbers = breakdown({"it's": [1.0, 2.0], "datum.value": [3.0, 4.0]})
            body = json.dumps(draw(numbers, look).specification).encode()
            answers[path] = ("application/vnd.vegalite.v6+json", body)
        kind, body = answers.get(path, ("text/plain", b""))
        self.send_response(200 if path in answers else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    Pages.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_charts_are_drawn_without_a_violation_and_follow_the_theme(address: str, browser: Browser) -> None:
    said: list[str] = []
    requests: list[str] = []
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        "e => console.log(`violation of ${e.violatedDirective}: ${e.blockedURI} ${e.sample}`))"
    )
    page.goto(address)
    for name in ("a", "b"):
        page.wait_for_selector(f"#{name}[data-chart-theme=light] .chart-drawing svg text")
        assert page.locator(f"#{name} [data-chart-static]").is_hidden()
    assert "target 30" in page.inner_text("#a")
    assert "Mar" in page.inner_text("#a"), "days stand on the axis"
    points = page.locator("#a [aria-roledescription='point']")
    places = [points.nth(number).bounding_box() for number in range(points.count())]
    assert len({round(place["x"] + place["width"] / 2) for place in places if place}) == 5, "five days"
    assert "it's" in page.inner_text("#b")
    page.hover("#a [aria-roledescription='point'][aria-label^='1 Mar 2026: 31']", force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "31" in page.inner_text("#vg-tooltip-element")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector("#a[data-chart-theme=dark]")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_selector("#a[data-chart-theme=light]")
    expect(page.locator("#a .chart-drawing")).to_have_count(1)
    for name in ("gone", "away"):
        assert page.locator(f"#{name} [data-chart-static]").is_visible()
        assert page.locator(f"#{name} .chart-drawing").count() == 0
    context.close()
    # of the chart that is not there the browser itself says so
    assert [text for text in said if "404" not in text] == []
    assert {url for url in requests if not url.startswith(address)} == set()
    assert any("theme=dark" in path for path in Pages.asked)
