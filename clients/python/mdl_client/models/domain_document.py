from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.catalog_domain import CatalogDomain


T = TypeVar("T", bound="DomainDocument")


@_attrs_define
class DomainDocument:
    """
    Attributes:
        kind (str):
        id (str):
        version (str): semantic version of the content
        revision (int): 1, 2, 3 … with every change
        updated_at (datetime.datetime):
        content (CatalogDomain): A part of the business that owns objectives and metrics.
    """

    kind: str
    id: str
    version: str
    revision: int
    updated_at: datetime.datetime
    content: CatalogDomain

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        id = self.id

        version = self.version

        revision = self.revision

        updated_at = self.updated_at.isoformat()

        content = self.content.to_dict()

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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalog_domain import CatalogDomain  # noqa: PLC0415

        d = dict(src_dict)
        kind = d.pop("kind")

        id = d.pop("id")

        version = d.pop("version")

        revision = d.pop("revision")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        content = CatalogDomain.from_dict(d.pop("content"))

        domain_document = cls(
            kind=kind,
            id=id,
            version=version,
            revision=revision,
            updated_at=updated_at,
            content=content,
        )

        return domain_document
