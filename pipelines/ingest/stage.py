"""Stage one of ingest: what is new or changed in the landing zone becomes typed rows in the staging folder."""

import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import duckdb
from sqlalchemy import Engine

from core.errors import ConfigurationError, DataError, TransientError
from core.progress import Advance, silent
from core.settings import Settings
from pipelines import duck
from pipelines.ingest.content import digest, free_folder, local_copy, raw_digest
from pipelines.ingest.cursors import remember
from pipelines.ingest.delivered_files import (
    Known,
    content_hash,
    lost_files,
    mapping_hash,
    newest_deliveries,
    staged_name,
)
from pipelines.ingest.fetch import fetch
from pipelines.ingest.file_states import leave, lose_lake, record, touch
from pipelines.ingest.formats.readers import open_file
from pipelines.ingest.isolation import (
    TOO_LARGE,
    blamed,
    is_worth_another_try,
    keep_traces,
    plain,
    stopping_all,
    told_of_memory,
)
from pipelines.ingest.landing import SourceFile, find_files, insist_below, is_remote
from pipelines.ingest.normalise import staged_rows, wanted_columns
from pipelines.ingest.remote import Copies, within_time
from pipelines.ingest.unread_files import Unread
from schemas.catalog.api_sources import of_the_api
from schemas.catalog.reach import Reach
from schemas.documents.documents import Source

log = logging.getLogger(__name__)

# a file written this shortly before it was read may have been written again within one tick of its store's clock
_SETTLED = timedelta(seconds=2)
_NEVER = datetime.min.replace(tzinfo=UTC)
# more names than this in one file are values of a column that is no event name
_MOST_EVENTS = 1_000


@dataclass
class StageReport:
    """What a pass over the landing zone found: paths, or ids of sources that fail as a whole.

    `rejected` and `unanswered` map them to reasons: at fault themselves, or not to be reached this time. Of those at
    fault, `failed_sources` are whole sources. `empty_sources` maps sources to the path that no file matches.
    `passed` maps what lies in the landing zone and is not read, such as a link or a FIFO, to the reason.
    `lost` maps files that went with the lake and are not there to be read again to their rows.
    """

    staged: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)
    unanswered: dict[str, str] = field(default_factory=dict)
    unsettled: list[str] = field(default_factory=list)
    unchanged: int = 0
    rows: int = 0
    failed_sources: dict[str, str] = field(default_factory=dict)
    empty_sources: dict[str, str] = field(default_factory=dict)
    passed: dict[str, str] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)


def staged_folder(settings: Settings) -> Path:
    """Where staged rows wait for validation."""
    return settings.staging_path / "files"


def stage_sources(
    sources: Iterable[Source],
    settings: Settings,
    engine: Engine,
    now: datetime,
    on_progress: Advance | None = None,
    *,
    full_check: bool = False,
) -> StageReport:
    """Stage every new or changed file of the sources and enter it in ops.ingested_files.

    A file that cannot be read is rejected with the reason, and tried again when its bytes or its source's mapping
    change, or the limit of memory where that was the reason; the other files go on. Safe to be killed and run again.
    The caller holds the writer's lock (pipelines.locks); `now` is the real time, not the as-of time.
    With `full_check` every file is hashed, also where size and time say that it did not change.

    Raises:
        TransientError: not a single source answers, or there is no room for what is read.
        DatabaseAwayError: PostgreSQL does not answer.
    """
    keep_traces(settings.home)
    once = _Pass(list(sources), settings, engine, now, on_progress or silent)
    once.full_check = full_check
    return once.run()


