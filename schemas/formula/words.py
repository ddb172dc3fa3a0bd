"""A formula in pieces, with what its names mean, so that it can be shown with links; nothing is computed of it."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from schemas.documents.documents import Metric
from schemas.formula.names import Names

_PIECE = re.compile(r"'(?P<text>(?:[^']|'')*)'|\"(?P<quoted>[^\"]*)\"|(?P<word>[^\W\d]\w*)")
_METRIC = re.compile(r"metric\s*\(\s*$", re.IGNORECASE)


class Word(NamedTuple):
    """A piece of a formula as it is written; `target` is the id of what it names, of the kind `meaning`."""

    text: str
    meaning: Literal["event", "metric", "measure"] | None = None
    target: str = ""


def formula_words(metric: Metric, names: Names) -> tuple[Word, ...]:
    """The pieces of the metric's formula; joined they are the formula."""
    formula = metric.definition.formula or ""
    return tuple(_words(formula, metric, names))


def _words(formula: str, metric: Metric, names: Names) -> Iterator[Word]:
    done = 0
    for match in _PIECE.finditer(formula):
        before = formula[: match.start()]
        named = match["word"] or match["quoted"]
        if match["text"] is not None:
            is_metric = match["text"] in names.metric_ids and _METRIC.search(before)
            found = Word(match[0], "metric", match["text"]) if is_metric else None
        else:
            # what follows a point is a column
            found = None if before.endswith(".") or not named else _meaning(match[0], named, metric, names)
        if found is None:
            continue
        if before[done:]:
            yield Word(before[done:])
        yield found
        done = match.end()
    if formula[done:]:
        yield Word(formula[done:])


def _meaning(text: str, named: str, metric: Metric, names: Names) -> Word | None:
    """A measure of the document's own comes first, as in compiling; a short name of several means none of them."""
    if named in metric.definition.measures:
        return Word(text, "measure", named)
    if named in names.events:
        return Word(text, "event", named)
    known = names.short_names.get(named, ())
    return Word(text, "metric", known[0]) if len(known) == 1 else None
