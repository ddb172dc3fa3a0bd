from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.incident_event_detail import IncidentEventDetail


T = TypeVar("T", bound="IncidentEvent")


@_attrs_define
class IncidentEvent:
    """
    Attributes:
        event_id (int):
        event (str): opened, firing, escalated, acknowledged, unacknowledged, silenced, unsilenced, renotified, labelled
            or resolved
        happened_at (datetime.datetime):
        actor (str): mdl, or who did it
        publication_id (int | None):
        detail (IncidentEventDetail):
    """

    event_id: int
    event: str
    happened_at: datetime.datetime
    actor: str
    publication_id: int | None
    detail: IncidentEventDetail

    def to_dict(self) -> dict[str, Any]:
        event_id = self.event_id

        event = self.event

        happened_at = self.happened_at.isoformat()

        actor = self.actor

        publication_id: int | None
        publication_id = self.publication_id

        detail = self.detail.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event_id": event_id,
                "event": event,
                "happened_at": happened_at,
                "actor": actor,
                "publication_id": publication_id,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.incident_event_detail import IncidentEventDetail  # noqa: PLC0415

        d = dict(src_dict)
        event_id = d.pop("event_id")

        event = d.pop("event")

        happened_at = datetime.datetime.fromisoformat(d.pop("happened_at"))

        actor = d.pop("actor")

        def _parse_publication_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        publication_id = _parse_publication_id(d.pop("publication_id"))

        detail = IncidentEventDetail.from_dict(d.pop("detail"))

        incident_event = cls(
            event_id=event_id,
            event=event,
            happened_at=happened_at,
            actor=actor,
            publication_id=publication_id,
            detail=detail,
        )

        return incident_event