class _Pass:
    """One pass over the landing zone."""

    def __init__(
        self, sources: list[Source], settings: Settings, engine: Engine, now: datetime, advance: Advance
    ) -> None:
        self.sources = {source.source_id: source for source in sources}
        self.mappings = {source.source_id: mapping_hash(source) for source in sources}
        self.settings = settings
        self.engine = engine
        self.now = now
        self.advance = advance
        self.folder = staged_folder(settings)
        self.work = settings.staging_path / "work"
        self.report = StageReport()
        # the lake is the truth: without it, what the books call accepted is to be read again
        if not (settings.lake_path / "_delta_log").is_dir():
            with engine.begin() as connection:
                lose_lake(connection, now)
        self.known = newest_deliveries(engine, self.sources)
        self.present: dict[str, set[str]] = {}
        self.full_check = False
        self.same: list[tuple[SourceFile, str]] = []
        self.open = ExitStack()
        self.copies = Copies(self.work / "remote", settings.source_timeout)
        self.unread = Unread(settings)
        with engine.connect() as connection:
            self.of_the_api = of_the_api(connection, sources)

    @cached_property
    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """One connection for all files, opened for the first: opening takes longer than a small file does."""
        return self.open.enter_context(duck.connect(self.work / "spill", self.settings.memory_limit))

    def run(self) -> StageReport:
        with self.open, blamed("the landing zone"):
            return self._run()

    def _run(self) -> StageReport:
        free_folder(self.work)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        wanted = [found for source in self.sources.values() for found in _in_order(self._open(source))]
        queries = [source for source in self.sources.values() if source.format == "sql"]
        total = len(wanted) + len(queries)
        for done, found in enumerate(wanted):
            self.advance("staging files", done, total)
            with self._apart(found.path):
                self._stage(found)
        for done, source in enumerate(queries, len(wanted)):
            self.advance("staging files", done, total)
            with self._apart(source.source_id):
                self._fetch(source)
        if total:
            self.advance("staging files", total, total)
        self.report.passed |= self.unread.tell()
        with self.engine.begin() as connection:
            touch(connection, self.same, self.now)
            leave(connection, self.present, self.sources, self.now)
        self.report.lost = lost_files(self.engine)
        if self.report.lost:
            log.warning("%d files went with the lake and cannot be read again", len(self.report.lost))
        if self.sources and self.sources.keys() <= self.report.unanswered.keys():
            raise TransientError("; ".join(self.report.unanswered.values()))
        return self.report

    @contextmanager
    def _apart(self, name: str) -> Iterator[None]:
        """Report what goes wrong with one file or source, so that the others go on."""
        try:
            with blamed(name):
                yield
        except (DataError, ConfigurationError) as error:
            reason = plain(error)
            log.warning("%s is rejected: %s", name, reason)
            self.report.rejected[name] = reason
            if name in self.sources:
                self.report.failed_sources[name] = reason
        except TransientError as error:
            if stopping_all(error):
                raise
            log.warning("%s", error)
            self.report.unanswered[name] = plain(error)

    def _fetch(self, source: Source) -> None:
        """Stage what a query brings."""
        refused = self._reach(source)
        if refused and (reason := refused.refuses(source)):
            raise DataError(reason[1])
        lost = (known for known in self.known.values() if known.source_id == source.source_id)
        anew = any(known.status == "lost" for known in lost)
        fetched = fetch(source, self.settings, self.engine, self.known, self.work, anew=anew)
        if fetched is not None:
            self._stage(fetched.found)
            remember(self.engine, source, fetched, self.now)

    def _reach(self, source: Source) -> Reach | None:
        """What the source may reach, None for the operator's own, which may reach anything."""
        return Reach.of(self.settings) if source.source_id in self.of_the_api else None

    def _sweep(self) -> None:
        """Remove staged rows that no entry of the books waits for."""
        awaited = {known.staged_name for known in self.known.values() if known.status == "staged"}
        for path in self.folder.iterdir():
            if path.name not in awaited and self._is_ours(path.name):
                path.unlink()

    def _is_ours(self, name: str) -> bool:
        """Whether the file with these staged rows is of a source in this pass, or a half-written one."""
        return name.partition("-")[0] in self.known or name.endswith(".tmp")

    def _open(self, source: Source) -> list[SourceFile]:
        """Files of the source that are not known to be unchanged."""
        found: list[SourceFile] | None = None
        with self._apart(source.source_id):
            found = self._find(source)
        if found is None:
            return []
        self.present[source.source_id] = {one.file_id for one in found}
        if not found and source.path is not None:
            self.report.empty_sources[source.source_id] = source.path
            log.warning("source %s: nothing matches %s", source.source_id, source.path)
        self.unread.found(found)
        changed = [one for one in found if not self._is_as_known(one)]
        self.report.unchanged += len(found) - len(changed)
        return changed

    def _find(self, source: Source) -> list[SourceFile]:
        def find() -> list[SourceFile]:
            return find_files(source, self.settings.landing, self._reach(source), self.unread.passed)

        if not is_remote(source, self.settings.landing):
            return find()
        return within_time(find, self.settings.source_timeout, f"source {source.source_id}")

    def _is_as_known(self, found: SourceFile) -> bool:
        known = self.known.get(found.file_id)
        return (
            not self.full_check
            and known is not None
            and self._is_settled(known)
            and found.modified_at is not None
            and known.size_bytes == found.size
            and known.modified_at == found.modified_at
            and known.staged_at - found.modified_at > _SETTLED
        )

    def _is_settled(self, known: Known) -> bool:
        """Whether the newest delivery was read as today's catalog says, and is not lost on its way."""
        current = known.content_hash.endswith("-" + self.mappings[known.source_id])
        is_kept = known.status != "staged" or (self.folder / known.staged_name).exists()
        is_refused = known.status == "rejected"
        again = is_refused and is_worth_another_try(known.reason, self.settings.memory_limit)
        return current and known.is_read and is_kept and not again

    def _stage(self, found: SourceFile) -> None:
        near = self.copies.at_hand(found)
        insist_below(self.settings.landing, near)
        mapping = self.mappings[found.source_id]
        try:
            with blamed(found.path):
                content = content_hash(digest(near), mapping)
        except DataError as error:
            content = content_hash(raw_digest(near), mapping)
            if not self._is_same(found, content):
                self._reject(found, content, str(error))
            return
        if self._is_same(found, content):
            return
        if found.problem:
            self._reject(found, content, found.problem)
            return
        try:
            with blamed(found.path):
                rows = self._write(near, content)
        except DataError as error:
            self._renew()
            if self._still(found):
                self._reject(found, content, str(error))
            return
        if self._still(found):
            with self.engine.begin() as connection:
                before = self.known.get(found.file_id)
                record(connection, found, content, before, status="staged", now=self.now, row_count=rows)
            self.report.staged.append(found.path)
            self.report.rows += rows

    def _renew(self) -> None:
        """Let the next file begin with a new DuckDB: one that ran out of memory or crashed serves nobody."""
        if "duckdb" in self.__dict__:
            self.open.pop_all().close()
            del self.duckdb

    def _is_same(self, found: SourceFile, content: str) -> bool:
        known = self.known.get(found.file_id)
        if known is None or known.content_hash != content or not self._is_settled(known):
            return False
        self.same.append((found, content))
        self.report.unchanged += 1
        return True

    def _still(self, found: SourceFile) -> bool:
        """Whether the file was left alone while it was read; a later pass takes the others."""
        seconds = self.settings.source_timeout
        try:
            if within_time(found.unchanged, seconds, found.path):
                return True
        except FileNotFoundError:
            pass  # renamed or taken away while it was read
        log.warning("%s changed while it was read; it is left to the next run", found.path)
        self.report.unsettled.append(found.path)
        return False

    def _reject(self, found: SourceFile, content: str, reason: str) -> None:
        reason = told_of_memory(plain(reason), self.settings.memory_limit)
        log.warning("%s is rejected: %s", found.path, reason)
        with self.engine.begin() as connection:
            before = self.known.get(found.file_id)
            record(connection, found, content, before, status="rejected", now=self.now, reason=reason)
        self.report.rejected[found.path] = reason

    def _write(self, found: SourceFile, content: str) -> int:
        """Write the staged rows of a file; their number."""
        source = self.sources[found.source_id]
        target = self.folder / staged_name(found.file_id, content)
        partial = target.with_suffix(".tmp")
        with local_copy(found, self.work) as path:
            delivered = open_file(source, path, wanted_columns(source), self.duckdb)
            try:
                rows = staged_rows(source, delivered, self.duckdb)
                copied = self.duckdb.execute(
                    f"COPY ({rows}) TO {duck.literal(str(partial))} (FORMAT parquet, COMPRESSION zstd)"
                )
            except duckdb.Error as error:
                raise _blame(error, delivered.failures) from error
            count = copied.fetchall()[0][0]
            if delivered.verify:
                delivered.verify()
        if source.event_column:
            self._check_events(source.event_column, partial)
        os.replace(partial, target)  # noqa: PTH105 - atomic, and over an existing file
        return int(count)

    def _check_events(self, column: str, staged: Path) -> None:
        """Refuse a file whose event column would make a folder of the lake for every row."""
        file = duck.literal(str(staged))
        found = self.duckdb.execute(f"SELECT count(DISTINCT event) FROM read_parquet({file})").fetchall()[0][
            0
        ]
        if found > _MOST_EVENTS:
            raise DataError(f"{column!r} holds {found:,} different event names: is it an identifier?")


def _in_order(found: list[SourceFile]) -> list[SourceFile]:
    """Files of one source as they arrived: by the time that the store tells, then 2.csv before 10.csv.

    Only files that are seen for the first time together are told apart by it; the books keep the order for ever.
    """
    return sorted(found, key=lambda one: (one.modified_at or _NEVER, _natural(one.path)))


def _natural(path: str) -> tuple[list[tuple[int, str]], str]:
    """Numbers within a path compare as numbers; equal ones (2 and 02) as text."""
    parts = re.findall(r"[0-9]+|[^0-9]+", path)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], path


def _blame(error: duckdb.Error, failures: list[DataError]) -> DataError | TransientError:
    """What stopped DuckDB: the file, or the machine."""
    if failures:
        return failures[0]
    words = str(error)
    if "No space left" in words or "max_temp_directory_size" in words:
        return TransientError(f"staging ran out of room: {plain(words)}")
    if isinstance(error, duckdb.OutOfMemoryException):
        return DataError(TOO_LARGE)
    return DataError(f"the file cannot be read: {str(error).splitlines()[0]}")
