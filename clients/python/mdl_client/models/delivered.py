from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Delivered")


@_attrs_define
class Delivered:
    """
    Attributes:
        files (int):
        files_refused (int):
        files_lost (int): accepted once, gone with the lake and not there to be read again
        rows (int): of files that were not refused whole
        rows_refused (int):
    """

    files: int
    files_refused: int
    files_lost: int
    rows: int
    rows_refused: int

    def to_dict(self) -> dict[str, Any]:
        files = self.files

        files_refused = self.files_refused

        files_lost = self.files_lost

        rows = self.rows

        rows_refused = self.rows_refused

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "files": files,
                "files_refused": files_refused,
                "files_lost": files_lost,
                "rows": rows,
                "rows_refused": rows_refused,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        files = d.pop("files")

        files_refused = d.pop("files_refused")

        files_lost = d.pop("files_lost")

        rows = d.pop("rows")

        rows_refused = d.pop("rows_refused")

        delivered = cls(
            files=files,
            files_refused=files_refused,
            files_lost=files_lost,
            rows=rows,
            rows_refused=rows_refused,
        )

        return delivered
