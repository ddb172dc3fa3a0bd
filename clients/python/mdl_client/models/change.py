from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Change")


@_attrs_define
class Change:
    """
    Attributes:
        kind (str):
        id (str):
        change (str): created, major, minor, patch or restored
        version (str):
        revision (int):
        changed_fields (list[str]):
    """

    kind: str
    id: str
    change: str
    version: str
    revision: int
    changed_fields: list[str]

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        id = self.id

        change = self.change

        version = self.version

        revision = self.revision

        changed_fields = self.changed_fields

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "id": id,
                "change": change,
                "version": version,
                "revision": revision,
                "changed_fields": changed_fields,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        id = d.pop("id")

        change = d.pop("change")

        version = d.pop("version")

        revision = d.pop("revision")

        changed_fields = cast(list[str], d.pop("changed_fields"))

        change = cls(
            kind=kind,
            id=id,
            change=change,
            version=version,
            revision=revision,
            changed_fields=changed_fields,
        )

        return change
