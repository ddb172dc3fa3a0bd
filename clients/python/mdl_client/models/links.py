from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.links_links import LinksLinks


T = TypeVar("T", bound="Links")


@_attrs_define
class Links:
    """
    Attributes:
        version (str):
        links (LinksLinks):
    """

    version: str
    links: LinksLinks

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "version": version,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.links_links import LinksLinks  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        links = LinksLinks.from_dict(d.pop("links"))

        links = cls(
            version=version,
            links=links,
        )

        return links
