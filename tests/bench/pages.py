"""Pages beside the bare view, made anew, and as a browser sees them: rates, milliseconds, bytes, first paint."""

import random
import shutil
import statistics
from typing import Any

from tests.bench.api import METRIC, PORT, Api, beside_bare, percentiles
from webapi.pages.frame.assets import asset_address

KEPT = {
    "scorecard": "/",
    "list of metrics": "/metrics",
    "metric": f"/metrics/{METRIC}",
    "catalog": "/catalog",
}
_COLD_READS = 100
_PAINTS = 15
_PAINTED = "performance.getEntriesByName('first-contentful-paint')"


def kept_pages(api: Api) -> list[dict[str, Any]]:
    """Every page of KEPT and the stylesheet, as a signed-in browser asks for them."""
    with api.serving():
        headers = {"Cookie": api.cookie(), "Accept": "text/html", "Accept-Encoding": "br"}
        paths = {**KEPT, "stylesheet": asset_address("pages.css")}
        return beside_bare(paths, headers, "0.3 of the bare view; 40 kB, CSS 15 kB")


def cold_pages(api: Api) -> list[dict[str, Any]]:
    """Milliseconds of pages that nobody has kept, one at a time, HTTP included."""
    api.environment["ENABLE_CACHE"] = "false"
    chosen = random.Random(0)
    some = [f"SHOP-{chosen.randrange(1_000):04d}" for _ in range(_COLD_READS)]
    asked = {
        "scorecard": ["/"] * _COLD_READS,
        "list of metrics": [f"/metrics?page={1 + number % 20}" for number in range(_COLD_READS)],
        "metric": [f"/metrics/{metric}" for metric in some],
        "document": [f"/catalog/metric/{metric}" for metric in some],
        "search": [f"/search?q={metric}" for metric in some],
        "incidents": ["/incidents"] * _COLD_READS,
        "data": ["/data"] * _COLD_READS,
        "lineage": [f"/lineage/metric/{metric}" for metric in some],
    }
    with api.serving():
        headers = {"Cookie": api.cookie(), "Accept": "text/html"}
        rows = [{"what": what, **percentiles(paths, headers, 100)} for what, paths in asked.items()]
    del api.environment["ENABLE_CACHE"]
    return rows


def first_paint(api: Api) -> list[dict[str, Any]]:
    """Milliseconds until a browser shows something, assets in its cache; none where there is no Chromium."""
    if (chromium := shutil.which("chromium")) is None:
        return [{"what": "no Chromium on this machine"}]
    from tests.browsers import browser_at  # noqa: PLC0415  Playwright, only where it is used

    with api.serving(), browser_at(chromium) as browser:
        context = browser.new_context(extra_http_headers={"Cookie": api.cookie()})
        page = context.new_page()
        return [{"what": what, **_paints(page, path)} for what, path in KEPT.items()]


def _paints(page: Any, path: str) -> dict[str, Any]:
    taken = []
    for _ in range(_PAINTS):
        page.goto(f"http://127.0.0.1:{PORT}{path}", wait_until="load")
        # a function, not a text: the pages' policy allows no eval
        page.wait_for_function(f"() => {_PAINTED}.length")
        taken.append(page.evaluate(f"() => {_PAINTED}[0].startTime"))
    return {
        "median ms": round(statistics.median(taken)),
        "worst ms": round(max(taken)),
        "bar": "median 150 ms",
    }
