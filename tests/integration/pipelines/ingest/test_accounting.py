"""Every row of a file is accounted for, whatever was done to it on its way: taken, quarantined, or refused with it."""

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
from datetime import UTC, datetime

import pyarrow as pa
import pytest
import xlsxwriter
import zstandard
from pyarrow import parquet
from python_calamine import CalamineWorkbook

from tests.integration.pipelines.shop import Shop, orders_source

FIELDS = ("ordered_at", "country", "amount", "order_id")
TEXTS = ["de", "fr", "", 'a "quoted" one', "x,y", "two\nlines", "24 inch", "é", "日本", ";", "|", "'", "\\"]
Row = tuple[str, str, str, str]
PER_KIND = 8


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
    header, *records = csv.reader(
        io.StringIO(content.decode("utf-8-sig", "replace"), newline=""), strict=True
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
    # what is no object is a row, though a bad one
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
    table = parquet.read_table(io.BytesIO(content))
    return [[str(row[name]) for name in FIELDS] for row in table.to_pylist()]


def write_xlsx(given: list[Row]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2013, 1, 1, tzinfo=UTC)})
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
        archive.writestr(zipfile.ZipInfo("inside"), content, zipfile.ZIP_DEFLATED)
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
    ".gz": (lambda content: gzip.compress(content, mtime=0), gzip.decompress),
    ".bz2": (bz2.compress, bz2.decompress),
    ".xz": (lzma.compress, lzma.decompress),
    ".zst": (zstandard.ZstdCompressor(write_checksum=True).compress, unpack_zst),
    ".zip": (pack_zip, unpack_zip),
}


def damage(content: bytes, chance: random.Random) -> bytes:
    """One thing that happens to files: cut off, bits turned, a piece lost, or something in between."""
    place = chance.randrange(len(content))
    match chance.choice(["none", "cut", "turn", "lose", "insert", "insert"]):
        case "cut":
            return content[:place]
        case "turn":
            return (
                content[:place] + bytes([content[place] ^ (1 << chance.randrange(8))]) + content[place + 1 :]
            )
        case "lose":
            return content[:place] + content[place + chance.randint(1, 20) :]
        case "insert":
            piece = chance.choice(
                [b'"', b"\n", b",", b"\x00", b"\xff\xfe", b'""', b"\r", b"{", b'"\n"', b"}"]
            )
            return content[:place] + piece + content[place:]
    return content


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("seed", [1, 2])
def test_rows_are_taken_quarantined_or_refused_with_their_file(kind: str, seed: int, shop: Shop) -> None:
    chance, form = random.Random(f"{kind} {seed}"), FORMATS[kind]
    shop.sources = [
        orders_source(
            format=kind,
            path="*",
            max_bad_ratio=1,
            dimensions={"country": "country", "order_id": "order_id"},
        )
    ]
    delivered: dict[str, list[list[str]] | None] = {}
    whole: set[str] = set()
    for packing, (pack, unpack) in PACKINGS.items():
        for number in range(PER_KIND):
            given = form.write(rows(chance))
            # damaged before it is packed, or after
            content = pack(damage(given, chance)) if number % 2 else damage(pack(given), chance)
            path = f"{number}{form.suffix}{packing}"
            (shop.landing / path).write_bytes(content)
            name = f"{path}!inside" if packing == ".zip" else path
            try:
                delivered[name] = form.read(unpack(content))
            except Exception:  # noqa: BLE001  whatever another reader finds wrong with it
                # pyarrow also looks at parts of a file that hold no rows
                delivered[name] = form.read(given) if kind == "parquet" and not packing else None
            if content == pack(given):
                whole.add(name)
    report = shop.run()
    accepted = {file.path: file for file in report.files if file.status == "accepted"}
    for name, file in accepted.items():
        independent = delivered[name]
        assert independent is not None, f"{name} is taken; another reader refuses it"
        assert file.row_count == len(independent), name
        assert file.row_count == file.accepted_count + file.quarantined_count
    assert whole <= accepted.keys(), "what nothing happened to is taken"
    told = [path for (path,) in shop.books("select path from ops.ingested_files where reason is not null")]
    for name in delivered.keys() - accepted.keys():
        # what happened to an archive may have changed the name of its member
        path = name.removesuffix("!inside")
        assert any(one == path or one.startswith(f"{path}!") for one in told), (
            f"{name} is lost without a word"
        )
    assert len(shop.live("row_number")) == sum(file.accepted_count for file in accepted.values())
