from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.delivery_state import DeliveryState, check_delivery_state

T = TypeVar("T", bound="Delivery")


@_attrs_define
class Delivery:
    """
    Attributes:
        event (str): firing, escalated, renotified:<n> or resolved
        target (str): the channel's name, never its address
        state (DeliveryState):
        attempts (int):
        created_at (datetime.datetime):
        next_attempt_at (datetime.datetime):
        ended_at (datetime.datetime | None):
        last_error (None | str):
    """

    event: str
    target: str
    state: DeliveryState
    attempts: int
    created_at: datetime.datetime
    next_attempt_at: datetime.datetime
    ended_at: datetime.datetime | None
    last_error: None | str

    def to_dict(self) -> dict[str, Any]:
        event = self.event

        target = self.target

        state: str = self.state

        attempts = self.attempts

        created_at = self.created_at.isoformat()

        next_attempt_at = self.next_attempt_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        last_error: None | str
        last_error = self.last_error

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event": event,
                "target": target,
                "state": state,
                "attempts": attempts,
                "created_at": created_at,
                "next_attempt_at": next_attempt_at,
                "ended_at": ended_at,
                "last_error": last_error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        event = d.pop("event")

        target = d.pop("target")

        state = check_delivery_state(d.pop("state"))

        attempts = d.pop("attempts")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        next_attempt_at = datetime.datetime.fromisoformat(d.pop("next_attempt_at"))

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_last_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_error = _parse_last_error(d.pop("last_error"))

        delivery = cls(
            event=event,
            target=target,
            state=state,
            attempts=attempts,
            created_at=created_at,
            next_attempt_at=next_attempt_at,
            ended_at=ended_at,
            last_error=last_error,
        )

        return delivery
