"""Run a source's suite over staged files in batches: which rows fail which rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.validation.checked_columns import checked_rows, register_rules
from pipelines.validation.expectations import RowSuite
from pipelines.validation.report import Findings, RuleOutcome
from pipelines.validation.rules import DimensionRule, RowRule, file_rules
from schemas.documents.documents import Source

BATCH_ROWS = 500_000
EXAMPLES = 5

Array = npt.NDArray[Any]


@dataclass
class _Tally:
    """One rule over one file, summed over batches."""

    elements: int = 0
    unexpected: int = 0
    examples: list[str] = field(default_factory=list)


class Checker:
    """The suite of one source, built once and run over as many files as come.

    `dimensions` are the rules of the whole catalog that `rules`, made of them, look at.
    """

    def __init__(self, source: Source, dimensions: Sequence[DimensionRule], rules: Sequence[RowRule]) -> None:
        self.source = source
        self.dimensions = [rule for rule in dimensions if source.event in (None, rule.event)]
        self.rules = list(rules)
        self.suite = RowSuite(source.source_id, self.rules)
        self.file_rules = file_rules(source)
        self.file_suite = RowSuite(source.source_id, self.file_rules)

    def check(
        self, connection: DuckDBPyConnection, rows: str, counts: Mapping[str, int], kept: int
    ) -> Findings:
        """Validate files: `rows` selects their staged rows with file_id, `counts` has every file's rows.

        Of each file at most `kept` bad rows are remembered with what they failed; all are counted.
        """
        register_rules(connection, self.dimensions)
        files = sorted(counts)
        connection.register("file_numbers", pa.table({"file_id": files, "file_number": range(len(files))}))
        connection.execute("CREATE OR REPLACE TABLE bad (file_id VARCHAR, row_number BIGINT)")
        run = _Run(self, files, kept)
        query = checked_rows(rows, self.source, self.dimensions, self.rules)
        # the reader streams: what it finds must be written through a connection of its own
        with connection.cursor() as writer:
            for frame in _frames(connection.sql(query).to_arrow_reader(BATCH_ROWS)):
                writer.register("bad_rows", run.add(frame))
                writer.execute("INSERT INTO bad FROM bad_rows")
                writer.unregister("bad_rows")
        return run.findings(self._files(counts))

    def _files(self, counts: Mapping[str, int]) -> dict[str, list[RuleOutcome]]:
        """Outcomes of the rules on files as a whole."""
        outcomes: dict[str, list[RuleOutcome]] = {file: [] for file in counts}
        if not self.file_rules:
            return outcomes
        frame = pd.DataFrame({"row_count": list(counts.values())}, index=list(counts))
        for rule, result in zip(self.file_rules, self.file_suite.run(frame), strict=True):
            failed = set(result.result["unexpected_index_list"])
            for file, count in counts.items():
                tally = _Tally(1, int(file in failed), [str(count)] if file in failed else [])
                outcomes[file].append(_outcome(self.source.source_id, rule, tally))
        return outcomes


class _Run:
    """The sums of one check while its batches pass."""

    def __init__(self, checker: Checker, files: list[str], kept: int) -> None:
        self.checker = checker
        self.files = files
        self.kept = kept
        self.tallies = {file: [_Tally() for _ in checker.rules] for file in files}
        self.bad_counts = dict.fromkeys(files, 0)
        self.failed: dict[str, dict[int, list[int]]] = {file: {} for file in files}

    def add(self, frame: pd.DataFrame) -> pa.Table:
        """Validate one batch; its bad rows as (file_id, row_number)."""
        owner = frame.pop("file_number").to_numpy()
        numbers = frame["row_number"].to_numpy()
        is_bad = np.zeros(len(frame), dtype=bool)
        sizes = np.bincount(owner, minlength=len(self.files))
        failing: list[tuple[int, Array]] = []
        for index, result in enumerate(self.checker.suite.run(frame)):
            rule = self.checker.rules[index]
            where = np.asarray(result.result["unexpected_index_list"], dtype=np.int64)
            self._count(index, owner, sizes, where, frame)
            if rule.is_blocking and len(where):
                is_bad[where] = True
                failing.append((index, where))
        self._remember(owner, numbers, is_bad, failing)
        bad = np.flatnonzero(is_bad)
        names = pa.array(self.files, pa.string()).take(pa.array(owner[bad]))
        return pa.table({"file_id": names, "row_number": pa.array(numbers[bad], pa.int64())})

    def _count(self, index: int, owner: Array, sizes: Array, where: Array, frame: pd.DataFrame) -> None:
        rule = self.checker.rules[index]
        unexpected = np.bincount(owner[where], minlength=len(self.files))
        for position in np.flatnonzero(sizes):
            tally = self.tallies[self.files[position]][index]
            tally.elements += int(sizes[position])
            tally.unexpected += int(unexpected[position])
            if unexpected[position] and len(tally.examples) < EXAMPLES and rule.kind != "not_null":
                mine = where[owner[where] == position][: EXAMPLES - len(tally.examples)]
                shown = (str(value).replace("\x00", "") for value in frame[rule.column].iloc[mine])
                tally.examples += shown

    def _remember(
        self,
        owner: Array,
        numbers: Array,
        is_bad: Array,
        failing: list[tuple[int, Array]],
    ) -> None:
        """Keep which rules the first bad rows of each file fail."""
        keep = np.zeros(len(is_bad), dtype=bool)
        for position, file in enumerate(self.files):
            bad = np.flatnonzero(is_bad & (owner == position))
            keep[bad[: max(0, self.kept - self.bad_counts[file])]] = True
            self.bad_counts[file] += len(bad)
        for index, where in failing:
            for place in where[keep[where]]:
                rows = self.failed[self.files[owner[place]]]
                rows.setdefault(int(numbers[place]), []).append(index)

    def findings(self, files: dict[str, list[RuleOutcome]]) -> Findings:
        source_id = self.checker.source.source_id
        outcomes = {
            file: [
                _outcome(source_id, rule, tally)
                for rule, tally in zip(self.checker.rules, tallies, strict=True)
            ]
            + files[file]
            for file, tallies in self.tallies.items()
        }
        return Findings(self.checker.rules, outcomes, self.bad_counts, self.failed)


def _frames(reader: pa.RecordBatchReader) -> Iterator[pd.DataFrame]:
    for batch in reader:
        frame = batch.to_pandas()
        frame.index = pd.RangeIndex(len(frame))
        if len(frame):
            yield frame


def _outcome(source_id: str, rule: RowRule, tally: _Tally) -> RuleOutcome:
    return RuleOutcome(
        suite=source_id,
        expectation=rule.expectation,
        column=rule.column,
        success=tally.unexpected == 0,
        element_count=tally.elements,
        unexpected_count=tally.unexpected,
        is_blocking=rule.is_blocking,
        kwargs=rule.kwargs,
        examples=tally.examples,
    )
