import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from core.errors import CatalogError, DatabaseAwayError, TransientError
from pipelines.ingest import stage
from pipelines.ingest.landing import SourceFile
from pipelines.validation import accept
from schemas.catalog import store
from schemas.catalog.edit import Author
from schemas.catalog.imports import Cost, import_catalog
from schemas.catalog.reach import Reach
from tests.integration.pipelines.shop import Shop, orders_source

SLOW = "select now() as ordered_at, 'de' as country, 1 as amount from pg_sleep(20)"
ONE = "2013-01-01 10:00,de,5,a"
TWO = "2013-01-01 11:00,fr,7,b"


def fail_at(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    """Let reading the file of this name raise the error."""
    opened = stage.digest

    def digest(found: SourceFile) -> str:
        if found.path == name:
            raise error
        return opened(found)

    monkeypatch.setattr(stage, "digest", digest)


@pytest.mark.parametrize(
    "error",
    [NotImplementedError("zip file version 9.9"), MemoryError(), KeyError("x\0y\nz"), RecursionError()],
)
def test_whatever_nobody_foresaw_is_the_fault_of_its_file_and_is_traced(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    shop.deliver("bad.csv", ONE)
    shop.deliver("good.csv", TWO)
    fail_at(monkeypatch, "bad.csv", error)
    report = shop.stage()
    assert report.staged == ["good.csv"]
    reason = report.rejected["bad.csv"]
    assert ("memory" if isinstance(error, MemoryError) else type(error).__name__) in reason
    assert "\n" not in reason
    assert shop.statuses() == {"bad.csv": "rejected", "good.csv": "staged"}
    assert "Traceback" in (shop.settings.home / "logs" / "unforeseen.log").read_text()


@pytest.mark.parametrize(
    ("error", "ends_as"),
    [
        (OSError(28, "No space left on device"), TransientError),
        (OSError(30, "Read-only file system"), TransientError),
        (OperationalError("select", {}, Exception("gone")), DatabaseAwayError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_what_is_no_fault_of_a_file_ends_the_run_and_refuses_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: BaseException, ends_as: type[BaseException]
) -> None:
    shop.deliver("1.csv", ONE)
    fail_at(monkeypatch, "1.csv", error)
    with pytest.raises(ends_as):
        shop.stage()
    assert shop.statuses() == {}


def test_of_a_group_that_cannot_be_judged_only_the_guilty_file_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        shop.deliver(f"{number}.csv", f"2013-01-01 1{number}:00,de,{number},{number}")
    shop.stage()
    judged = accept.quarantined

    def quarantined(connection: object, source: object, rows: str, findings: object) -> object:
        values = connection.execute(f"SELECT field_value FROM ({rows})").fetchall()  # type: ignore[attr-defined]
        if (3.0,) in values:
            raise ValueError("year 0 is out of range")
        return judged(connection, source, rows, findings)  # type: ignore[arg-type]

    monkeypatch.setattr(accept, "quarantined", quarantined)
    report = shop.accept()
    assert list(report.rejected) == ["3.csv"]
    assert "year 0 is out of range" in report.rejected["3.csv"]
    assert [value for _, value in shop.live()] == [0, 1, 2, 4]
    assert shop.statuses()["3.csv"] == "rejected"


def test_a_full_disk_refuses_no_delivery(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deliver("1.csv", ONE)
    shop.stage()

    def full(*_arguments: object) -> None:
        raise OSError("Generic LocalFileSystem error: No space left on device (os error 28)")

    with monkeypatch.context() as patched:
        patched.setattr(accept, "deliver", full)
        with pytest.raises(TransientError, match="no space left"):
            shop.accept()
    assert shop.statuses() == {"1.csv": "staged"}
    shop.accept()
    assert shop.live() == [("10:00", 5)]


# ---- files that are not read ---------------------------------------------------------------------------


def test_a_file_under_way_is_counted_once_it_has_its_name(shop: Shop) -> None:
    hidden = shop.deliver(".november.csv", ONE)
    assert shop.run().files == []
    hidden.rename(shop.landing / "november.csv")
    shop.run()
    assert shop.live() == [("10:00", 5)]


def test_files_that_no_source_means_are_told_once(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.deliver("1.csv", ONE)
    shop.deliver("typo.cvs", ONE)
    assert shop.stage().passed == {"typo.cvs": "no source means it"}
    assert "typo.cvs is not read" in caplog.text
    caplog.clear()
    assert shop.stage().passed == {"typo.cvs": "no source means it"}
    assert "typo.cvs" not in caplog.text


# ---- what lies elsewhere -------------------------------------------------------------------------------


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on this machine that treats every connection so; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    accepted, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(accepted,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def silent(accepted: socket.socket) -> None:
    time.sleep(20)
    accepted.close()


def dribbling(accepted: socket.socket) -> None:
    try:
        for _ in range(200):
            accepted.send(b"2")
            time.sleep(0.1)
    except OSError:
        pass


@pytest.mark.parametrize("answer", [silent, dribbling])
@pytest.mark.parametrize("url", ["ftp://127.0.0.1:{}/x.csv", "webhdfs://127.0.0.1:{}/x.csv"])
def test_a_server_that_never_answers_costs_its_source_alone_a_bounded_time(
    shop: Shop, answer: Callable[[socket.socket], None], url: str
) -> None:
    shop.deliver("1.csv", ONE)
    shop.settings = shop.settings.model_copy(update={"source_timeout": 0.5})
    with server(answer) as port:
        shop.sources.append(orders_source(source_id="far", path=url.format(port)))
        began = time.monotonic()
        report = shop.stage()
    assert time.monotonic() - began < 8
    assert report.staged == ["1.csv"]
    assert "MDL_SOURCE_TIMEOUT" in report.unanswered["far"]


def test_a_database_that_never_answers_costs_its_source_alone_a_bounded_time(
    shop: Shop, database_url: str
) -> None:
    shop.deliver("1.csv", ONE)
    with server(silent) as port:
        connections = {
            "silent": SecretStr(f"postgresql+psycopg://u:secret@127.0.0.1:{port}/x"),
            "slow": SecretStr(database_url),
        }
        changed = {"source_timeout": 0.5, "connections": connections}
        shop.settings = shop.settings.model_copy(update=changed)
        given = {"format": "sql", "path": None, "cursor": None}
        shop.sources += [
            orders_source(source_id="silent", connection="silent", query="select 1", **given),
            orders_source(source_id="slow", connection="slow", query=SLOW, **given),
        ]
        report = shop.stage()
    assert report.staged == ["1.csv"]
    assert report.rejected == {}
    assert {"silent", "slow"} == set(report.unanswered)
    assert "secret" not in str(report)


# ---- what came over the API ----------------------------------------------------------------------------


def test_what_the_api_may_not_reach_is_refused_when_it_is_opened_too(shop: Shop, tmp_path: Path) -> None:
    """Sources that were written before the setting was taken back, or past the editor."""
    (tmp_path / "secret.csv").write_text("root:x:0:0\n")
    shop.deliver("1.csv", ONE)
    paths = {"up": "../secret.csv", "url": f"file://{tmp_path}/secret.csv", "far": "http://127.0.0.1:1/x.csv"}
    shop.sources += [orders_source(source_id=name, path=path) for name, path in paths.items()]
    query = {"format": "sql", "path": None, "cursor": None, "connection": "w", "query": "select 1"}
    shop.sources.append(orders_source(source_id="query", **query))
    store.apply(
        shop.engine, shop.catalog, changed_by="mallory", origin_of=lambda _kind, _id: "api", now=shop.clock
    )
    report = shop.stage()
    assert report.staged == ["1.csv"]
    assert set(report.rejected) == {"up", "url", "far", "query"}
    assert "root:x" not in str(report)


def test_the_operators_files_may_do_more_than_the_api_even_after_an_edit(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text(f"ordered_at,country,amount,order_id\n{ONE}\n")
    shop.sources = [orders_source(path=f"file://{tmp_path}/elsewhere.csv")]
    for author, origin, owner in (("file", "file:a.yaml", "sales"), ("api", "api", "finance")):
        shop.sources = [shop.sources[0].model_copy(update={"owner_team": owner})]
        store.apply(
            shop.engine, shop.catalog, changed_by=author, origin_of=lambda *_, o=origin: o, now=shop.clock
        )
    assert len(shop.stage().staged) == 1
    (tmp_path / "other.csv").write_text("x")
    shop.sources = [orders_source(path=f"file://{tmp_path}/other.csv")]
    store.apply(shop.engine, shop.catalog, changed_by="api", origin_of=lambda *_: "api", now=shop.clock)
    assert "landing root" in shop.stage().rejected["orders"]


def test_an_import_that_reaches_what_it_may_not_is_refused_when_it_is_written(shop: Shop) -> None:
    body = b"""{"sources": [{"source_id": "s", "format": "csv", "path": "../../etc/passwd", "event": "e",
        "timestamp": {"column": "at"}}]}"""
    cost = Cost(documents=10, seconds=60)
    with shop.engine.begin() as connection, pytest.raises(CatalogError, match="out of the landing root"):
        import_catalog(connection, body, "x.json", Author("eve", shop.clock), cost, is_dry_run=False)
    allowed = body.replace(b"../../etc/passwd", b"https://good.example/x.csv")
    with shop.engine.begin() as connection:
        author = Author("eve", shop.clock, Reach(urls=("https://good.example",)))
        assert len(import_catalog(connection, allowed, "x.json", author, cost, is_dry_run=False).changes) == 1
