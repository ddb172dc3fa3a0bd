"""Of rows with one key the one that arrived later lives: through edits, lost lakes and any order of runs."""

import os
import random
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from core.settings import load_settings
from tests.integration.pipelines.shop import Shop, orders_source

AT = "2026-11-02T10:00:00Z"


def keyed(**changes: Any) -> Any:
    return orders_source(unique_key=["order_id"], **changes)


def order(key: str, amount: int) -> str:
    return f"{AT},DE,{amount},{key}"


def values(shop: Shop) -> list[float]:
    return [value for (value,) in shop.live("field_value")]


def corrected(shop: Shop) -> None:
    """A first file, a later one with other rows of key B, then the first again with yet another."""
    shop.sources = [keyed()]
    shop.deliver("1.csv", order("A", 1), order("B", 2))
    shop.run()
    shop.deliver("2.csv", order("B", 20), order("C", 40))
    shop.run()
    shop.deliver("1.csv", order("A", 1), order("B", 4))
    shop.run()
    assert values(shop) == [1, 4, 40]


EDITS: list[dict[str, Any]] = [
    {"dimensions": {"land": "country"}},
    {"fields": {"value": "amount", "same": "amount"}},
    {"max_bad_ratio": 0.25, "ranges": {"value": {"min": 0}}},
    {"timestamp": {"column": "ordered_at", "format": "%Y-%m-%dT%H:%M:%SZ"}, "expected_rows": {"min": 1}},
    {"unique_key": ["order_id", "country"], "null_values": ["none"]},
]


def test_edits_of_the_mapping_and_a_lost_lake_leave_the_later_arrival_in_force(shop: Shop) -> None:
    corrected(shop)
    for edit in EDITS:
        shop.sources = [orders_source(**{"unique_key": ["order_id"], **edit})]
        shop.run()
        assert values(shop) == [1, 4, 40], edit
    shutil.rmtree(shop.settings.lake_path)
    shop.run()
    assert values(shop) == [1, 4, 40]


def test_the_same_bytes_after_others_arrive_anew(shop: Shop) -> None:
    shop.sources = [keyed()]
    for name, amount in (("1.csv", 1), ("2.csv", 2), ("1.csv", 3), ("1.csv", 1)):
        shop.deliver(name, order("A", amount))
        shop.run()
    assert values(shop) == [1], "the first bytes came last"


def test_files_of_one_run_go_by_their_time_then_by_the_numbers_in_their_names(shop: Shop) -> None:
    shop.sources = [keyed()]
    for name, amount, when in (("2.csv", 2, 50), ("10.csv", 10, 50), ("1.csv", 1, 40)):
        os.utime(shop.deliver(name, order("A", amount)), (when, when))
    shop.run()
    assert values(shop) == [10]
    os.utime(shop.deliver("3.csv", order("B", 3)), (70, 70))
    os.utime(shop.deliver("4.csv", order("B", 4)), (60, 60))
    shop.run()
    assert values(shop) == [3, 10]


def test_rows_whose_key_another_mapping_took_away_come_back(shop: Shop) -> None:
    shop.sources = [keyed()]
    old = shop.deliver("1.csv", order("A", 1))
    shop.run()
    old.unlink()
    shop.deliver("2.csv", order("A", 2))
    shop.run()
    assert values(shop) == [2]
    shop.sources = [orders_source()]
    shop.run()
    assert values(shop) == [1, 2], "nothing has a key any more that could take the place of the first"


def test_a_file_that_left_and_went_with_the_lake_is_named_with_its_rows_until_it_is_back(shop: Shop) -> None:
    shop.sources = [keyed()]
    gone = shop.deliver("1.csv", order("A", 1), order("B", 2))
    shop.deliver("2.csv", order("B", 3))
    shop.run()
    content = gone.read_bytes()
    gone.unlink()
    shutil.rmtree(shop.settings.lake_path)
    assert shop.stage().lost == {"1.csv": 2}
    shop.accept()
    assert (values(shop), shop.statuses()) == ([3], {"1.csv": "lost", "2.csv": "accepted"})
    gone.write_bytes(content)
    assert shop.stage().lost == {}
    shop.accept()
    assert values(shop) == [1, 3], "it arrived before the other, then as now"


def test_a_source_that_did_not_answer_when_the_lake_was_rebuilt_is_read_when_it_does(
    shop: Shop,
) -> None:
    away = orders_source(source_id="away", path="away/*.csv")
    shop.sources = [orders_source(), away]
    shop.deliver("1.csv", order("A", 1))
    shop.deliver("away/2.csv", order("B", 2))
    shop.run()
    shutil.rmtree(shop.settings.lake_path)
    shop.sources = [orders_source()]
    shop.run()
    assert values(shop) == [1]
    shop.sources = [orders_source(), away]
    shop.run()
    assert values(shop) == [1, 2]


# ---- any history ---------------------------------------------------------------------------------------

contents = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 9)), min_size=1, max_size=4)
deliver = st.tuples(st.just("deliver"), st.sampled_from(["1.csv", "2.csv", "10.csv"]), contents)
remove = st.tuples(st.just("remove"), st.sampled_from(["1.csv", "2.csv", "10.csv"]), st.just([]))
others = st.sampled_from([("run", "", []), ("remap", "", []), ("lose", "", [])])
histories = st.lists(st.one_of(deliver, deliver, remove, others), min_size=2, max_size=8)


class Model:
    """What has to live: per path the bytes that were seen last and when they were first seen."""

    def __init__(self) -> None:
        self.landing: dict[str, tuple[int, list[tuple[str, int]]]] = {}
        self.seen: dict[str, tuple[int, list[tuple[str, int]]]] = {}
        self.held: set[str] = set()
        self.arrivals = 0

    def run(self) -> None:
        for path, (_, rows) in sorted(self.landing.items(), key=lambda item: item[1][0]):
            if self.seen.get(path, (0, None))[1] != rows:
                self.arrivals += 1
                self.seen[path] = (self.arrivals, rows)
            self.held.add(path)

    def live(self) -> list[int]:
        ordered = sorted(self.seen[path] for path in self.held)
        return sorted({key: amount for _, rows in ordered for key, amount in rows}.values())


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(history=histories, seed=st.integers(0, 99))
def test_live_rows_are_those_of_the_later_arrival_after_any_history(
    database: Engine, history: list[tuple[str, str, list[tuple[str, int]]]], seed: int
) -> None:
    with database.begin() as connection:
        connection.execute(text("truncate ops.ingested_files, ops.validation_results restart identity"))
    folder, model, clock = Path(mkdtemp()), Model(), 1_700_000_000
    dice = random.Random(seed)
    shop = Shop(load_settings(home=folder / "home", landing=f"{folder}/landing"), database, [keyed()])
    try:
        for step, path, rows in [*history, ("run", "", []), ("remap", "", []), ("run", "", [])]:
            clock += 10
            if step == "deliver":
                written = shop.deliver(path, *(order(key, amount) for key, amount in rows))
                os.utime(written, (clock, clock))
                model.landing[path] = (clock, rows)
            elif step == "remove":
                (shop.landing / path).unlink(missing_ok=True)
                model.landing.pop(path, None)
            elif step == "remap":
                shop.sources = [keyed(max_bad_ratio=dice.random())]
            elif step == "lose":
                shutil.rmtree(shop.settings.lake_path, ignore_errors=True)
                model.held.clear()
            if step == "run" or dice.random() < 0.4:
                shop.run()
                model.run()
                assert sorted(values(shop)) == model.live()
    finally:
        shutil.rmtree(folder)
