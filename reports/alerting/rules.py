"""Which alert rules are asked for, a page at a time, and what became of them when they were evaluated."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Text, and_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from reports.alerting.restricted import insist_on_seen, rule_for
from reports.alerting.rules_in_force import Key, RuleInForce, rules_in_force
from schemas.alerting.errors import UnknownRuleError
from schemas.catalog.stored import catalog_version, read_catalog
from schemas.identity.readers import Reader
from schemas.paging import page_of
from schemas.tables import alert_outcomes as table

Outcome = Literal["met", "not_met", "no_data", "error", "suppressed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# where slices differ, which of their outcomes a reader should see first
_FIRST = ("error", "met", "suppressed", "no_data", "not_met")


@dataclass(frozen=True)
class SliceOutcome:
    """An unbroken series of one outcome of a rule on one slice; `value` and `period_start` are its newest."""

    slice: str
    outcome: str
    reason: str | None
    grain: str | None
    period_start: datetime | None
    value: float | None
    first_publication_id: int | None
    last_publication_id: int | None
    first_evaluated_at: datetime
    last_evaluated_at: datetime
    evaluations: int
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class RuleQuery:
    """Which rules: of a metric, with a problem or without, with a slice of that outcome now."""

    metric_id: str | None = None
    has_problem: bool | None = None
    outcome: str | None = None
    page: int = 1
    limit: int = 50


@dataclass
class RuleBook:
    """The rules of the stored catalog; reading them costs a second for a thousand metrics, so each version is kept."""

    _version: int | None = None
    _rules: tuple[RuleInForce, ...] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rules(self, connection: Connection) -> tuple[RuleInForce, ...]:
        """All rules by kind, id and rule. One statement, three where the catalog has changed.

        Raises:
            CatalogError: a stored document does not fit the models of this version of MDL.
        """
        version = catalog_version(connection)
        with self._lock:
            if version != self._version:
                self._rules = tuple(
                    sorted(rules_in_force(read_catalog(connection)), key=lambda rule: rule.key)
                )
                self._version = version
            return self._rules


def rule_page(
    connection: Connection, book: RuleBook, query: RuleQuery, reader: Reader
) -> tuple[list[RuleInForce], int]:
    """One page of rules with their outcomes, and how many there are. Two statements beside the book's own, at most."""
    chosen = [rule for rule in book.rules(connection) if _fits(rule, query)]
    if query.outcome is not None:
        having = _keys_with(connection, query.outcome)
        chosen = [rule for rule in chosen if rule.key in having and reader.sees_subject(*rule.key[:2])]
    shown = chosen[(query.page - 1) * query.limit : query.page * query.limit]
    found = _outcomes(connection, [rule.key for rule in shown]) if shown else {}
    told = [rule_for(reader, replace(rule, **found.get(rule.key, {}))) for rule in shown]
    return told, len(chosen)


def outcome_page(
    connection: Connection, book: RuleBook, key: Key, page: int, limit: int, zone: ZoneInfo, reader: Reader
) -> tuple[list[SliceOutcome], int]:
    """One page of what became of a rule, the newest evaluation first, and how many series there are.

    Periods begin in the zone. Two statements, and the book's own where there are none.

    Raises:
        UnknownRuleError: it is not in force, and was never evaluated.
        RestrictedError: the reader may not see the numbers that it judges.
    """
    insist_on_seen(reader, *key[:2])
    wanted = (table.c.subject_kind == key[0], table.c.subject_id == key[1], table.c.rule_id == key[2])
    total = connection.scalar(select(func.count()).select_from(table).where(*wanted))
    if not total and key not in {rule.key for rule in book.rules(connection)}:
        raise UnknownRuleError(f"no rule {key[2]!r} is in force on {key[0]} {key[1]!r}")
    columns = [table.c[name] for name in SliceOutcome.__dataclass_fields__]
    newest = (table.c.last_evaluated_at.desc(), table.c.slice, table.c.outcome_id.desc())
    statement = select(*columns).where(*wanted).order_by(*newest)
    rows = connection.execute(page_of(statement, page, limit)).mappings()
    found = [SliceOutcome(**{**row, "period_start": _local(row["period_start"], zone)}) for row in rows]
    return found, int(total or 0)


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)


def _fits(rule: RuleInForce, query: RuleQuery) -> bool:
    if query.metric_id is not None and (rule.subject_kind, rule.subject_id) != ("metric", query.metric_id):
        return False
    return query.has_problem is None or (rule.problem is not None) == query.has_problem


def _keys_with(connection: Connection, outcome: str) -> set[Key]:
    columns = (table.c.subject_kind, table.c.subject_id, table.c.rule_id)
    statement = select(*columns).where(table.c.is_current, table.c.outcome == outcome).distinct()
    return {tuple(row) for row in connection.execute(statement)}


def _outcomes(connection: Connection, keys: Sequence[Key]) -> dict[Key, dict[str, Any]]:
    columns = (table.c.subject_kind, table.c.subject_id, table.c.rule_id)
    wanted = func.unnest(*(literal(list(part), ARRAY(Text)) for part in zip(*keys, strict=True)))
    given = wanted.table_valued(*(column.name for column in columns), name="given").render_derived()
    newest = aggregate_order_by(table.c.reason, table.c.last_evaluated_at.desc(), table.c.slice)
    statement = (
        select(
            *columns,
            table.c.outcome,
            func.count().label("slices"),
            func.max(table.c.last_evaluated_at).label("evaluated_at"),
            func.array_agg(newest)[1].label("reason"),
        )
        .join(given, and_(*(column == given.c[column.name] for column in columns)))
        .where(table.c.is_current)
        .group_by(*columns, table.c.outcome)
    )
    found: dict[Key, list[Any]] = {}
    for row in connection.execute(statement):
        found.setdefault((row.subject_kind, row.subject_id, row.rule_id), []).append(row)
    return {key: _summary(rows) for key, rows in found.items()}


def _summary(rows: Sequence[Any]) -> dict[str, Any]:
    first = max(rows, key=lambda row: (row.evaluated_at, -_FIRST.index(row.outcome)))
    return {
        "outcomes": {row.outcome: row.slices for row in rows},
        "outcome": first.outcome,
        "reason": first.reason,
        "evaluated_at": first.evaluated_at,
    }
