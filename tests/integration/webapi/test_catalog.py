"""Documents over HTTP: reading, editing, history."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import create_engine, event, select, text

from schemas.catalog.store import lock
from schemas.tables import audit_log, catalog_history, idempotent_answers
from tests.integration.webapi.conftest import Asked

REVENUE = "/api/v1/metrics/revenue"
NEW: dict[str, Any] = {"metric_id": "refunds", "name": "Refunds", "tier": 2, "tags": ["money"]}


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.get_json()["data"]]


def faults(answer: Any) -> dict[str, str]:
    return {error["field"]: error["message"] for error in answer.get_json()["errors"]}


def create(ask: Asked, **fields: Any) -> Any:
    return ask("POST", "/api/v1/metrics", "editor", json={**NEW, **fields})


def edit(ask: Asked, method: str, path: str, role: str = "editor", **options: Any) -> Any:
    """An edit of the document as it stands."""
    tag = ask.get(path).headers["ETag"]
    return ask(method, path, role, headers={"If-Match": tag}, **options)


def test_a_list_has_pages_links_and_a_total(ask: Asked) -> None:
    answer = ask.get("/api/v1/metrics?limit=2&page=1")
    assert ids(answer) == ["average-order", "happiness"]
    assert answer.get_json()["pagination"] == {
        "page": 1, "limit": 2, "total": 3, "pages": 2, "has_next": True, "has_prev": False,
    }  # fmt: skip
    assert answer.headers["X-Total-Count"] == "3"
    assert '</api/v1/metrics?limit=2&page=2>; rel="next"' in answer.headers["Link"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=-id", ["revenue", "happiness", "average-order"]),
        ("sort=name", ["average-order", "happiness", "revenue"]),
        ("sort=-updated_at&limit=1", ["average-order"]),
        ("search=ORDER", ["average-order"]),
        ("search=%25", []),
        ("business_domain=SHOP", ["average-order", "happiness", "revenue"]),
        ("business_domain=Shop", ["average-order", "happiness", "revenue"]),
        ("business_domain=%20sHOP", ["average-order", "happiness", "revenue"]),
        ("business_domain=nowhere", []),
        ("tier=1", []),
        ("tag=money", []),
    ],
)
def test_lists_are_filtered_searched_and_ordered(ask: Asked, query: str, found: list[str]) -> None:
    assert ids(ask.get(f"/api/v1/metrics?{query}")) == found


def test_a_metric_is_found_by_each_of_its_filters(ask_own: Asked) -> None:
    facts = {"category": "money", "metric_type": "lagging", "governance": {"owner_team": "a", "status": "b"}}
    assert create(ask_own, **facts).status_code == 201
    for query in ("tier=2", "tag=money", "category=money", "metric_type=lagging", "owner_team=a", "status=b"):
        assert ids(ask_own.get(f"/api/v1/metrics?{query}")) == ["refunds"], query


def test_a_status_that_is_the_default_is_found_too(ask: Asked) -> None:
    assert ids(ask.get("/api/v1/objectives?status=active")) == ["SELL"]
    assert ids(ask.get("/api/v1/objectives?status=draft")) == []


@pytest.mark.parametrize("query", ["sort=size", "colour=red", "limit=101", "page=0"])
def test_what_a_list_does_not_know_is_refused(ask: Asked, query: str) -> None:
    assert ask.get(f"/api/v1/metrics?{query}").status_code == 422


def test_a_document_comes_with_its_version(ask: Asked) -> None:
    answer = ask.get("/api/v1/domains/SHOP")
    data = answer.get_json()["data"]
    assert data.pop("updated_at")
    assert data == {
        "kind": "domain", "id": "SHOP", "version": "1.0.0", "revision": 1,
        "content": {"domain_id": "SHOP", "name": "Shop"},
    }  # fmt: skip
    assert ask.get("/api/v1/sources/orders").get_json()["data"]["content"]["event"] == "order"


def test_an_unknown_id_gets_a_suggestion(ask: Asked) -> None:
    answer = ask.get("/api/v1/metrics/revenu")
    assert answer.status_code == 404
    assert answer.get_json()["detail"] == "no metric is called 'revenu'; did you mean revenue?"
    assert ask.get("/api/v1/metrics/revenu/history").status_code == 404


def test_a_document_that_is_known_already_is_not_sent_again(ask: Asked) -> None:
    for encoding in ("identity", "gzip", "br"):
        first = ask.get(REVENUE, headers={"Accept-Encoding": encoding})
        again = ask.get(
            REVENUE, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")


def test_a_created_document_is_there_at_once_and_signed(ask_own: Asked) -> None:
    ask_own.get("/api/v1/metrics")
    answer = create(ask_own, owner="x", governance={"owner": "Money"})
    assert answer.status_code == 422
    answer = create(ask_own, governance={"owner": "Money"})
    assert (answer.status_code, answer.headers["Location"]) == (201, "/api/v1/metrics/refunds")
    data = answer.get_json()["data"]
    assert data["content"] == {**NEW, "governance": {"owner_team": "Money"}}
    assert (data["version"], data["revision"]) == ("1.0.0", 1)
    assert ids(ask_own.get("/api/v1/metrics")) == ["average-order", "happiness", "refunds", "revenue"]
    (revision,) = ask_own.get("/api/v1/metrics/refunds/history").get_json()["data"]
    assert (revision["change"], revision["changed_by"], revision["origin"]) == (
        "created", "user:editor", "api",
    )  # fmt: skip


def test_an_id_that_is_taken_is_a_conflict(ask_own: Asked) -> None:
    assert create(ask_own, metric_id="revenue").status_code == 409


def test_every_fault_of_a_document_is_told_with_its_path(ask_own: Asked) -> None:
    answer = create(
        ask_own,
        tiers=1,
        definition={"null_policy": "none", "window": {"trailing": 0}},
        targets_and_alerts={"alert_rules": [{"condition": "value > 1", "for_period": 2}]},
    )
    assert answer.status_code == 422
    assert set(faults(answer)) == {"definition.null_policy", "definition.window.trailing"}
    answer = create(
        ask_own, tiers=1, targets_and_alerts={"alert_rules": [{"condition": "value > 1", "for_period": 2}]}
    )
    assert faults(answer) == {
        "tiers": "error: refunds: tiers: unknown field; did you mean 'tier'?",
        "targets_and_alerts.alert_rules[0].for_period": "error: refunds: targets_and_alerts.alert_rules[0]."
        "for_period: unknown field; did you mean 'for_periods'?",
    }


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"3", b"null", b"", b'{"name": "x"}', b'{"metric_id": "x", "metric_id": "y"}', b"\xff"],
)
def test_a_body_that_is_no_document_is_refused(ask_own: Asked, body: bytes) -> None:
    for method, path in (("POST", "/api/v1/metrics"), ("PUT", REVENUE)):
        headers = {"Content-Type": "application/json", "If-Match": "*"}
        answer = ask_own(method, path, "editor", headers=headers, data=body)
        assert answer.status_code == 422, (method, answer.text)
    answer = ask_own("POST", "/api/v1/metrics", "editor", data=body, content_type="text/plain")
    assert answer.status_code == 415


def test_a_formula_that_cannot_be_resolved_is_a_warning_of_a_new_metric_and_an_error_of_a_computed_one(
    ask_own: Asked,
) -> None:
    slip = {"definition": {"formula": "SUM(order.value) / COUNT(ordr)"}}
    answer = create(ask_own, **slip)
    assert answer.status_code == 201
    assert "did you mean 'order'?" in answer.text
    answer = edit(ask_own, "PATCH", REVENUE, json=slip)
    assert (answer.status_code, "would only be documented and lose its values" in answer.text) == (422, True)
    assert "definition.formula" in faults(answer)
    assert edit(ask_own, "PATCH", REVENUE, json={"definition": {"formula": None}}).status_code == 200


def test_metrics_that_read_one_another_are_refused(ask_own: Asked) -> None:
    answer = edit(
        ask_own,
        "PATCH",
        REVENUE,
        json={"definition": {"formula": "METRIC('average-order') + METRIC('revenue')"}},
    )
    assert (answer.status_code, "circle" in answer.text) == (422, True)


def test_a_reference_that_leads_nowhere_is_a_warning(ask_own: Asked) -> None:
    answer = create(ask_own, business_domain="SHOPP")
    assert answer.status_code == 201
    assert {"field": "business_domain", "message": "no domain is called 'SHOPP'; did you mean 'SHOP'?"} in (
        answer.get_json()["warnings"]
    )


def test_sending_back_what_was_read_changes_nothing(ask_own: Asked) -> None:
    content = ask_own.get(REVENUE).get_json()["data"]["content"]
    before = ask_own.get(REVENUE).headers["ETag"]
    answer = edit(ask_own, "PUT", REVENUE, json=content)
    assert (answer.status_code, answer.get_json()["data"]["revision"]) == (200, 1)
    assert ask_own.get(REVENUE).headers["ETag"] == before


def test_a_change_bumps_the_version_by_its_weight(ask_own: Asked) -> None:
    content = ask_own.get(REVENUE).get_json()["data"]["content"]
    answer = edit(ask_own, "PUT", REVENUE, json={**content, "description": "All orders"})
    assert answer.get_json()["data"]["version"] == "1.0.1"
    answer = edit(ask_own, "PATCH", REVENUE, json={"targets_and_alerts": {"target_value": 40}})
    assert answer.get_json()["data"]["version"] == "1.1.0"
    answer = edit(ask_own, "PATCH", REVENUE, json={"unit": "EUR", "description": None})
    data = answer.get_json()["data"]
    assert (data["version"], data["revision"]) == ("2.0.0", 4)
    assert data["content"]["definition"] == {
        "formula": "SUM(order.value)", "expected_direction": "increase", "unit": "EUR",
    }  # fmt: skip
    assert data["content"]["targets_and_alerts"] == {
        "target_value": 40, "warning_threshold": 15, "critical_threshold": 5,
    }  # fmt: skip
    assert "description" not in data["content"]
    history = ask_own.get(f"{REVENUE}/history?limit=3").get_json()
    assert [(each["revision"], each["change"], each["changed_fields"]) for each in history["data"]] == [
        (4, "major", ["definition.unit", "description"]),
        (3, "minor", ["targets_and_alerts.target_value"]),
        (2, "patch", ["description"]),
    ]
    assert history["pagination"]["total"] == 4


def test_a_patch_may_say_that_it_is_one(ask_own: Asked) -> None:
    headers = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    answer = ask_own("PATCH", REVENUE, "editor", headers=headers, data='{"tier": 3, "description": null}')
    assert (answer.status_code, answer.get_json()["data"]["content"]["tier"]) == (200, 3)


def test_an_id_cannot_change(ask_own: Asked) -> None:
    for method in ("PUT", "PATCH"):
        answer = edit(ask_own, method, REVENUE, json={"metric_id": "turnover", "name": "Turnover"})
        assert (answer.status_code, list(faults(answer))) == (422, ["metric_id"])


def test_a_field_that_a_file_brought_may_stay_but_no_other_may_come(ask_own: Asked) -> None:
    body = "metrics: [{metric_id: odd, name: Odd, house_style: 7}]"
    answer = ask_own("POST", "/api/v1/import", "editor", data=body, content_type="application/yaml")
    assert answer.status_code == 200, answer.text
    path = "/api/v1/metrics/odd"
    content = ask_own.get(path).get_json()["data"]["content"]
    assert content == {"metric_id": "odd", "name": "Odd", "house_style": 7}
    assert edit(ask_own, "PUT", path, json={**content, "house_style": 8}).status_code == 200
    assert edit(ask_own, "PATCH", path, json={"house_colour": 8}).status_code == 422


def test_a_write_must_say_which_state_it_means(ask_own: Asked) -> None:
    old = ask_own.get(REVENUE).headers["ETag"]
    assert edit(ask_own, "PATCH", REVENUE, json={"tier": 1}).status_code == 200
    for method, role in (("PUT", "editor"), ("PATCH", "editor"), ("DELETE", "admin")):
        body = {} if method == "DELETE" else {"json": {"tier": 2}}
        assert ask_own(method, REVENUE, role, **body).status_code == 428
        assert ask_own(method, REVENUE, role, headers={"If-Match": old}, **body).status_code == 412
        missing = ask_own(method, "/api/v1/metrics/none", role, headers={"If-Match": "*"}, **body)
        assert missing.status_code == 404
    assert ask_own.get(REVENUE).get_json()["data"]["content"]["tier"] == 1


def test_the_etag_of_a_compressed_answer_serves_as_well(ask_own: Asked) -> None:
    tag = ask_own.get(REVENUE, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    answer = ask_own("PATCH", REVENUE, "editor", headers={"If-Match": tag}, json={"description": "x" * 2_000})
    assert answer.status_code == 200
    compressed = ask_own.get(REVENUE, headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert compressed.headers["ETag"] != answer.headers["ETag"]
    tag = compressed.headers["ETag"]
    assert ask_own("PATCH", REVENUE, "editor", headers={"If-Match": tag}, json={"tier": 1}).status_code == 200
    fresh = ask_own.get(REVENUE).headers["ETag"]
    assert (
        ask_own("PATCH", REVENUE, "editor", headers={"If-Match": answer.headers["ETag"]}, json={}).status_code
        == 412
    )
    assert ask_own("PATCH", REVENUE, "editor", headers={"If-Match": fresh}, json={}).status_code == 200


def test_of_edits_at_the_same_time_that_mean_the_same_state_one_wins(ask_own: Asked) -> None:
    headers = {"If-Match": ask_own.get(REVENUE).headers["ETag"]}
    ask_own.token("editor")

    def patch(tier: int) -> int:
        return ask_own("PATCH", REVENUE, "editor", headers=headers, json={"tier": tier}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(patch, range(1, 7))) == [200, 412, 412, 412, 412, 412]
    assert ask_own.get(REVENUE).get_json()["data"]["revision"] == 2


def test_what_others_refer_to_cannot_be_deleted(ask_own: Asked) -> None:
    answer = edit(ask_own, "DELETE", "/api/v1/domains/SHOP", "admin")
    assert answer.status_code == 409
    assert answer.get_json()["detail"] == (
        "domain SHOP is referred to by objective SELL, metric average-order, metric happiness, metric revenue"
    )
    answer = edit(ask_own, "DELETE", REVENUE, "admin")
    assert list(faults(answer)) == ["key_results[0].metric_ids[0]"]
    reader = {"formula": "METRIC('average-order') * 2"}
    assert create(ask_own, definition=reader).status_code == 201
    answer = edit(ask_own, "DELETE", "/api/v1/metrics/average-order", "admin")
    assert (answer.status_code, list(faults(answer))) == (409, ["definition.formula"])


def test_a_deleted_document_is_gone_but_its_history_stays_and_it_may_come_back(ask_own: Asked) -> None:
    path = "/api/v1/metrics/happiness"
    assert edit(ask_own, "DELETE", path, "editor").status_code == 403
    assert edit(ask_own, "DELETE", path, "admin").status_code == 204
    assert ask_own.get(path).status_code == 404
    assert ids(ask_own.get("/api/v1/metrics")) == ["average-order", "revenue"]
    answer = create(ask_own, metric_id="happiness", name="Happiness")
    assert answer.status_code == 201
    changes = [each["change"] for each in ask_own.get(f"{path}/history").get_json()["data"]]
    assert changes == ["restored", "deleted", "created"]


def test_a_number_of_any_size_is_answered(ask_own: Asked) -> None:
    assert create(ask_own, metadata={"big": 10**30}).status_code == 201
    assert b'"big":1000000000000000000000000000000}' in ask_own.get("/api/v1/metrics/refunds").data
    assert ask_own.get("/api/v1/metrics").status_code == 200


def test_the_same_key_and_request_get_the_first_answer_again(ask_own: Asked) -> None:
    def send(key: str = "k1", role: str = "editor", **fields: Any) -> Any:
        headers = {"Idempotency-Key": key}
        return ask_own("POST", "/api/v1/metrics", role, headers=headers, json={**NEW, **fields})

    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.data, first.headers["Location"]) == (again.data, again.headers["Location"])
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    other = send(name="Other")
    assert (other.status_code, other.get_json()["type"]) == (422, "urn:mdl:problem:key-reused")
    assert send(role="admin").status_code == 409
    assert send("k2").status_code == 409


def test_a_request_that_failed_does_not_take_its_key(ask_own: Asked) -> None:
    headers = {"Idempotency-Key": "k"}
    assert ask_own("POST", "/api/v1/metrics", "editor", headers=headers, json={"x": 1}).status_code == 422
    assert ask_own("POST", "/api/v1/metrics", "editor", headers=headers, json=NEW).status_code == 201


def test_a_key_is_free_again_after_a_day(ask_own: Asked, own_url: str) -> None:
    headers = {"Idempotency-Key": "k"}
    assert ask_own("POST", "/api/v1/metrics", "editor", headers=headers, json=NEW).status_code == 201
    engine = create_engine(own_url)
    with engine.begin() as connection:
        connection.execute(
            text("update identity.idempotent_answers set created_at = now() - interval '25 hours'")
        )
    answer = ask_own("POST", "/api/v1/metrics", "editor", headers=headers, json={**NEW, "metric_id": "other"})
    assert answer.status_code == 201
    with engine.connect() as connection:
        assert len(connection.execute(select(idempotent_answers)).all()) == 1
    engine.dispose()


def test_while_the_first_request_is_under_way_the_second_is_told_so(ask_own: Asked, own_url: str) -> None:
    headers = {"Idempotency-Key": "k"}
    ask_own.token("editor")
    engine = create_engine(own_url)
    answers: list[Any] = []

    def send() -> None:
        answers.append(ask_own("POST", "/api/v1/metrics", "editor", headers=headers, json=NEW))

    with engine.begin() as connection:
        lock(connection)  # the first request waits here, inside its transaction
        first = threading.Thread(target=send)
        first.start()
        waiting = text("select count(*) from pg_locks where not granted and locktype = 'advisory'")
        with engine.connect() as watcher:
            while not watcher.scalar(waiting):
                watcher.rollback()
        second = ask_own("POST", "/api/v1/metrics", "editor", headers=headers, json=NEW)
    first.join()
    assert (second.status_code, second.get_json()["type"]) == (409, "urn:mdl:problem:under-way")
    assert answers[0].status_code == 201
    with engine.connect() as connection:
        made = select(catalog_history).where(catalog_history.c.document_id == "refunds")
        assert len(connection.execute(made).all()) == 1
    engine.dispose()


def test_queries_are_bounded(ask_own: Asked) -> None:
    database = ask_own.app.extensions["mdl"].database
    statements: list[str] = []
    event.listen(
        database.primary, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement)
    )

    def count(method: str, path: str, role: str = "viewer", **options: Any) -> int:
        ask_own.get("/api/v1/export")  # the versions are known
        statements.clear()
        assert ask_own(method, path, role, **options).status_code < 300
        return len([each for each in statements if "catalog.state" not in each or "max(" not in each])

    ask_own.token("viewer"), ask_own.token("editor"), ask_own.token("admin")
    assert count("GET", "/api/v1/metrics") == 2
    assert count("GET", REVENUE) == 1
    assert count("GET", f"{REVENUE}/history") == 2
    assert count("GET", f"{REVENUE}/lineage") == 4
    assert count("GET", "/api/v1/objectives/SELL/key-results") == 1
    assert count("GET", "/api/v1/key-results/REVENUE/check-ins") == 3
    star = {"If-Match": "*"}
    assert count("POST", "/api/v1/metrics", "editor", json=NEW) == 11
    assert count("PATCH", REVENUE, "editor", headers=star, json={"tier": 1}) == 14
    assert count("DELETE", "/api/v1/metrics/refunds", "admin", headers=star) == 12


def test_every_write_is_noted_with_its_document_and_a_repeated_one_once(ask_own: Asked, own_url: str) -> None:
    headers = {"Idempotency-Key": "k", "X-Request-ID": "r1"}
    for _ in range(2):
        assert ask_own("POST", "/api/v1/metrics", "editor", headers=headers, json=NEW).status_code == 201
    path = "/api/v1/metrics/refunds"
    assert edit(ask_own, "PATCH", path, json={"tier": 1}).status_code == 200
    assert ask_own("PUT", path, "editor", headers={"If-Match": '"old"'}, json=NEW).status_code == 412
    assert edit(ask_own, "DELETE", path, "admin").status_code == 204
    engine = create_engine(own_url)
    with engine.connect() as connection:
        rows = connection.execute(
            select(audit_log).where(audit_log.c.action.like("metric.%")).order_by(audit_log.c.entry_id)
        ).all()
    engine.dispose()
    assert [(row.action, row.target, row.outcome, row.actor) for row in rows] == [
        ("metric.create", "metric:refunds", "done", "user:editor"),
        ("metric.update", "metric:refunds", "done", "user:editor"),
        ("metric.replace", "metric:refunds", "refused", "user:editor"),
        ("metric.delete", "metric:refunds", "done", "user:admin"),
    ]
    assert rows[0].request_id == "r1"
