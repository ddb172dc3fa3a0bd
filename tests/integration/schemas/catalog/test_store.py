"""The catalog in a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, create_engine, event, func, select

from core.errors import CatalogError
from schemas.catalog.compare import compare
from schemas.catalog.store import Applied, apply
from schemas.catalog.stored import catalog_version, history, read_catalog, read_documents, read_versions
from schemas.documents.documents import Catalog
from schemas.documents.kinds import Kind
from schemas.documents.load import load_documents
from schemas.tables import catalog_documents, catalog_history
from tests.unit.schemas.documents.strategies import catalogs

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)


def catalog_of(*documents: dict[str, Any]) -> Catalog:
    loaded = load_documents(list(documents), "test")
    assert loaded.errors == ()
    return loaded.catalog


def metric(metric_id: str = "m", **fields: Any) -> dict[str, Any]:
    return {"metric_id": metric_id, "name": metric_id.upper(), **fields}


def from_file(kind: Kind, document_id: str) -> str:
    return f"file:{kind}/{document_id}.yaml"


def from_api(kind: Kind, document_id: str) -> str:
    return "api"


def put(
    database: Engine, *documents: dict[str, Any], at: int = 0, api: bool = False, prune: bool | None = None
) -> Applied:
    return apply(
        database,
        catalog_of(*documents),
        changed_by="ann",
        origin_of=from_api if api else from_file,
        now=T0 + timedelta(hours=at),
        prune=not api if prune is None else prune,
    )


def test_each_real_change_makes_one_revision_with_its_fields_and_version(database: Engine) -> None:
    put(database, metric(definition={"formula": "COUNT(a)"}, targets_and_alerts={"target_value": 5}))
    put(database, metric(definition={"formula": "COUNT(a)"}, targets_and_alerts={"target_value": 6}), at=1)
    put(database, metric(definition={"formula": "COUNT(b)"}, targets_and_alerts={"target_value": 6}), at=2)
    put(
        database,
        metric(definition={"formula": "COUNT(b)"}, targets_and_alerts={"target_value": 6}, description="d"),
        at=3,
    )
    with database.connect() as connection:
        revisions = history(connection, "m")
        assert [(r.revision, r.version, r.change, r.changed_fields) for r in revisions] == [
            (4, "2.0.1", "patch", ("description",)),
            (3, "2.0.0", "major", ("definition.formula",)),
            (2, "1.1.0", "minor", ("targets_and_alerts.target_value",)),
            (1, "1.0.0", "created", ()),
        ]
        assert (revisions[0].changed_by, revisions[0].origin) == ("ann", "file:metric/m.yaml")
        assert revisions[0].changed_at == T0 + timedelta(hours=3)
        assert revisions[2].content["targets_and_alerts"] == {"target_value": 6}
        assert read_versions(connection) == {("metric", "m"): "2.0.1"}
        assert catalog_version(connection) == 4


def test_what_is_read_back_equals_what_was_stored(database: Engine) -> None:
    stored = catalog_of(
        {"catalog_name": "Ours", "house_style": 7, "metrics": [metric("b", colour="red"), metric("a")]},
        {"source_id": "s", "format": "csv", "path": "*.csv", "event": "e", "timestamp": "ts"},
        {"domain_id": "d", "name": "D"},
        {"objective_id": "o", "name": "O", "key_results": [{"kr_id": "k", "name": "K", "weight": 2.5}]},
    )
    apply(database, stored, changed_by="ann", origin_of=from_file, now=T0)
    with database.connect() as connection:
        assert read_catalog(connection) == stored


# 1e22 comes back from jsonb as whole digits, 5e-324 as a fraction of 324
EXTREMES = {
    "numbers": [1e22, 1.5e300, 5e-324, -0.0, 95.0, 0.1, 10**30],
    "text": "\u2028é😀 \\u0041",
    "null": None,
}


def test_a_catalog_read_back_and_stored_again_is_no_change(database: Engine) -> None:
    put(database, metric(targets_and_alerts={"target_value": 1e22}, metadata=EXTREMES, unknown=EXTREMES))
    with database.connect() as connection:
        read = read_catalog(connection)
    assert read.metrics["m"].extra == {"unknown": EXTREMES}
    again = apply(database, read, changed_by="ann", origin_of=from_file, now=T0)
    assert again == Applied(1, ())


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(catalogs())
def test_any_catalog_is_read_back_equal(database: Engine, catalog: Catalog) -> None:
    with database.connect() as connection, connection.begin() as transaction:
        apply(connection, catalog, changed_by="ann", origin_of=from_file, now=T0)
        assert read_catalog(connection) == catalog
        assert compare(connection, catalog, origin_of=from_file) == []
        transaction.rollback()


def test_an_edit_that_loses_a_name_of_a_computed_formula_is_refused_and_a_lost_source_is_not(
    database: Engine,
) -> None:
    source = {"source_id": "s", "format": "csv", "path": "x", "event": "order", "timestamp": "at"}

    def of(formula: str | None) -> dict[str, Any]:
        return metric(definition={"formula": formula})

    put(database, source, of("COUNT(order)"))
    with pytest.raises(CatalogError, match=r"lose its values: 'ordr' is no event.*did you mean 'order'"):
        put(database, source, of("COUNT(ordr)"))
    put(database, of("COUNT(order)"))
    put(database, of("COUNT(ordr)"))  # documented already, so nothing is lost
    put(database, source, of("COUNT(order) * 2"))
    put(database, source, of(None))


def test_applies_at_the_same_time_wait_for_each_other(database: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        applied = list(pool.map(lambda tier: put(database, metric(tier=tier)), range(8)))
    assert sorted(each.version for each in applied) == list(range(1, 9))
    with database.connect() as connection:
        assert [each.revision for each in history(connection, "m")] == list(range(8, 0, -1))


def test_an_empty_database_holds_an_empty_catalog_of_version_0(database: Engine) -> None:
    with database.connect() as connection:
        assert read_catalog(connection) == Catalog()
        assert catalog_version(connection) == 0


def test_an_unchanged_catalog_writes_nothing_and_keeps_the_version(database: Engine) -> None:
    put(database, metric(), {"domain_id": "d", "name": "D"})
    statements: list[str] = []
    event.listen(
        database, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement)
    )
    applied = put(database, metric(), {"domain_id": "d", "name": "D"}, at=1)
    assert applied == Applied(1, ())
    assert len(statements) == 3
    assert not any(word in statement for statement in statements for word in ("INSERT", "UPDATE", "content,"))


def test_a_document_that_left_the_files_is_marked_deleted_and_may_come_back(database: Engine) -> None:
    put(database, metric("m1"), metric("m2"))
    applied = put(database, metric("m1"), at=1)
    assert [(c.document_id, c.change, c.version) for c in applied.changes] == [("m2", "deleted", "1.0.0")]
    with database.connect() as connection:
        assert list(read_catalog(connection).metrics) == ["m1"]
        assert [d.document_id for d in read_documents(connection)] == ["m1"]
        assert read_versions(connection) == {("metric", "m1"): "1.0.0"}
    assert put(database, metric("m1"), at=2).changes == ()

    (back,) = put(database, metric("m1"), metric("m2", definition={"unit": "%"}), at=3).changes
    assert (back.change, back.version, back.revision, back.fields) == (
        "restored", "2.0.0", 3, ("definition.unit",),
    )  # fmt: skip


def test_without_prune_nothing_is_deleted_and_the_headers_stay(database: Engine) -> None:
    put(database, {"catalog_name": "Ours", "metrics": [metric("m1")]})
    put(database, metric("m2"), api=True)
    with database.connect() as connection:
        stored = read_catalog(connection)
    assert list(stored.metrics) == ["m1", "m2"]
    assert stored.headers[0].catalog_name == "Ours"


def test_a_document_that_only_the_api_wrote_outlives_files_that_never_held_it(database: Engine) -> None:
    put(database, metric("from-api"), api=True)
    put(database, metric("from-file"), at=1)
    with database.connect() as connection:
        assert list(read_catalog(connection).metrics) == ["from-api", "from-file"]


def test_an_edit_by_the_api_stands_until_the_file_itself_changes(database: Engine) -> None:
    put(database, metric(tier=1))
    put(database, metric(tier=2), api=True, at=1)
    assert put(database, metric(tier=1), at=2).changes == ()
    with database.connect() as connection:
        assert read_catalog(connection).metrics["m"].tier == 2
    (change,) = put(database, metric(tier=3), at=3).changes
    assert change.fields == ("tier",)


def test_a_thousand_metrics_are_stored_and_compared_with_a_handful_of_statements(database: Engine) -> None:
    many = [metric(f"m{index:04}", definition={"formula": f"COUNT(e{index})"}) for index in range(1000)]
    statements: list[str] = []
    event.listen(
        database, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement)
    )
    put(database, *many)
    assert len(statements) < 20
    with database.connect() as connection:
        for table in (catalog_documents, catalog_history):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 1000
    many[7]["tier"] = 1
    assert [change.document_id for change in put(database, *many, at=1).changes] == ["m0007"]


def test_a_transaction_that_its_caller_rolls_back_leaves_nothing(database: Engine) -> None:
    with database.connect() as connection, connection.begin() as transaction:
        apply(connection, catalog_of(metric()), changed_by="ann", origin_of=from_api, now=T0)
        assert catalog_version(connection) == 1
        transaction.rollback()
    with database.connect() as connection:
        assert catalog_version(connection) == 0
        assert history(connection, "m") == []


def test_only_changed_documents_are_loaded_again_whoever_changed_them(database: Engine) -> None:
    put(database, metric("a"), metric("b"), {"domain_id": "d", "name": "D"})
    elsewhere = create_engine(database.url)
    with database.connect() as connection:
        before = read_catalog(connection)
    put(elsewhere, metric("a"), metric("b", tier=2), {"domain_id": "d", "name": "D"}, at=1)
    elsewhere.dispose()
    with database.connect() as connection:
        after = read_catalog(connection)
    assert (before.metrics["b"].tier, after.metrics["b"].tier) == (None, 2)
    assert after.metrics["a"] is before.metrics["a"]
    after.metrics.clear()
    with database.connect() as connection:
        assert list(read_catalog(connection).metrics) == ["a", "b"]


def test_what_is_written_while_a_catalog_is_read_is_in_it_whole_or_not_at_all(database: Engine) -> None:
    put(database, metric("a", tier=1), metric("b", tier=1))
    other = create_engine(database.url)

    def write_once(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "headers" in statement and not written:
            written.append(put(other, metric("a", tier=2), metric("b", tier=2), at=1))

    written: list[Applied] = []
    event.listen(database, "before_cursor_execute", write_once)
    with database.connect() as connection:
        read = read_catalog(connection)
    other.dispose()
    assert len(written) == 1
    assert [each.tier for each in read.metrics.values()] == [2, 2]


def test_a_catalog_of_the_same_version_but_another_past_is_not_taken_for_the_kept_one(
    database: Engine,
) -> None:
    put(database, metric(tier=1))
    with database.connect() as connection, connection.begin() as transaction:
        apply(connection, catalog_of(metric(tier=2)), changed_by="ann", origin_of=from_api, now=T0)
        assert (catalog_version(connection), read_catalog(connection).metrics["m"].tier) == (2, 2)
        transaction.rollback()
    with database.connect() as connection:
        assert read_catalog(connection).metrics["m"].tier == 1
    put(database, metric(tier=3), api=True, at=1)
    with database.connect() as connection:
        assert (catalog_version(connection), read_catalog(connection).metrics["m"].tier) == (2, 3)
