from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.new_silence_subject_kind_type_1 import (
    NewSilenceSubjectKindType1,
    check_new_silence_subject_kind_type_1,
)
from ..models.new_silence_subject_kind_type_2_type_1 import (
    NewSilenceSubjectKindType2Type1,
    check_new_silence_subject_kind_type_2_type_1,
)
from ..models.new_silence_subject_kind_type_3_type_1 import (
    NewSilenceSubjectKindType3Type1,
    check_new_silence_subject_kind_type_3_type_1,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewSilence")


@_attrs_define
class NewSilence:
    """
    Attributes:
        reason (str):
        duration (str | Unset): such as 4h or 2 days
        ends_at (datetime.datetime | Unset): at most 90 days from now
        subject_kind (NewSilenceSubjectKindType1 | NewSilenceSubjectKindType2Type1 | NewSilenceSubjectKindType3Type1 |
            None | Unset):
        subject_id (None | str | Unset):
        rule_id (None | str | Unset):
        slice_ (None | str | Unset): empty is the total, null or nothing is any
        starts_at (datetime.datetime | Unset): now by default
    """

    reason: str
    duration: str | Unset = UNSET
    ends_at: datetime.datetime | Unset = UNSET
    subject_kind: (
        NewSilenceSubjectKindType1
        | NewSilenceSubjectKindType2Type1
        | NewSilenceSubjectKindType3Type1
        | None
        | Unset
    ) = UNSET
    subject_id: None | str | Unset = UNSET
    rule_id: None | str | Unset = UNSET
    slice_: None | str | Unset = UNSET
    starts_at: datetime.datetime | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        duration = self.duration

        ends_at: str | Unset = UNSET
        if not isinstance(self.ends_at, Unset):
            ends_at = self.ends_at.isoformat()

        subject_kind: None | str | Unset
        if isinstance(self.subject_kind, Unset):
            subject_kind = UNSET
        elif isinstance(self.subject_kind, str):
            subject_kind = self.subject_kind
        elif isinstance(self.subject_kind, str):
            subject_kind = self.subject_kind
        elif isinstance(self.subject_kind, str):
            subject_kind = self.subject_kind
        else:
            subject_kind = self.subject_kind

        subject_id: None | str | Unset
        if isinstance(self.subject_id, Unset):
            subject_id = UNSET
        else:
            subject_id = self.subject_id

        rule_id: None | str | Unset
        if isinstance(self.rule_id, Unset):
            rule_id = UNSET
        else:
            rule_id = self.rule_id

        slice_: None | str | Unset
        if isinstance(self.slice_, Unset):
            slice_ = UNSET
        else:
            slice_ = self.slice_

        starts_at: str | Unset = UNSET
        if not isinstance(self.starts_at, Unset):
            starts_at = self.starts_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if duration is not UNSET:
            field_dict["duration"] = duration
        if ends_at is not UNSET:
            field_dict["ends_at"] = ends_at
        if subject_kind is not UNSET:
            field_dict["subject_kind"] = subject_kind
        if subject_id is not UNSET:
            field_dict["subject_id"] = subject_id
        if rule_id is not UNSET:
            field_dict["rule_id"] = rule_id
        if slice_ is not UNSET:
            field_dict["slice"] = slice_
        if starts_at is not UNSET:
            field_dict["starts_at"] = starts_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        duration = d.pop("duration", UNSET)

        _ends_at = d.pop("ends_at", UNSET)
        ends_at: datetime.datetime | Unset
        if isinstance(_ends_at, Unset):
            ends_at = UNSET
        else:
            ends_at = datetime.datetime.fromisoformat(_ends_at)

        def _parse_subject_kind(
            data: object,
        ) -> (
            NewSilenceSubjectKindType1
            | NewSilenceSubjectKindType2Type1
            | NewSilenceSubjectKindType3Type1
            | None
            | Unset
        ):
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                subject_kind_type_1 = check_new_silence_subject_kind_type_1(data)

                return subject_kind_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                subject_kind_type_2_type_1 = check_new_silence_subject_kind_type_2_type_1(data)

                return subject_kind_type_2_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                subject_kind_type_3_type_1 = check_new_silence_subject_kind_type_3_type_1(data)

                return subject_kind_type_3_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                NewSilenceSubjectKindType1
                | NewSilenceSubjectKindType2Type1
                | NewSilenceSubjectKindType3Type1
                | None
                | Unset,
                data,
            )

        subject_kind = _parse_subject_kind(d.pop("subject_kind", UNSET))

        def _parse_subject_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subject_id = _parse_subject_id(d.pop("subject_id", UNSET))

        def _parse_rule_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        rule_id = _parse_rule_id(d.pop("rule_id", UNSET))

        def _parse_slice_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        slice_ = _parse_slice_(d.pop("slice", UNSET))

        _starts_at = d.pop("starts_at", UNSET)
        starts_at: datetime.datetime | Unset
        if isinstance(_starts_at, Unset):
            starts_at = UNSET
        else:
            starts_at = datetime.datetime.fromisoformat(_starts_at)

        new_silence = cls(
            reason=reason,
            duration=duration,
            ends_at=ends_at,
            subject_kind=subject_kind,
            subject_id=subject_id,
            rule_id=rule_id,
            slice_=slice_,
            starts_at=starts_at,
        )

        return new_silence
