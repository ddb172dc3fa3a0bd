from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.entry_outcome import EntryOutcome, check_entry_outcome

if TYPE_CHECKING:
    from ..models.entry_detail import EntryDetail


T = TypeVar("T", bound="Entry")


@_attrs_define
class Entry:
    """
    Attributes:
        entry_id (int):
        happened_at (datetime.datetime):
        actor (str):
        action (str):
        target (str):
        outcome (EntryOutcome):
        detail (EntryDetail):
        address (None | str):
        request_id (None | str):
    """

    entry_id: int
    happened_at: datetime.datetime
    actor: str
    action: str
    target: str
    outcome: EntryOutcome
    detail: EntryDetail
    address: None | str
    request_id: None | str

    def to_dict(self) -> dict[str, Any]:
        entry_id = self.entry_id

        happened_at = self.happened_at.isoformat()

        actor = self.actor

        action = self.action

        target = self.target

        outcome: str = self.outcome

        detail = self.detail.to_dict()

        address: None | str
        address = self.address

        request_id: None | str
        request_id = self.request_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "entry_id": entry_id,
                "happened_at": happened_at,
                "actor": actor,
                "action": action,
                "target": target,
                "outcome": outcome,
                "detail": detail,
                "address": address,
                "request_id": request_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry_detail import EntryDetail  # noqa: PLC0415

        d = dict(src_dict)
        entry_id = d.pop("entry_id")

        happened_at = datetime.datetime.fromisoformat(d.pop("happened_at"))

        actor = d.pop("actor")

        action = d.pop("action")

        target = d.pop("target")

        outcome = check_entry_outcome(d.pop("outcome"))

        detail = EntryDetail.from_dict(d.pop("detail"))

        def _parse_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        address = _parse_address(d.pop("address"))

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        entry = cls(
            entry_id=entry_id,
            happened_at=happened_at,
            actor=actor,
            action=action,
            target=target,
            outcome=outcome,
            detail=detail,
            address=address,
            request_id=request_id,
        )

        return entry
