"""A report that is made again of its publication says what it said, or what differs; over numbers of a real run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, create_engine, insert, select, update

from reports.archive.again import MadeAgain, make_again
from reports.documents.as_json import contents_of
from reports.documents.contents.document import ReportRequest, read_report
from reports.documents.model import Period
from reports.errors import DamagedFileError, NoLongerKeptError, UnknownRunError
from reports.publications import reading
from schemas.catalog.store import apply
from schemas.documents.documents import Catalog, Report
from schemas.tables import catalog_documents, catalog_history, metric_values, report_archive, report_runs
from tests.build_incidents import NOW
from tests.build_reports import add_file, add_run

UTC_ZONE = ZoneInfo("UTC")
DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def engine(own_url: str) -> Iterator[Engine]:
    made = create_engine(own_url)
    yield made
    made.dispose()


def define(engine: Engine) -> Report:
    report = Report.model_validate(
        {"report_id": "daily", "name": "Daily", "grain": "day", "scope": {"metrics": ["revenue"]}}
    )
    wanted = Catalog(reports={"daily": report})
    apply(engine, wanted, changed_by="test", origin_of=lambda *_: "test", now=NOW, prune=False)
    return report


@pytest.fixture
def large_values(engine: Engine) -> float:
    """Every value is so large that jsonb writes more digits of it than a double has."""
    large = 1.2345678901234567e300
    with engine.begin() as connection:
        connection.execute(update(metric_values).values(value=large))
    return large


@pytest.fixture
def run_id(engine: Engine) -> int:
    """A report of 1 March as it is made, stored and sent."""
    report, period = define(engine), Period("day", DAY, DAY + timedelta(days=1))
    with reading(engine) as connection:
        document = read_report(connection, ReportRequest(report, period, None, NOW))
        of_report = catalog_documents.c.document_id == "daily"
        definition = connection.scalar(select(catalog_documents.c.content_hash).where(of_report))
    with engine.begin() as connection:
        made = add_run(
            connection,
            report_id="daily",
            grain="day",
            period_start=period.start,
            period_end=period.end,
            publication_id=document.cover.publication_id,
            definition_hash=definition,
            contents=contents_of(document),
            made_at=NOW,
        )
        add_file(connection, made)
    return made


def again(engine: Engine, run_id: int) -> MadeAgain:
    with reading(engine) as connection:
        return make_again(connection, run_id, UTC_ZONE, "en")


def test_it_says_the_same_of_the_same_publication(engine: Engine, run_id: int) -> None:
    assert again(engine, run_id) == MadeAgain(run_id, 1, 1, is_as_defined=True, differences=())


def test_it_says_the_same_of_numbers_of_any_size(engine: Engine, large_values: float, run_id: int) -> None:
    with engine.connect() as connection:
        assert f"{large_values:.0f}"[:15] in str(connection.scalar(select(report_runs.c.contents)))
    assert again(engine, run_id).differences == ()


def test_it_says_which_values_differ_from_what_was_stored(engine: Engine, run_id: int) -> None:
    with engine.begin() as connection:
        contents = connection.scalar(select(report_runs.c.contents))
        assert contents is not None
        changed = contents | {"locale": "fr", "metrics": [*contents["metrics"], "more"]}
        connection.execute(update(report_runs).values(contents=changed))
    found = again(engine, run_id).differences
    assert {(each.path, each.stored, each.again) for each in found} == {
        ("locale", "fr", "en"),
        (f"metrics[{len(contents['metrics'])}]", "more", None),
    }


def test_it_is_made_by_the_document_of_its_time(engine: Engine, run_id: int) -> None:
    with engine.begin() as connection:
        first = catalog_history.c.kind == "report"
        [row] = connection.execute(select(catalog_history).where(first)).mappings()
        # as another version of MDL may have stored it
        content = {**row["content"], "title": "Another name", "colour": "green"}
        del content["name"]
        second = {**row, "revision": 2, "content": content, "content_hash": "another"}
        connection.execute(insert(catalog_history).values(second))
    assert again(engine, run_id).differences == ()
    with engine.begin() as connection:
        connection.execute(update(report_runs).values(definition_hash="gone"))
    found = again(engine, run_id)
    assert not found.is_as_defined
    assert "cover.name" in [each.path for each in found.differences]


def test_damaged_files_and_what_is_not_kept_are_refused(engine: Engine, run_id: int) -> None:
    with engine.begin() as connection:
        connection.execute(update(report_archive).values(content=b"other"))
    with pytest.raises(DamagedFileError):
        again(engine, run_id)
    with engine.begin() as connection:
        connection.execute(update(report_runs).values(contents=None))
    with pytest.raises(NoLongerKeptError):
        again(engine, run_id)
    with pytest.raises(UnknownRunError):
        again(engine, run_id + 1)
