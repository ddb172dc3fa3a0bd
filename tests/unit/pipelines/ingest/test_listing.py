import os
import socket
from pathlib import Path

import pytest

from core.errors import DataError, MdlError
from pipelines.ingest.file_names import escaped, is_looked_at
from pipelines.ingest.landing import find_files
from schemas.documents.documents import Source

CSV = "at,value\n2026-11-02,1\n"


def listed(landing: Path, path: str) -> tuple[list[str], dict[str, str]]:
    """Paths of the files of a source with this path, and what is passed over."""
    source = Source.model_validate(
        {"source_id": "s", "format": "csv", "path": path, "event": "e", "timestamp": {"column": "at"}}
    )
    passed: dict[str, str] = {}
    return [found.path for found in find_files(source, str(landing), passed=passed)], passed


def refusal(landing: Path, path: str) -> str:
    """Why the files of a source with this path cannot be listed."""
    try:
        found, _ = listed(landing, path)
    except MdlError as error:
        return str(error)
    return str(found) if found else "nothing is there"


def deliver(landing: Path, *names: str) -> None:
    for name in names:
        file = landing / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(CSV)


@pytest.mark.parametrize("path", ["sales", "sales/*", "sales/**", "**/*", "sales/**/*.*", "*/*"])
@pytest.mark.parametrize(
    "name",
    [
        ".november.csv",
        "._november.csv",
        ".november.csv.Ab12Cd",
        "_november.csv",
        "~$november.csv",
        "november.csv.part",
        "november.csv.PARTIAL",
        "november.csv.crdownload",
        "november.csv.filepart",
        "november.csv.tmp",
        "november.csv.inprogress",
        "november.csv.incomplete",
        "november.csv.uploading",
        "november.csv._COPYING_",
        "november.csv.swp",
        "november.csv~",
        "desktop.ini",
        "Thumbs.db",
        "_SUCCESS",
        ".DS_Store",
    ],
)
def test_hidden_and_unfinished_names_are_read_by_no_pattern_and_no_folder(
    tmp_path: Path, path: str, name: str
) -> None:
    deliver(tmp_path, f"sales/{name}", "sales/whole.csv")
    assert listed(tmp_path, path)[0] == ["sales/whole.csv"]


@pytest.mark.parametrize("path", ["**/*.csv", "*/*.csv", "."])
def test_nothing_in_a_hidden_folder_is_read(tmp_path: Path, path: str) -> None:
    deliver(tmp_path, ".git/a.csv", "_tmp/a.csv", "x.part/a.csv", "whole/a.csv")
    assert listed(tmp_path, path)[0] == ["whole/a.csv"]


def test_a_pattern_that_says_so_itself_means_hidden_names(tmp_path: Path) -> None:
    deliver(tmp_path, "_in/a.csv", "_b.csv", ".c.csv", "d.tmp")
    assert listed(tmp_path, "_in/*.csv")[0] == ["_in/a.csv"]
    assert listed(tmp_path, "_*.csv")[0] == ["_b.csv"]
    assert listed(tmp_path, ".c.csv")[0] == [".c.csv"]
    assert listed(tmp_path, "*.tmp")[0] == ["d.tmp"]
    assert is_looked_at("plain.csv")


ODD = [
    "a\nb.csv",
    "x" * 251 + ".csv",
    "مبيعات.csv",
    "a[1].csv",
    "a*b?.csv",
    "a b'\"$;.csv",
    "{a,b}.csv",
    "a\\b.csv",
]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_read_by_pattern_folder_and_by_their_own_name(tmp_path: Path, name: str) -> None:
    deliver(tmp_path, f"in/{name}")
    for path in ("in", "in/*.csv", "**/*.csv", f"in/{name}"):
        assert listed(tmp_path, path) == ([f"in/{name}"], {})


def test_brackets_say_which_names_are_not_meant(tmp_path: Path) -> None:
    deliver(tmp_path, "a.csv", "b.csv")
    assert listed(tmp_path, "[!a].csv")[0] == ["b.csv"]


@pytest.mark.parametrize("path", ["in", "in/*.csv", "**/*.csv"])
def test_a_name_that_is_no_utf8_is_named_escaped_and_passed_over(tmp_path: Path, path: str) -> None:
    deliver(tmp_path, "in/good.csv")
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/m\xe4rz.csv")).write_text(CSV)
    found, passed = listed(tmp_path, path)
    assert found == ["in/good.csv"]
    assert passed == {"in/m\\xe4rz.csv": "its name is no UTF-8; rename it"}
    assert escaped("plain.csv") == "plain.csv"


