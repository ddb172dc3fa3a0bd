"""Rules on objectives and key results, judged on the scores of as-of days, the newest first."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from pipelines.alerting.judging.verdicts import verdict_of
from pipelines.alerting.lifecycle import Verdict, window
from schemas.alerting.rule import Rule
from schemas.alerting.vocabulary import SubjectKind

_NAMES = "progress, expected_progress, projected_progress, status, as_of_date"
_SQL: Mapping[SubjectKind, str] = {
    "objective": f"""
        select a.i, p.* from json_to_recordset(cast(:asked as json)) as a(i int, objective_id text, kr_id text)
        cross join lateral (
            select {_NAMES}, coverage, name from marts.objective_progress o
            where o.objective_id = a.objective_id and o.as_of_date <= :today
            order by o.as_of_date desc limit :days) p order by a.i, p.as_of_date desc
    """,
    "key_result": f"""
        select a.i, p.* from json_to_recordset(cast(:asked as json)) as a(i int, objective_id text, kr_id text)
        cross join lateral (
            select {_NAMES}, current_value, target_value, baseline_value, projected_value, unit, metric_id, name
            from marts.key_result_progress k
            where (k.objective_id, k.kr_id) = (a.objective_id, a.kr_id) and k.as_of_date <= :today
            order by k.as_of_date desc limit :days) p order by a.i, p.as_of_date desc
    """,
}


def judge_scores(
    connection: Connection, rules: Sequence[Rule], as_of: datetime, zone: ZoneInfo, unjudged_days: int = 0
) -> list[list[Verdict]]:
    """Verdicts of each rule on the newest as-of days up to `as_of`, newest first. One statement per kind of subject.

    unjudged_days: how many days more than the rules' windows are read.
    """
    today = as_of.astimezone(zone).date()
    days = max((window(rule) for rule in rules), default=0) + unjudged_days
    found: list[list[Verdict]] = [[] for _ in rules]
    for kind, statement in _SQL.items():
        asked = _asked(rules, kind)
        if asked:
            parameters = {"asked": json.dumps(asked), "today": today, "days": days}
            for row in connection.execute(text(statement), parameters).mappings():
                found[row["i"]].append(_verdict(rules[row["i"]], dict(row), zone))
    return found


def _asked(rules: Sequence[Rule], kind: str) -> list[dict[str, Any]]:
    """The subjects of one kind, each with the place of its rule."""
    return [
        dict(zip(("i", "objective_id", "kr_id"), (i, *rule.subject_id.split("/", 1)), strict=False))
        for i, rule in enumerate(rules)
        if rule.subject_kind == kind
    ]


def _verdict(rule: Rule, row: dict[str, Any], zone: ZoneInfo) -> Verdict:
    del row["i"]
    day: date = row.pop("as_of_date")
    outcome, is_critical = verdict_of(rule, row)
    missing = sorted(name for name in rule.condition.names if row.get(name) is None)
    reason = f"not known: {', '.join(missing)}" if outcome == "no_data" else None
    start = datetime.combine(day, time(), tzinfo=zone)
    return Verdict(start, outcome, is_critical, reason, row | {"as_of_date": day.isoformat()})
