"""Every route, asked by those who may and may not read the numbers of a restricted metric."""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert, make_url, text, update
from werkzeug.test import TestResponse

from core.clock import wall_now
from schemas.catalog.edit import Author, create
from schemas.documents.documents import Report, ReportScope
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from schemas.tables import catalog_documents, key_result_check_ins, silences
from tests.build_incidents import NOW, add_event, add_incident, add_outcome
from tests.build_reports import add_file, add_run
from tests.conftest import administer, copy_database
from tests.integration.webapi.conftest import PASSWORD, Asked, api_settings
from tests.integration.webapi.pages.conftest import Browser
from tests.integration.webapi.pages.crawling import crawl
from webapi.app import create_app

# what nobody may come across who may not read `revenue`: a value, a progress, a slice, and words of people about it
SECRETS = VALUE, PROGRESS, SLICE, WORD = ("271828.5", "0.577215", "SECRETLAND", "whispered")
REFUSED = "urn:mdl:problem:restricted"
WHO = {"viewer": Role.VIEWER, "editor": Role.EDITOR, "admin": Role.ADMIN, "owner": Role.VIEWER}
SEES = ("admin", "owner")


@dataclass(frozen=True)
class Route:
    """What a route does with restricted numbers.

    refuses: 403 to those who may not read them, which says why. masks: names them as restricted.
    Neither: they are not in it. role: the least that may call it. path: filled in; a POST or PUT sends `body`.
    """

    path: str
    role: Role = Role.VIEWER
    refuses: bool = False
    masks: bool = False
    body: dict[str, Any] | None = None


