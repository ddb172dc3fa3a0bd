"""Every row of every file is accounted for, whatever happened to it: taken, quarantined or refused with its file."""

import bz2
import csv
import gzip
import io
import json
import lzma
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pytest
import xlsxwriter
import zstandard
from pyarrow import parquet
from python_calamine import CalamineWorkbook

from pipelines.ingest.landing import file_id
from pipelines.lake import Lake
from tests.integration.pipelines.shop import Shop, orders_source

FIELDS = ("ordered_at", "country", "amount", "order_id")
TEXTS = ["de", "fr", "", 'a "quoted" one', "x,y", "two\nlines", "24 inch", "é", "日本", ";", "|", "'", "\\"]
Row = tuple[str, str, str, str]
PER_PACKING = 16
PIECES = [b'"', b"\n", b",", b"\x00", b"\xff\xfe", b'""', b"\r", b"{", b'"\n"', b"}"]


def rows(chance: random.Random) -> list[Row]:
    number = chance.choice([1, 2, 5, 40])
    return [
        (
            f"2013-01-{chance.randint(1, 28):02d} {chance.randint(0, 23):02d}:00",
            chance.choice(TEXTS),
            chance.choice(["5", "7.25", "-1", "abc", "1e3"]),
            f"{chance.getrandbits(60):x}",
        )
        for _ in range(number)
    ]


# ---- formats: how rows are written, and how somebody else reads them --------------------------------------


def write_csv(given: list[Row]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator=random.Random(len(given)).choice(["\n", "\r\n"])).writerows(
        [FIELDS, *given]
    )
    return stream.getvalue().encode()


def read_csv(content: bytes) -> list[list[str]]:
    """A byte that is no UTF-8 spoils its row, unless that has a wrong number of cells and so is refused anyway."""
    header, *records = csv.reader(
        io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline=""), strict=True
    )
    # lines without a value are none
    filled = [record for record in records if any(record)]
    return [
        [record[header.index(name)] for name in FIELDS] if len(record) == len(header) else []
        for record in filled
    ]


def write_jsonl(given: list[Row]) -> bytes:
    return "".join(json.dumps(dict(zip(FIELDS, row, strict=True))) + "\n" for row in given).encode()


def read_jsonl(content: bytes) -> list[list[str]]:
    # only line feeds separate lines; what is no object is a row, though a bad one
    return [_of_object(line) for line in content.decode("utf-8-sig").split("\n") if line.strip()]


def _of_object(line: str) -> list[str]:
    try:
        found = json.loads(line)
    except ValueError:
        return []
    return [str(found.get(name)) for name in FIELDS] if isinstance(found, dict) else []


def write_json(given: list[Row]) -> bytes:
    return json.dumps([dict(zip(FIELDS, row, strict=True)) for row in given]).encode()


def read_json(content: bytes) -> list[list[str]]:
    return [_of_object(json.dumps(each)) for each in json.loads(content)]


def write_parquet(given: list[Row]) -> bytes:
    stream = io.BytesIO()
    columns = zip(*given, strict=True)
    parquet.write_table(pa.table(dict(zip(FIELDS, map(list, columns), strict=True))), stream)
    return stream.getvalue()


def read_parquet(content: bytes) -> list[list[str]]:
    """Of a file whose pages are damaged without a checksum, what its footer says: how many rows there are."""
    file = parquet.ParquetFile(io.BytesIO(content))
    try:
        return [[str(row[name]) for name in FIELDS] for row in file.read().to_pylist()]
    except OSError:
        return [[] for _ in range(file.metadata.num_rows)]


