from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.expectation import Expectation


T = TypeVar("T", bound="SourceQuality")


@_attrs_define
class SourceQuality:
    """
    Attributes:
        source_id (str):
        files_accepted (int):
        files_rejected (int):
        files_waiting (int):
        rows_delivered (int):
        rows_accepted (int):
        rows_quarantined (int):
        rows_superseded (int):
        last_accepted_at (datetime.datetime | None):
        expectations (list[Expectation]):
    """

    source_id: str
    files_accepted: int
    files_rejected: int
    files_waiting: int
    rows_delivered: int
    rows_accepted: int
    rows_quarantined: int
    rows_superseded: int
    last_accepted_at: datetime.datetime | None
    expectations: list[Expectation]

    def to_dict(self) -> dict[str, Any]:
        source_id = self.source_id

        files_accepted = self.files_accepted

        files_rejected = self.files_rejected

        files_waiting = self.files_waiting

        rows_delivered = self.rows_delivered

        rows_accepted = self.rows_accepted

        rows_quarantined = self.rows_quarantined

        rows_superseded = self.rows_superseded

        last_accepted_at: None | str
        if isinstance(self.last_accepted_at, datetime.datetime):
            last_accepted_at = self.last_accepted_at.isoformat()
        else:
            last_accepted_at = self.last_accepted_at

        expectations = []
        for expectations_item_data in self.expectations:
            expectations_item = expectations_item_data.to_dict()
            expectations.append(expectations_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "source_id": source_id,
                "files_accepted": files_accepted,
                "files_rejected": files_rejected,
                "files_waiting": files_waiting,
                "rows_delivered": rows_delivered,
                "rows_accepted": rows_accepted,
                "rows_quarantined": rows_quarantined,
                "rows_superseded": rows_superseded,
                "last_accepted_at": last_accepted_at,
                "expectations": expectations,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.expectation import Expectation  # noqa: PLC0415

        d = dict(src_dict)
        source_id = d.pop("source_id")

        files_accepted = d.pop("files_accepted")

        files_rejected = d.pop("files_rejected")

        files_waiting = d.pop("files_waiting")

        rows_delivered = d.pop("rows_delivered")

        rows_accepted = d.pop("rows_accepted")

        rows_quarantined = d.pop("rows_quarantined")

        rows_superseded = d.pop("rows_superseded")

        def _parse_last_accepted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_accepted_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_accepted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_accepted_at = _parse_last_accepted_at(d.pop("last_accepted_at"))

        expectations = []
        _expectations = d.pop("expectations")
        for expectations_item_data in _expectations:
            expectations_item = Expectation.from_dict(expectations_item_data)

            expectations.append(expectations_item)

        source_quality = cls(
            source_id=source_id,
            files_accepted=files_accepted,
            files_rejected=files_rejected,
            files_waiting=files_waiting,
            rows_delivered=rows_delivered,
            rows_accepted=rows_accepted,
            rows_quarantined=rows_quarantined,
            rows_superseded=rows_superseded,
            last_accepted_at=last_accepted_at,
            expectations=expectations,
        )

        return source_quality