V1 = "/api/v1"
EDITOR, ADMIN = Role.EDITOR, Role.ADMIN
DOCUMENTS = [f"{V1}/{kind}s/<{kind}_id>" for kind in ("domain", "objective", "metric", "report")]
NAMED = {"domain": "SHOP", "objective": "SELL", "source": "orders", "report": "weekly"}
DOCUMENTS += ["/api/metrics/<metric_id>"]
ROUTES = {
    "GET /api/v1/metrics/<metric_id>/values": Route(
        f"{V1}/metrics/revenue/values?grain=day&by=country", refuses=True
    ),
    "GET /api/v1/metrics/<metric_id>/chart": Route(f"{V1}/metrics/revenue/chart?grain=day", refuses=True),
    "GET /api/metrics/<metric_id>/chart": Route("/api/metrics/revenue/chart?grain=day", refuses=True),
    "GET /api/v1/metrics/<metric_id>/summary": Route(f"{V1}/metrics/revenue/summary", refuses=True),
    "GET /api/metrics/<metric_id>/values": Route("/api/metrics/revenue/values", refuses=True),
    "GET /api/metrics/<metric_id>/summary": Route("/api/metrics/revenue/summary", refuses=True),
    "POST /api/v1/query": Route(
        f"{V1}/query", masks=True, body={"metric_ids": ["revenue", "average-order"], "grain": "day"}
    ),
    "GET /api/v1/metrics": Route(f"{V1}/metrics?include=current", masks=True),
    "GET /api/metrics": Route("/api/metrics?include=current", masks=True),
    "GET /api/v1/objectives/<objective_id>/progress": Route(f"{V1}/objectives/SELL/progress", masks=True),
    "GET /api/v1/domains/<domain_id>/scorecard": Route(f"{V1}/domains/SHOP/scorecard", masks=True),
    "GET /api/v1/scorecard": Route(f"{V1}/scorecard", masks=True),
    "GET /api/v1/key-results/<kr_id>/check-ins": Route(f"{V1}/key-results/REVENUE/check-ins", refuses=True),
    "GET /api/v1/incidents": Route(f"{V1}/incidents", masks=True),
    "GET /api/v1/incidents/<incident_id>": Route(f"{V1}/incidents/1", refuses=True),
    "GET /api/v1/incidents/<incident_id>/history": Route(f"{V1}/incidents/1/history", refuses=True),
    "POST /api/v1/incidents/<incident_id>/acknowledge": Route(
        f"{V1}/incidents/2/acknowledge", EDITOR, refuses=True
    ),
    "DELETE /api/v1/incidents/<incident_id>/acknowledge": Route(
        f"{V1}/incidents/3/acknowledge", EDITOR, refuses=True
    ),
    "POST /api/v1/incidents/<incident_id>/resolve": Route(f"{V1}/incidents/4/resolve", EDITOR, refuses=True),
    "POST /api/v1/incidents/<incident_id>/silence": Route(
        f"{V1}/incidents/5/silence", EDITOR, refuses=True, body={"reason": "quiet", "duration": "4h"}
    ),
    "PUT /api/v1/incidents/<incident_id>/label": Route(
        f"{V1}/incidents/6/label", EDITOR, refuses=True, body={"label": "expected"}
    ),
    "GET /api/v1/reports/archive": Route(f"{V1}/reports/archive", masks=True),
    "GET /api/v1/reports/<report_id>/archive": Route(f"{V1}/reports/weekly/archive", masks=True),
    "GET /api/v1/reports/archive/<run_id>": Route(f"{V1}/reports/archive/1", masks=True),
    "GET /api/v1/reports/archive/<run_id>/files/<name>": Route(
        f"{V1}/reports/archive/1/files/weekly.pdf", refuses=True
    ),
    "GET /api/v1/silences": Route(f"{V1}/silences?with_ended=true", masks=True),
    "DELETE /api/v1/silences/<silence_id>": Route(f"{V1}/silences/1", EDITOR, masks=True),
    "GET /api/v1/alert-rules": Route(f"{V1}/alert-rules?metric=revenue", masks=True),
    "GET /api/v1/alert-rules/<subject_kind>/<subject_id>/<rule_id>/outcomes": Route(
        f"{V1}/alert-rules/metric/revenue/thresholds/outcomes", refuses=True
    ),
    # definitions, and what says nothing of values
    **{
        f"GET {rule}": Route(path)
        for rule, path in {
            f"{V1}/": f"{V1}/",
            f"{V1}/stats": f"{V1}/stats",
            "/api/stats": "/api/stats",
            f"{V1}/publications": f"{V1}/publications",
            f"{V1}/publications/<publication_id>": f"{V1}/publications/1",
            f"{V1}/data-quality": f"{V1}/data-quality",
            f"{V1}/policies": f"{V1}/policies",
            "/api/policies": "/api/policies",
            f"{V1}/export": f"{V1}/export",
            f"{V1}/objectives/<objective_id>/key-results": f"{V1}/objectives/SELL/key-results",
            **{
                f"{base}/metrics/<metric_id>{rest}": f"{base}/metrics/revenue{rest}"
                for base in (V1, "/api")
                for rest in ("", "/history", "/lineage", "/policy")
            },
            **{
                f"{V1}/{kind}s{rest}": f"{V1}/{kind}s{rest}".replace(f"<{kind}_id>", name)
                for kind, name in NAMED.items()
                for rest in ("", f"/<{kind}_id>", f"/<{kind}_id>/history")
            },
            "/health": "/health",
            "/health/live": "/health/live",
            "/health/ready": "/health/ready",
            "/metrics": "/metrics",
            "/api-docs": "/api-docs",
            "/api-docs/assets/<name>": "/api-docs/assets/swagger-ui.css",
            "/api/v1/openapi.json": "/api/v1/openapi.json",
            "/api/auth/me": "/api/auth/me",
            "/api/auth/api-keys": "/api/auth/api-keys",
        }.items()
    },
    "GET /api/auth/users": Route("/api/auth/users", ADMIN),
    "GET /api/auth/audit": Route("/api/auth/audit", ADMIN),
    "GET /api/v1/settings": Route(f"{V1}/settings", ADMIN),
    "GET /api/v1/settings/<name>": Route(f"{V1}/settings/cache_ttl", ADMIN),
    # writes, which are not carried out for want of a body or an If-Match
    **{
        f"{method} {rule}": Route(re.sub("<[^>]*>", "none", rule), role)
        for role, methods, rules in (
            (
                Role.VIEWER,
                "POST",
                [f"/api/auth/{name}" for name in ("login", "refresh", "register", "password")],
            ),
            (Role.VIEWER, "POST", ["/api/auth/api-keys"]),
            (Role.VIEWER, "DELETE", ["/api/auth/api-keys/<key_id>"]),
            (EDITOR, "POST", [f"{V1}/silences", f"{V1}/import", f"{V1}/key-results/<kr_id>/check-ins"]),
            (
                EDITOR,
                "POST",
                [f"{V1}/domains", f"{V1}/objectives", f"{V1}/metrics", f"{V1}/reports", "/api/metrics"],
            ),
            (EDITOR, "PUT PATCH", DOCUMENTS),
            (
                ADMIN,
                "DELETE",
                [*DOCUMENTS, f"{V1}/sources/<source_id>", f"{V1}/cache", f"{V1}/settings/<name>"],
            ),
            (ADMIN, "PUT", [f"{V1}/settings/<name>"]),
            (ADMIN, "POST", ["/api/auth/users"]),
        )
        for method in methods.split()
        for rule in rules
    },
    "PATCH /api/auth/users/<user_id>": Route("/api/auth/users/999", ADMIN),
    "POST /api/auth/users/<user_id>/password": Route("/api/auth/users/999/password", ADMIN),
    "POST /api/auth/logout": Route("/api/auth/logout"),
}


