"""Packings: what is packed is read as if it were not, or refused by a DataError that names the packing."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DataError
from pipelines.ingest.formats import packing, signatures
from pipelines.ingest.formats.archives import members
from pipelines.ingest.formats.packing import plain_bytes

PLAIN = b"id,at,amount\n" + b"".join(b"%d,2026-11-02,%d\n" % (n, n * n) for n in range(2000))


def zipped(content: bytes, name: str = "a.csv") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def tarred(content: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
    "zip": zipped,
}
STREAMS = [name for name in PACKERS if name != "zip"]


def unpacked(content: bytes, member: str | None = None) -> bytes:
    return b"".join(plain_bytes(io.BytesIO(content), member, len(content)))


@pytest.mark.parametrize("name", PACKERS)
@given(content=st.binary(max_size=3000).filter(lambda plain: signatures.packed_as(plain[:512]) is None))
def test_what_is_packed_comes_out_as_it_was(name: str, content: bytes) -> None:
    assert unpacked(PACKERS[name](content)) == content


@pytest.mark.parametrize("outer", STREAMS)
@pytest.mark.parametrize("inner", STREAMS)
def test_one_packing_within_another_is_read(outer: str, inner: str) -> None:
    assert unpacked(PACKERS[outer](PACKERS[inner](PLAIN))) == PLAIN
    assert unpacked(zipped(PACKERS[inner](PLAIN)), "a.csv") == PLAIN


@pytest.mark.parametrize("name", STREAMS)
def test_several_streams_in_a_row_are_one_file(name: str) -> None:
    pack = PACKERS[name]
    assert unpacked(pack(PLAIN) + pack(b"") + pack(PLAIN)) == PLAIN * 2


@pytest.mark.parametrize("name", PACKERS)
def test_a_packing_cut_short_at_any_byte_is_refused(name: str) -> None:
    whole = PACKERS[name](PLAIN)
    for cut in range(12, len(whole), max(1, len(whole) // 150)):
        with pytest.raises(DataError):
            unpacked(whole[:cut])


@pytest.mark.parametrize(
    "begun", [b"\x1f", b"\xfd", b"\xfd7zXZ", b"\x28\xb5", b"BZh91", b"BZh91AY&", b"BZh9\x17\x72"]
)
def test_a_packing_cut_within_its_signature_is_refused(begun: bytes) -> None:
    with pytest.raises(DataError, match="cannot be unpacked"):
        unpacked(begun)


@pytest.mark.parametrize("content", [b"", b"(", b"P", b"BZh9", b"BZh9,b\n", b"\n", "é".encode()])
def test_short_text_is_no_packing(content: bytes) -> None:
    assert unpacked(content) == content


@pytest.mark.parametrize("name", PACKERS)
def test_flipped_bytes_give_the_same_content_or_a_refusal(name: str) -> None:
    whole, dice = PACKERS[name](PLAIN), random.Random(name)
    for _ in range(200):
        damaged = bytearray(whole)
        damaged[dice.randrange(12, len(whole))] ^= 1 << dice.randrange(8)
        try:
            found = unpacked(bytes(damaged))
        except DataError:
            continue
        assert found in (PLAIN, bytes(damaged)), (
            "checksums, or the bytes themselves where nothing tells a packing"
        )


def test_flipped_bytes_of_an_archive_raise_nothing_else_when_it_is_listed() -> None:
    whole, dice = zipped(PLAIN), random.Random(1)
    for _ in range(500):
        damaged = bytearray(whole)
        for _ in range(dice.randrange(1, 4)):
            damaged[dice.randrange(len(whole))] = dice.randrange(256)
        try:
            for member in members(io.BytesIO(damaged), ""):
                unpacked(bytes(damaged), member.name)
        except DataError:
            continue


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (tarred(PLAIN), "tar"),
        (gzip.compress(tarred(PLAIN)), "tar within gz"),
        (bz2.compress(tarred(PLAIN)), "tar within bz2"),
        (gzip.compress(zipped(PLAIN)), "zip within gz"),
        (zipped(zipped(PLAIN)), "zip within zip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7z"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(100), "rar"),
        (b"\x04\x22\x4d\x18" + bytes(100), "lz4"),
        (b"\xff\x06\x00\x00sNaPpY" + bytes(100), "snappy"),
        (b"\x1f\x9d\x90" + bytes(100), "Z \\(compress\\)"),
        (lzma.compress(PLAIN, lzma.FORMAT_ALONE), "lzma"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(PLAIN)))), "gz within gz"),
    ],
)
def test_a_packing_that_is_not_read_is_refused_by_its_name(content: bytes, name: str) -> None:
    with pytest.raises(DataError, match=f"packed as {name}, which is not read; zip, gz, bz2, xz and zst are"):
        unpacked(content)


def test_what_is_not_packed_is_left_as_it_is() -> None:
    for content in (
        b"",
        b"a",
        b"BZh,a\n1,2\n",
        b"PK,a\n1,2\n",
        "id,é\n".encode("utf-16"),
        bytes(2000),
        PLAIN,
    ):
        assert unpacked(content) == content


def test_a_workbook_is_no_archive_to_unpack() -> None:
    book = zipped(b"<xml/>", "[Content_Types].xml")
    assert unpacked(book) == book
    assert unpacked(gzip.compress(book)) == book


def test_padding_with_zeros_is_no_harm_and_anything_else_behind_is() -> None:
    assert unpacked(gzip.compress(PLAIN) + bytes(1000)) == PLAIN
    with pytest.raises(DataError, match="its gz is damaged"):
        unpacked(gzip.compress(PLAIN) + b"and then some more of it")


@pytest.mark.parametrize("name", PACKERS)
def test_what_unpacks_to_an_unbelievable_size_is_stopped(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_ALWAYS_ALLOWED", 1024 * 1024)
    bomb = PACKERS[name](bytes(40 * 1024 * 1024))
    with pytest.raises(DataError, match="more than 500 times its size"):
        unpacked(bomb)


# ---- archives ------------------------------------------------------------------------------------------


def test_members_are_listed_by_name_without_hidden_ones_and_whatever_their_path() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("b.csv", "../../a.csv", "in/c.csv", ".d.csv", "__MACOSX/._b.csv"):
            archive.writestr(name, PLAIN)
    assert [member.name for member in members(target, "")] == ["../../a.csv", "b.csv", "in/c.csv"]
    assert unpacked(target.getvalue(), "../../a.csv") == PLAIN


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_named_once() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for content in (b"1", b"2"):
            archive.writestr("a.csv", content)
    [member] = members(target, "")
    assert member.problem == "the zip archive holds more than one file of this name"


def test_an_archive_without_files_is_refused() -> None:
    target = io.BytesIO()
    zipfile.ZipFile(target, "w").close()
    with pytest.raises(DataError, match="it holds no file to read"):
        members(target, "")


@pytest.mark.parametrize(
    ("mark", "offset", "value", "reason"),
    [
        (b"PK\x01\x02", 6, b"\x63\x00", "zip file version 9.9"),
        (b"PK\x01\x02", 8, b"\x01\x00", "encrypted"),
        (b"PK\x01\x02", 10, b"\x63\x00", "compression method"),
        (b"PK\x01\x02", 16, b"\0\0\0\0", "CRC"),
    ],
)
def test_an_archive_that_cannot_be_read_says_why(mark: bytes, offset: int, value: bytes, reason: str) -> None:
    content = bytearray(zipped(PLAIN))
    places = [content.index(mark) + offset]
    if offset in (8, 10):  # stands before the member too
        places.append(offset - 2)
    for place in places:
        content[place : place + len(value)] = value
    with pytest.raises(DataError, match=reason):
        [unpacked(bytes(content), member.name) for member in members(io.BytesIO(content), "")]


def test_an_archive_of_several_files_must_be_called_one() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.csv", PLAIN)
        archive.writestr("b.csv", PLAIN)
    with pytest.raises(DataError, match="a zip archive of 2 files; under a name"):
        unpacked(target.getvalue())


def test_a_checksum_that_is_wrong_is_seen() -> None:
    content = gzip.compress(PLAIN)
    with pytest.raises(DataError):
        unpacked(content[:-8] + zlib.crc32(b"other").to_bytes(4, "little") + content[-4:])


def test_two_archives_in_one_file_are_refused_rather_than_the_first_be_lost() -> None:
    joined = zipped(PLAIN) + zipped(b"id,at\n9,2026-11-03\n", "b.csv")
    for read in (
        lambda: members(io.BytesIO(joined), ""),
        lambda: b"".join(plain_bytes(io.BytesIO(joined), None, len(joined))),
    ):
        with pytest.raises(DataError, match=rf"begins with {len(zipped(PLAIN)):,} bytes .* two archives"):
            read()
