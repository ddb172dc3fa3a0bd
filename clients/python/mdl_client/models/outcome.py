from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.outcome_outcome import OutcomeOutcome, check_outcome_outcome

T = TypeVar("T", bound="Outcome")


@_attrs_define
class Outcome:
    """
    Attributes:
        slice_ (str):
        outcome (OutcomeOutcome):
        reason (None | str):
        grain (None | str):
        period_start (datetime.datetime | None):
        value (float | None):
        first_publication_id (int | None):
        last_publication_id (int | None):
        first_evaluated_at (datetime.datetime):
        last_evaluated_at (datetime.datetime):
        evaluations (int):
        is_current (bool):
    """

    slice_: str
    outcome: OutcomeOutcome
    reason: None | str
    grain: None | str
    period_start: datetime.datetime | None
    value: float | None
    first_publication_id: int | None
    last_publication_id: int | None
    first_evaluated_at: datetime.datetime
    last_evaluated_at: datetime.datetime
    evaluations: int
    is_current: bool

    def to_dict(self) -> dict[str, Any]:
        slice_ = self.slice_

        outcome: str = self.outcome

        reason: None | str
        reason = self.reason

        grain: None | str
        grain = self.grain

        period_start: None | str
        if isinstance(self.period_start, datetime.datetime):
            period_start = self.period_start.isoformat()
        else:
            period_start = self.period_start

        value: float | None
        value = self.value

        first_publication_id: int | None
        first_publication_id = self.first_publication_id

        last_publication_id: int | None
        last_publication_id = self.last_publication_id

        first_evaluated_at = self.first_evaluated_at.isoformat()

        last_evaluated_at = self.last_evaluated_at.isoformat()

        evaluations = self.evaluations

        is_current = self.is_current

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "slice": slice_,
                "outcome": outcome,
                "reason": reason,
                "grain": grain,
                "period_start": period_start,
                "value": value,
                "first_publication_id": first_publication_id,
                "last_publication_id": last_publication_id,
                "first_evaluated_at": first_evaluated_at,
                "last_evaluated_at": last_evaluated_at,
                "evaluations": evaluations,
                "is_current": is_current,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        slice_ = d.pop("slice")

        outcome = check_outcome_outcome(d.pop("outcome"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_grain(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        grain = _parse_grain(d.pop("grain"))

        def _parse_period_start(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                period_start_type_0 = datetime.datetime.fromisoformat(data)

                return period_start_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        period_start = _parse_period_start(d.pop("period_start"))

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        def _parse_first_publication_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        first_publication_id = _parse_first_publication_id(d.pop("first_publication_id"))

        def _parse_last_publication_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        last_publication_id = _parse_last_publication_id(d.pop("last_publication_id"))

        first_evaluated_at = datetime.datetime.fromisoformat(d.pop("first_evaluated_at"))

        last_evaluated_at = datetime.datetime.fromisoformat(d.pop("last_evaluated_at"))

        evaluations = d.pop("evaluations")

        is_current = d.pop("is_current")

        outcome = cls(
            slice_=slice_,
            outcome=outcome,
            reason=reason,
            grain=grain,
            period_start=period_start,
            value=value,
            first_publication_id=first_publication_id,
            last_publication_id=last_publication_id,
            first_evaluated_at=first_evaluated_at,
            last_evaluated_at=last_evaluated_at,
            evaluations=evaluations,
            is_current=is_current,
        )

        return outcome
