"""One evaluation of the rules in force: from what is published to outcomes and incidents, in one transaction.

It runs once a minute and after every publication. With a new publication, or another catalog, every rule is judged;
between them only what the clock changes: sources, rules that read the age of data, rules that wait out a delay.
"""

import gc
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select

from pipelines.alerting.cases import Books
from pipelines.alerting.contributions import add_contributions
from pipelines.alerting.judging.observations import newest_start
from pipelines.alerting.judging.subjects import EvaluationMoment, metric_subjects, score_subjects
from pipelines.alerting.stored_incidents import ended_with, open_incidents, write_incidents
from pipelines.alerting.stored_outcomes import current_outcomes, write_outcomes
from pipelines.alerting.transitions import draw, end_unjudged
from pipelines.alerting.watching.data_incidents import inhibitions, observe_sources, outdated, read_ground
from pipelines.calendar.periods import Calendar
from pipelines.publish.state import last_publication
from pipelines.versioned_catalog import Versioned
from schemas.alerting.rule import Rule
from schemas.alerting.rules import rules_of
from schemas.locks import Lock, try_hold
from schemas.tables import alert_evaluations

JUDGE_PERIODS = 1_500
"""How many periods are judged at most: a day of minutes, four years of days."""

_KINDS = ("metric", "objective", "key_result")
_OUTCOMES = ("met", "not_met", "no_data", "error", "suppressed")


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation did.

    is_whole: every rule was judged. outcomes: how many rules on slices were met, not_met, …
    events: how many incidents opened, began firing, escalated, were resolved.
    cut: on how many slices periods were left out, for there were more than are judged at once.
    """

    publication_id: int | None = None
    is_whole: bool = False
    outcomes: Mapping[str, int] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    cut: int = 0


class _MovedOnError(Exception):
    """Numbers of two publications were read."""


def evaluate(
    engine: Engine, current: Versioned, as_of: datetime, now: datetime, judge_periods: int = JUDGE_PERIODS
) -> Evaluation:
    """Judge what is to be judged and write it down; nothing is sent.

    Called again it changes nothing but the count of outcomes. A second one at the same time returns at once, having
    done nothing, as does one before the first publication.

    Args:
        engine: of the marts.
        current: the catalog whose rules are judged; another version has every rule judged again.
        as_of: the instant that reports stand at; periods, in the publication's zone, and the age of data follow it.
        now: of the wall clock; when things are said to have happened.
        judge_periods: how many periods of a rule and slice are judged at most.
    """
    while True:
        try:
            with _no_search_for_cycles(), engine.begin() as connection:
                return _evaluate(connection, current, as_of, now, judge_periods)
        except _MovedOnError:
            continue


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Hundreds of thousands of objects live until the end, and Python would go through them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _evaluate(
    connection: Connection, current: Versioned, as_of: datetime, now: datetime, most: int
) -> Evaluation:
    begun, catalog = time.perf_counter(), current.catalog
    if not try_hold(connection, Lock.EVALUATION):
        return Evaluation()
    publication = last_publication(connection)
    if publication is None:
        return Evaluation()
    moment = EvaluationMoment(catalog, publication, as_of, now)
    last = _last_evaluation(connection)
    is_whole = last is None or (last.publication_id, last.catalog_version) != (
        moment.publication_id,
        current.version,
    )
    rules, ground = rules_of(catalog), read_ground(connection, catalog)
    changed = observe_sources(connection, catalog, ground, rules.rules, as_of, now, moment.publication_id)
    due = _Due(
        moment, None if is_whole else last, {m for m in ground.events if changed & ground.of_metric(m)}
    )
    judged = [rule for rule in rules.rules if due.of(rule)]
    if not judged and not is_whole:
        return Evaluation(moment.publication_id)
    held_back = outdated(ground, current.versions) | inhibitions(connection, ground)
    of_metrics = [rule for rule in judged if rule.subject_kind == "metric"]
    since = last.publication_id if last is not None else None
    of_scores = [rule for rule in judged if rule.subject_kind != "metric"]
    outcomes = current_outcomes(connection, None if is_whole else {rule.subject_id for rule in judged})
    subjects = [
        *metric_subjects(connection, of_metrics, moment, ground, held_back, since, outcomes, most),
        *score_subjects(connection, of_scores, moment, outcomes, most),
    ]
    standing = open_incidents(connection, _KINDS)
    books = Books(standing, outcomes, lambda keys: ended_with(connection, keys, moment.publication_id))
    problems = rules.problems if is_whole else ()
    found = draw(subjects, problems, moment, books)
    if is_whole:
        end_unjudged(found, problems, standing, ground.documented)
    add_contributions(connection, found, moment)
    newest = last_publication(connection)
    if newest is None or newest.publication_id != moment.publication_id:
        raise _MovedOnError
    write_incidents(connection, found.incidents, found.told, now, moment.publication_id)
    write_outcomes(connection, found.judged, outcomes, now, moment.publication_id, is_whole=is_whole)
    evaluation = Evaluation(
        moment.publication_id,
        is_whole,
        Counter(one.outcome for one in found.judged),
        Counter(one.event for one in found.told),
        sum(subject.cut is not None for subject in subjects),
    )
    if is_whole or due.is_delayed:
        _note(connection, evaluation, moment, current.version, begun)
    return evaluation


class _Due:
    """Which rules are judged now: all without a `last` evaluation on the same ground."""

    def __init__(self, moment: EvaluationMoment, last: Row[Any] | None, touched: set[str]) -> None:
        self._moment, self._last, self._touched = moment, last, touched
        self._calendar = Calendar(moment.zone)
        self._passed: dict[tuple[Any, ...], bool] = {}
        self.is_delayed = False

    def of(self, rule: Rule) -> bool:
        """Whether the rule is: with everything, by the clock, or because its source's incident came or went."""
        if self._last is None:
            return True
        if rule.subject_kind != "metric":
            return False
        is_delayed = bool(rule.delay) and self._has_passed(rule)
        self.is_delayed |= is_delayed
        return is_delayed or "minutes_since_data" in rule.names or rule.subject_id in self._touched

    def _has_passed(self, rule: Rule) -> bool:
        """Whether the delay of another period has passed since the last evaluation."""
        key = (rule.grain, rule.delay)
        if key not in self._passed:
            published = self._moment.publication.as_of
            clocks = (self._moment.as_of, *([self._last.as_of] if self._last else []))
            starts = {newest_start(self._calendar, rule, published, instant) for instant in clocks}
            self._passed[key] = len(starts) > 1
        return self._passed[key]


def _last_evaluation(connection: Connection) -> Row[Any] | None:
    newest = select(alert_evaluations).order_by(alert_evaluations.c.evaluation_id.desc()).limit(1)
    return connection.execute(newest).one_or_none()


def _note(
    connection: Connection, evaluation: Evaluation, moment: EvaluationMoment, version: int, begun: float
) -> None:
    connection.execute(
        insert(alert_evaluations).values(
            publication_id=moment.publication_id,
            catalog_version=version,
            as_of=moment.as_of,
            evaluated_at=moment.now,
            duration_ms=1_000 * (time.perf_counter() - begun),
            **{name: evaluation.outcomes.get(name, 0) for name in _OUTCOMES},
        )
    )
