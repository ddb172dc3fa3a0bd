from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.key_result_standing import KeyResultStanding


T = TypeVar("T", bound="ObjectiveStanding")


@_attrs_define
class ObjectiveStanding:
    """
    Attributes:
        objective_id (str):
        name (str):
        owner_team (None | str):
        start_date (datetime.date | None):
        end_date (datetime.date | None):
        domain_id (None | str):
        progress (float | None):
        expected_progress (float | None):
        projected_progress (float | None):
        coverage (float): share of key result weight that has data
        status (str):
        provenance (str):
        key_results (list[KeyResultStanding]):
    """

    objective_id: str
    name: str
    owner_team: None | str
    start_date: datetime.date | None
    end_date: datetime.date | None
    domain_id: None | str
    progress: float | None
    expected_progress: float | None
    projected_progress: float | None
    coverage: float
    status: str
    provenance: str
    key_results: list[KeyResultStanding]

    def to_dict(self) -> dict[str, Any]:
        objective_id = self.objective_id

        name = self.name

        owner_team: None | str
        owner_team = self.owner_team

        start_date: None | str
        if isinstance(self.start_date, datetime.date):
            start_date = self.start_date.isoformat()
        else:
            start_date = self.start_date

        end_date: None | str
        if isinstance(self.end_date, datetime.date):
            end_date = self.end_date.isoformat()
        else:
            end_date = self.end_date

        domain_id: None | str
        domain_id = self.domain_id

        progress: float | None
        progress = self.progress

        expected_progress: float | None
        expected_progress = self.expected_progress

        projected_progress: float | None
        projected_progress = self.projected_progress

        coverage = self.coverage

        status = self.status

        provenance = self.provenance

        key_results = []
        for key_results_item_data in self.key_results:
            key_results_item = key_results_item_data.to_dict()
            key_results.append(key_results_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "objective_id": objective_id,
                "name": name,
                "owner_team": owner_team,
                "start_date": start_date,
                "end_date": end_date,
                "domain_id": domain_id,
                "progress": progress,
                "expected_progress": expected_progress,
                "projected_progress": projected_progress,
                "coverage": coverage,
                "status": status,
                "provenance": provenance,
                "key_results": key_results,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.key_result_standing import KeyResultStanding  # noqa: PLC0415

        d = dict(src_dict)
        objective_id = d.pop("objective_id")

        name = d.pop("name")

        def _parse_owner_team(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        owner_team = _parse_owner_team(d.pop("owner_team"))

        def _parse_start_date(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                start_date_type_0 = datetime.date.fromisoformat(data)

                return start_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        start_date = _parse_start_date(d.pop("start_date"))

        def _parse_end_date(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                end_date_type_0 = datetime.date.fromisoformat(data)

                return end_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        end_date = _parse_end_date(d.pop("end_date"))

        def _parse_domain_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        domain_id = _parse_domain_id(d.pop("domain_id"))

        def _parse_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        progress = _parse_progress(d.pop("progress"))

        def _parse_expected_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        expected_progress = _parse_expected_progress(d.pop("expected_progress"))

        def _parse_projected_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        projected_progress = _parse_projected_progress(d.pop("projected_progress"))

        coverage = d.pop("coverage")

        status = d.pop("status")

        provenance = d.pop("provenance")

        key_results = []
        _key_results = d.pop("key_results")
        for key_results_item_data in _key_results:
            key_results_item = KeyResultStanding.from_dict(key_results_item_data)

            key_results.append(key_results_item)

        objective_standing = cls(
            objective_id=objective_id,
            name=name,
            owner_team=owner_team,
            start_date=start_date,
            end_date=end_date,
            domain_id=domain_id,
            progress=progress,
            expected_progress=expected_progress,
            projected_progress=projected_progress,
            coverage=coverage,
            status=status,
            provenance=provenance,
            key_results=key_results,
        )

        return objective_standing
