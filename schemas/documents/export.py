"""From documents back to text: canonical fields, unknown fields at their place, nothing that is a default."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

import yaml

from schemas.documents.documents import Catalog, Part
from schemas.documents.kinds import SECTIONS
from schemas.documents.scalars import is_plain_text

# line breaks other than \n, tabs and invisible characters do not survive outside double quotes
_NEEDS_ESCAPES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
# nor does a block of lines that begins with a space, or has one at the end of a line
_NEEDS_QUOTES = re.compile(r"\A\s| $|\s\Z", re.MULTILINE)


def content(part: Part) -> dict[str, Any]:
    """A document, or any part of one, as plain JSON values; reading it again gives an equal one."""
    model = type(part)
    values: dict[str, Any] = {}
    for name in model.model_fields:
        value = getattr(part, name)
        if name != "extra" and not _is_default(model, name, value):
            values[name] = _plain(value)
    return {**values, **_plain(part.extra)}


def content_hash(values: Mapping[str, Any]) -> str:
    """Sha256 of the canonical JSON of a document's content; the order of its fields does not matter."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def catalog_content(catalog: Catalog) -> Any:
    """A whole catalog as one value that `load_documents` reads."""
    sections = {
        section: [content(document) for document in getattr(catalog, section).values()]
        for section in SECTIONS
    }
    return assemble([content(header) for header in catalog.headers], sections)


def assemble(headers: list[dict[str, Any]], sections: Mapping[str, list[Any]]) -> Any:
    """Headers and lists of documents as one value; a mapping, or a list where there are several headers."""
    filled = {section: documents for section, documents in sections.items() if documents}
    first, *others = headers or [{}]
    # an empty section is what tells a lone header from a document
    whole = {**first, **(filled or {"metrics": []})}
    return [whole, *({**header, "metrics": []} for header in others)] if others else whole


def to_yaml(value: Any) -> str:
    """YAML text of plain values, in their order, that every YAML version reads the same way."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )
    return text


def to_json(value: Any) -> str:
    """JSON text of plain values, in their order."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


class _Dumper(yaml.SafeDumper):
    """Quotes whatever would be read as something other than text, and writes repeated values out."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if not is_plain_text(text) or _NEEDS_ESCAPES.search(text):
        style = '"'
    elif "\n" in text and not _NEEDS_QUOTES.search(text):
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


@cache
def _default(model: type[Part], name: str) -> tuple[bool, Any]:
    field = model.model_fields[name]
    return field.is_required(), field.get_default(call_default_factory=True)


def _is_default(model: type[Part], name: str, value: Any) -> bool:
    is_required, default = _default(model, name)
    return not is_required and bool(value == default)


def _plain(value: Any) -> Any:
    if isinstance(value, Part):
        return content(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    # 95.0 and 95, 1e22 and its digits are one number to jsonb, so they must be one here
    return int(value) if isinstance(value, float) and value.is_integer() else value
