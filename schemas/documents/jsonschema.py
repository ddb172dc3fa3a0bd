"""JSON Schemas of catalog files for editors: generated from the models, committed in schemas/json.

They are looser than the models where the reader is: aliases, a single text for a list, unknown fields.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from schemas.documents.aliases import FIELD_ALIASES, SHORTHANDS, STAND_INS
from schemas.documents.documents import CatalogHeader, Part
from schemas.documents.kinds import MODELS, SECTIONS

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NAMES: Final = ("catalog", *MODELS)


def generate() -> dict[str, dict[str, Any]]:
    """Schemas by name: `catalog` for whole files, and one for each kind of document."""
    definitions = _definitions()
    by_name = {model.__name__: model for model in _parts(Part)}
    loosened = {
        name: _loosen(deepcopy(schema), by_name.get(name), definitions)
        for name, schema in definitions.items()
    }
    schemas = {"catalog": _catalog_schema(loosened)}
    for kind, model in MODELS.items():
        body = {"title": f"MDL {kind}", **_reference(model), "$defs": loosened}
        schemas[kind] = {"$schema": _DIALECT, **_used_only(body)}
    return schemas


def canonical() -> dict[str, dict[str, Any]]:
    """Schemas of the documents, their parts and whole files by name, as they are stored and handed back.

    Without what only the reader accepts: aliases and short spellings.
    """
    bare = {name: _bare(schema) for name, schema in _definitions().items()}
    header = bare.pop("CatalogHeader")
    return {**bare, "File": _file(header)}


def rendered() -> dict[str, str]:
    """Text of each schema by its file name."""
    return {
        f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for name, schema in generate().items()
    }


def committed_folder() -> Path:
    """Where the generated schemas stand."""
    return Path(str(files("schemas"))) / "json"


def drifted(folder: Path) -> list[str]:
    """Names of files in `folder` that differ from what would be generated now, are missing or left over."""
    wanted = rendered()
    present = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.json")}
    return sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name))


def write(folder: Path) -> None:
    """Write every schema into `folder`, and remove what is no longer generated."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = rendered()
    for file in folder.glob("*.json"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def _definitions() -> dict[str, dict[str, Any]]:
    models: list[type[Part]] = [*MODELS.values(), CatalogHeader]
    _, generated = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/$defs/{model}"
    )
    definitions: dict[str, dict[str, Any]] = generated["$defs"]
    return definitions


def _parts(base: type[Part]) -> Iterator[type[Part]]:
    for model in base.__subclasses__():
        yield model
        yield from _parts(model)


def _reference(model: type[Part]) -> dict[str, str]:
    return {"$ref": f"#/$defs/{model.__name__}"}


def _catalog_schema(definitions: dict[str, Any]) -> dict[str, Any]:
    documents = [_reference(model) for model in MODELS.values()]
    file = _file(deepcopy(definitions["CatalogHeader"]))
    file["anyOf"] = [{"required": [section]} for section in SECTIONS]
    listed = {"type": "array", "items": {"anyOf": [*documents, {"$ref": "#/$defs/CatalogFile"}]}}
    whole = {
        "$schema": _DIALECT,
        "title": "MDL catalog file",
        "anyOf": [{"$ref": "#/$defs/CatalogFile"}, *documents, listed],
        "$defs": {**definitions, "CatalogFile": file},
    }
    return _used_only(whole)


def _file(header: dict[str, Any]) -> dict[str, Any]:
    """The schema of a whole file, made of its header's."""
    lists = {
        section: {"type": "array", "items": _reference(MODELS[kind])} for section, kind in SECTIONS.items()
    }
    description = "A catalog file: a header, and lists of documents."
    return {**header, "description": description, "properties": {**header["properties"], **lists}}


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without titles made of names, and without `extra`, which documents do not spell out."""
    properties = schema.get("properties", {})
    properties.pop("extra", None)
    for each in (schema, *properties.values()):
        each.pop("title", None)
    schema.pop("additionalProperties", None)
    return schema


def _loosen(schema: dict[str, Any], model: type[Part] | None, definitions: dict[str, Any]) -> dict[str, Any]:
    """Accept what the reader accepts beyond the model itself."""
    if model is None:
        return _with_hyphens(schema)
    properties = _bare(schema).get("properties", {})
    for field in properties.values():
        _accept_single(field)
        _with_hyphens(field)
    aliases = FIELD_ALIASES.get(model, {})
    for alias, target in aliases.items():
        properties[alias] = {
            **_at(schema, target.split("."), definitions),
            "description": f"Read as {target}.",
        }
    _relax_required(schema, model)
    if model in SHORTHANDS:
        description = schema.get("description", "")
        meaning = f"Its {SHORTHANDS[model]} alone."
        return {"description": description, "anyOf": [schema, {"type": "string", "description": meaning}]}
    return schema


def _accept_single(field: dict[str, Any]) -> None:
    """A list may be written as its only item."""
    if field.get("type") == "array" and "items" in field:
        described: dict[str, Any] = {
            key: field.pop(key) for key in ("default", "description") if key in field
        }
        whole = dict(field)
        field.clear()
        field.update({"anyOf": [whole, whole["items"]], **described})


def _with_hyphens(schema: dict[str, Any]) -> dict[str, Any]:
    values = schema.get("enum")
    if values:
        schema["enum"] = [*values, *(value.replace("_", "-") for value in values if "_" in value)]
    return schema


def _relax_required(schema: dict[str, Any], model: type[Part]) -> None:
    """A required field may come by an alias or a stand-in."""
    others: dict[str, list[str]] = {}
    for alias, target in FIELD_ALIASES.get(model, {}).items():
        others.setdefault(target, []).append(alias)
    for name, other in STAND_INS.get(model, {}).items():
        others.setdefault(name, []).append(other)
    required = schema.pop("required", [])
    strict = [name for name in required if name not in others]
    if strict:
        schema["required"] = strict
    choices = [
        {"anyOf": [{"required": [spelling]} for spelling in (name, *others[name])]}
        for name in required
        if name in others
    ]
    if choices:
        schema["allOf"] = choices


def _at(schema: dict[str, Any], target: list[str], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a field, through references; anything where the target is a free mapping."""
    field: dict[str, Any] = schema.get("properties", {}).get(target[0], {})
    if len(target) == 1:
        return {key: value for key, value in field.items() if key not in ("title", "default")}
    inner = definitions.get(str(field.get("$ref", "")).removeprefix("#/$defs/"), {})
    return _at(inner, target[1:], definitions)


def _used_only(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with those definitions alone that it reaches."""
    body = {key: value for key, value in schema.items() if key != "$defs"}
    reached: dict[str, Any] = {}
    waiting = list(_references(body))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = schema["$defs"][name]
            waiting += _references(reached[name])
    return {**body, "$defs": reached}


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix("#/$defs/")
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)
