"""The JSON Schemas of catalog documents as parts of the API's own specification."""

from typing import Any

from schemas.documents.jsonschema import canonical
from schemas.documents.kinds import Kind

_PREFIX = "Catalog"
# one name for all free mappings, so that generated clients have one class for them
ANY_OBJECT = {"$ref": "#/components/schemas/AnyObject"}
_ANY_OBJECT = {"type": "object", "additionalProperties": True}


def components() -> dict[str, dict[str, Any]]:
    """The JSON Schemas of documents as components of the API's own specification."""
    moved = {_PREFIX + name: _moved(schema) for name, schema in canonical().items()}
    return {**moved, "AnyObject": _ANY_OBJECT}


def reference(kind: Kind) -> dict[str, str]:
    """Where the specification describes the content of a kind."""
    return reference_to(kind.title())


def reference_to(name: str) -> dict[str, str]:
    """Where the specification describes a part of documents."""
    return {"$ref": f"#/components/schemas/{_PREFIX}{name}"}


def _moved(schema: Any) -> Any:
    if schema == _ANY_OBJECT:
        return ANY_OBJECT
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", f"#/components/schemas/{_PREFIX}")
            if key == "$ref"
            else _moved(value)
            for key, value in schema.items()
        }
    return [_moved(each) for each in schema] if isinstance(schema, list) else schema
