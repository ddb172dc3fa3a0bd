import re
from collections.abc import Callable

import pytest

from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import Browser

WAY = [
    "source/orders",
    "event/order",
    "metric/revenue",
    "key_result/SELL/REVENUE",
    "objective/SELL",
    "domain/SHOP",
]


@pytest.fixture
def viewer(ask: Asked, browse: Callable[[Asked, str], Browser]) -> Browser:
    return browse(ask, "viewer")


def test_the_way_from_source_to_domain_is_drawn_with_links_in_reading_order(viewer: Browser) -> None:
    text = viewer.read("/lineage/metric/revenue")
    boxes = re.findall(r'<a href="/lineage/([^"]+)" class="node', text)
    assert boxes == WAY
    assert text.count('class="edge"') == 6  # the metric serves the domain too, beside its objective
    assert "style=" not in text
    assert "left out" not in text


def test_the_list_says_the_same_as_the_drawing(viewer: Browser) -> None:
    below = viewer.read("/lineage/metric/revenue").partition('id="list"')[2]
    named = [each for each in re.findall(r'href="/lineage/([^"]+)"', below) if each in WAY]
    assert set(named) == set(WAY)
    assert len(named) == 6 + 6  # each node, and where each edge leads


def test_every_node_has_a_lineage_of_its_own_and_unknown_ones_a_problem_page(viewer: Browser) -> None:
    for path in WAY:
        assert 'aria-current="true"' in viewer.read(f"/lineage/{path}")
    answer = viewer.get("/lineage/metric/nobody")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert viewer.get("/lineage/poem/revenue").status_code == 404


def test_every_kind_of_node_can_be_begun_with(viewer: Browser) -> None:
    for path in WAY:
        kind = path.partition("/")[0]
        assert f'href="/lineage/{path}"' in viewer.read(f"/lineage?kind={kind}")


def test_a_metric_without_numbers_says_why(viewer: Browser) -> None:
    assert "no numbers:" in viewer.read("/lineage/metric/happiness")
