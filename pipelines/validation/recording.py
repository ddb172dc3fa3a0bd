"""The books of validation: file statuses, results and quarantined rows, entered in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, case, delete, insert, select, update

from pipelines.validation.quarantine import RefusedRow
from pipelines.validation.report import FileOutcome, RuleOutcome
from schemas.tables import ingested_files, quarantined_rows, validation_results


@dataclass(frozen=True)
class FileVerdict:
    """What is to be entered of one content of a file."""

    file_id: str
    content_hash: str
    outcome: FileOutcome


def enter(
    books: Connection,
    verdicts: Sequence[FileVerdict],
    refused: Sequence[RefusedRow],
    now: datetime,
    run_id: str | None,
) -> None:
    """Enter verdicts, replacing what an earlier attempt entered of the same contents.

    An accepted content takes the place of the one accepted before, whose quarantined rows go with it.
    """
    by_file = {verdict.file_id: verdict for verdict in verdicts}
    for verdict in verdicts:
        _status(books, verdict, now)
    if refused:
        books.execute(
            insert(quarantined_rows),
            [
                {
                    "file_id": row.file_id,
                    "content_hash": by_file[row.file_id].content_hash,
                    "row_number": row.row_number,
                    "source_id": by_file[row.file_id].outcome.source_id,
                    "reasons": row.reasons,
                    "raw": row.raw,
                    "quarantined_at": now,
                }
                for row in refused
            ],
        )
    results = [_result(verdict, rule, now, run_id) for verdict in verdicts for rule in verdict.outcome.rules]
    if results:
        books.execute(insert(validation_results), results)


def _status(books: Connection, verdict: FileVerdict, now: datetime) -> None:
    table, outcome = ingested_files, verdict.outcome
    # whoever set these bytes aside did so however they are read
    refused = case((table.c.dismissed_at.is_not(None), "dismissed"), else_="rejected")
    this = (table.c.file_id == verdict.file_id) & (table.c.content_hash == verdict.content_hash)
    books.execute(
        update(table)
        .where(this)
        .values(
            status="accepted" if outcome.status == "accepted" else refused,
            reason=outcome.reason,
            accepted_count=outcome.accepted_count,
            quarantined_count=outcome.quarantined_count,
            superseded_count=outcome.superseded_count,
            finished_at=now,
        )
    )
    kept = quarantined_rows.c
    gone = delete(quarantined_rows).where(kept.file_id == verdict.file_id)
    if outcome.status == "accepted":
        earlier = (table.c.file_id == verdict.file_id) & (table.c.content_hash != verdict.content_hash)
        held = table.c.status.in_(["accepted", "lost"])
        books.execute(update(table).where(earlier, held).values(status="replaced"))
        books.execute(gone)
    else:
        books.execute(gone.where(kept.content_hash == verdict.content_hash))


def replace(books: Connection, file_ids: Collection[str]) -> None:
    """Note that another file brought the rows of these."""
    table = ingested_files.c
    held = table.file_id.in_(file_ids) & table.status.in_(["accepted", "lost"])
    books.execute(update(ingested_files).where(held).values(status="replaced"))


def postpone(books: Connection, file_id: str, content_hash: str, reason: str) -> None:
    """Note why a staged content still waits; the next run tries it again."""
    this = (ingested_files.c.file_id == file_id) & (ingested_files.c.content_hash == content_hash)
    books.execute(update(ingested_files).where(this).values(reason=reason))


def count_superseded(engine: Engine, count: Callable[[Sequence[str]], Mapping[str, int]]) -> None:
    """Enter how many rows of a file the lake holds superseded, where a run ended before it could.

    `count` says so of files by id.
    """
    table = ingested_files
    with engine.begin() as books:
        uncounted = table.c.superseded_count.is_(None) & (table.c.status == "accepted")
        for file_id, number in count(books.scalars(select(table.c.file_id).where(uncounted)).all()).items():
            this = update(table).where(table.c.file_id == file_id, uncounted)
            books.execute(this.values(superseded_count=number))


def _result(verdict: FileVerdict, rule: RuleOutcome, now: datetime, run_id: str | None) -> dict[str, object]:
    return {
        "run_id": run_id,
        "source_id": verdict.outcome.source_id,
        "file_id": verdict.file_id,
        "content_hash": verdict.content_hash,
        "suite": rule.suite,
        "expectation": rule.expectation,
        "column_name": rule.column,
        "success": rule.success,
        "element_count": rule.element_count,
        "unexpected_count": rule.unexpected_count,
        "details": {"kwargs": rule.kwargs, "examples": rule.examples, "is_blocking": rule.is_blocking},
        "validated_at": now,
    }
