"""Which documents a parsed file holds, and of which kind each is, told from its fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from schemas.documents.documents import Domain, Metric, Objective, Part, Report, Source
from schemas.documents.model_fields import canonical
from schemas.documents.scalars import Path
from schemas.documents.shape import short

Kind = Literal["source", "domain", "objective", "metric", "report"]
DocumentKey = tuple[Kind, str]

MODELS: Final[dict[Kind, type[Part]]] = {
    "source": Source,
    "domain": Domain,
    "objective": Objective,
    "metric": Metric,
    "report": Report,
}
ID_FIELDS: Final[dict[Kind, str]] = {kind: f"{kind}_id" for kind in MODELS}
SECTIONS: Final[dict[str, Kind]] = {f"{kind}s": kind for kind in MODELS}

# told by when a document is written with a plain `id`: fields that only this kind has
_TELLING: Final[dict[Kind, frozenset[str]]] = {
    "source": frozenset({"format", "timestamp", "event", "event_column", "query", "cursor"}),
    "domain": frozenset(
        {"tier_focus", "key_areas", "key_metrics", "objectives", "stakeholders", "contact_email", "color"}
    ),
    "objective": frozenset({"key_results", "timeframe", "priority", "metric_ids"}),
    "metric": frozenset(
        {
            "definition",
            "category",
            "governance",
            "tags",
            "metric_type",
            "data",
            "targets_and_alerts",
            "metadata.data_type",
            "metadata.validation_rules",
        }
    ),
    "report": frozenset(
        {
            "scope",
            "grain",
            "schedule",
            "formats",
            "audience",
            "channels",
            "when_data",
            "wait",
            "locale",
            "paper",
        }
    ),
}


@dataclass(frozen=True)
class WrittenDocument:
    """One document as it was written; `kind` None is the catalog's header."""

    kind: Kind | None
    document_id: str
    raw: Mapping[str, Any]
    path: Path


def find_documents(value: Any) -> tuple[list[WrittenDocument], list[tuple[Path, str]]]:
    """The documents of one parsed file, and where something else stands in their place."""
    found: list[WrittenDocument] = []
    complaints: list[tuple[Path, str]] = []
    _collect(value, (), found, complaints)
    return found, complaints


def _collect(
    value: Any, path: Path, found: list[WrittenDocument], complaints: list[tuple[Path, str]]
) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            _collect(item, (*path, index), found, complaints)
    elif not isinstance(value, Mapping):
        complaints.append((path, f"expected a document, a list or a mapping of lists; got {short(value)}"))
    elif _is_container(value):
        _collect_sections(value, path, found, complaints)
    else:
        kind = _tell(value)
        if kind is None:
            complaints.append((path, _untold(value)))
        else:
            found.append(WrittenDocument(kind, _id_of(kind, value), value, path))


def _collect_sections(
    value: Mapping[str, Any], path: Path, found: list[WrittenDocument], complaints: list[tuple[Path, str]]
) -> None:
    header = {key: item for key, item in value.items() if key not in SECTIONS}
    if header:
        found.append(WrittenDocument(None, "", header, path))
    for section, kind in SECTIONS.items():
        items = value.get(section)
        if items is None:
            continue
        if isinstance(items, Mapping) and _tell(items) is not None:
            items = [items]
        if not isinstance(items, list):
            complaints.append(((*path, section), f"expected a list of {section}; got {short(items)}"))
            continue
        for index, item in enumerate(items):
            place = (*path, section, index)
            if isinstance(item, Mapping):
                found.append(WrittenDocument(kind, _id_of(kind, item), item, place))
            else:
                complaints.append((place, f"expected a {kind} as a mapping; got {short(item)}"))


def _is_container(value: Mapping[str, Any]) -> bool:
    """Whether a mapping holds documents or a header rather than being a document."""
    if _kind_of_id(value) is not None:
        return False
    sections = [value[section] for section in SECTIONS if section in value]
    if any(
        isinstance(section, list) and any(isinstance(each, Mapping) for each in section)
        for section in sections
    ):
        return True
    if any(name in value for name in ("catalog_version", "catalog_name")):
        return True
    # a domain, with or without its id, has a list of objectives too, but of their ids
    is_list_of_ids = any(isinstance(section, list) and section for section in sections)
    return bool(sections) and "id" not in value and not is_list_of_ids


def _tell(value: Mapping[str, Any]) -> Kind | None:
    """The kind by its own id field, else by the most fields that no other kind has."""
    kind_of_id = _kind_of_id(value)
    if kind_of_id is not None:
        return kind_of_id
    names: dict[Kind, int] = {}
    for kind, telling in _TELLING.items():
        targets = [canonical(MODELS[kind], key) or (key,) for key in value]
        names[kind] = sum(target[0] in telling or ".".join(target) in telling for target in targets)
    best = max(names, key=lambda kind: names[kind])
    tied = [kind for kind, count in names.items() if count == names[best]]
    return best if names[best] and len(tied) == 1 else None


def _kind_of_id(value: Mapping[str, Any]) -> Kind | None:
    for kind, name in ID_FIELDS.items():
        if any(key != "id" and canonical(MODELS[kind], key) == (name,) for key in value):
            return kind
    return None


def _id_of(kind: Kind, value: Mapping[str, Any]) -> str:
    for key, item in value.items():
        is_id = canonical(MODELS[kind], key) == (ID_FIELDS[kind],)
        if is_id and isinstance(item, str | int | float) and not isinstance(item, bool):
            return str(getattr(item, "text", item))[:200]
    return ""


def _untold(value: Mapping[str, Any]) -> str:
    if "kr_id" in value:
        return "a key result stands under `key_results` of its objective, not by itself"
    ids = ", ".join(ID_FIELDS.values())
    return f"cannot tell the kind of this document; expected one of {ids}, or sections {', '.join(SECTIONS)}"
