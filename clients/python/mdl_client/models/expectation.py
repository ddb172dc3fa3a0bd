from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Expectation")


@_attrs_define
class Expectation:
    """
    Attributes:
        suite (str):
        expectation (str):
        column_name (None | str):
        element_count (int):
        unexpected_count (int):
        failed_files (int):
        validated_at (datetime.datetime):
    """

    suite: str
    expectation: str
    column_name: None | str
    element_count: int
    unexpected_count: int
    failed_files: int
    validated_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        suite = self.suite

        expectation = self.expectation

        column_name: None | str
        column_name = self.column_name

        element_count = self.element_count

        unexpected_count = self.unexpected_count

        failed_files = self.failed_files

        validated_at = self.validated_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "suite": suite,
                "expectation": expectation,
                "column_name": column_name,
                "element_count": element_count,
                "unexpected_count": unexpected_count,
                "failed_files": failed_files,
                "validated_at": validated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        suite = d.pop("suite")

        expectation = d.pop("expectation")

        def _parse_column_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        column_name = _parse_column_name(d.pop("column_name"))

        element_count = d.pop("element_count")

        unexpected_count = d.pop("unexpected_count")

        failed_files = d.pop("failed_files")

        validated_at = datetime.datetime.fromisoformat(d.pop("validated_at"))

        expectation = cls(
            suite=suite,
            expectation=expectation,
            column_name=column_name,
            element_count=element_count,
            unexpected_count=unexpected_count,
            failed_files=failed_files,
            validated_at=validated_at,
        )

        return expectation
