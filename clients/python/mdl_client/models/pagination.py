from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Pagination")


@_attrs_define
class Pagination:
    """
    Attributes:
        page (int):
        limit (int):
        total (int):
        pages (int):
        has_next (bool):
        has_prev (bool):
    """

    page: int
    limit: int
    total: int
    pages: int
    has_next: bool
    has_prev: bool

    def to_dict(self) -> dict[str, Any]:
        page = self.page

        limit = self.limit

        total = self.total

        pages = self.pages

        has_next = self.has_next

        has_prev = self.has_prev

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "page": page,
                "limit": limit,
                "total": total,
                "pages": pages,
                "has_next": has_next,
                "has_prev": has_prev,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        page = d.pop("page")

        limit = d.pop("limit")

        total = d.pop("total")

        pages = d.pop("pages")

        has_next = d.pop("has_next")

        has_prev = d.pop("has_prev")

        pagination = cls(
            page=page,
            limit=limit,
            total=total,
            pages=pages,
            has_next=has_next,
            has_prev=has_prev,
        )

        return pagination
