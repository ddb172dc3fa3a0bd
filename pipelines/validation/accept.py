"""Stage two of ingest: staged files are validated; good rows go into the lake, bad ones into quarantine."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import duckdb
from duckdb import DuckDBPyConnection
from sqlalchemy import Engine

from core.errors import DataError, TransientError
from core.progress import Advance, silent
from core.settings import Settings
from pipelines import duck
from pipelines.ingest.delivered_files import Known, mapping_hash, newest_deliveries, staged_deliveries
from pipelines.ingest.fetch import FROM_START
from pipelines.ingest.isolation import blamed, keep_traces, plain
from pipelines.ingest.stage import staged_folder
from pipelines.lake import AcceptedRows, Commit, Lake, deliver, superseded_counts
from pipelines.validation.quarantine import KEPT_ROWS, quarantined
from pipelines.validation.recording import FileVerdict, count_superseded, enter, postpone, replace
from pipelines.validation.report import FileOutcome, Findings, ValidationReport
from pipelines.validation.rules import dimension_rules, row_rules
from schemas.documents.documents import Catalog, Source

if TYPE_CHECKING:
    from pipelines.validation.check import Checker

log = logging.getLogger(__name__)

# small files are validated and delivered together: a commit costs the same for one as for hundreds
_GROUP_ROWS = 500_000
_GROUP_FILES = 500


def accept_staged(
    catalog: Catalog,
    settings: Settings,
    engine: Engine,
    lake: Lake,
    now: datetime,
    on_progress: Advance | None = None,
    *,
    run_id: str | None = None,
) -> ValidationReport:
    """Validate every staged file and bring its good rows into the lake.

    A file of which more than `max_bad_ratio` is bad, or whose number of rows is not as expected, is rejected whole:
    what its path delivered before stays. `now` is the real time, not the as-of time. Safe to be killed and run
    again: the lake's commit is the truth, and the books catch up with it.
    The caller holds the writer's lock (pipelines.locks).

    Raises:
        TransientError: there is no room for the lake, or PostgreSQL does not answer.
    """
    keep_traces(settings.home)
    lake.refresh()
    acceptance = _Acceptance(catalog, settings, engine, lake, now, run_id)
    acceptance.run(on_progress or silent)
    return acceptance.report


@dataclass
class _Acceptance:
    """One pass over what is staged."""

    catalog: Catalog
    settings: Settings
    engine: Engine
    lake: Lake
    now: datetime
    run_id: str | None

    def __post_init__(self) -> None:
        self.report = ValidationReport(lake_version=self.lake.version())
        self.folder = staged_folder(self.settings)
        self.spill = self.settings.staging_path / "work" / "spill"

    def run(self, advance: Advance) -> None:
        ready = self._ready()
        if not ready:
            return
        # pandas and Great Expectations take seconds to import: only who validates anything pays for them
        from pipelines.validation.check import Checker  # noqa: PLC0415

        total, done = sum(known.row_count or 0 for known in ready), 0
        dimensions = dimension_rules(self.catalog)
        advance("validating rows", 0, total)
        for source_id, files in groupby(ready, key=lambda known: known.source_id):
            source = self.catalog.sources[source_id]
            deliveries = list(files)
            try:
                with blamed(source_id):
                    checker = Checker(source, dimensions, row_rules(source, dimensions, self.now))
            except DataError as error:
                log.warning("source %s cannot be judged, its files wait: %s", source_id, error)
                self.report.waiting.extend(known.path for known in deliveries)
                continue
            for group in _groups(deliveries):
                self._try(checker, group)
                done += sum(known.row_count or 0 for known in group)
                advance("validating rows", done, total)
        count = partial(superseded_counts, self.lake, self.spill, self.settings.memory_limit)
        count_superseded(self.engine, count)
        self.report.lake_version = self.lake.version()
        try:
            with blamed("Data Docs"):
                self._document()
        except DataError as error:
            log.warning("the pages for operators are not built: %s", error)

    def _document(self) -> None:
        """Build the pages for operators; like all of Great Expectations, imported only when needed."""
        from pipelines.validation.docs import build_data_docs  # noqa: PLC0415

        build_data_docs(self.settings, self.report.files, self.now)

    def _ready(self) -> list[Known]:
        """Staged files by source in order of arrival, but for those that must be staged anew first."""
        current = {source_id: mapping_hash(source) for source_id, source in self.catalog.sources.items()}
        ready = []
        for known in staged_deliveries(self.engine):
            is_current = known.content_hash.endswith(f"-{current.get(known.source_id)}")
            if is_current and (self.folder / known.staged_name).exists():
                ready.append(known)
            else:
                self.report.waiting.append(known.path)
        return sorted(ready, key=lambda known: (known.source_id, known.delivery))

    def _try(self, checker: "Checker", group: Sequence[Known]) -> None:
        """Accept a group of files; where that fails, one by one, so that only the guilty are refused."""
        try:
            with blamed(", ".join(known.path for known in group[:3])):
                self._accept(checker, group)
        except DataError as error:
            if len(group) > 1:
                for known in group:
                    self._try(checker, [known])
            elif isinstance(error.__cause__, duckdb.OutOfMemoryException):
                self._postpone(group[0], error.__cause__)
            else:
                self._refuse(group[0], plain(error))

    def _refuse(self, known: Known, reason: str) -> None:
        """Refuse a file that nobody could judge or deliver; it brings no rows."""
        self.lake.refresh()
        if self.lake.delivered(known.file_id) == known.delivery:
            raise TransientError(f"{known.path} is in the lake, but not in the books; run again")
        log.warning("%s is rejected: %s", known.path, reason)
        count = known.row_count or 0
        outcome = FileOutcome(known.source_id, known.path, "rejected", count, 0, 0, None, reason, [])
        with self.engine.begin() as books:
            enter(books, [FileVerdict(known.file_id, known.content_hash, outcome)], [], self.now, self.run_id)
        (self.folder / known.staged_name).unlink(missing_ok=True)
        self.report.files.append(outcome)

    def _postpone(self, known: Known, error: duckdb.OutOfMemoryException) -> None:
        """Leave a file that needs too much memory to a run that has more."""
        reason = (
            f"taking it needs more memory than MDL_MEMORY_LIMIT ({self.settings.memory_limit}) allows: "
            f"{str(error).splitlines()[0]}"
        )
        log.warning("%s waits: %s", known.path, reason)
        self.report.unfit[known.path] = reason
        with self.engine.begin() as books:
            postpone(books, known.file_id, known.content_hash, reason)

    def _accept(self, checker: "Checker", group: Sequence[Known]) -> None:
        """Validate a group of files of one source, deliver the good rows, then enter what happened."""
        source = checker.source
        counts = {known.file_id: known.row_count or 0 for known in group}
        with duck.connect(self.spill, self.settings.memory_limit) as connection:
            rows = _staged_rows({self.folder / known.staged_name: known.file_id for known in group})
            findings = checker.check(connection, rows, counts, KEPT_ROWS)
            reasons = {file: _refusal(source, counts[file], file, findings) for file in counts}
            accepted = [known for known in group if reasons[known.file_id] is None]
            # before the delivery: what is in the lake is not refused any more
            refused = quarantined(connection, source, rows, findings)
            commit = self._deliver(connection, source, accepted, rows)
            verdicts = [self._verdict(known, findings, reasons, commit) for known in group]
        with self.engine.begin() as books:
            enter(books, verdicts, refused, self.now, self.run_id)
            taken = [known for known in group if reasons[known.file_id] is None]
            replace(books, self._replaced(source, taken))
        for known in group:
            (self.folder / known.staged_name).unlink()
        self.report.files.extend(verdict.outcome for verdict in verdicts)

    def _deliver(
        self, connection: DuckDBPyConnection, source: Source, files: Sequence[Known], rows: str
    ) -> Commit | None:
        if not files:
            return None
        columns = ["file_id", "row_number", "event", "occurred_at", "unique_key"]
        columns += [f"dim_{name}" for name in source.dimensions] + [f"field_{name}" for name in source.fields]
        named = ", ".join(duck.identifier(name) for name in columns)
        delivery = AcceptedRows(
            replaces=self._replaced(source, files),
            source_id=source.source_id,
            files={known.file_id: known.delivery for known in files},
            arrivals={known.file_id: known.order for known in files},
            rows=f"SELECT {named} FROM ({rows}) ANTI JOIN bad USING (file_id, row_number)",
            is_keyed=bool(source.unique_key),
            ingested_at=self.now,
        )
        return deliver(self.lake, delivery, connection)

    def _replaced(self, source: Source, files: Sequence[Known]) -> frozenset[str]:
        """Other deliveries whose rows go: a query that began anew brings them again."""
        if source.format != "sql" or FROM_START not in {known.path for known in files}:
            return frozenset()
        return frozenset(newest_deliveries(self.engine, [source.source_id])) - {
            known.file_id for known in files
        }

    def _verdict(
        self, known: Known, findings: Findings, reasons: Mapping[str, str | None], commit: Commit | None
    ) -> FileVerdict:
        bad, count, reason = findings.bad_counts[known.file_id], known.row_count or 0, reasons[known.file_id]
        if reason:
            log.warning("%s is rejected: %s", known.path, reason)
        outcome = FileOutcome(
            source_id=known.source_id,
            path=known.path,
            status="rejected" if reason else "accepted",
            row_count=count,
            accepted_count=0 if reason else count - bad,
            quarantined_count=bad,
            superseded_count=commit.superseded_counts.get(known.file_id) if commit else None,
            reason=reason,
            rules=findings.tallies[known.file_id],
        )
        return FileVerdict(known.file_id, known.content_hash, outcome)


def _groups(files: Sequence[Known]) -> Iterator[list[Known]]:
    """Files in order, as many together as stay within the bounds of a group."""
    group: list[Known] = []
    rows = 0
    for known in files:
        if group and (rows + (known.row_count or 0) > _GROUP_ROWS or len(group) == _GROUP_FILES):
            yield group
            group, rows = [], 0
        group.append(known)
        rows += known.row_count or 0
    if group:
        yield group


def _staged_rows(files: Mapping[object, str]) -> str:
    """SELECT of the staged rows of files with their `file_id`."""
    names = ", ".join(f"({duck.literal(str(path))}, {duck.literal(file)})" for path, file in files.items())
    paths = duck.path_list(str(path) for path in files)
    return (
        f"SELECT place.file_id, staged.* EXCLUDE (filename) FROM read_parquet({paths}, filename=true) AS staged "
        f"JOIN (VALUES {names}) AS place(path, file_id) ON place.path = staged.filename"
    )


def _refusal(source: Source, count: int, file: str, findings: Findings) -> str | None:
    """Why a file is rejected whole, or None."""
    failed = [rule for rule in findings.tallies[file] if rule.column == "row_count" and not rule.success]
    if failed:
        bounds = {"at least": source.expected_rows.min, "at most": source.expected_rows.max}
        expected = " and ".join(f"{words} {bound:g}" for words, bound in bounds.items() if bound is not None)
        return f"the file has {count:,} rows where {expected} are expected"
    bad = findings.bad_counts[file]
    if count and bad / count > source.max_bad_ratio:
        return f"{bad:,} of {count:,} rows are bad, more than max_bad_ratio {source.max_bad_ratio:g} allows"
    return None
