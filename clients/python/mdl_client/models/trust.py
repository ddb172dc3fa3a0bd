from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.trust_quality_type_0 import TrustQualityType0, check_trust_quality_type_0
from ..models.trust_quality_type_2_type_0 import (
    TrustQualityType2Type0,
    check_trust_quality_type_2_type_0,
)
from ..models.trust_quality_type_3_type_0 import (
    TrustQualityType3Type0,
    check_trust_quality_type_3_type_0,
)

if TYPE_CHECKING:
    from ..models.delivered import Delivered
    from ..models.trust_held_back import TrustHeldBack


T = TypeVar("T", bound="Trust")


@_attrs_define
class Trust:
    """
    Attributes:
        publication_id (int):
        published_at (datetime.datetime):
        as_of (datetime.datetime): the moment the numbers stand at
        data_through (datetime.datetime | None): newest event that counted
        timezone (str):
        is_complete (bool): no period of the answer is still running
        lake_version (int | None):
        catalog_version (int | None):
        quality (None | TrustQualityType0 | TrustQualityType2Type0 | TrustQualityType3Type0): of what the metric's own
            sources, or all, had delivered: warning is rows refused, critical a whole file refused or lost
        definition_version (None | str):
        definition_hash (None | str):
        deliveries (Delivered | None): `quality` in numbers; null in publications before they were kept
        held_back (TrustHeldBack): those of the answer's metrics that the publication left out, with the reason; what
            stood of them stands
    """

    publication_id: int
    published_at: datetime.datetime
    as_of: datetime.datetime
    data_through: datetime.datetime | None
    timezone: str
    is_complete: bool
    lake_version: int | None
    catalog_version: int | None
    quality: None | TrustQualityType0 | TrustQualityType2Type0 | TrustQualityType3Type0
    definition_version: None | str
    definition_hash: None | str
    deliveries: Delivered | None
    held_back: TrustHeldBack

    def to_dict(self) -> dict[str, Any]:
        from ..models.delivered import Delivered  # noqa: PLC0415

        publication_id = self.publication_id

        published_at = self.published_at.isoformat()

        as_of = self.as_of.isoformat()

        data_through: None | str
        if isinstance(self.data_through, datetime.datetime):
            data_through = self.data_through.isoformat()
        else:
            data_through = self.data_through

        timezone = self.timezone

        is_complete = self.is_complete

        lake_version: int | None
        lake_version = self.lake_version

        catalog_version: int | None
        catalog_version = self.catalog_version

        quality: None | str
        if isinstance(self.quality, str):
            quality = self.quality
        elif isinstance(self.quality, str):
            quality = self.quality
        elif isinstance(self.quality, str):
            quality = self.quality
        else:
            quality = self.quality

        definition_version: None | str
        definition_version = self.definition_version

        definition_hash: None | str
        definition_hash = self.definition_hash

        deliveries: dict[str, Any] | None
        if isinstance(self.deliveries, Delivered):
            deliveries = self.deliveries.to_dict()
        else:
            deliveries = self.deliveries

        held_back = self.held_back.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "publication_id": publication_id,
                "published_at": published_at,
                "as_of": as_of,
                "data_through": data_through,
                "timezone": timezone,
                "is_complete": is_complete,
                "lake_version": lake_version,
                "catalog_version": catalog_version,
                "quality": quality,
                "definition_version": definition_version,
                "definition_hash": definition_hash,
                "deliveries": deliveries,
                "held_back": held_back,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.delivered import Delivered  # noqa: PLC0415
        from ..models.trust_held_back import TrustHeldBack  # noqa: PLC0415

        d = dict(src_dict)
        publication_id = d.pop("publication_id")

        published_at = datetime.datetime.fromisoformat(d.pop("published_at"))

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

        is_complete = d.pop("is_complete")

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

        def _parse_quality(
            data: object,
        ) -> None | TrustQualityType0 | TrustQualityType2Type0 | TrustQualityType3Type0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                quality_type_0 = check_trust_quality_type_0(data)

                return quality_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                quality_type_2_type_0 = check_trust_quality_type_2_type_0(data)

                return quality_type_2_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                quality_type_3_type_0 = check_trust_quality_type_3_type_0(data)

                return quality_type_3_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrustQualityType0 | TrustQualityType2Type0 | TrustQualityType3Type0, data)

        quality = _parse_quality(d.pop("quality"))

        def _parse_definition_version(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        definition_version = _parse_definition_version(d.pop("definition_version"))

        def _parse_definition_hash(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        definition_hash = _parse_definition_hash(d.pop("definition_hash"))

        def _parse_deliveries(data: object) -> Delivered | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                deliveries_type_0 = Delivered.from_dict(data)

                return deliveries_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Delivered | None, data)

        deliveries = _parse_deliveries(d.pop("deliveries"))

        held_back = TrustHeldBack.from_dict(d.pop("held_back"))

        trust = cls(
            publication_id=publication_id,
            published_at=published_at,
            as_of=as_of,
            data_through=data_through,
            timezone=timezone,
            is_complete=is_complete,
            lake_version=lake_version,
            catalog_version=catalog_version,
            quality=quality,
            definition_version=definition_version,
            definition_hash=definition_hash,
            deliveries=deliveries,
            held_back=held_back,
        )

        return trust
