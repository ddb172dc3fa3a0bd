"""Backups beside runs that publish and people who edit, and the job that takes and verifies them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from core.clock import wall_now
from core.database import connect
from core.settings import Settings
from pipelines.backups.contents import rows_read, table_contents
from pipelines.backups.place import backups_at
from pipelines.backups.records import backup_records
from pipelines.backups.restore import restore_backup
from pipelines.backups.take import Taken, take_backup
from pipelines.duck import connect as duck
from pipelines.lake import Lake
from pipelines.orchestration.definitions import assemble
from tests.build_incidents import add_incident
from tests.integration.pipelines.orchestration.conftest import Shop

MARTS = ("metric_values", "metric_slices", "published_metrics", "key_result_progress", "domain_scorecards")
# a document and a user, with an incident in the same transaction: a backup holds all of an edit or nothing
DOCUMENT = """
insert into catalog.document_history
  (kind, document_id, revision, version, change, changed_fields, content, content_hash, changed_by, origin, changed_at)
values ('domain', 'EDITED', :n, '1.0.0', 'minor', '[]', '{}', :name, 'eve', 'api', now())
"""
USER = """
insert into identity.users (username, role, password_hash, must_change_password, is_active, failed_sign_ins, created_at)
values (:name, 'viewer', 'x', false, true, 0, now())
"""
EDITED = """
select (select count(*) from identity.users where username like 'user-%'),
       (select count(*) from catalog.document_history where document_id = 'EDITED'),
       (select count(*) from ops.incidents where subject_id like 'user-%')
"""


def lake_hash(lake: Lake) -> str:
    """One number of all live rows of orders, whatever files they stand in."""
    rows = lake.scan("order", None, ["occurred_at", "field_value", "dim_country", "file_id", "row_number"])
    with duck(None) as connection:
        return str(
            connection.execute(f"select count(*) || '/' || sum(hash(r::text)) from ({rows}) r").fetchall()
        )


def marts(settings: Settings) -> dict[str, Any]:
    """Count and hash of each mart."""
    engine = connect(settings)
    with engine.begin() as connection:
        found = table_contents(connection)
    engine.dispose()
    return {name: found[f"marts.{name}"] for name in MARTS}


@dataclass
class Edits:
    """Somebody who edits all the time."""

    shop: Shop
    count: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        while not self.stop.is_set():
            with self.shop.database() as connection:
                self.count += 1
                values = {"n": self.count, "name": f"user-{self.count}"}
                connection.execute(text(DOCUMENT), values)
                connection.execute(text(USER), values)
                add_incident(connection, subject_id=values["name"])
            time.sleep(0.02)


@contextmanager
def beside(work: Callable[[], None], stop: threading.Event) -> Iterator[None]:
    """Do some work in another thread while the block runs; what goes wrong there goes wrong here."""
    wrong: list[BaseException] = []

    def worked() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            wrong.append(error)

    thread = threading.Thread(target=worked)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert wrong == []


@pytest.fixture
def elsewhere(published: Shop, tmp_path: Path, new_database: Callable[[], str]) -> Settings:
    """Settings of an empty installation."""
    changes = {"home": tmp_path / "elsewhere", "database_url": SecretStr(new_database())}
    return published.settings.model_copy(update=changes)


def test_backups_taken_while_runs_publish_and_people_edit_hold_one_moment(
    published: Shop, elsewhere: Settings
) -> None:
    taken: list[Taken] = []
    stop = threading.Event()

    def back_up() -> None:
        engine = connect(published.settings)
        while not stop.is_set():
            taken.append(take_backup(published.settings, engine, "backups", wall_now(), lambda: None))
        engine.dispose()

    states = {1: (marts(published.settings), lake_hash(Lake(published.settings.lake_path)))}
    edits = Edits(published)
    with beside(edits.go_on, edits.stop), beside(back_up, stop):
        for number in range(4):
            published.deliver("one.csv" if number == 2 else f"more-{number}.csv", _rows(number))
            published.run()
            ((publication,),) = published.query("select max(publication_id) from ops.publications")
            states[publication] = (marts(published.settings), lake_hash(Lake(published.settings.lake_path)))

    assert len(states) == 5
    assert len(taken) >= 3
    assert edits.count > 20
    between = next(each for each in taken if 1 < (each.manifest.publication_id or 0) < max(states))
    restore(elsewhere, between)
    assert (marts(elsewhere), lake_hash(Lake(elsewhere.lake_path))) == states[
        between.manifest.publication_id or 0
    ]
    assert rows_read(Lake(elsewhere.lake_path)) == between.manifest.lake_rows
    _holds_whole_edits(elsewhere, edits.count)


def _rows(number: int) -> str:
    return f"at,country,amount\n2026-03-0{1 + number % 3} 11:00,DE,{number + 1}\n"


def restore(settings: Settings, backup: Taken) -> None:
    engine = connect(settings)
    restore_backup(settings, engine, backup.folder.path)
    engine.dispose()


def _holds_whole_edits(settings: Settings, made: int) -> None:
    engine = connect(settings)
    with engine.connect() as connection:
        users, documents, incidents = connection.execute(text(EDITED)).one()
    engine.dispose()
    assert users == documents == incidents
    assert 0 < users < made, "it was taken in the midst of edits"


def test_runs_after_a_restore_find_nothing_to_do_and_then_go_on(published: Shop, elsewhere: Settings) -> None:
    engine = connect(published.settings)
    backup = take_backup(published.settings, engine, "backups", wall_now(), lambda: None)
    engine.dispose()
    restore(elsewhere, backup)
    restored = Shop(published.root, elsewhere)
    restored.run()
    assert restored.query("select count(*) from ops.publications") == [(1,)]
    restored.deliver("two.csv", _rows(0))
    restored.run()
    assert restored.revenue()["2026-03-01"] == published.revenue()["2026-03-01"] + 1


def test_the_job_takes_a_backup_verifies_it_and_keeps_the_newest(published: Shop, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    changes = {"backup_target": SecretStr(str(target)), "keep_backups": 1}
    shop = Shop(published.root, published.settings.model_copy(update=changes))
    engine = connect(shop.settings)
    old = take_backup(shop.settings, engine, str(target), wall_now() - timedelta(days=1), lambda: None)
    job = assemble(shop.settings, dg.ResourceDefinition.none_resource()).resolve_job_def("backup")
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(instance=instance).success
    with engine.connect() as connection:
        newest, before = backup_records(connection)
    assert [folder.name for folder in backups_at(str(target))] == [newest.name]
    assert (newest.error, newest.fault, newest.verified_at is not None) == (None, None, True)
    assert (before.name, before.deleted_at is not None) == (old.folder.name, True)
    engine.dispose()