def write_xlsx(given: list[Row]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([FIELDS, *given]):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return stream.getvalue()


def read_xlsx(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_index(0)
    header, *records = sheet.to_python()
    return [[str(record[header.index(name)]) for name in FIELDS] for record in records if any(record)]


@dataclass(frozen=True)
class Format:
    suffix: str
    write: Callable[[list[Row]], bytes]
    read: Callable[[bytes], list[list[str]]]


FORMATS = {
    "csv": Format(".csv", write_csv, read_csv),
    "jsonl": Format(".jsonl", write_jsonl, read_jsonl),
    "json": Format(".json", write_json, read_json),
    "parquet": Format(".parquet", write_parquet, read_parquet),
    "xlsx": Format(".xlsx", write_xlsx, read_xlsx),
}


# ---- packings and damage -----------------------------------------------------------------------------------


def pack_zip(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", content)
    return stream.getvalue()


def unpack_zip(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [member] = archive.infolist()
        return archive.read(member)


def unpack_zst(content: bytes) -> bytes:
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    found = unpacker.decompress(content)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("torn")
    return found


def plain(content: bytes) -> bytes:
    return content


PACKINGS = {
    "": (plain, plain),
    ".gz": (gzip.compress, gzip.decompress),
    ".bz2": (bz2.compress, bz2.decompress),
    ".xz": (lzma.compress, lzma.decompress),
    ".zst": (zstandard.ZstdCompressor(write_checksum=True).compress, unpack_zst),
    ".zip": (pack_zip, unpack_zip),
}


def damage(content: bytes, chance: random.Random) -> bytes:
    """One thing that happens to files: cut off, a bit turned, a piece lost, or something in between; or nothing."""
    place = chance.randrange(len(content))
    match chance.choice(["none", "none", "cut", "turn", "lose", "insert"]):
        case "cut":
            return content[:place]
        case "turn":
            turned = content[place] ^ (1 << chance.randrange(8))
            return content[:place] + bytes([turned]) + content[place + 1 :]
        case "lose":
            return content[:place] + content[place + chance.randint(1, 20) :]
        case "insert":
            return content[:place] + chance.choice(PIECES) + content[place:]
    return content


@dataclass(frozen=True)
class Delivered:
    """A file as another reader sees it; `records` is None where that refuses it."""

    records: list[list[str]] | None
    is_whole: bool


def deliver(shop: Shop, form: Format, chance: random.Random) -> dict[str, Delivered]:
    """Write files in every packing, damaged before or after they were packed; what they are, by path."""
    delivered = {}
    for packing, (pack, unpack) in PACKINGS.items():
        for number in range(PER_PACKING):
            plain = form.write(rows(chance))
            packed = pack(plain)
            content = pack(damage(plain, chance)) if number % 2 else damage(packed, chance)
            name = f"{number}{form.suffix}{packing}"
            (shop.landing / name).write_bytes(content)
            try:
                records = form.read(unpack(content))
            except Exception:  # noqa: BLE001  whatever another reader finds wrong with it
                records = None
            delivered[name] = Delivered(records, is_whole=content == packed)
    return delivered


def orders_taken(shop: Shop) -> dict[str, set[str]]:
    """Ids of the orders in the lake, by file."""
    scan = Lake(shop.settings.lake_path).scan("order", None, ["file_id", "dim_order_id"])
    found = duckdb.sql(
        f"SELECT file_id, list(dim_order_id) FROM ({scan}) WHERE dim_order_id IS NOT NULL GROUP BY file_id"
    )
    return {file: set(ids) for file, ids in found.fetchall()}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("seed", [1, 2])
def test_rows_are_taken_quarantined_or_refused_with_their_file(kind: str, seed: int, shop: Shop) -> None:
    dimensions = {"country": "country", "order_id": "order_id"}
    shop.sources = [orders_source(format=kind, path="*", max_bad_ratio=1, dimensions=dimensions)]
    delivered = deliver(shop, FORMATS[kind], random.Random(f"{kind} {seed}"))
    taken = {file.path: file for file in shop.run().files if file.status == "accepted"}
    refused = dict(shop.books("select path, reason from ops.ingested_files where status = 'rejected'"))
    orders = orders_taken(shop)
    for name, one in delivered.items():
        path = f"{name}!inside" if f"{name}!inside" in taken.keys() | refused.keys() else name
        if path not in taken:
            assert refused.get(path), f"{path} is lost without a word"
            assert not one.is_whole, f"{path} is as it was written, and refused: {refused[path]}"
            continue
        file = taken[path]
        assert one.records is not None, f"{path} is taken; another reader refuses it"
        assert file.row_count == len(one.records), f"{path}: rows"
        assert file.row_count == file.accepted_count + file.quarantined_count, path
        known = {record[3].strip() for record in one.records if record}
        assert not known or orders.get(file_id("orders", path), set()) <= known, path
