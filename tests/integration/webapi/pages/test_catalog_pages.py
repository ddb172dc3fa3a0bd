import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import Browser

Browse = Callable[[Asked, str], Browser]
HOSTILE = "<script>alert(1)</script>\"'&%_\\ مبيعات 売上"


@pytest.fixture
def viewer(ask: Asked, browse: Browse) -> Browser:
    return browse(ask, "viewer")


@pytest.fixture
def own(ask_own: Asked, browse: Browse) -> Browser:
    return browse(ask_own, "viewer")


def change(ask: Asked, metric: str, patch: dict[str, object]) -> None:
    """Edit a metric as an editor over the API."""
    tag = ask.get(f"/api/v1/metrics/{metric}").headers["ETag"]
    headers = {"If-Match": tag, "Content-Type": "application/merge-patch+json"}
    path, body = f"/api/v1/metrics/{metric}", json.dumps(patch)
    answer = ask("PATCH", path, "editor", headers=headers, data=body)
    assert answer.status_code == 200, answer.text


def shown(text: str) -> str:
    """A page without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def rows(browser: Browser, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.read(path))))


def test_the_catalog_lists_the_documents_of_each_kind(viewer: Browser) -> None:
    for kind, ids in (
        ("metric", ["average-order", "happiness", "revenue"]),
        ("objective", ["SELL"]),
        ("domain", ["SHOP"]),
        ("source", ["orders"]),
    ):
        text = viewer.read(f"/catalog?kind={kind}")
        assert [name for name in ids if f'href="/catalog/{kind}/{name}"' not in text] == []
        assert [row["Id"] for row in rows(viewer, f"/catalog?kind={kind}&format=csv")] == ids


def test_search_filters_and_order_choose_documents_and_hostile_text_stands_for_itself(
    viewer: Browser,
) -> None:
    def ids(query: str) -> list[str]:
        return [row["Id"] for row in rows(viewer, f"/catalog?format=csv&{query}")]

    assert ids("q=order") == ["average-order"]
    assert ids("sort=-name") == ["revenue", "happiness", "average-order"]
    assert ids("business_domain=SHOP&q=reven") == ["revenue"]
    assert ids("q=%25") == ids("q=_") == ids("q=%27%3B--") == []
    assert ids("kind=source&source_format=csv") == ["orders"]
    assert viewer.get("/catalog?colour=red").status_code == 422


def test_a_document_shows_what_it_says_and_what_it_hangs_together_with(viewer: Browser) -> None:
    text = shown(viewer.read("/catalog/metric/revenue"))
    assert "SUM(order.value)" in text
    assert "metrics: - metric_id: revenue" in text  # as YAML
    to = rows(viewer, "/catalog/metric/revenue?format=csv&table=refers-to")
    assert [(row["Document"], row["In the field"]) for row in to] == [("Shop", "business_domain")]
    by = rows(viewer, "/catalog/metric/revenue?format=csv&table=referred-to-by")
    assert [(row["Document"], row["In the field"]) for row in by] == [
        ("Sell more", "key_results[REVENUE].metric_ids")
    ]


def test_each_kind_of_document_has_a_page_and_unknown_ones_get_a_page_too(viewer: Browser) -> None:
    for path in ("objective/SELL", "domain/SHOP", "source/orders"):
        assert "What it says" in viewer.read(f"/catalog/{path}")
    answer = viewer.get("/catalog/metric/revenu")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "did you mean revenue" in answer.text
    assert viewer.get("/catalog/poem/revenue").status_code == 404


def test_the_differences_between_two_revisions_are_shown_by_field(ask_own: Asked, own: Browser) -> None:
    change(ask_own, "revenue", {"name": "Turnover", "definition": {"formula": "SUM(order.value) * 2"}})
    change(ask_own, "revenue", {"tags": ["money"]})
    path = "/catalog/metric/revenue?from=1&to=3"
    found = rows(own, f"{path}&format=csv&table=differences")
    assert [tuple(row.values()) for row in found] == [
        ("definition.formula", "SUM(order.value)", "SUM(order.value) * 2"),
        ("name", "Revenue", "Turnover"),
        ("tags", "", "'- money"),  # no formula for a spreadsheet
    ]
    text = own.read(path)
    assert "<del" in text
    assert "<ins" in text
    history = rows(own, "/catalog/metric/revenue?format=csv&table=history")
    assert [(row["Revision"], row["Change"], row["By"]) for row in history] == [
        ("3", "patch", "user:editor"),
        ("2", "major", "user:editor"),
        ("1", "created", "dagster"),
    ]
    assert own.get("/catalog/metric/revenue?from=1&to=9").status_code == 404


def test_a_metric_tells_which_publications_carry_its_definitions(ask_twice: Asked, browse: Browse) -> None:
    viewer = browse(ask_twice, "viewer")
    (row,) = rows(viewer, "/catalog/metric/orders?format=csv&table=published")
    paths = (f"/api/v1/metrics/orders/values?grain={grain}" for grain in ("day", "week"))
    values = [len(ask_twice.get(path).get_json()["data"]) for path in paths]
    assert row["Values that stand"] == str(sum(values))
    text = viewer.read("/catalog/metric/happiness")
    assert "No publication has values of this metric yet" in text


def test_hostile_text_in_a_document_is_text(ask_own: Asked, own: Browser) -> None:
    change(ask_own, "revenue", {"name": HOSTILE, "description": HOSTILE, "tags": [HOSTILE]})
    for path in (
        "/catalog",
        "/catalog/metric/revenue?from=1&to=2",
        "/search?q=revenue",
        "/lineage/metric/revenue",
    ):
        text = own.read(path)
        assert "<script>alert" not in text, path
        assert HOSTILE in unescape(text), path


def test_an_edit_is_seen_on_the_next_page(ask_own: Asked, own: Browser) -> None:
    assert "Turnover" not in own.read("/catalog")
    change(ask_own, "revenue", {"name": "Turnover"})
    assert "Turnover" in own.read("/catalog")


def test_an_address_that_there_is_not_keeps_the_menu_of_who_is_signed_in(ask: Asked, browse: Browse) -> None:
    for name, menu in (("admin", ["/metrics", "/admin"]), ("viewer", ["/metrics"]), (None, [])):
        answer = browse(ask, name).get("/nowhere/at/all")
        assert answer.status_code == 404
        shown = [path for path in ("/metrics", "/admin") if f'<a href="{path}"' in answer.text]
        assert shown == menu, name
