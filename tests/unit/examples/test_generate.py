from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from examples.generate import KINDS, Stream, batches, catalog, main, write
from schemas.documents.load import load_documents

FAULTY = Stream(rows=20_000, seed=7, bad=0.1, late=0.05, repeated=0.03, corrected=0.02)


def test_the_same_seed_gives_the_same_rows_and_another_seed_gives_others() -> None:
    assert _table(FAULTY).equals(_table(FAULTY))
    assert not _table(FAULTY).equals(_table(Stream(rows=20_000, seed=8)))


def test_a_clean_stream_has_every_row_once_in_order_of_time_within_its_days() -> None:
    rows = _table(Stream(rows=5_000, start=date(2024, 3, 1), days=10)).to_pandas()
    assert rows.event_id.tolist() == list(range(5_000))
    assert rows.occurred_at.is_monotonic_increasing
    assert rows.occurred_at.min() >= datetime(2024, 3, 1, tzinfo=UTC)
    assert rows.occurred_at.max() < datetime(2024, 3, 11, tzinfo=UTC)
    assert set(rows.kind) == set(KINDS)
    assert not rows.isna().any(axis=None)


def test_faults_come_in_the_shares_asked_for() -> None:
    rows = _table(FAULTY).to_pandas()
    is_bad = rows.occurred_at.isna() | rows.platform.isna() | (rows.amount == float("inf"))
    assert is_bad.mean() == pytest.approx(0.1, abs=0.01)
    again = rows[rows.event_id.duplicated(keep="first")]
    assert len(again) / len(rows) == pytest.approx(0.05, abs=0.01)
    late = rows.occurred_at < rows.occurred_at.cummax() - timedelta(hours=1)
    assert (late & ~rows.event_id.duplicated(keep=False)).mean() == pytest.approx(0.05, abs=0.01)


def test_a_repeat_is_the_row_once_more_and_a_correction_changes_its_amount_alone() -> None:
    rows = _table(Stream(rows=4_000, repeated=0.05, corrected=0.05)).to_pandas()
    first = rows.drop_duplicates("event_id").set_index("event_id")
    again = rows[rows.event_id.duplicated()]
    origin = first.loc[again.event_id].reset_index()
    changed = Counter(
        tuple(column for column in rows if before[column] != after[column])
        for before, after in zip(origin.to_dict("records"), again.to_dict("records"), strict=True)
    )
    assert set(changed) == {(), ("amount",)}
    assert min(changed.values()) > 100


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "parquet"])
def test_every_format_and_number_of_files_holds_the_same_rows(tmp_path: Path, file_format: str) -> None:
    stream = Stream(rows=1_003, seed=3)
    files = write(stream, tmp_path, file_format, files=4)
    read = {
        "csv": pd.read_csv,
        "parquet": pd.read_parquet,
        "jsonl": lambda f: pd.read_json(f, lines=True, precise_float=True),
    }
    rows = pd.concat([read[file_format](file) for file in files])
    assert len(files) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in files)
    assert rows.event_id.tolist() == list(range(1_003))
    assert rows.amount.tolist() == _table(stream)["amount"].to_pylist()
    assert pd.to_datetime(rows.occurred_at, utc=True).tolist() == _table(stream)["occurred_at"].to_pylist()


def test_no_file_is_empty_where_there_are_fewer_rows_than_files(tmp_path: Path) -> None:
    files = write(Stream(rows=2), tmp_path, "parquet", files=5)
    assert [pq.read_metadata(file).num_rows for file in files] == [1, 1]


@pytest.mark.parametrize("size", [20, 1_000])
def test_a_catalog_holds_as_many_different_metrics_as_asked_for_and_loads_without_problems(size: int) -> None:
    document = catalog(size, "shop/*.parquet")
    loaded = load_documents(document, "shop.yaml")
    assert loaded.problems == ()
    formulas = [metric.definition.formula for metric in loaded.catalog.metrics.values()]
    assert len(formulas) == len(set(formulas)) == size


def test_the_command_line_writes_events_and_a_catalog(tmp_path: Path) -> None:
    run = CliRunner().invoke
    landing, file = tmp_path / "landing", tmp_path / "catalog" / "shop.yaml"
    events = run(main, ["events", "--rows", "100", "--to", str(landing), "--format", "csv", "--bad", "0.5"])
    assert events.output == f"{landing / 'events-0000.csv'}\n"
    assert 10 < pd.read_csv(landing / "events-0000.csv").occurred_at.isna().sum() < 40
    assert run(main, ["catalog", "--to", str(file), "--metrics", "3"]).exit_code == 0
    assert len(load_documents(file.read_text(), "shop.yaml").catalog.metrics) == 3


def _table(stream: Stream) -> pa.Table:
    return pa.concat_tables(batches(stream))
