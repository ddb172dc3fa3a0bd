from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.catalog_metric import CatalogMetric
    from ..models.current_value import CurrentValue


T = TypeVar("T", bound="ListedMetric")


@_attrs_define
class ListedMetric:
    """
    Attributes:
        kind (str):
        id (str):
        version (str): semantic version of the content
        revision (int): 1, 2, 3 … with every change
        updated_at (datetime.datetime):
        content (CatalogMetric): One number, defined once.
        current (CurrentValue | None | Unset): only with include=current
    """

    kind: str
    id: str
    version: str
    revision: int
    updated_at: datetime.datetime
    content: CatalogMetric
    current: CurrentValue | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.current_value import CurrentValue  # noqa: PLC0415

        kind = self.kind

        id = self.id

        version = self.version

        revision = self.revision

        updated_at = self.updated_at.isoformat()

        content = self.content.to_dict()

        current: dict[str, Any] | None | Unset
        if isinstance(self.current, Unset):
            current = UNSET
        elif isinstance(self.current, CurrentValue):
            current = self.current.to_dict()
        else:
            current = self.current

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "id": id,
                "version": version,
                "revision": revision,
                "updated_at": updated_at,
                "content": content,
            }
        )
        if current is not UNSET:
            field_dict["current"] = current

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalog_metric import CatalogMetric  # noqa: PLC0415
        from ..models.current_value import CurrentValue  # noqa: PLC0415

        d = dict(src_dict)
        kind = d.pop("kind")

        id = d.pop("id")

        version = d.pop("version")

        revision = d.pop("revision")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        content = CatalogMetric.from_dict(d.pop("content"))

        def _parse_current(data: object) -> CurrentValue | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                current_type_0 = CurrentValue.from_dict(data)

                return current_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CurrentValue | None | Unset, data)

        current = _parse_current(d.pop("current", UNSET))

        listed_metric = cls(
            kind=kind,
            id=id,
            version=version,
            revision=revision,
            updated_at=updated_at,
            content=content,
            current=current,
        )

        return listed_metric
