from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Module")


@_attrs_define
class Module:
    """
    Attributes:
        metric_ids (list[str]):
        catalog_version (int):
        package (str):
        policy (str): the module's text
    """

    metric_ids: list[str]
    catalog_version: int
    package: str
    policy: str

    def to_dict(self) -> dict[str, Any]:
        metric_ids = self.metric_ids

        catalog_version = self.catalog_version

        package = self.package

        policy = self.policy

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metric_ids": metric_ids,
                "catalog_version": catalog_version,
                "package": package,
                "policy": policy,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        metric_ids = cast(list[str], d.pop("metric_ids"))

        catalog_version = d.pop("catalog_version")

        package = d.pop("package")

        policy = d.pop("policy")

        module = cls(
            metric_ids=metric_ids,
            catalog_version=catalog_version,
            package=package,
            policy=policy,
        )

        return module
