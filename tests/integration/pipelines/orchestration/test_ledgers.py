"""Ledgers that net out: large postings of both signs leave small totals, which are published and still checked."""

import random
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from core.errors import DataError
from pipelines.engine.compute import Computed, compute
from tests.integration.pipelines.orchestration.conftest import Shop

TRIOS, ACCOUNTS = 40, 20
SOURCE = """
sources:
  - {source_id: postings, format: csv, path: "orders/*.csv", event: posting, timestamp: {column: at},
     dimensions: {account: account, ledger: ledger}, fields: {value: n}}
metrics:
"""
METRIC = """
  - {{metric_id: {0}, name: {0}, definition: {{formula: "SUM(posting.value) FILTER (WHERE ledger = '{0}')"}},
     data: {{time_grain: [day]}}, dimensions: [{{name: account}}]}}
"""
LEDGERS = ["books", *(f"trio-{number}" for number in range(TRIOS))]


def postings() -> list[str]:
    """Of each trio 0.1 is left; of the books, 5,000 postings and their counter-postings, nothing."""
    random_ = random.Random(19)
    rows = []
    for number in range(TRIOS):
        names = ["".join(random_.choices("abcdefghijklmnop", k=random_.randint(3, 9))) + end for end in "xyz"]
        for account, amount in zip(names, ("0.1", "100000000", "-100000000"), strict=True):
            rows.append(f"2026-03-02T17:00Z,{account},trio-{number},{amount}")
    for _ in range(5_000):
        amount = f"{random_.randint(1, 900_000_000) / 100:.2f}"
        rows += [
            f"2026-03-02T18:00Z,account-{random_.randrange(ACCOUNTS)},books,{sign}{amount}"
            for sign in ("", "-")
        ]
    random_.shuffle(rows)
    return rows


@pytest.fixture
def ledgers(shop: Shop) -> Shop:
    """A shop that keeps these books, before any run."""
    shop.write_catalog(SOURCE + "".join(METRIC.format(name) for name in LEDGERS))
    shop.deliver("one.csv", "\n".join(["at,account,ledger,n", *postings()]) + "\n")
    return shop


def totals(shop: Shop) -> dict[str, float]:
    """Published totals of the day, by ledger."""
    return dict(
        shop.query("select metric_id, value from marts.metric_values where slice = '' and sample_count > 0")
    )


def test_a_ledger_that_nets_out_is_published(ledgers: Shop) -> None:
    ledgers.run()
    found = totals(ledgers)
    assert found.pop("books") == 0
    assert found == {f"trio-{number}": pytest.approx(0.1, abs=1e-7) for number in range(TRIOS)}
    slices = (
        "select count(*) from marts.metric_values where metric_id = 'books' and slice <> '' and value <> 0"
    )
    assert ledgers.query(slices) == [(ACCOUNTS,)]


def test_a_slice_of_the_books_that_is_off_by_one_is_held_back_and_no_other_ledger(
    ledgers: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*given: Any, **named: Any) -> Computed:
        computed = compute(*given, **named)
        rows = pq.read_table(computed.path)
        off = pc.and_(pc.equal(rows["metric_id"], "books"), pc.equal(rows["slice"], "account=account-7"))
        values = pc.if_else(off, pc.add(rows["value"], 1.0), rows["value"])
        at = rows.schema.get_field_index("value")
        pq.write_table(rows.set_column(at, "value", values).cast(rows.schema), computed.path)
        return computed

    monkeypatch.setattr("pipelines.aggregate.compute", wrong)
    with pytest.raises(
        DataError, match=r"^held back, .*: books \(slices_add_up\); slices_add_up: metric_id: books"
    ):
        ledgers.run()
    assert totals(ledgers).keys() == set(LEDGERS[1:])
