"""What pydantic finds wrong in a shaped document, said in the author's own terms."""

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from schemas.documents.documents import Part
from schemas.documents.model_fields import bare, legal_values
from schemas.documents.scalars import Path
from schemas.documents.shape import short

_MAX_FINDINGS = 100

_EXPECTED = {
    "string_type": "text",
    "float_type": "a number such as 95 or 0.95",
    "float_parsing": "a plain number such as 95 or 0.95, without unit or percent sign",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "string_pattern_mismatch": "a name without spaces, and for a dimension without = , %",
    "string_too_short": "a name of 1 to 200 characters",
    "string_too_long": "a name of 1 to 200 characters",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
}


def findings(error: ValidationError, model: type[Part], shaped: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """One line per field: its canonical path, and what was expected there.

    The members of a union complain one by one; their expectations are joined.
    """
    expected: dict[Path, list[str]] = {}
    got: dict[Path, str] = {}
    for problem in error.errors(include_url=False)[:_MAX_FINDINGS]:
        path = _real_path(problem["loc"], shaped, is_missing=problem["type"] == "missing")
        text = _expectation(problem, model, path)
        if text not in expected.setdefault(path, []):
            expected[path].append(text)
        got[path] = "missing" if problem["type"] == "missing" else f"got {short(problem['input'])}"
    lines = [(path, f"expected {' or '.join(texts)}; {got[path]}") for path, texts in expected.items()]
    if error.error_count() > _MAX_FINDINGS:
        lines.append(((), f"{error.error_count() - _MAX_FINDINGS} more fields are wrong"))
    return lines


def _real_path(location: tuple[int | str, ...], shaped: Any, *, is_missing: bool) -> Path:
    """The location without the names of union members, which lead nowhere in the document."""
    path: list[str | int] = []
    current = shaped
    for part in location:
        inside = isinstance(current, Mapping) and part in current
        if inside or (isinstance(current, list) and isinstance(part, int) and part < len(current)):
            current = current[part]
            path.append(part)
    if is_missing:
        path.append(location[-1])
    return tuple(path)


def _expectation(problem: Any, model: type[Part], path: Path) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"a number of {words} {context[key]:g}"
    if kind == "value_error":
        return str(context["error"]).removeprefix("expected ")
    return describe(_type_at(model, path))


def describe(wanted: Any) -> str:
    """A type in words: `one of increase, decrease, maintain`."""
    legal = legal_values(wanted)
    if legal:
        return f"one of {', '.join(legal)}"
    if isinstance(wanted, type) and issubclass(wanted, Part):
        names = [name for name in wanted.model_fields if name != "extra"]
        return f"a mapping with {', '.join(names)}"
    origin = get_origin(wanted)
    if origin in (list, dict):
        return "a list" if origin is list else "a mapping"
    simple = {str: "text", float: "a number", int: "a whole number", bool: "true or false", date: "a date"}
    if wanted in simple:
        return simple[wanted]
    return " or ".join(describe(bare(member)) for member in get_args(wanted)) or "another value"


def _type_at(model: type[Part], path: Path) -> Any:
    wanted: Any = model
    for part in path:
        if isinstance(wanted, type) and issubclass(wanted, Part):
            field = wanted.model_fields.get(str(part))
            wanted = bare(field.annotation) if field else Any
        elif get_origin(wanted) in (list, dict):
            wanted = bare(get_args(wanted)[-1])
    return wanted
