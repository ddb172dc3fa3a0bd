from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Publication")


@_attrs_define
class Publication:
    """
    Attributes:
        publication_id (int):
        published_at (datetime.datetime):
        created_at (datetime.datetime):
        as_of (datetime.datetime):
        data_through (datetime.datetime | None):
        timezone (str):
        lake_version (int | None):
        catalog_version (int | None):
        quality (None | str):
        run_id (None | str):
        values_changed (int):
        values_computed (int):
    """

    publication_id: int
    published_at: datetime.datetime
    created_at: datetime.datetime
    as_of: datetime.datetime
    data_through: datetime.datetime | None
    timezone: str
    lake_version: int | None
    catalog_version: int | None
    quality: None | str
    run_id: None | str
    values_changed: int
    values_computed: int

    def to_dict(self) -> dict[str, Any]:
        publication_id = self.publication_id

        published_at = self.published_at.isoformat()

        created_at = self.created_at.isoformat()

        as_of = self.as_of.isoformat()

        data_through: None | str
        if isinstance(self.data_through, datetime.datetime):
            data_through = self.data_through.isoformat()
        else:
            data_through = self.data_through

        timezone = self.timezone

        lake_version: int | None
        lake_version = self.lake_version

        catalog_version: int | None
        catalog_version = self.catalog_version

        quality: None | str
        quality = self.quality

        run_id: None | str
        run_id = self.run_id

        values_changed = self.values_changed

        values_computed = self.values_computed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "publication_id": publication_id,
                "published_at": published_at,
                "created_at": created_at,
                "as_of": as_of,
                "data_through": data_through,
                "timezone": timezone,
                "lake_version": lake_version,
                "catalog_version": catalog_version,
                "quality": quality,
                "run_id": run_id,
                "values_changed": values_changed,
                "values_computed": values_computed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        publication_id = d.pop("publication_id")

        published_at = datetime.datetime.fromisoformat(d.pop("published_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        def _parse_data_through(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                data_through_type_0 = datetime.datetime.fromisoformat(data)

                return data_through_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        data_through = _parse_data_through(d.pop("data_through"))

        timezone = d.pop("timezone")

        def _parse_lake_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        lake_version = _parse_lake_version(d.pop("lake_version"))

        def _parse_catalog_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        catalog_version = _parse_catalog_version(d.pop("catalog_version"))

        def _parse_quality(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        quality = _parse_quality(d.pop("quality"))

        def _parse_run_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        run_id = _parse_run_id(d.pop("run_id"))

        values_changed = d.pop("values_changed")

        values_computed = d.pop("values_computed")

        publication = cls(
            publication_id=publication_id,
            published_at=published_at,
            created_at=created_at,
            as_of=as_of,
            data_through=data_through,
            timezone=timezone,
            lake_version=lake_version,
            catalog_version=catalog_version,
            quality=quality,
            run_id=run_id,
            values_changed=values_changed,
            values_computed=values_computed,
        )

        return publication
