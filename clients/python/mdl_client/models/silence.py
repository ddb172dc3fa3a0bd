from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.silence_subject_kind_type_1 import (
    SilenceSubjectKindType1,
    check_silence_subject_kind_type_1,
)
from ..models.silence_subject_kind_type_2_type_1 import (
    SilenceSubjectKindType2Type1,
    check_silence_subject_kind_type_2_type_1,
)
from ..models.silence_subject_kind_type_3_type_1 import (
    SilenceSubjectKindType3Type1,
    check_silence_subject_kind_type_3_type_1,
)

T = TypeVar("T", bound="Silence")


@_attrs_define
class Silence:
    """
    Attributes:
        silence_id (int):
        subject_kind (None | SilenceSubjectKindType1 | SilenceSubjectKindType2Type1 | SilenceSubjectKindType3Type1):
        subject_id (None | str):
        rule_id (None | str):
        slice_ (None | str): empty is the total
        starts_at (datetime.datetime):
        ends_at (datetime.datetime):
        reason (str):
        created_by (str):
        created_at (datetime.datetime):
    """

    silence_id: int
    subject_kind: None | SilenceSubjectKindType1 | SilenceSubjectKindType2Type1 | SilenceSubjectKindType3Type1
    subject_id: None | str
    rule_id: None | str
    slice_: None | str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    reason: str
    created_by: str
    created_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        silence_id = self.silence_id

        subject_kind: None | str
        if isinstance(self.subject_kind, str):
            subject_kind = self.subject_kind
        elif isinstance(self.subject_kind, str):
            subject_kind = self.subject_kind
        elif isinstance(self.subject_kind, str):
            subject_kind = self.subject_kind
        else:
            subject_kind = self.subject_kind

        subject_id: None | str
        subject_id = self.subject_id

        rule_id: None | str
        rule_id = self.rule_id

        slice_: None | str
        slice_ = self.slice_

        starts_at = self.starts_at.isoformat()

        ends_at = self.ends_at.isoformat()

        reason = self.reason

        created_by = self.created_by

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "silence_id": silence_id,
                "subject_kind": subject_kind,
                "subject_id": subject_id,
                "rule_id": rule_id,
                "slice": slice_,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "reason": reason,
                "created_by": created_by,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        silence_id = d.pop("silence_id")

        def _parse_subject_kind(
            data: object,
        ) -> None | SilenceSubjectKindType1 | SilenceSubjectKindType2Type1 | SilenceSubjectKindType3Type1:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                subject_kind_type_1 = check_silence_subject_kind_type_1(data)

                return subject_kind_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                subject_kind_type_2_type_1 = check_silence_subject_kind_type_2_type_1(data)

                return subject_kind_type_2_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                subject_kind_type_3_type_1 = check_silence_subject_kind_type_3_type_1(data)

                return subject_kind_type_3_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                None | SilenceSubjectKindType1 | SilenceSubjectKindType2Type1 | SilenceSubjectKindType3Type1,
                data,
            )

        subject_kind = _parse_subject_kind(d.pop("subject_kind"))

        def _parse_subject_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject_id = _parse_subject_id(d.pop("subject_id"))

        def _parse_rule_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rule_id = _parse_rule_id(d.pop("rule_id"))

        def _parse_slice_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        slice_ = _parse_slice_(d.pop("slice"))

        starts_at = datetime.datetime.fromisoformat(d.pop("starts_at"))

        ends_at = datetime.datetime.fromisoformat(d.pop("ends_at"))

        reason = d.pop("reason")

        created_by = d.pop("created_by")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        silence = cls(
            silence_id=silence_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            rule_id=rule_id,
            slice_=slice_,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
            created_by=created_by,
            created_at=created_at,
        )

        return silence
