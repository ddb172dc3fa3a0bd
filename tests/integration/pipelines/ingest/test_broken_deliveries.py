"""Two hundred kinds of broken deliveries beside one good file: the good one arrives, each other has a reason."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, text

from core.settings import Settings

HEADER = "sold_at,amount,country,order_id"
ROWS = "".join(f"2013-01-01 1{n}:00,{n},de,{n}\n" for n in range(10))
GOOD = f"{HEADER}\n{ROWS}".encode()
MOST_BYTES = 2 * 1024**3

CATALOG = """
sources:
  - {source_id: orders, format: csv, path: "in/**", event: order, timestamp: {column: sold_at}, fields: {value: amount},
     dimensions: {country: country}}
  - {source_id: lines, format: jsonl, path: jsonl, event: line, timestamp: {column: sold_at},
     fields: {value: amount}}
  - {source_id: tables, format: parquet, path: parquet, event: row, timestamp: {column: sold_at},
     fields: {value: amount}}
metrics:
  - {metric_id: revenue, name: Revenue, definition: {formula: SUM(order.value)}, data: {time_grain: [day]}}
"""


def encodings() -> Iterator[tuple[str, bytes]]:
    text = f"{HEADER}\n{ROWS}".replace("de", "dé")
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-7"):
        yield f"{name}.csv", text.encode(name)
        yield f"{name}-crlf.csv", text.replace("\n", "\r\n").encode(name)
    for name in ("cp037", "cp500", "cp1140", "cp273", "cp424", "cp875"):
        yield f"{name}.csv", text.replace("é", "e").encode(name)
    for name in ("latin-1", "cp1252", "cp437", "mac_roman", "cp850"):
        yield f"{name}.csv", text.replace("sold_at", "söld_at").encode(name)
    for byte in (0x80, 0xB5, 0xFE, 0xFF, 0xC0, 0xF8):
        yield f"byte-{byte:x}.csv", bytes([byte]) + GOOD


def binaries() -> Iterator[tuple[str, bytes]]:
    marks = {
        "png": b"\x89PNG\r\n\x1a\n",
        "jpg": b"\xff\xd8\xff\xe0",
        "pdf": b"%PDF-1.7\n",
        "elf": b"\x7fELF\x02",
        "exe": b"MZ\x90\0",
        "zst": b"\x28\xb5\x2f\xfd",
        "7z": b"7z\xbc\xaf\x27\x1c",
        "rar": b"Rar!\x1a\x07\x01\0",
        "lz4": b"\x04\x22\x4d\x18",
        "sqlite": b"SQLite format 3\0",
        "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "parquet": b"PAR1",
        "orc": b"ORC",
        "avro": b"Obj\x01",
        "class": b"\xca\xfe\xba\xbe",
    }
    noise = random.Random(7)
    for name, mark in marks.items():
        yield f"{name}.csv", mark + noise.randbytes(2_000)
        yield f"{name}-short.csv", mark
    for number in range(30):
        yield f"noise-{number}.csv", b"\xff" + noise.randbytes(10 ** (number % 5))
    yield "zeros.csv", bytes(100_000)
    yield "one-zero.csv", b"\0"
    for length in (2, 16, 512, 4_096):
        yield f"zeros-{length}.csv", bytes(length)


def packed(content: bytes, name: str = "a.csv", **options: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", **options) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def packings() -> Iterator[tuple[str, bytes]]:
    whole = gzip.compress(GOOD * 50)
    for cut in (1, 2, 5, 9, 20, len(whole) // 2, len(whole) - 8, len(whole) - 1):
        yield f"cut-{cut}.csv.gz", whole[:cut]
    yield "no.csv.gz", GOOD
    yield "flipped.csv.gz", whole[:30] + bytes(byte ^ 255 for byte in whole[30:40]) + whole[40:]
    yield "crc.csv.gz", whole[:-8] + bytes(8)
    archive = packed(GOOD * 50, compression=zipfile.ZIP_DEFLATED)
    for cut in (4, 30, len(archive) // 2, len(archive) - 22, len(archive) - 1):
        yield f"cut-{cut}.zip", archive[:cut]
    yield "no.zip", GOOD
    yield "flipped.zip", archive[:60] + bytes(20) + archive[80:]
    yield "newer.zip", archive.replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\x63")
    yield "method.zip", archive.replace(b"\x14\0\0\0\x08\0", b"\x14\0\0\0\x63\0")
    yield "locked.zip", archive.replace(b"\x14\0\0\0\x08", b"\x14\0\x01\0\x08")
    yield "nested.zip", packed(packed(GOOD), "inner.zip")
    yield "binary.zip", packed(os.urandom(500))
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as opened:
        member = tarfile.TarInfo("a.csv")
        member.size = len(GOOD)
        opened.addfile(member, io.BytesIO(GOOD))
    yield "tar.csv", tar.getvalue()
    yield "tgz.csv", gzip.compress(tar.getvalue())[:-3]
    yield "bz2.csv", bz2.compress(GOOD)[:-3]
    yield "xz.csv", lzma.compress(GOOD)[:-3]


def tables() -> Iterator[tuple[str, bytes]]:
    yield "empty.csv", b""
    yield "newline.csv", b"\n"
    yield "spaces.csv", b"   \n   \n"
    yield "mark.csv", b"\xef\xbb\xbf"
    for missing in HEADER.split(",")[:3]:
        yield f"without-{missing}.csv", GOOD.replace(missing.encode(), b"other", 1)
    yield "no-header.csv", ROWS.encode()
    yield "doubled.csv", GOOD.replace(b"order_id", b"amount", 1)
    yield "html.csv", b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"
    yield "xml.csv", b'<?xml version="1.0"?><rows><row/></rows>'
    yield "json.csv", json.dumps([{"sold_at": "2013-01-01", "amount": 1}]).encode()
    yield "sql.csv", b"INSERT INTO x VALUES (1, 2);\n"
    yield "open-quote.csv", GOOD + b'"2013-01-01 10:00,1,de,77\n' * 3
    yield "mac.csv", HEADER.encode() + b"\rjunk,1\r"
    yield "one-line.csv", b"x" * 300_000
    yield "long-header.csv", HEADER.encode() + b"," + b"y" * 200_000
    yield "wide.csv", ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n" + b"1," * 9_999 + b"1\n"
    yield "deep.csv", b"[" * 100_000
    for sign in (";", "\t", "|", "^", "~", ":"):
        yield f"marks-{ord(sign)}.csv", f"a{sign}b{sign}c\n1{sign}2{sign}3\n".encode()
    times = [
        "",
        "x",
        "32.13.2013",
        "2013-13-01",
        "2013-02-30",
        "99999-01-01",
        "0000-00-00",
        "-5",
        "1e400",
        "24:61",
    ]
    times += [
        "10000000000000000000",
        "NaN",
        "inf",
        "2013-01-01T25:00",
        "9999-12-31T23:59:59-18:00",
        "2099-01-01",
    ]
    for number, moment in enumerate(times):
        yield f"time-{number}.csv", f"{HEADER}\n".encode() + f"{moment},1,de,1\n".encode() * 20
    for number, amount in enumerate(
        ["x", "1,5,", "--1", "NaN", "inf", "1e999", "٣x", "0x1F", "1_000", "$5", "5 %"]
    ):
        yield f"amount-{number}.csv", f"{HEADER}\n".encode() + f'2013-01-01,"{amount}",de,1\n'.encode() * 20
    yield "ragged.csv", GOOD + b"1\n" * 50


def lines() -> Iterator[tuple[str, bytes]]:
    good = b'{"sold_at": "2013-01-01", "amount": 1}\n'
    yield "empty.jsonl", b""
    yield "csv.jsonl", GOOD
    yield "torn.jsonl", good[:-6]
    yield "array-torn.json", b"[" + good + b", "
    yield "deep.jsonl", b'{"a": ' * 50_000
    yield "deep-array.jsonl", b"[" * 100_000
    yield "number.jsonl", b"7\n"
    yield "text.jsonl", b'"x"\n'
    yield "null.jsonl", b"null\n"
    yield "renamed.jsonl", b'{"at": "2013-01-01", "value": 1}\n'
    yield "zeros.jsonl", bytes(5_000)
    yield "utf16.jsonl", good.decode().encode("utf-16")
    yield "noise.jsonl", random.Random(3).randbytes(5_000)
    yield "lone.jsonl", b'{"sold_at": "\\ud800", "amount": 1}\n' * 3
    yield "half.jsonl.gz", gzip.compress(good * 900)[:40]


def parquets() -> Iterator[tuple[str, bytes]]:
    target = io.BytesIO()
    pd.DataFrame({"sold_at": ["2013-01-01"] * 500, "amount": range(500)}).to_parquet(target)
    whole = target.getvalue()
    for cut in (1, 4, 8, 100, len(whole) // 2, len(whole) - 4, len(whole) - 1):
        yield f"cut-{cut}.parquet", whole[:cut]
    yield "footer.parquet", whole[:-40] + os.urandom(32) + whole[-8:]
    yield "csv.parquet", GOOD
    yield "zeros.parquet", bytes(5_000)
    other = io.BytesIO()
    pd.DataFrame({"x": [1]}).to_parquet(other)
    yield "columns.parquet", other.getvalue()
    yield "length.parquet", whole[:-8] + b"\xff\xff\xff\x7fPAR1"


def lay_out(landing: Path) -> tuple[set[str], set[str]]:
    """Write every kind of broken delivery, and a good one; the paths refused, and those passed over."""
    broken = set()
    for folder, made in {
        "in": [*encodings(), *binaries(), *packings(), *tables()],
        "jsonl": [*lines()],
        "parquet": [*parquets()],
    }.items():
        (landing / folder).mkdir(parents=True)
        for name, content in made:
            (landing / folder / name).write_bytes(content)
            broken.add(f"{folder}/{name}")
    (landing / "in" / "good.csv").write_bytes(GOOD.replace(b"-01-01", b"-01-15"))
    os.mkfifo(landing / "in" / "pipe.csv")
    (landing / "in" / "loop.csv").symlink_to("loop.csv")
    (landing / "in" / "out.csv").symlink_to("/etc/passwd")
    (landing / "in" / "gone.csv").symlink_to("/nowhere")
    (landing / "in" / "up").symlink_to(landing)
    Path(os.fsdecode(os.fsencode(landing / "in") + b"/m\xe4rz.csv")).write_bytes(GOOD)
    for hidden in (".x.csv", "_x.csv", "~$x.csv", "x.csv.part"):
        (landing / "in" / hidden).write_bytes(GOOD)
    return broken, {f"in/{name}" for name in ("pipe.csv", "loop.csv", "out.csv", "gone.csv", "m\\xe4rz.csv")}


def run_watched(settings: Settings, folder: Path, seconds: float = 120) -> tuple[str, int]:
    """Run `mdl run`, which must end in time; its standard error, and the most memory it and its children held."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MDL_")},
        "MDL_HOME": str(settings.home),
        "MDL_CATALOG": str(settings.catalog),
        "MDL_LANDING": settings.landing,
        "MDL_DATABASE_URL": str(settings.database_url and settings.database_url.get_secret_value()),
        "MDL_AS_OF": "2013-02-01",
        "MDL_TIMEZONE": "UTC",
    }
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        process = psutil.Popen([sys.executable, "-m", "mdl", "run"], stdout=out, stderr=err, env=environment)
        most, until = 0, time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < until:
            most = max(most, held_by(process))
            time.sleep(0.1)
        if process.poll() is None:
            process.kill()
    assert process.wait() == 0, (folder / "stderr").read_text()[-3_000:]
    return (folder / "stderr").read_text(), most


