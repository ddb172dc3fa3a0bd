"""Any catalog at all: hypothesis strategies derived from the models, so that no field is forgotten."""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from hypothesis import strategies as st

from schemas.documents.documents import Catalog, CatalogHeader, Part
from schemas.documents.kinds import ID_FIELDS, MODELS
from schemas.documents.model_fields import canonical, legal_values

# what YAML readers trip over; a line of words, then those that hold a space
WORDS = r"""no On null ~ true 1.10 007 0x1F 0o17 1e5 1_000 12:30 2026-01-01 .inf << = # é 😀 % @x ` {} []
!!str &a *a | > ' " \ -"""
SPACED = ["- a", "a: b", " a ", "line \nend", " \n a", "a\nb\n", "a\n\nb", "\n", "é: 😀\n# x", "x" * 200]
UNSEEN = ["\ta", "\r", "a\r\nb", "\u2028", "\x85", "\ufeff"]
TRICKY = [*WORDS.split(), *SPACED, *UNSEEN]
text = st.one_of(
    st.sampled_from(TRICKY),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
)
numbers = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False, width=64)
)
plain = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)
identifiers = st.from_regex(r"\A[A-Za-z0-9_.:é-]{1,12}\Z")


def of_type(wanted: Any, hints: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Values of an annotated type."""
    origin = get_origin(wanted)
    if origin is Annotated:
        inner, *more = get_args(wanted)
        return of_type(inner, tuple(more))
    if legal_values(wanted):
        return st.sampled_from(get_args(wanted) or list(wanted))
    if isinstance(wanted, type) and issubclass(wanted, Part):
        return parts(wanted)
    if origin is list:
        return st.lists(of_type(get_args(wanted)[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(text, of_type(get_args(wanted)[1]), max_size=2)
    if get_args(wanted):
        return st.one_of([of_type(member, hints) for member in get_args(wanted)])
    if wanted is str:
        return _texts(repr(hints))
    simple: dict[Any, st.SearchStrategy[Any]] = {
        Any: plain,
        bool: st.booleans(),
        int: st.integers(1, 100),
        float: st.floats(0, 1) if any("e=" in repr(hint) for hint in hints) else numbers,
        date: st.dates(),
        datetime: st.datetimes(),
        type(None): st.none(),
    }
    return simple[wanted]


def _texts(hints: str) -> st.SearchStrategy[str]:
    if "max_length=1)" in hints:
        return st.characters(codec="utf-8", exclude_characters="\x00")
    return identifiers if "pattern" in hints else text


@cache
def fields_of(model: type[Part]) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for each field, by its declared type; unknown fields bear no known name or alias."""
    unknown = text.filter(lambda key: canonical(model, key) is None)
    strategies: dict[str, st.SearchStrategy[Any]] = {"extra": st.dictionaries(unknown, plain, max_size=2)}
    for name, field in model.model_fields.items():
        if name != "extra":
            hints = tuple(field.metadata)
            strategies[name] = of_type(field.annotation, hints)
    return strategies


@st.composite
def parts(draw: st.DrawFn, model: type[Part]) -> Any:
    """Valid instances of a model; fields that may be left out often are."""
    values = {
        name: draw(strategy)
        for name, strategy in fields_of(model).items()
        if model.model_fields[name].is_required() or draw(st.integers(0, 2)) == 0
    }
    # a null means that the field is left out, save where the field must be there
    given_values = {
        name: value
        for name, value in values.items()
        if value is not None or model.model_fields[name].is_required()
    }
    return model.model_validate(given_values)


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    """Whole catalogs: a few documents of each kind, and headers that say something."""
    sections = {}
    for kind, model in MODELS.items():
        documents = draw(st.lists(parts(model), max_size=2, unique_by=_id))
        sections[f"{kind}s"] = {_id(document): document for document in documents}
    other_ids = {*ID_FIELDS.values(), *sections, "id"}
    headers = draw(
        st.lists(
            parts(CatalogHeader).filter(
                lambda each: each != CatalogHeader() and not other_ids & set(each.extra)
            ),
            max_size=2,
        )
    )
    return Catalog.model_validate({**sections, "headers": headers})


def _id(document: Any) -> str:
    kind = next(kind for kind, model in MODELS.items() if isinstance(document, model))
    return str(getattr(document, ID_FIELDS[kind]))
