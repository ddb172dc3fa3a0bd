from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.domain_standing import DomainStanding
    from ..models.objective_standing import ObjectiveStanding


T = TypeVar("T", bound="Scored")


@_attrs_define
class Scored:
    """
    Attributes:
        as_of_date (datetime.date):
        domains (list[DomainStanding]):
        unassigned (list[ObjectiveStanding]): objectives that name no known domain
    """

    as_of_date: datetime.date
    domains: list[DomainStanding]
    unassigned: list[ObjectiveStanding]

    def to_dict(self) -> dict[str, Any]:
        as_of_date = self.as_of_date.isoformat()

        domains = []
        for domains_item_data in self.domains:
            domains_item = domains_item_data.to_dict()
            domains.append(domains_item)

        unassigned = []
        for unassigned_item_data in self.unassigned:
            unassigned_item = unassigned_item_data.to_dict()
            unassigned.append(unassigned_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "as_of_date": as_of_date,
                "domains": domains,
                "unassigned": unassigned,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.domain_standing import DomainStanding  # noqa: PLC0415
        from ..models.objective_standing import ObjectiveStanding  # noqa: PLC0415

        d = dict(src_dict)
        as_of_date = datetime.date.fromisoformat(d.pop("as_of_date"))

        domains = []
        _domains = d.pop("domains")
        for domains_item_data in _domains:
            domains_item = DomainStanding.from_dict(domains_item_data)

            domains.append(domains_item)

        unassigned = []
        _unassigned = d.pop("unassigned")
        for unassigned_item_data in _unassigned:
            unassigned_item = ObjectiveStanding.from_dict(unassigned_item_data)

            unassigned.append(unassigned_item)

        scored = cls(
            as_of_date=as_of_date,
            domains=domains,
            unassigned=unassigned,
        )

        return scored
