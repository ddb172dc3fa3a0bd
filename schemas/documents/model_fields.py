"""What the models say of their fields: by which names one is known, of which type it is, what may stand there."""

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from core.suggestions import near
from schemas.documents.aliases import FIELD_ALIASES
from schemas.documents.documents import Catalog, CatalogHeader, Part


@cache
def annotation(model: type[Part], name: str) -> Any:
    """Type of a field without `Annotated` and `None`."""
    return bare(model.model_fields[name].annotation)


def bare(wanted: Any) -> Any:
    """A type without `Annotated` and, where one other member remains, without `None`."""
    if get_origin(wanted) is Annotated:
        return bare(get_args(wanted)[0])
    if get_origin(wanted) in (Union, UnionType):
        members = [member for member in get_args(wanted) if member is not NoneType]
        if len(members) == 1:
            return bare(members[0])
    if get_origin(wanted) in (list, dict):
        return get_origin(wanted)[tuple(bare(each) for each in get_args(wanted))]
    return wanted


def list_or_mapping(wanted: Any, value: Any) -> Any:
    """Of a field that takes a list or a mapping, the one that the value is."""
    members = {get_origin(member): member for member in get_args(wanted)}
    if get_origin(wanted) in (Union, UnionType) and {list, dict} <= set(members):
        return bare(members[dict if isinstance(value, Mapping) else list])
    return wanted


def legal_values(wanted: Any) -> tuple[str, ...]:
    """The values of an enumeration, or nothing."""
    if get_origin(wanted) is Literal:
        return tuple(str(each) for each in get_args(wanted))
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return tuple(str(each.value) for each in wanted)
    return ()


# bounded: bodies of requests hold any keys
@lru_cache(maxsize=4_096)
def canonical(model: type[Part], key: str) -> tuple[str, ...] | None:
    """Where a key of a mapping belongs, as a path from that mapping; None where it is unknown."""
    aliases = FIELD_ALIASES.get(model, {})
    for name in (key, _snake(key)):
        if name in model.model_fields and name != "extra":
            return (name,)
        if name in aliases:
            return tuple(aliases[name].split("."))
    return None


def means_text(wanted: Any) -> bool:
    """Whether a number written here is meant as text."""
    members = {bare(member) for member in get_args(wanted)}
    return wanted is str or (str in members and not members & {int, float})


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key[:60]).replace("-", "_").lower()


def unknown_message(model: type[Part], key: str) -> str:
    """What a warning says of a key that no field has."""
    target = canonical(model, key)
    if target is not None:
        return f"{'.'.join(target)!r} says something else already, so this is kept but has no effect"
    # what stands beside a header is most likely a misspelt section
    beside = Catalog.model_fields if model is CatalogHeader else ()
    names = [
        name for name in (*model.model_fields, *FIELD_ALIASES.get(model, {}), *beside) if name != "extra"
    ]
    close = near(_snake(key), names, 1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"unknown field, kept but without effect{hint}"
