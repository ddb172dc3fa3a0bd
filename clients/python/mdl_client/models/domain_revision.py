from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.catalog_domain import CatalogDomain


T = TypeVar("T", bound="DomainRevision")


@_attrs_define
class DomainRevision:
    """
    Attributes:
        revision (int):
        version (str):
        change (str): created, major, minor, patch, deleted or restored
        changed_fields (list[str]): dotted paths
        changed_by (str):
        origin (str): file:<name> or api
        changed_at (datetime.datetime):
        content (CatalogDomain): A part of the business that owns objectives and metrics.
    """

    revision: int
    version: str
    change: str
    changed_fields: list[str]
    changed_by: str
    origin: str
    changed_at: datetime.datetime
    content: CatalogDomain

    def to_dict(self) -> dict[str, Any]:
        revision = self.revision

        version = self.version

        change = self.change

        changed_fields = self.changed_fields

        changed_by = self.changed_by

        origin = self.origin

        changed_at = self.changed_at.isoformat()

        content = self.content.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "revision": revision,
                "version": version,
                "change": change,
                "changed_fields": changed_fields,
                "changed_by": changed_by,
                "origin": origin,
                "changed_at": changed_at,
                "content": content,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalog_domain import CatalogDomain  # noqa: PLC0415

        d = dict(src_dict)
        revision = d.pop("revision")

        version = d.pop("version")

        change = d.pop("change")

        changed_fields = cast(list[str], d.pop("changed_fields"))

        changed_by = d.pop("changed_by")

        origin = d.pop("origin")

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        content = CatalogDomain.from_dict(d.pop("content"))

        domain_revision = cls(
            revision=revision,
            version=version,
            change=change,
            changed_fields=changed_fields,
            changed_by=changed_by,
            origin=origin,
            changed_at=changed_at,
            content=content,
        )

        return domain_revision
