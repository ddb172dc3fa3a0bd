from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.query_grain import QueryGrain, check_query_grain
from ..types import UNSET, Unset

T = TypeVar("T", bound="Query")


@_attrs_define
class Query:
    """
    Attributes:
        metric_ids (list[str]):
        grain (QueryGrain): one that all the metrics offer
        as_of (datetime.date | Unset): answer with what was published by the end of that day
        from_ (datetime.date | datetime.datetime | Unset): first day, or moment from which periods begin
        to (datetime.date | datetime.datetime | Unset): last day (included), or moment before which periods begin
        complete (bool | Unset): only finished, or only running, periods
        slices (list[str] | Unset): such as country=US, '' for the total
        by (list[str] | Unset): dimensions to slice by, which all the metrics offer
    """

    metric_ids: list[str]
    grain: QueryGrain
    as_of: datetime.date | Unset = UNSET
    from_: datetime.date | datetime.datetime | Unset = UNSET
    to: datetime.date | datetime.datetime | Unset = UNSET
    complete: bool | Unset = UNSET
    slices: list[str] | Unset = UNSET
    by: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        metric_ids = self.metric_ids

        grain: str = self.grain

        as_of: str | Unset = UNSET
        if not isinstance(self.as_of, Unset):
            as_of = self.as_of.isoformat()

        from_: str | Unset
        if isinstance(self.from_, Unset):
            from_ = UNSET
        elif isinstance(self.from_, datetime.date):
            from_ = self.from_.isoformat()
        else:
            from_ = self.from_.isoformat()

        to: str | Unset
        if isinstance(self.to, Unset):
            to = UNSET
        elif isinstance(self.to, datetime.date):
            to = self.to.isoformat()
        else:
            to = self.to.isoformat()

        complete = self.complete

        slices: list[str] | Unset = UNSET
        if not isinstance(self.slices, Unset):
            slices = self.slices

        by: list[str] | Unset = UNSET
        if not isinstance(self.by, Unset):
            by = self.by

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "metric_ids": metric_ids,
                "grain": grain,
            }
        )
        if as_of is not UNSET:
            field_dict["as_of"] = as_of
        if from_ is not UNSET:
            field_dict["from"] = from_
        if to is not UNSET:
            field_dict["to"] = to
        if complete is not UNSET:
            field_dict["complete"] = complete
        if slices is not UNSET:
            field_dict["slices"] = slices
        if by is not UNSET:
            field_dict["by"] = by

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        metric_ids = cast(list[str], d.pop("metric_ids"))

        grain = check_query_grain(d.pop("grain"))

        _as_of = d.pop("as_of", UNSET)
        as_of: datetime.date | Unset
        if isinstance(_as_of, Unset):
            as_of = UNSET
        else:
            as_of = datetime.date.fromisoformat(_as_of)

        def _parse_from_(data: object) -> datetime.date | datetime.datetime | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                from_type_0 = datetime.date.fromisoformat(data)

                return from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            from_type_1 = datetime.datetime.fromisoformat(data)

            return from_type_1

        from_ = _parse_from_(d.pop("from", UNSET))

        def _parse_to(data: object) -> datetime.date | datetime.datetime | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                to_type_0 = datetime.date.fromisoformat(data)

                return to_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            to_type_1 = datetime.datetime.fromisoformat(data)

            return to_type_1

        to = _parse_to(d.pop("to", UNSET))

        complete = d.pop("complete", UNSET)

        slices = cast(list[str], d.pop("slices", UNSET))

        by = cast(list[str], d.pop("by", UNSET))

        query = cls(
            metric_ids=metric_ids,
            grain=grain,
            as_of=as_of,
            from_=from_,
            to=to,
            complete=complete,
            slices=slices,
            by=by,
        )

        return query
