import gzip
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import pytest

from core.errors import DataError, TransientError
from pipelines.ingest import content, stage
from pipelines.ingest.formats import readers
from pipelines.ingest.landing import SourceFile
from tests.integration.pipelines.shop import HEADER, Shop, orders_source

ONE = "2013-01-01 10:00,de,5,a"
TWO = "2013-01-01 11:00,fr,7,b"
CSV = f"{HEADER}\n{ONE}\n".encode()


def test_new_files_are_staged_and_unchanged_ones_left_alone(shop: Shop) -> None:
    shop.deliver("1.csv", ONE)
    shop.deliver("2.csv", ONE, TWO)
    first = shop.stage()
    assert (first.staged, first.rows, first.unchanged) == (["1.csv", "2.csv"], 3, 0)
    second = shop.stage()
    assert (second.staged, second.unchanged) == ([], 2)
    assert shop.statuses() == {"1.csv": "staged", "2.csv": "staged"}


def test_an_unchanged_file_is_not_even_opened(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deliver("1.csv", ONE)
    shop.run()

    opened: list[str] = []

    def noted(found: SourceFile) -> str:
        opened.append(found.path)
        return content.digest(found)

    monkeypatch.setattr(stage, "digest", noted)
    assert shop.stage().unchanged == 1
    assert opened == [], "size and time are the same"
    shop.stage(full_check=True)
    assert opened == ["1.csv"]


def test_the_same_bytes_with_a_new_time_are_the_same_delivery(shop: Shop) -> None:
    path = shop.deliver("1.csv", ONE)
    shop.run()
    os.utime(path, (0, 1_000_000))
    report = shop.stage()
    assert (report.staged, report.unchanged) == ([], 1)
    assert shop.books("select count(*) from ops.ingested_files") == [(1,)]


def test_new_bytes_of_the_same_size_and_time_are_found_when_the_time_was_too_close_to_tell(
    shop: Shop,
) -> None:
    path = shop.deliver("1.csv", ONE)
    stamp = shop.clock.timestamp() + 60
    os.utime(path, (stamp, stamp))
    shop.stage()
    path.write_text(path.read_text().replace(",5,", ",6,"))
    os.utime(path, (stamp, stamp))
    assert shop.stage().staged == ["1.csv"]


def test_a_damaged_file_is_rejected_once_with_its_reason_and_the_others_go_on(shop: Shop) -> None:
    shop.deliver("1.csv", "x", header="nothing")
    shop.deliver("2.csv", ONE)
    (shop.landing / "3.csv").write_bytes(b"")
    report = shop.stage()
    assert report.staged == ["2.csv"]
    assert report.rejected["3.csv"] == "the file is empty"
    assert "no column 'ordered_at'" in report.rejected["1.csv"]
    assert shop.stage().rejected == {}
    shop.deliver("1.csv", TWO)
    assert shop.stage().staged == ["1.csv"]


def test_a_new_mapping_has_the_files_of_its_source_read_again(shop: Shop) -> None:
    shop.deliver("1.csv", ONE)
    shop.run()
    shop.sources = [orders_source(fields={})]
    assert shop.stage().staged == ["1.csv"]
    shop.accept()
    assert shop.live("field_value") == [(None,)]
    assert shop.books("select status from ops.ingested_files order by delivery") == [
        ("replaced",),
        ("accepted",),
    ]


def test_a_description_of_the_source_that_reads_no_differently_has_nothing_read_again(shop: Shop) -> None:
    shop.deliver("1.csv", ONE)
    shop.run()
    shop.sources = [orders_source(metadata={"owner": "someone else"}, path="**/*.csv")]
    assert shop.stage().staged == []


def test_staged_rows_that_were_lost_are_staged_again(shop: Shop) -> None:
    shop.deliver("1.csv", ONE)
    shop.stage()
    for path in (shop.settings.staging_path / "files").iterdir():
        path.unlink()
    assert shop.accept().waiting == ["1.csv"]
    shop.run()
    assert shop.live() == [("10:00", 5)]


def test_what_a_killed_run_left_half_written_is_swept_away(shop: Shop) -> None:
    folder = shop.settings.staging_path / "files"
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef-000000000000-000000000000.tmp").write_bytes(b"half")
    shop.deliver("1.csv", ONE)
    shop.stage()
    assert len(list(folder.iterdir())) == 1


def test_killed_between_writing_and_entering_a_file_is_staged_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.deliver("1.csv", ONE)

    def die(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stage, "record", die)
        with pytest.raises(KeyboardInterrupt):
            shop.stage()
    shop.run()
    assert shop.live() == [("10:00", 5)]


def test_a_file_that_changes_while_it_is_read_is_left_to_the_next_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shop.deliver("1.csv", ONE)
    opened = readers.open_file

    def grow(*arguments: object) -> object:
        with path.open("a") as stream:
            stream.write(TWO + "\n")
        return opened(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(stage, "open_file", grow)
        report = shop.stage()
    assert (report.staged, report.unsettled) == ([], ["1.csv"])
    assert shop.statuses() == {}
    shop.run()
    assert shop.live() == [("10:00", 5), ("11:00", 7)]


def test_a_file_that_brings_duckdb_to_its_end_stops_no_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.deliver("1.csv", ONE)
    shop.deliver("2.csv", TWO)
    opened = readers.open_file

    def end(*arguments: Any) -> object:
        if (shop.landing / "1.csv") in arguments:
            arguments[-1].close()
            raise DataError("damaged")
        return opened(*arguments)

    monkeypatch.setattr(stage, "open_file", end)
    report = shop.stage()
    assert (report.staged, report.rejected) == (["2.csv"], {"1.csv": "damaged"})


def test_a_file_that_was_refused_for_its_memory_is_tried_again_under_another_limit(shop: Shop) -> None:
    texts = (f"2013-01-01 10:00,{'x' * 200_000}{number},5,{number}" for number in range(40))
    shop.deliver("1.csv", *texts)

    def stage_under(limit: str) -> tuple[list[str], dict[str, str]]:
        shop.settings = shop.settings.model_copy(update={"memory_limit": limit})
        report = shop.stage()
        return report.staged, report.rejected

    staged, refused = stage_under("10MB")
    assert (staged, list(refused)) == ([], ["1.csv"])
    assert refused["1.csv"].startswith("it takes more memory than MDL_MEMORY_LIMIT allows")
    assert stage_under("10MB") == ([], {}), "nothing is new"
    assert stage_under("500MB") == (["1.csv"], {})
    assert shop.statuses() == {"1.csv": "staged"}
    assert stage_under("10MB") == ([], {}), "what was read stays read"


# ---- where files are -----------------------------------------------------------------------------------


def test_members_of_zip_archives_are_files_of_their_own(shop: Shop) -> None:
    shop.sources = [orders_source(path="*.zip")]
    archive = shop.landing / "orders.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("a.csv", CSV)
        opened.writestr("in/b.csv", CSV)
        opened.writestr("__MACOSX/._a.csv", b"junk")
    assert shop.stage().staged == ["orders.zip!a.csv", "orders.zip!in/b.csv"]
    shop.accept()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("a.csv", CSV)
        opened.writestr("in/b.csv", f"{HEADER}\n{TWO}\n")
    assert shop.stage().staged == ["orders.zip!in/b.csv"], "the other member is as it was"
    shop.accept()
    assert shop.live() == [("10:00", 5), ("11:00", 7)]


def test_one_member_of_an_archive_can_be_named(shop: Shop) -> None:
    shop.sources = [orders_source(path="orders.zip!b*.csv")]
    with zipfile.ZipFile(shop.landing / "orders.zip", "w") as opened:
        opened.writestr("a.csv", CSV)
        opened.writestr("b1.csv", CSV)
    assert shop.stage().staged == ["orders.zip!b1.csv"]


def test_an_archive_without_a_member_of_that_name_is_named(shop: Shop) -> None:
    shop.sources = [orders_source(path="*.zip!b*.csv")]
    for name, member in (("1.zip", "b.csv"), ("2.zip", "c.csv")):
        with zipfile.ZipFile(shop.landing / name, "w") as opened:
            opened.writestr(member, CSV)
    report = shop.stage()
    assert report.staged == ["1.zip!b.csv"]
    assert report.passed == {"2.zip": "no file in it matches 'b*.csv'"}


def test_packed_files_are_unpacked_and_damaged_ones_rejected(shop: Shop) -> None:
    shop.sources = [orders_source(path="*")]
    (shop.landing / "1.csv.gz").write_bytes(gzip.compress(CSV))
    (shop.landing / "2.csv.gz").write_bytes(gzip.compress(CSV * 1000)[:-20])
    (shop.landing / "3.zip").write_bytes(b"PK but no archive")
    with zipfile.ZipFile(shop.landing / "4.zip", "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.csv", CSV * 1000)
    whole = (shop.landing / "4.zip").read_bytes()
    (shop.landing / "4.zip").write_bytes(whole[:60] + bytes(20) + whole[80:])
    report = shop.stage()
    assert report.staged == ["1.csv.gz"]
    assert set(report.rejected) == {"2.csv.gz", "3.zip", "4.zip!a.csv"}
    assert all("unpacked" in reason or "zip archive" in reason for reason in report.rejected.values())
    assert shop.stage().rejected == {}


@pytest.mark.parametrize("name", ["1.csv.GZ", "1.CSV", "1.csv", "1.zip"])
def test_packings_are_told_by_the_first_bytes_and_not_by_the_name(shop: Shop, name: str) -> None:
    shop.sources = [orders_source(path="*")]
    (shop.landing / name).write_bytes(gzip.compress(CSV))
    assert shop.stage().staged == [name]


def test_a_member_that_is_packed_or_doubled_or_of_a_newer_version_stops_no_other(shop: Shop) -> None:
    shop.sources = [orders_source(path="*")]
    for name, version in (("1.zip", 20), ("2.zip", 99)):
        with zipfile.ZipFile(shop.landing / name, "w") as opened:
            opened.writestr("y.CSV.GZ", gzip.compress(CSV))
            opened.writestr("x.csv", CSV)
            opened.writestr("z.zip", b"PK\x03\x04")
            opened.infolist()[0].extract_version = version
    zipfile.ZipFile(shop.landing / "3.zip", "w").close()
    report = shop.stage()
    assert report.staged == ["1.zip!x.csv", "1.zip!y.CSV.GZ"]
    assert report.rejected == {
        "1.zip!z.zip": "it is packed as zip within zip, which is not read; zip, gz, bz2, xz and zst are",
        "2.zip": "the zip archive cannot be read: it cannot be unpacked: zip file version 9.9",
        "3.zip": "the zip archive cannot be read: it holds no file to read",
    }


def test_a_folder_means_every_file_of_the_format_below_it(shop: Shop) -> None:
    shop.sources = [orders_source(path="in")]
    for name in ("in/1.csv", "in/deep/2.csv", "in/.hidden.csv", "in/_tmp/3.csv", "in/notes.md", "out/4.csv"):
        shop.deliver(name, ONE)
    assert shop.stage().staged == ["in/1.csv", "in/deep/2.csv"]


def test_a_source_without_files_is_told(shop: Shop) -> None:
    assert shop.stage().empty_sources == {"orders": "*.csv"}


@pytest.mark.parametrize("scheme", ["file", "memory"])
def test_the_landing_zone_may_be_a_url(shop: Shop, tmp_path: Path, scheme: str) -> None:
    url = f"{scheme}://{tmp_path}/remote"
    filesystem, root = fsspec.core.url_to_fs(url)
    filesystem.makedirs(f"{root}/day", exist_ok=True)
    filesystem.pipe(f"{root}/day/1.csv", CSV)
    filesystem.pipe(f"{root}/2.csv.gz", gzip.compress(CSV))
    shop.settings = shop.settings.model_copy(update={"landing": url})
    shop.sources = [orders_source(path="**/*.csv*")]
    assert sorted(shop.stage().staged) == ["2.csv.gz", "day/1.csv"]
    assert shop.stage().staged == []
    shop.accept()
    assert shop.live() == [("10:00", 5), ("10:00", 5)]


def test_a_source_may_name_a_url_of_its_own(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_bytes(CSV)
    shop.sources = [orders_source(path=f"file://{tmp_path}/elsewhere.csv")]
    assert shop.stage().staged == [f"file://{tmp_path}/elsewhere.csv"]


def test_a_source_that_does_not_answer_stops_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_order(*_arguments: object, **_named: object) -> None:
        raise ConnectionResetError("the store is out of order")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "glob", out_of_order)
    far = orders_source(source_id="far", path="memory://bucket/*.csv")
    odd = orders_source(source_id="odd", path="nosuchprotocol://bucket/*.csv")
    shop.deliver("1.csv", ONE)
    shop.sources += [far, odd]
    report = shop.stage()
    assert report.staged == ["1.csv"]
    assert "out of order" in report.unanswered["far"]
    assert "Protocol not known" in report.rejected["odd"]
    shop.sources = [far]
    with pytest.raises(TransientError, match="out of order"):
        shop.stage()


def test_a_file_that_may_not_be_read_stops_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deliver("1.csv", ONE)
    shop.deliver("2.csv", ONE)
    read = content.digest

    def refuse(found: SourceFile) -> str:
        if found.path == "1.csv":
            raise TransientError("1.csv cannot be read: permission denied")
        return read(found)

    monkeypatch.setattr(stage, "digest", refuse)
    report = shop.stage()
    assert (report.staged, list(report.unanswered)) == (["2.csv"], ["1.csv"])


def test_a_lake_that_was_lost_is_filled_again(shop: Shop) -> None:
    shop.deliver("1.csv", ONE)
    shop.run()
    shutil.rmtree(shop.settings.lake_path)
    shop.run()
    assert shop.live() == [("10:00", 5)]


def test_a_stray_quotation_mark_leaves_what_was_delivered_before(shop: Shop) -> None:
    shop.deliver("1.csv", ONE, TWO)
    shop.run()
    shop.deliver("1.csv", ONE.replace("de", '"24 inch'), *[TWO] * 200)
    assert shop.stage().rejected["1.csv"].startswith("line 2: a quotation mark is opened and never closed; ")
    shop.run()
    assert shop.live() == [("10:00", 5), ("11:00", 7)]


def test_parquet_and_json_lines_are_staged_like_csv(shop: Shop) -> None:
    shop.deliver("1.csv", ONE)
    csv = shop.landing / "1.csv"
    duckdb.execute(f"COPY (FROM read_csv('{csv}')) TO '{shop.landing}/1.parquet' (FORMAT parquet)")
    duckdb.execute(f"COPY (FROM read_csv('{csv}')) TO '{shop.landing}/1.jsonl' (FORMAT json)")
    shop.sources = [
        orders_source(source_id=kind, format=kind, path=f"*.{kind}", unique_key=["order_id"])
        for kind in ("csv", "jsonl", "parquet")
    ]
    shop.stage()
    rows = shop.staged()
    assert rows[0]["field_value"] == 5
    assert rows[0]["unique_key"] == '["a"]'
    assert rows[0] == rows[1] == rows[2]


def test_a_column_of_identifiers_is_no_event_column(shop: Shop) -> None:
    shop.deliver("1.csv", *(f"2013-01-01,de,1,{n}" for n in range(1001)))
    shop.sources = [orders_source(event=None, event_column="order_id")]
    assert "1,001 different event names" in shop.stage().rejected["1.csv"]
