from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.rule_outcomes import RuleOutcomes


T = TypeVar("T", bound="Rule")


@_attrs_define
class Rule:
    """
    Attributes:
        subject_kind (str): metric, objective or key_result
        subject_id (str):
        rule_id (str):
        title (str):
        condition (str):
        critical_condition (None | str):
        severity (str): info, warning or critical; of an unusable rule as it is written
        grain (None | str):
        slice_sets (list[list[str]]): dimension names; [] is the total
        for_periods (int):
        recover_periods (int):
        delay_seconds (int): how long after its end a period is judged
        min_effect (float):
        renotify_seconds (int | None):
        no_data_after_seconds (int | None): how long nothing may come of a slice before its incident ends; null: for
            ever
        channels (list[str]):
        playbooks (list[str]):
        on_backfill (bool):
        is_derived (bool): it follows from thresholds, or from an objective without rules
        problem (None | str): why it is never evaluated
        outcomes (RuleOutcomes): how many slices have which outcome now; what counts nothing is left out
        outcome (None | str): of the newest evaluation; where slices differ, that which calls for attention
        reason (None | str):
        evaluated_at (datetime.datetime | None):
    """

    subject_kind: str
    subject_id: str
    rule_id: str
    title: str
    condition: str
    critical_condition: None | str
    severity: str
    grain: None | str
    slice_sets: list[list[str]]
    for_periods: int
    recover_periods: int
    delay_seconds: int
    min_effect: float
    renotify_seconds: int | None
    no_data_after_seconds: int | None
    channels: list[str]
    playbooks: list[str]
    on_backfill: bool
    is_derived: bool
    problem: None | str
    outcomes: RuleOutcomes
    outcome: None | str
    reason: None | str
    evaluated_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        subject_kind = self.subject_kind

        subject_id = self.subject_id

        rule_id = self.rule_id

        title = self.title

        condition = self.condition

        critical_condition: None | str
        critical_condition = self.critical_condition

        severity = self.severity

        grain: None | str
        grain = self.grain

        slice_sets = []
        for slice_sets_item_data in self.slice_sets:
            slice_sets_item = slice_sets_item_data

            slice_sets.append(slice_sets_item)

        for_periods = self.for_periods

        recover_periods = self.recover_periods

        delay_seconds = self.delay_seconds

        min_effect = self.min_effect

        renotify_seconds: int | None
        renotify_seconds = self.renotify_seconds

        no_data_after_seconds: int | None
        no_data_after_seconds = self.no_data_after_seconds

        channels = self.channels

        playbooks = self.playbooks

        on_backfill = self.on_backfill

        is_derived = self.is_derived

        problem: None | str
        problem = self.problem

        outcomes = self.outcomes.to_dict()

        outcome: None | str
        outcome = self.outcome

        reason: None | str
        reason = self.reason

        evaluated_at: None | str
        if isinstance(self.evaluated_at, datetime.datetime):
            evaluated_at = self.evaluated_at.isoformat()
        else:
            evaluated_at = self.evaluated_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "subject_kind": subject_kind,
                "subject_id": subject_id,
                "rule_id": rule_id,
                "title": title,
                "condition": condition,
                "critical_condition": critical_condition,
                "severity": severity,
                "grain": grain,
                "slice_sets": slice_sets,
                "for_periods": for_periods,
                "recover_periods": recover_periods,
                "delay_seconds": delay_seconds,
                "min_effect": min_effect,
                "renotify_seconds": renotify_seconds,
                "no_data_after_seconds": no_data_after_seconds,
                "channels": channels,
                "playbooks": playbooks,
                "on_backfill": on_backfill,
                "is_derived": is_derived,
                "problem": problem,
                "outcomes": outcomes,
                "outcome": outcome,
                "reason": reason,
                "evaluated_at": evaluated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rule_outcomes import RuleOutcomes  # noqa: PLC0415

        d = dict(src_dict)
        subject_kind = d.pop("subject_kind")

        subject_id = d.pop("subject_id")

        rule_id = d.pop("rule_id")

        title = d.pop("title")

        condition = d.pop("condition")

        def _parse_critical_condition(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        critical_condition = _parse_critical_condition(d.pop("critical_condition"))

        severity = d.pop("severity")

        def _parse_grain(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        grain = _parse_grain(d.pop("grain"))

        slice_sets = []
        _slice_sets = d.pop("slice_sets")
        for slice_sets_item_data in _slice_sets:
            slice_sets_item = cast(list[str], slice_sets_item_data)

            slice_sets.append(slice_sets_item)

        for_periods = d.pop("for_periods")

        recover_periods = d.pop("recover_periods")

        delay_seconds = d.pop("delay_seconds")

        min_effect = d.pop("min_effect")

        def _parse_renotify_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        renotify_seconds = _parse_renotify_seconds(d.pop("renotify_seconds"))

        def _parse_no_data_after_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        no_data_after_seconds = _parse_no_data_after_seconds(d.pop("no_data_after_seconds"))

        channels = cast(list[str], d.pop("channels"))

        playbooks = cast(list[str], d.pop("playbooks"))

        on_backfill = d.pop("on_backfill")

        is_derived = d.pop("is_derived")

        def _parse_problem(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        problem = _parse_problem(d.pop("problem"))

        outcomes = RuleOutcomes.from_dict(d.pop("outcomes"))

        def _parse_outcome(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        outcome = _parse_outcome(d.pop("outcome"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_evaluated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                evaluated_at_type_0 = datetime.datetime.fromisoformat(data)

                return evaluated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        evaluated_at = _parse_evaluated_at(d.pop("evaluated_at"))

        rule = cls(
            subject_kind=subject_kind,
            subject_id=subject_id,
            rule_id=rule_id,
            title=title,
            condition=condition,
            critical_condition=critical_condition,
            severity=severity,
            grain=grain,
            slice_sets=slice_sets,
            for_periods=for_periods,
            recover_periods=recover_periods,
            delay_seconds=delay_seconds,
            min_effect=min_effect,
            renotify_seconds=renotify_seconds,
            no_data_after_seconds=no_data_after_seconds,
            channels=channels,
            playbooks=playbooks,
            on_backfill=on_backfill,
            is_derived=is_derived,
            problem=problem,
            outcomes=outcomes,
            outcome=outcome,
            reason=reason,
            evaluated_at=evaluated_at,
        )

        return rule
