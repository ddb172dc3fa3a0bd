from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.label_label_type_1 import LabelLabelType1, check_label_label_type_1
from ..models.label_label_type_2_type_1 import (
    LabelLabelType2Type1,
    check_label_label_type_2_type_1,
)
from ..models.label_label_type_3_type_1 import (
    LabelLabelType3Type1,
    check_label_label_type_3_type_1,
)

T = TypeVar("T", bound="Label")


@_attrs_define
class Label:
    """
    Attributes:
        label (LabelLabelType1 | LabelLabelType2Type1 | LabelLabelType3Type1 | None): later periods are not compared
            with those of an anomaly; null takes it back
    """

    label: LabelLabelType1 | LabelLabelType2Type1 | LabelLabelType3Type1 | None

    def to_dict(self) -> dict[str, Any]:
        label: None | str
        if isinstance(self.label, str):
            label = self.label
        elif isinstance(self.label, str):
            label = self.label
        elif isinstance(self.label, str):
            label = self.label
        else:
            label = self.label

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "label": label,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_label(
            data: object,
        ) -> LabelLabelType1 | LabelLabelType2Type1 | LabelLabelType3Type1 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                label_type_1 = check_label_label_type_1(data)

                return label_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                label_type_2_type_1 = check_label_label_type_2_type_1(data)

                return label_type_2_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                label_type_3_type_1 = check_label_label_type_3_type_1(data)

                return label_type_3_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LabelLabelType1 | LabelLabelType2Type1 | LabelLabelType3Type1 | None, data)

        label = _parse_label(d.pop("label"))

        label = cls(
            label=label,
        )

        return label