@pytest.fixture(scope="module")
def guarded(
    postgres_url: str, published_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    """The shop whose revenue is restricted to sales, with numbers and words that are found wherever they are told."""
    name = f"guarded_{uuid.uuid4().hex[:12]}"
    copy_database(postgres_url, name, make_url(published_url).database)
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    engine = create_engine(url)
    with engine.begin() as connection:
        guard(connection)
    engine.dispose()
    limits = {"strict_rate_limit": 10**6, "rate_limit": 10**6}
    app = create_app(api_settings(tmp_path_factory.mktemp("guarded"), url, **limits))
    yield Asked(app, {})
    app.extensions["mdl"].database.close()
    administer(postgres_url, f"drop database {name} with (force)")


def guard(connection: Connection) -> None:
    """Let revenue be for those of sales alone, and put its secrets wherever numbers, words and files may stand."""
    connection.execute(text("update identity.users set team = null"))
    create_user(connection, "owner", PASSWORD, Role.VIEWER, wall_now(), about={"team": "sales"})
    restrict(connection, data_classification="restricted", owner_team="sales")
    weekly = Report(report_id="weekly", name="Weekly", scope=ReportScope(metrics=["revenue"]))
    create(connection, "report", weekly, Author("editor", wall_now()))
    run_id = add_run(connection, shows_restricted=True, reason=WORD)
    add_file(connection, run_id, content=f"revenue {VALUE}".encode())
    _hide_in_marts(connection)
    _hide_in_incidents(connection)
    _hide_in_what_people_write(connection)


def _hide_in_marts(connection: Connection) -> None:
    held_back = '{"held_back": {"revenue": "4711 is too much"}}'
    evidence = f'{{"value": {VALUE}}}'
    values = f"value = {VALUE}, numerator = {VALUE}, previous_value = {VALUE}"
    results = f"progress = {PROGRESS}, current_value = {VALUE}, projected_value = {VALUE}"
    for change in (
        f"marts.metric_values set {values}, slice = replace(slice, '=US', '={SLICE}') where metric_id = 'revenue'",
        f"ops.publications set scope = scope || '{held_back}'",
        f"marts.key_result_progress set {results}, evidence = evidence || '{evidence}'",
        f"marts.objective_progress set progress = {PROGRESS}",
        f"marts.domain_scorecards set objective_progress = {PROGRESS}",
    ):
        connection.execute(text(f"update {change}"))


def _hide_in_incidents(connection: Connection) -> None:
    for number in range(1, 7):
        state = "acknowledged" if number == 3 else "firing"
        of_slice = {"slice": f"country={SLICE}", "title": f"Revenue of {SLICE}", "state": state}
        incident = add_incident(
            connection, rule_id=f"rule-{number}", evidence={"value": float(VALUE)}, **of_slice
        )
        add_event(connection, incident, event="labelled", detail={"note": WORD})
    of_progress = {"rule_id": "off", "evidence": {"progress": float(PROGRESS)}}
    files = [{"path": "1.csv", "reason": f"row 3 says {WORD}"}]
    failed = {"title": f"Check failed: {VALUE}", "evidence": {"found": f"revenue {VALUE}"}}
    for kind, subject, fields in (
        ("key_result", "SELL/REVENUE", of_progress),
        ("objective", "SELL", of_progress),
        ("source", "orders", {"rule_id": "rejected", "evidence": {"files": files}}),
        ("check", "computed_values.every_ratio_is_its_parts", {"rule_id": "check_failed", **failed}),
    ):
        add_incident(connection, subject_kind=kind, subject_id=subject, **fields)
    add_outcome(connection, slice=f"country={SLICE}", value=float(VALUE), reason=WORD)


def _hide_in_what_people_write(connection: Connection) -> None:
    silence = {
        "subject_kind": "metric",
        "subject_id": "revenue",
        "slice": f"country={SLICE}",
        "starts_at": NOW,
        "ends_at": wall_now().replace(year=2099),
        "reason": WORD,
        "created_by": "user:owner",
        "created_at": NOW,
    }
    connection.execute(insert(silences).values(silence))
    check_in = {"objective_id": "SELL", "kr_id": "REVENUE", "value": float(VALUE)}
    by = {"checked_in_by": "user:owner", "checked_in_at": NOW}
    connection.execute(insert(key_result_check_ins).values(check_in | by))


def restrict(connection: Connection, metric_id: str = "revenue", **governance: Any) -> None:
    """What an edit of the document's governance does, to the document and to the catalog's version."""
    table = catalog_documents
    chosen = (table.c.kind == "metric", table.c.document_id == metric_id)
    patch = text("content || jsonb_build_object('governance', cast(:governance as jsonb))")
    bound = patch.bindparams(governance=json.dumps(governance))
    connection.execute(update(table).where(*chosen).values(content=bound))
    connection.execute(text("update catalog.state set version = version + 1"))


def test_the_table_names_every_route_of_the_app(guarded: Asked) -> None:
    rules = {
        f"{method} {re.sub('<[^<>]*:', '<', rule.rule)}"
        for rule in guarded.app.url_map.iter_rules()
        if not rule.endpoint.startswith(("pages-", "assets.", "manual."))  # see the last test; files
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == set(ROUTES)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", ROUTES)
def test_restricted_numbers_are_told_to_those_who_may_read_them_and_to_nobody_else(
    guarded: Asked, name: str, who: str
) -> None:
    route, method = ROUTES[name], name.split(maxsplit=1)[0]
    sent = {} if route.body is None else {"json": route.body}
    answer = guarded(method, route.path, who, **sent)
    if name.endswith("logout"):
        guarded.tokens.clear()
    told = [secret for secret in SECRETS if secret in answer.text]
    if not WHO[who].covers(route.role):
        assert (answer.status_code, told) == (403, [])
        assert answer.get_json()["type"] == "urn:mdl:problem:forbidden"
    elif not (route.refuses or route.masks):
        assert (told, answer.status_code < 500) == ([], True)
        assert method != "GET" or answer.status_code == 200
        answer.close()
    elif who in SEES:
        assert answer.status_code in (200, 201), answer.text
        assert told
        assert not is_masked(answer)
    elif route.refuses:
        assert (answer.status_code, answer.get_json()["type"], told) == (403, REFUSED, [])
        assert "restricted" in answer.get_json()["detail"]
        assert "ask sales" in answer.get_json()["detail"]
    else:
        assert (answer.status_code, told) == (200, [])
        assert is_masked(answer)


def is_masked(answer: TestResponse) -> bool:
    return '"restricted":true' in answer.text


def test_values_are_refused_in_every_format(guarded: Asked) -> None:
    for accept in ("text/csv", "application/vnd.apache.arrow.stream"):
        answer = guarded.get(f"{V1}/metrics/revenue/values", headers={"Accept": accept})
        assert (answer.status_code, answer.content_type) == (403, "application/problem+json")


def test_filters_find_nothing_by_what_may_not_be_read(guarded: Asked) -> None:
    def found(query: str, who: str) -> int:
        total: int = guarded.get(f"{V1}/{query}", who).get_json()["pagination"]["total"]
        return total

    secret = [
        "incidents?slice=country%3DSECRETLAND",
        "incidents?search=SECRETLAND",
        "alert-rules?outcome=met",
    ]
    assert [found(query, "editor") for query in secret] == [0, 0, 0]
    assert all(found(query, "owner") for query in secret)
    # what is no secret is found as by everybody
    named = "incidents?search=revenue&subject_kind=metric"
    assert found(named, "editor") == found(named, "owner") == 6


def test_other_incidents_lose_only_what_they_quote(guarded: Asked) -> None:
    listed = guarded.get(f"{V1}/incidents?subject_kind=source", "editor").get_json()["data"][0]
    assert (listed["restricted"], listed["evidence"]) == (False, {"files": [{"path": "1.csv"}]})
    check = guarded.get(f"{V1}/incidents?subject_kind=check", "editor").get_json()["data"][0]
    one = guarded.get(f"{V1}/incidents/{check['incident_id']}", "editor")
    assert (one.status_code, one.get_json()["data"]["evidence"]) == (200, {})


def test_health_is_one_number_and_counts_by_status_are_not(guarded: Asked) -> None:
    healths = {guarded.get(f"{V1}/domains/SHOP/scorecard", who).get_json()["data"]["health"] for who in WHO}
    assert len(healths) == 1
    counts = {
        who: guarded.get(f"{V1}/stats", who).get_json()["data"]["metrics_by_status"].get("restricted", 0)
        for who in WHO
    }
    assert counts == {"viewer": 1, "editor": 1, "admin": 0, "owner": 0}


@pytest.mark.parametrize("path", ["scorecard", "stats", "data-quality", "metrics?include=current"])
def test_why_a_restricted_metric_is_held_back_is_not_told_either(guarded: Asked, path: str) -> None:
    told = {who: guarded.get(f"{V1}/{path}", who).get_json()["meta"]["held_back"] for who in WHO}
    assert told["admin"] == told["owner"] == {"revenue": "4711 is too much"}
    assert told["viewer"] == told["editor"] == {"revenue": "restricted"}


def test_an_api_key_reads_what_its_user_s_team_may(guarded: Asked) -> None:
    for who, status in {"owner": 200, "viewer": 403}.items():
        made = guarded("POST", "/api/auth/api-keys", who, json={"name": "reads"})
        key = {"X-API-Key": made.get_json()["key"]}
        assert guarded.get(f"{V1}/metrics/revenue/summary", None, headers=key).status_code == status


def test_no_page_and_none_of_its_files_tells_what_its_reader_may_not_see(guarded: Asked) -> None:
    told = {
        who: set(_told_by_pages(guarded, who)) for who in ("admin", "viewer", "editor", "owner", "viewer")
    }
    assert told["viewer"] == told["editor"] == set()
    for who in SEES:
        assert {path.split("?")[0] for path in told[who]} >= {
            "/",
            "/metrics/revenue",
            "/objectives/SELL",
            "/reports",
        }


def _told_by_pages(guarded: Asked, who: str) -> Iterator[str]:
    """Addresses of pages, and of files that they offer, with a secret; administrators' own pages are theirs."""
    browser = Browser(guarded.app.test_client())
    assert browser.sign_in(who).status_code == 200
    starts = (
        "/",
        "/metrics",
        "/explore?metric=revenue&metric=average-order&grain=day",
        "/incidents",
        "/reports",
        "/data",
        "/catalog",
    )
    more = ("/search?q=revenue", "/metrics/revenue?grain=day&breakdown=country", "/lineage/metric/revenue")
    for path, answer, read in crawl(browser, (*starts, *more), most=250):
        assert answer.status_code < 500, path
        offered = [link for link in read.links if "format=csv" in link or ".svg" in link or ".json" in link]
        files = [browser.visit(link).text for link in offered]
        if any(secret in text for secret in SECRETS for text in (answer.text, *files)):
            yield path
