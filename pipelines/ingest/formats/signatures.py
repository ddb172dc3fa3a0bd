"""What a file is by its first bytes: packed, and as what, or of another kind than its name says."""

import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

from core.errors import DataError

HEAD_BYTES = 512
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SIGNATURES = {
    b"\x1f\x8b": "gz",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x02\x21\x4c\x18": "lz4",
    b"\xff\x06\x00\x00sNaPpY": "snappy",
    b"\x1f\x9d": "Z (compress)",
    b"LZIP\x01": "lzip",
    b"\x5d\x00\x00": "lzma",
    b"\x89LZO\x00": "lzop",
    b"MSCF\x00": "cab",
    **dict.fromkeys(_ZIP, "zip"),
}
_BZ2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
_CUT = ("gz", "xz", "zst")
# the first member of a workbook of Excel or LibreOffice, which are zip archives by build and no packings
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", b"xl/", b"mimetype")
# the first bytes of Office files before 2007, and of encrypted ones ever since
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# other kinds of files that come under the names of tables
_OTHERS = {
    b"%PDF-": "a PDF document",
    b"\x89PNG\r\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3\0": "an SQLite database",
    b"Obj\x01": "an Avro file",
    b"ARROW1\0": "an Arrow file",
    b"\x89HDF\r\n": "an HDF5 file",
    b"\x7fELF": "a program",
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<?xml": "an XML document",
}
# by the folder or member that a zip archive of Office has
_IN_OFFICE = {
    "xl/": "xlsx",
    "word/": "a Word document",
    "ppt/": "a presentation",
    "content.xml": "an OpenDocument file (.ods, .odt)",
}
_KINDS = {"parquet": "Parquet", "xlsx": "a workbook"}


def is_packed(path: Path) -> bool:
    """Whether a local file is packed in any way."""
    with path.open("rb") as stream:
        return packed_as(stream.read(HEAD_BYTES)) is not None


def packed_as(head: bytes) -> str | None:
    """The packing that the first 512 bytes of a file tell; None where it is not packed."""
    for signature, name in _SIGNATURES.items():
        if head.startswith(signature):
            return None if name == "zip" and head[30:].startswith(_OFFICE) else name
    # of a file that was cut off so early, what is left of the block's mark
    if head.startswith(b"BZh") and len(head) > 4 and any(mark.startswith(head[4:10]) for mark in _BZ2_BLOCKS):
        return "bz2"
    return "tar" if _is_tar(head) else _begun_as(head)


def _begun_as(head: bytes) -> str | None:
    """The packing of a file that was cut off within the signature; bytes of text tell nothing."""
    if head.decode("ascii", "replace").isprintable() and head.isascii():
        return None
    return next((name for mark, name in _SIGNATURES.items() if name in _CUT and mark.startswith(head)), None)


def _is_tar(head: bytes) -> bool:
    """Whether these are 512 bytes with the checksum of a tar header."""
    try:
        tarfile.TarInfo.frombuf(head[:HEAD_BYTES], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def refuse_other_kind(path: Path, kind: str) -> None:
    """Refuse a plain file whose first bytes tell of another kind than the source's format.

    Raises:
        DataError: it is Parquet, a workbook, a document or a picture, and `kind` is not.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    other = next((name for mark, name in _OTHERS.items() if start.startswith(mark.lower())), None)
    if other:
        raise DataError(f"the file is {other}, which is not read")
    if head.startswith(OLE):
        raise DataError(
            "the file is an old Office document such as .xls, or encrypted; save it as .xlsx without a password"
        )
    told = "parquet" if head.startswith((b"PAR1", b"PARE")) else None
    if head.startswith(_ZIP) and kind != "xlsx":
        told = _in_office(path)
    if told is not None and told != kind:
        hint = f"{_KINDS[told]}; set `format: {told}`" if told in _KINDS else f"{told}, which is not read"
        raise DataError(f"the file is {hint}")


def _in_office(path: Path) -> str:
    """What a zip archive of Office is."""
    with suppress(Exception), zipfile.ZipFile(path) as archive:  # what is wrong with it, nobody asks here
        for name, kind in _IN_OFFICE.items():
            if any(member.startswith(name) for member in archive.namelist()):
                return kind
    return "xlsx"
