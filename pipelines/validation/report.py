"""What validation says of files and rules: plain data for the books, asset checks and the command line."""

from dataclasses import dataclass, field

from pipelines.validation.rules import RowRule


@dataclass(frozen=True)
class RuleOutcome:
    """One rule over one file; `examples` are a few of the refused values."""

    suite: str
    expectation: str
    column: str
    success: bool
    element_count: int
    unexpected_count: int
    is_blocking: bool
    kwargs: dict[str, object]
    examples: list[str]


@dataclass(frozen=True)
class FileOutcome:
    """What became of one delivered file; `superseded_count` is None where an earlier run had delivered it."""

    source_id: str
    path: str
    status: str
    row_count: int
    accepted_count: int
    quarantined_count: int
    superseded_count: int | None
    reason: str | None
    rules: list[RuleOutcome]


@dataclass
class ValidationReport:
    """What a pass of validation did.

    `waiting` names staged files whose source has changed or gone since, `unfit` maps those that need more memory than
    there is to the reason; the next run tries both again.
    """

    files: list[FileOutcome] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    unfit: dict[str, str] = field(default_factory=dict)
    lake_version: int | None = None

    @property
    def accepted_rows(self) -> int:
        """Rows that went into the lake."""
        return sum(file.accepted_count for file in self.files)

    @property
    def quarantined_rows(self) -> int:
        """Rows that were refused, those of rejected files included."""
        return sum(file.quarantined_count for file in self.files)

    @property
    def rejected(self) -> dict[str, str]:
        """Reason per path of each file of which nothing was taken."""
        return {file.path: file.reason or "" for file in self.files if file.status == "rejected"}


@dataclass
class Findings:
    """What a suite found in some files. Bad rows are also in the connection's table `bad` (file_id, row_number).

    `failed` holds (row_number, indices into `rules`) per file, at most as many rows as are kept.
    """

    rules: list[RowRule]
    tallies: dict[str, list[RuleOutcome]]
    bad_counts: dict[str, int]
    failed: dict[str, dict[int, list[int]]]
