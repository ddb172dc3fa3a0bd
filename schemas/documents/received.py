"""From a received body to one document of a known kind; stricter than files: unknown fields are errors."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from core.errors import CatalogError
from schemas.documents.documents import Document, Part
from schemas.documents.export import content
from schemas.documents.kinds import ID_FIELDS, MODELS, Kind
from schemas.documents.load import load_documents
from schemas.documents.model_fields import annotation, canonical
from schemas.documents.problems import Problem, Severity
from schemas.documents.reading import read_json, read_text
from schemas.documents.scalars import Path, UnreadableError
from schemas.documents.shape import dotted


def read_body(body: bytes) -> Any:
    """The value of a JSON body; numbers remember how they were written, as those of files do.

    Raises:
        CatalogError: it is no JSON, or a key stands twice.
    """
    found: list[Problem] = []

    def note(severity: Severity, message: str, path: Path) -> None:
        found.append(Problem(message, severity, path=dotted(path)))

    try:
        value = read_json(read_text(body), note)
    except UnreadableError as error:
        raise CatalogError(f"the body cannot be read: {error}") from error
    if found:
        raise CatalogError("the body is at fault", found)
    return value


def receive(kind: Kind, value: Any, standing: Part | None = None) -> Document:
    """The document that a parsed body holds; aliases are read as in files.

    An unknown field is an error, unless the `standing` document has it too: files may bring such fields, and
    what was read must be accepted when it is sent back.

    Raises:
        CatalogError: the document is at fault; it carries every problem.
    """
    loaded = load_documents({f"{kind}s": [value]}, "")
    prefix = f"{kind}s[0]"
    problems = [_at_home(problem, prefix) for problem in loaded.problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    found = list(getattr(loaded.catalog, f"{kind}s").values())
    if found and not errors:
        errors = _unknown(found[0], standing, problems)
    if not found and not errors:
        errors = [Problem(f"expected a {kind}", path=ID_FIELDS[kind], kind=kind)]
    if errors:
        raise CatalogError(f"the {kind} has {len(errors)} error(s)", errors)
    document: Document = found[0]
    return document


def receive_patch(kind: Kind, patch: Any, standing: Part) -> Document:
    """The standing document after a JSON merge patch (RFC 7396), whose names may be aliases.

    Raises:
        CatalogError: what comes out is at fault; it carries every problem.
    """
    if not isinstance(patch, Mapping):
        raise CatalogError("expected a mapping of the fields that change")
    return receive(kind, merged(content(standing), canonical_patch(MODELS[kind], patch)), standing)


def merged(target: Any, patch: Any) -> Any:
    """A value after a JSON merge patch: null removes, mappings merge, all else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def canonical_patch(model: type[Part], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The patch under canonical names, so that an alias changes what it stands for."""
    named: dict[str, Any] = {}
    for key, value in patch.items():
        *outer, name = canonical(model, key) or (key,)
        place, within = named, model
        for step in outer:
            inner = dict(place.get(step) or {})
            place[step] = inner
            place, within = inner, annotation(within, step)
        known = isinstance(within, type) and issubclass(within, Part) and name in within.model_fields
        wanted = annotation(within, name) if known else None
        if isinstance(wanted, type) and issubclass(wanted, Part) and isinstance(value, Mapping):
            place[name] = {**(place.get(name) or {}), **canonical_patch(wanted, value)}
        else:
            place[name] = value
    return named


def _at_home(problem: Problem, prefix: str) -> Problem:
    """A problem of a document without a usable id names its place in the list it never stood in."""
    return replace(problem, path=problem.path.removeprefix(prefix).removeprefix("."))


def _unknown(document: Part, standing: Part | None, problems: list[Problem]) -> list[Problem]:
    kept = set(_extras(standing)) if standing is not None else set()
    said = {problem.path: problem for problem in problems}
    return [
        Problem(_without_effect(said.get(path)), document_id=_id(said.get(path)), path=path)
        for path in _extras(document)
        if path not in kept
    ]


def _extras(value: Any, path: Path = ()) -> Iterator[str]:
    if isinstance(value, Part):
        yield from (dotted((*path, key)) for key in value.extra)
        for name in type(value).model_fields:
            yield from _extras(getattr(value, name), (*path, name)) if name != "extra" else ()
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _extras(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _extras(each, (*path, index))


def _without_effect(warning: Problem | None) -> str:
    return warning.message.replace(", kept but without effect", "") if warning else "unknown field"


def _id(warning: Problem | None) -> str:
    return warning.document_id if warning else ""
