"""What values a field of settings takes, in words that messages and explanations share."""

from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

_WORDS: dict[Any, str] = {
    datetime: "an instant such as 2026-11-05, 2026-11-05T06:00 or 2026-11-05T06:00+01:00, or `now`",
    date: "a day such as 2020-01-31",
    bool: "true or false",
    SecretStr: "a text, kept secret",
}


def legal(field: FieldInfo) -> str:
    """The values that a field takes, such as `a whole number from 1 to 100`."""
    kind = _without_none(field.annotation)
    if get_origin(kind) is Literal:
        return (
            f"one of {', '.join(map(str, get_args(kind)))}" if len(get_args(kind)) > 1 else get_args(kind)[0]
        )
    if kind in (int, float):
        return _number("a whole number" if kind is int else "a number", field)
    if get_origin(kind) is dict:
        return "a JSON object, or in a file a mapping"
    return _WORDS.get(kind, "a text")


def is_secret(field: FieldInfo) -> bool:
    """Whether values may hold a password: then they are in no message."""
    return "SecretStr" in repr(field.annotation)


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return next(each for each in get_args(annotation) if each is not NoneType)
    return annotation


def _number(what: str, field: FieldInfo) -> str:
    bounds = {
        name: value
        for bound in field.metadata
        for name in ("ge", "gt", "le")
        if (value := getattr(bound, name, None)) is not None
    }
    least, most = bounds.get("ge", bounds.get("gt")), bounds.get("le")
    if least is None:
        return what
    if "gt" in bounds:
        return f"{what} above {least}" + (f" and up to {most}" if most is not None else "")
    return f"{what} from {least} to {most}" if most is not None else f"{what} of {least} or more"
