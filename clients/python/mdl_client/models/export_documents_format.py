from typing import Literal

ExportDocumentsFormat = Literal["json", "yaml"]

EXPORT_DOCUMENTS_FORMAT_VALUES: set[ExportDocumentsFormat] = {
    "json",
    "yaml",
}


def check_export_documents_format(value: str) -> ExportDocumentsFormat:
    if value in EXPORT_DOCUMENTS_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_DOCUMENTS_FORMAT_VALUES!r}")