def held_by(process: psutil.Process) -> int:
    try:
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def test_two_hundred_kinds_of_broken_deliveries_stop_nothing(
    settings: Settings, database: Engine, tmp_path: Path
) -> None:
    broken, passed = lay_out(Path(settings.landing))
    assert len(broken) + len(passed) >= 200
    settings.catalog.mkdir()
    (settings.catalog / "catalog.yaml").write_text(CATALOG)
    said, most = run_watched(settings, tmp_path)
    assert "Traceback" not in said
    assert most < MOST_BYTES
    with database.connect() as books:
        delivered = books.execute(
            text("select path, status, reason, row_count, quarantined_count from ops.ingested_files")
        ).all()
        value = books.execute(
            text(
                "select value from marts.metric_values where metric_id = 'revenue' and grain = 'day' "
                "and period_start::text like '2013-01-15%'"
            )
        ).scalars()
        assert {float(each) for each in value} == {45}
    by_path = {row.path.partition("!")[0]: row for row in delivered}
    assert by_path["in/good.csv"].status == "accepted"
    assert broken - by_path.keys() == set(), "every one is in the books"
    for path in broken:
        row = by_path[path]
        if row.status == "accepted":  # a reader made sense of it; what it could not is in quarantine
            continue
        assert row.reason, path
        assert "\n" not in row.reason
        assert "Traceback" not in row.reason
        assert len(row.reason.split()) > 2, (path, row.reason)
        assert len(row.reason) < 6_000, path
    told = json.loads((settings.home / "not-read.json").read_text())
    assert passed <= told.keys()
    assert all(len(told[path].split()) > 2 for path in passed)