@pytest.mark.parametrize("path", ["in", "in/*.csv", "**/*.csv"])
def test_links_are_followed_within_the_landing_root_alone_and_nothing_is_read_twice(
    tmp_path: Path, path: str
) -> None:
    landing, outside = tmp_path / "landing", tmp_path / "outside"
    deliver(landing, "in/good.csv", "spool.d/there.txt")
    deliver(outside, "secret.csv")
    for name, target in {
        "out.csv": outside / "secret.csv",
        "nowhere.csv": landing / "gone",
        "loop.csv": landing / "in" / "loop.csv",
        "twice.csv": landing / "in" / "good.csv",
        "inside.csv": landing / "spool.d" / "there.txt",
    }.items():
        (landing / "in" / name).symlink_to(target)
    found, passed = listed(landing, path)
    assert found == ["in/good.csv", "in/inside.csv"]
    assert passed["in/out.csv"] == "the link leads out of the landing root"
    assert passed["in/nowhere.csv"] == "the link leads nowhere"
    assert passed["in/loop.csv"] == "the link leads in a circle"
    assert "good.csv, which is read where it lies" in passed["in/twice.csv"]


@pytest.mark.parametrize("path", ["in", "in/**/*.csv"])
def test_linked_folders_lead_neither_out_nor_in_a_circle(tmp_path: Path, path: str) -> None:
    landing, outside = tmp_path / "landing", tmp_path / "outside"
    deliver(landing, "in/good.csv", "spool/there.csv")
    deliver(outside, "secret.csv")
    for name, target in {"out": outside, "up": landing, "self": landing / "in"}.items():
        (landing / "in" / name).symlink_to(target)
    (landing / "in" / "spooled").symlink_to(landing / "spool")
    (landing / "spool" / "back").symlink_to(landing / "in")
    found, passed = listed(landing, path)
    assert found == ["in/good.csv", "in/spooled/there.csv"]
    assert passed["in/out"] == "the link leads out of the landing root"
    assert set(passed) == {"in/out", "in/up", "in/self", "in/spooled/back"}


def test_a_path_that_is_itself_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    deliver(tmp_path / "outside", "secret.csv")
    (landing / "in").symlink_to(tmp_path / "outside")
    for path in ("in", "in/*.csv", "in/secret.csv"):
        with pytest.raises(DataError, match="leads out of the landing root by a link"):
            listed(landing, path)


@pytest.mark.parametrize("path", ["in", "in/*.csv"])
def test_what_is_no_file_is_named_and_never_opened(tmp_path: Path, path: str) -> None:
    deliver(tmp_path, "in/good.csv")
    os.mkfifo(tmp_path / "in" / "pipe.csv")
    listening = socket.socket(socket.AF_UNIX)
    os.chdir(tmp_path / "in")
    listening.bind("socket.csv")
    listening.close()
    found, passed = listed(tmp_path, path)
    assert found == ["in/good.csv"]
    assert passed == {
        "in/pipe.csv": "it is a FIFO, not a file",
        "in/socket.csv": "it is a socket, not a file",
    }


def test_a_folder_with_the_name_of_a_file_is_named(tmp_path: Path) -> None:
    deliver(tmp_path, "in/good.csv", "in/folder.csv/part.csv")
    assert listed(tmp_path, "in/*.csv") == (
        ["in/good.csv"],
        {"in/folder.csv": "it is a folder, not a file"},
    )


@pytest.mark.parametrize(
    "path",
    ["../outside/*.csv", "in/../../outside/secret.csv", "/etc/passwd", "a/..", "x\0.csv", "in/**a/*.csv"],
)
def test_a_path_that_leads_out_or_is_none_is_refused(tmp_path: Path, path: str) -> None:
    deliver(tmp_path / "landing", "in/good.csv")
    deliver(tmp_path, "outside/secret.csv")
    with pytest.raises(DataError):
        listed(tmp_path / "landing", path)


@pytest.mark.parametrize(
    "url",
    [
        "reference://",
        "reference://x",
        "github://h/x",
        "dbfs://h/x",
        "dir://",
        "dir://x",
        "tar://x",
        "zip://*.csv::nowhere.zip",
        "git://x",
        "s3://bucket/x",
        "gs://bucket/x",
        "abfs://c/x",
        "hf://x",
        "nosuchprotocol://x",
        "simplecache::",
        "::",
        "a::b::c",
        "http://[::1",
        "sftp://",
        "webhdfs://",
        "libarchive://x",
    ],
)
def test_a_protocol_that_cannot_be_used_is_a_refusal_with_a_reason(tmp_path: Path, url: str) -> None:
    reason = refusal(tmp_path, url)
    assert reason == "nothing is there" or "cannot be listed" in reason
    assert "\n" not in reason


def test_a_broken_archive_named_by_url_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"no archive")
    with pytest.raises(DataError, match="cannot be listed"):
        listed(tmp_path, f"tar://*.csv::file://{tmp_path}/x.tar")


@pytest.mark.parametrize("name", ["a!b.csv", "wow!.csv", "x.zip.old!b.csv"])
def test_an_exclamation_mark_in_a_name_is_a_letter_like_others(tmp_path: Path, name: str) -> None:
    deliver(tmp_path, name, "a", "wow")
    assert listed(tmp_path, name)[0] == [name]
