from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.source_quality import SourceQuality


T = TypeVar("T", bound="Quality")


@_attrs_define
class Quality:
    """
    Attributes:
        state (str): ok, warning (rows refused) or critical (a whole file refused)
        sources (list[SourceQuality]):
    """

    state: str
    sources: list[SourceQuality]

    def to_dict(self) -> dict[str, Any]:
        state = self.state

        sources = []
        for sources_item_data in self.sources:
            sources_item = sources_item_data.to_dict()
            sources.append(sources_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "state": state,
                "sources": sources,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source_quality import SourceQuality  # noqa: PLC0415

        d = dict(src_dict)
        state = d.pop("state")

        sources = []
        _sources = d.pop("sources")
        for sources_item_data in _sources:
            sources_item = SourceQuality.from_dict(sources_item_data)

            sources.append(sources_item)

        quality = cls(
            state=state,
            sources=sources,
        )

        return quality
