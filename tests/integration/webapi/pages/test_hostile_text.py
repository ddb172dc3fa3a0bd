"""Whatever text documents, files, rows and users hold, every page shows it as text."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.webapi.conftest import AS_OF, Asked, publish, shop_database
from tests.integration.webapi.pages.conftest import Browser
from tests.integration.webapi.pages.crawling import crawl

STRINGS: list[str] = json.loads(Path(__file__).with_name("hostile_texts.json").read_text())


def catalog() -> str:
    """A document of each kind for each string, which stands in every field that takes text."""
    numbered = list(enumerate(STRINGS))
    documents = {
        "sources": [_source("orders", "Orders"), *(_source(f"s{number}", text) for number, text in numbered)],
        "domains": [
            {"domain_id": f"D{number}", "name": text, "description": text, "owner_team": text}
            for number, text in numbered
        ],
        "metrics": [_metric(number, text) for number, text in numbered],
        "objectives": [_objective(number, text) for number, text in numbered],
        "reports": [_report()],
    }
    return yaml.safe_dump(documents, allow_unicode=True)


def _source(source_id: str, text: str) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "name": text,
        "format": "csv",
        "path": f"{source_id}/*.csv",
        "event": "order" if source_id == "orders" else f"e-{source_id}",
        "timestamp": {"column": "at"},
        "dimensions": {"country": "country"},
        "fields": {"value": "amount"},
        "max_bad_ratio": 0.9,
    }


def _metric(number: int, text: str) -> dict[str, Any]:
    rule = {"rule_id": "r", "description": text, "condition": "value < 100"}
    return {
        "metric_id": f"m{number}",
        "name": text,
        "description": text,
        "category": text,
        "tags": [text],
        "business_domain": f"D{number}",
        "strategy": {"strategic_pillar": text, "why_it_matters": text},
        "governance": {"owner_team": text, "technical_owner": text, "business_owner": text},
        "definition": {"formula": "SUM(order.value)", "formula_detail": text, "unit": text},
        "data": {"time_grain": ["day"], "data_freshness": text, "update_frequency": "daily"},
        "dimensions": [{"name": "country", "description": text}],
        "targets_and_alerts": {"target_value": 1, "critical_threshold": 100, "alert_rules": [rule]},
        "collaboration": {"review_cadence": text},
    }


def _objective(number: int, text: str) -> dict[str, Any]:
    result = {"name": text, "target_value": 9, "baseline_value": 0, "unit": text}
    return {
        "objective_id": f"O{number}",
        "name": text,
        "description": text,
        "owner_team": text,
        "strategic_pillar": text,
        "business_domain": f"D{number}",
        "timeframe": {"start": "2026-03-01", "end": "2026-03-31"},
        "key_results": [{"kr_id": "K", "metric_ids": [f"m{number}"], **result}, {"kr_id": "L", **result}],
    }


def _report() -> dict[str, Any]:
    """One for all: lineage draws what stands around it, which is as many pages for each."""
    said = {"name": STRINGS[0], "description": STRINGS[-1], "owner_team": STRINGS[0]}
    return {
        "report_id": "R",
        **said,
        "audience": {"team": STRINGS[0]},
        "channels": STRINGS,
        "scope": {"metrics": ["m0"]},
    }


def orders() -> str:
    """A good row and a refused one for each string."""
    rows = [f'2026-03-01 09:00,"{text.replace(chr(34), chr(34) * 2)}",1' for text in STRINGS]
    bad = [f'2026-03-01 09:00,US,"{text.replace(chr(34), chr(34) * 2)}"' for text in STRINGS]
    return "\n".join(["at,country,amount", *rows, *bad, ""])


@pytest.fixture(scope="module")
def hostile_url(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with shop_database(postgres_url) as url:
        root: Path = tmp_path_factory.mktemp("hostile")
        publish(root, url, catalog(), {AS_OF: orders()})
        yield url


def test_every_page_shows_hostile_text_as_text(
    ask_of: Callable[..., Asked], hostile_url: str, browse: Callable[..., Browser]
) -> None:
    browser = browse(ask_of(hostile_url, rate_limit=1_000_000), "admin")
    shown: set[str] = set()
    paths = []
    starts = (
        "/",
        "/metrics",
        "/explore",
        "/incidents",
        "/reports",
        "/data",
        "/catalog",
        "/lineage",
        "/admin",
        "/about",
        "/search?q=script",
    )
    for path, answer, read in crawl(browser, starts, most=900):
        assert answer.status_code < 500, (path, answer.text[:500])
        assert read.faults == [], (path, read.faults)
        paths.append(path)
        shown.update(text for text in STRINGS if _squeezed(text) in _squeezed(read.text))
    missing = [text for text in STRINGS if text not in shown]
    assert missing == [], json.dumps(missing)
    assert len(paths) > 300, paths


def _squeezed(text: str) -> str:
    """Without what HTML and people do not tell apart."""
    return "".join(unicodedata.normalize("NFC", text).split())
