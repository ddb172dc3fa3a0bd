import shutil
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from core.errors import TransientError
from tests.integration.pipelines.shop import Shop, orders_source

QUERY = "select ordered_at, country, amount, order_id, changed_at from sales where changed_at > :cursor"


@pytest.fixture
def sales(shop: Shop, database_url: str) -> Shop:
    """The shop's orders in a table of a PostgreSQL, read by a query."""
    with shop.engine.begin() as connection:
        connection.execute(
            text(
                "create table sales (ordered_at timestamptz, country text, amount numeric, order_id int, "
                "changed_at timestamptz)"
            )
        )
    shop.settings = shop.settings.model_copy(update={"connections": {"warehouse": SecretStr(database_url)}})
    shop.sources = [sql_source()]
    return shop


def sql_source(**changes: object):  # type: ignore[no-untyped-def]
    given = {"format": "sql", "path": None, "connection": "warehouse", "query": QUERY, "cursor": "changed_at"}
    return orders_source(**{**given, "unique_key": ["order_id"], **changes})


def sell(shop: Shop, order_id: int, hour: int, amount: str, changed: int) -> None:
    with shop.engine.begin() as connection:
        connection.execute(
            text("insert into sales values (:at, 'de', :amount, :id, :changed)"),
            {
                "at": datetime(2013, 1, 1, hour, tzinfo=UTC),
                "amount": amount,
                "id": order_id,
                "changed": datetime(2013, 2, 1, changed, tzinfo=UTC),
            },
        )


def test_a_query_brings_what_is_new_since_its_cursor(sales: Shop) -> None:
    sell(sales, 1, 10, "5", changed=1)
    sell(sales, 2, 11, "7.25", changed=2)
    sales.run()
    assert sales.live() == [("10:00", 5), ("11:00", 7.25)]
    assert sales.stage().staged == []
    sell(sales, 1, 10, "6", changed=3)
    assert sales.stage().staged == ["query@2013-02-01T02:00:00+00:00"]
    sales.accept()
    assert sales.live() == [("10:00", 6), ("11:00", 7.25)]


def test_what_is_not_yet_accepted_is_fetched_again_with_what_has_come_since(sales: Shop) -> None:
    sell(sales, 1, 10, "5", changed=1)
    sales.stage()
    sell(sales, 2, 11, "7", changed=2)
    report = sales.stage()
    assert (report.staged, report.rows) == (["query@start"], 2)
    sales.run()
    assert sales.live() == [("10:00", 5), ("11:00", 7)]


def test_a_rejected_fetch_loses_nothing(sales: Shop) -> None:
    sales.sources = [sql_source(max_bad_ratio=0.4)]
    sell(sales, 1, 10, "NaN", changed=1)
    assert sales.run().rejected
    assert sales.run().rejected == {}, "the same rows are not tried again"
    sell(sales, 2, 11, "7", changed=2)
    sell(sales, 3, 12, "8", changed=3)
    sales.run()
    assert sales.live() == [("11:00", 7), ("12:00", 8)]


def test_another_query_begins_anew_and_takes_the_place_of_what_the_first_brought(sales: Shop) -> None:
    for order_id in (1, 2):
        sell(sales, order_id, 9 + order_id, str(order_id), changed=order_id)
        sales.run()
    sales.sources = [sql_source(query=QUERY.replace("amount,", "amount * 10 as amount,"), unique_key=[])]
    sales.run()
    assert sales.live() == [("10:00", 10), ("11:00", 20)]


def test_without_a_cursor_the_whole_answer_is_one_delivery(sales: Shop) -> None:
    sales.sources = [sql_source(query="select * from sales", cursor=None, unique_key=[])]
    sell(sales, 1, 10, "5", changed=1)
    sales.run()
    sell(sales, 2, 11, "7", changed=1)
    sales.run()
    assert sales.live() == [("10:00", 5), ("11:00", 7)]


def test_a_query_at_fault_is_told_and_stops_no_other_source(sales: Shop) -> None:
    sales.deliver("1.csv", "2013-01-01 10:00,de,5,a")
    sales.sources = [
        sql_source(source_id="typo", query="select nonsense from sales"),
        sql_source(source_id="columns", query="select 1 as ordered_at", cursor=None),
        orders_source(),
    ]
    report = sales.stage()
    assert report.staged == ["1.csv"]
    assert "nonsense" in report.rejected["typo"]
    assert "gives no column 'country'" in report.rejected["columns"]


def test_a_database_that_does_not_answer_is_worth_a_retry(sales: Shop) -> None:
    nowhere = SecretStr("postgresql+psycopg://u:secret@127.0.0.1:1/none")
    sales.settings = sales.settings.model_copy(update={"connections": {"warehouse": nowhere}})
    with pytest.raises(TransientError, match="source orders") as caught:
        sales.stage()
    assert "secret" not in str(caught.value)


def test_a_lost_lake_begins_the_query_anew(sales: Shop) -> None:
    for order_id in (1, 2):
        sell(sales, order_id, 9 + order_id, str(order_id), changed=order_id)
        sales.run()
    shutil.rmtree(sales.settings.lake_path)
    sales.run()
    assert sales.live() == [("10:00", 1), ("11:00", 2)]


def test_an_unknown_connection_is_a_matter_of_settings(sales: Shop) -> None:
    sales.sources = [sql_source(connection="wharehouse")]
    reason = sales.stage().rejected["orders"]
    assert "no connection 'wharehouse' in MDL_CONNECTIONS; it has warehouse" in reason


def test_other_databases_and_types_are_read_too(sales: Shop) -> None:
    url = f"sqlite:///{sales.landing}/sales.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create table sales (id integer, at text, amount real, note blob)"))
        connection.execute(
            text("insert into sales values (1, '2013-01-01 10:00', 1.5, x'00ff'), (2, null, 2, null)")
        )
    engine.dispose()
    sales.settings = sales.settings.model_copy(update={"connections": {"local": SecretStr(url)}})
    sales.sources = [
        orders_source(
            format="sql",
            path=None,
            connection="local",
            query="select * from sales where id > :cursor and amount > 0",
            cursor="id",
            timestamp={"column": "at"},
            dimensions={"note": "note"},
        )
    ]
    sales.run()
    assert sales.live("field_value", "dim_note") == [(1.5, "00ff")]
    assert [reasons for *_, reasons in sales.reasons()] == [["at: no time"]]
    assert sales.stage().staged == []