WIDE = """
sources:
  - {source_id: c, format: csv, path: wide.csv, event: c, timestamp: {column: at}, fields: {value: n}}
  - {source_id: j, format: jsonl, path: wide.jsonl, event: j, timestamp: {column: at}, fields: {value: n}}
  - {source_id: p, format: parquet, path: wide.parquet, event: p, timestamp: {column: at}, fields: {value: n}}
metrics:
  - {metric_id: mc, name: C, definition: {formula: SUM(c.value)}, data: {time_grain: [month]}}
  - {metric_id: mj, name: J, definition: {formula: SUM(j.value)}, data: {time_grain: [month]}}
  - {metric_id: mp, name: P, definition: {formula: SUM(p.value)}, data: {time_grain: [month]}}
"""


def test_ten_thousand_columns_are_read_in_every_format(
    settings: Settings, database: Engine, tmp_path: Path
) -> None:
    rows = [
        {"at": f"2013-01-{day:02}", "n": str(day), **{f"c{n}": str(n % 7) for n in range(9_998)}}
        for day in range(1, 21)
    ]
    landing = Path(settings.landing)
    landing.mkdir()
    told = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    (landing / "wide.csv").write_text("\n".join(told) + "\n")
    (landing / "wide.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), landing / "wide.parquet")
    settings.catalog.mkdir()
    (settings.catalog / "catalog.yaml").write_text(WIDE)
    said, most = run_watched(settings, tmp_path, seconds=60)
    assert "Traceback" not in said
    assert most < MOST_BYTES
    with database.connect() as marts:
        found = marts.execute(text("select metric_id, value from marts.metric_values order by 1")).all()
    # 1 + 2 + … + 20
    assert [tuple(row) for row in found] == [("mc", 210), ("mj", 210), ("mp", 210)]
