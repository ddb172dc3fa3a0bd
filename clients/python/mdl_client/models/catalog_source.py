from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.catalog_source_decimal import (
    CatalogSourceDecimal,
    check_catalog_source_decimal,
)
from ..models.catalog_source_format import (
    CatalogSourceFormat,
    check_catalog_source_format,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.any_object import AnyObject
    from ..models.catalog_range import CatalogRange
    from ..models.catalog_source_dimensions import CatalogSourceDimensions
    from ..models.catalog_source_fields import CatalogSourceFields
    from ..models.catalog_source_null_values_type_1 import CatalogSourceNullValuesType1
    from ..models.catalog_source_ranges import CatalogSourceRanges
    from ..models.catalog_timestamp_column import CatalogTimestampColumn


T = TypeVar("T", bound="CatalogSource")


@_attrs_define
class CatalogSource:
    """How raw data become events.

    Attributes:
        source_id (str):
        format_ (CatalogSourceFormat):
        timestamp (CatalogTimestampColumn): Where and how a source writes the time of an event.
        metadata (AnyObject | Unset):
        path (None | str | Unset):
        encoding (None | str | Unset):
        delimiter (None | str | Unset):
        quote (None | str | Unset):
        decimal (CatalogSourceDecimal | Unset):  Default: '.'.
        thousands (None | str | Unset):
        skip_rows (int | Unset):  Default: 0.
        skip_footer (int | Unset):  Default: 0.
        records (None | str | Unset):
        sheet (None | str | Unset):
        connection (None | str | Unset):
        query (None | str | Unset):
        cursor (None | str | Unset):
        event (None | str | Unset):
        event_column (None | str | Unset):
        dimensions (CatalogSourceDimensions | Unset):
        fields (CatalogSourceFields | Unset):
        null_values (CatalogSourceNullValuesType1 | list[str] | Unset):
        unique_key (list[str] | Unset):
        max_bad_ratio (float | Unset):  Default: 0.05.
        ranges (CatalogSourceRanges | Unset):
        expected_rows (CatalogRange | Unset): Inclusive bounds; None is unbounded.
        owner_team (None | str | Unset):
        notify_channels (list[str] | Unset):
    """

    source_id: str
    format_: CatalogSourceFormat
    timestamp: CatalogTimestampColumn
    metadata: AnyObject | Unset = UNSET
    path: None | str | Unset = UNSET
    encoding: None | str | Unset = UNSET
    delimiter: None | str | Unset = UNSET
    quote: None | str | Unset = UNSET
    decimal: CatalogSourceDecimal | Unset = "."
    thousands: None | str | Unset = UNSET
    skip_rows: int | Unset = 0
    skip_footer: int | Unset = 0
    records: None | str | Unset = UNSET
    sheet: None | str | Unset = UNSET
    connection: None | str | Unset = UNSET
    query: None | str | Unset = UNSET
    cursor: None | str | Unset = UNSET
    event: None | str | Unset = UNSET
    event_column: None | str | Unset = UNSET
    dimensions: CatalogSourceDimensions | Unset = UNSET
    fields: CatalogSourceFields | Unset = UNSET
    null_values: CatalogSourceNullValuesType1 | list[str] | Unset = UNSET
    unique_key: list[str] | Unset = UNSET
    max_bad_ratio: float | Unset = 0.05
    ranges: CatalogSourceRanges | Unset = UNSET
    expected_rows: CatalogRange | Unset = UNSET
    owner_team: None | str | Unset = UNSET
    notify_channels: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source_id = self.source_id

        format_: str = self.format_

        timestamp = self.timestamp.to_dict()

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        path: None | str | Unset
        if isinstance(self.path, Unset):
            path = UNSET
        else:
            path = self.path

        encoding: None | str | Unset
        if isinstance(self.encoding, Unset):
            encoding = UNSET
        else:
            encoding = self.encoding

        delimiter: None | str | Unset
        if isinstance(self.delimiter, Unset):
            delimiter = UNSET
        else:
            delimiter = self.delimiter

        quote: None | str | Unset
        if isinstance(self.quote, Unset):
            quote = UNSET
        else:
            quote = self.quote

        decimal: str | Unset = UNSET
        if not isinstance(self.decimal, Unset):
            decimal = self.decimal

        thousands: None | str | Unset
        if isinstance(self.thousands, Unset):
            thousands = UNSET
        else:
            thousands = self.thousands

        skip_rows = self.skip_rows

        skip_footer = self.skip_footer

        records: None | str | Unset
        if isinstance(self.records, Unset):
            records = UNSET
        else:
            records = self.records

        sheet: None | str | Unset
        if isinstance(self.sheet, Unset):
            sheet = UNSET
        else:
            sheet = self.sheet

        connection: None | str | Unset
        if isinstance(self.connection, Unset):
            connection = UNSET
        else:
            connection = self.connection

        query: None | str | Unset
        if isinstance(self.query, Unset):
            query = UNSET
        else:
            query = self.query

        cursor: None | str | Unset
        if isinstance(self.cursor, Unset):
            cursor = UNSET
        else:
            cursor = self.cursor

        event: None | str | Unset
        if isinstance(self.event, Unset):
            event = UNSET
        else:
            event = self.event

        event_column: None | str | Unset
        if isinstance(self.event_column, Unset):
            event_column = UNSET
        else:
            event_column = self.event_column

        dimensions: dict[str, Any] | Unset = UNSET
        if not isinstance(self.dimensions, Unset):
            dimensions = self.dimensions.to_dict()

        fields: dict[str, Any] | Unset = UNSET
        if not isinstance(self.fields, Unset):
            fields = self.fields.to_dict()

        null_values: dict[str, Any] | list[str] | Unset
        if isinstance(self.null_values, Unset):
            null_values = UNSET
        elif isinstance(self.null_values, list):
            null_values = self.null_values

        else:
            null_values = self.null_values.to_dict()

        unique_key: list[str] | Unset = UNSET
        if not isinstance(self.unique_key, Unset):
            unique_key = self.unique_key

        max_bad_ratio = self.max_bad_ratio

        ranges: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ranges, Unset):
            ranges = self.ranges.to_dict()

        expected_rows: dict[str, Any] | Unset = UNSET
        if not isinstance(self.expected_rows, Unset):
            expected_rows = self.expected_rows.to_dict()

        owner_team: None | str | Unset
        if isinstance(self.owner_team, Unset):
            owner_team = UNSET
        else:
            owner_team = self.owner_team

        notify_channels: list[str] | Unset = UNSET
        if not isinstance(self.notify_channels, Unset):
            notify_channels = self.notify_channels

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source_id": source_id,
                "format": format_,
                "timestamp": timestamp,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if path is not UNSET:
            field_dict["path"] = path
        if encoding is not UNSET:
            field_dict["encoding"] = encoding
        if delimiter is not UNSET:
            field_dict["delimiter"] = delimiter
        if quote is not UNSET:
            field_dict["quote"] = quote
        if decimal is not UNSET:
            field_dict["decimal"] = decimal
        if thousands is not UNSET:
            field_dict["thousands"] = thousands
        if skip_rows is not UNSET:
            field_dict["skip_rows"] = skip_rows
        if skip_footer is not UNSET:
            field_dict["skip_footer"] = skip_footer
        if records is not UNSET:
            field_dict["records"] = records
        if sheet is not UNSET:
            field_dict["sheet"] = sheet
        if connection is not UNSET:
            field_dict["connection"] = connection
        if query is not UNSET:
            field_dict["query"] = query
        if cursor is not UNSET:
            field_dict["cursor"] = cursor
        if event is not UNSET:
            field_dict["event"] = event
        if event_column is not UNSET:
            field_dict["event_column"] = event_column
        if dimensions is not UNSET:
            field_dict["dimensions"] = dimensions
        if fields is not UNSET:
            field_dict["fields"] = fields
        if null_values is not UNSET:
            field_dict["null_values"] = null_values
        if unique_key is not UNSET:
            field_dict["unique_key"] = unique_key
        if max_bad_ratio is not UNSET:
            field_dict["max_bad_ratio"] = max_bad_ratio
        if ranges is not UNSET:
            field_dict["ranges"] = ranges
        if expected_rows is not UNSET:
            field_dict["expected_rows"] = expected_rows
        if owner_team is not UNSET:
            field_dict["owner_team"] = owner_team
        if notify_channels is not UNSET:
            field_dict["notify_channels"] = notify_channels

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_object import AnyObject  # noqa: PLC0415
        from ..models.catalog_range import CatalogRange  # noqa: PLC0415
        from ..models.catalog_source_dimensions import CatalogSourceDimensions  # noqa: PLC0415
        from ..models.catalog_source_fields import CatalogSourceFields  # noqa: PLC0415
        from ..models.catalog_source_null_values_type_1 import (
            CatalogSourceNullValuesType1,  # noqa: PLC0415
        )
        from ..models.catalog_source_ranges import CatalogSourceRanges  # noqa: PLC0415
        from ..models.catalog_timestamp_column import CatalogTimestampColumn  # noqa: PLC0415

        d = dict(src_dict)
        source_id = d.pop("source_id")

        format_ = check_catalog_source_format(d.pop("format"))

        timestamp = CatalogTimestampColumn.from_dict(d.pop("timestamp"))

        _metadata = d.pop("metadata", UNSET)
        metadata: AnyObject | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = AnyObject.from_dict(_metadata)

        def _parse_path(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        path = _parse_path(d.pop("path", UNSET))

        def _parse_encoding(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        encoding = _parse_encoding(d.pop("encoding", UNSET))

        def _parse_delimiter(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        delimiter = _parse_delimiter(d.pop("delimiter", UNSET))

        def _parse_quote(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        quote = _parse_quote(d.pop("quote", UNSET))

        _decimal = d.pop("decimal", UNSET)
        decimal: CatalogSourceDecimal | Unset
        if isinstance(_decimal, Unset):
            decimal = UNSET
        else:
            decimal = check_catalog_source_decimal(_decimal)

        def _parse_thousands(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        thousands = _parse_thousands(d.pop("thousands", UNSET))

        skip_rows = d.pop("skip_rows", UNSET)

        skip_footer = d.pop("skip_footer", UNSET)

        def _parse_records(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        records = _parse_records(d.pop("records", UNSET))

        def _parse_sheet(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sheet = _parse_sheet(d.pop("sheet", UNSET))

        def _parse_connection(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        connection = _parse_connection(d.pop("connection", UNSET))

        def _parse_query(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        query = _parse_query(d.pop("query", UNSET))

        def _parse_cursor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cursor = _parse_cursor(d.pop("cursor", UNSET))

        def _parse_event(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        event = _parse_event(d.pop("event", UNSET))

        def _parse_event_column(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        event_column = _parse_event_column(d.pop("event_column", UNSET))

        _dimensions = d.pop("dimensions", UNSET)
        dimensions: CatalogSourceDimensions | Unset
        if isinstance(_dimensions, Unset):
            dimensions = UNSET
        else:
            dimensions = CatalogSourceDimensions.from_dict(_dimensions)

        _fields = d.pop("fields", UNSET)
        fields: CatalogSourceFields | Unset
        if isinstance(_fields, Unset):
            fields = UNSET
        else:
            fields = CatalogSourceFields.from_dict(_fields)

        def _parse_null_values(data: object) -> CatalogSourceNullValuesType1 | list[str] | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                null_values_type_0 = cast(list[str], data)

                return null_values_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            null_values_type_1 = CatalogSourceNullValuesType1.from_dict(data)

            return null_values_type_1

        null_values = _parse_null_values(d.pop("null_values", UNSET))

        unique_key = cast(list[str], d.pop("unique_key", UNSET))

        max_bad_ratio = d.pop("max_bad_ratio", UNSET)

        _ranges = d.pop("ranges", UNSET)
        ranges: CatalogSourceRanges | Unset
        if isinstance(_ranges, Unset):
            ranges = UNSET
        else:
            ranges = CatalogSourceRanges.from_dict(_ranges)

        _expected_rows = d.pop("expected_rows", UNSET)
        expected_rows: CatalogRange | Unset
        if isinstance(_expected_rows, Unset):
            expected_rows = UNSET
        else:
            expected_rows = CatalogRange.from_dict(_expected_rows)

        def _parse_owner_team(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_team = _parse_owner_team(d.pop("owner_team", UNSET))

        notify_channels = cast(list[str], d.pop("notify_channels", UNSET))

        catalog_source = cls(
            source_id=source_id,
            format_=format_,
            timestamp=timestamp,
            metadata=metadata,
            path=path,
            encoding=encoding,
            delimiter=delimiter,
            quote=quote,
            decimal=decimal,
            thousands=thousands,
            skip_rows=skip_rows,
            skip_footer=skip_footer,
            records=records,
            sheet=sheet,
            connection=connection,
            query=query,
            cursor=cursor,
            event=event,
            event_column=event_column,
            dimensions=dimensions,
            fields=fields,
            null_values=null_values,
            unique_key=unique_key,
            max_bad_ratio=max_bad_ratio,
            ranges=ranges,
            expected_rows=expected_rows,
            owner_team=owner_team,
            notify_channels=notify_channels,
        )

        catalog_source.additional_properties = d
        return catalog_source

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
