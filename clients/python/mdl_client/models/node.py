from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Node")


@_attrs_define
class Node:
    """
    Attributes:
        id (str): such as metric:revenue
        kind (str): source, event, metric, key_result, objective or domain
        document_id (str): of a key result: <objective>/<key result>
        name (str):
        reason (None | str): why a metric is not computed, or which events of it never came
    """

    id: str
    kind: str
    document_id: str
    name: str
    reason: None | str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind = self.kind

        document_id = self.document_id

        name = self.name

        reason: None | str
        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "document_id": document_id,
                "name": name,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        document_id = d.pop("document_id")

        name = d.pop("name")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        node = cls(
            id=id,
            kind=kind,
            document_id=document_id,
            name=name,
            reason=reason,
        )

        return node
