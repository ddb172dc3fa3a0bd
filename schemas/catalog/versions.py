"""What changed between two contents of a document, and the version that the change makes. Pure functions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from semver import Version

from schemas.documents.kinds import Kind

Bump = Literal["major", "minor", "patch"]

# the number means something else: its past is not comparable
_MAJOR: Final[dict[Kind, tuple[str, ...]]] = {
    "source": (),
    "domain": (),
    "objective": ("key_results.unit", "key_results.direction", "key_results.bound"),
    "metric": (
        "definition.formula",
        "definition.measures",
        "definition.numerator",
        "definition.denominator",
        "definition.window",
        "definition.null_policy",
        "definition.unit",
        "definition.expected_direction",
    ),
    # its numbers are those of metrics
    "report": (),
}
# the number stays; how it is judged, cut or fed changes
_MINOR: Final[dict[Kind, tuple[str, ...]]] = {
    "source": (
        "event",
        "event_column",
        "timestamp",
        "dimensions",
        "fields",
        "unique_key",
        "max_bad_ratio",
        "ranges",
        "expected_rows",
    ),
    "domain": (),
    "objective": (
        "timeframe",
        "metric_ids",
        "key_results.baseline_value",
        "key_results.target_value",
        "key_results.metric_ids",
        "key_results.weight",
        "alert_rules",
        "notify_channels",
    ),
    "metric": ("targets_and_alerts", "dimensions", "breakdowns", "data.time_grain"),
    "report": (
        "scope",
        "grain",
        "schedule",
        "timezone",
        "formats",
        "audience",
        "channels",
        "when_data",
        "wait",
    ),
}
# a list itself, in the path of an item that came or went
_MINOR_ITEMS: Final = ("key_results",)
_ITEM_IDS: Final = ("kr_id", "rule_id", "name")
_INDEX = re.compile(r"\[[^\]]*\]")


class FieldDifference(NamedTuple):
    """One field that differs, by its dotted path; None stands where it is absent."""

    path: str
    before: Any
    after: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FieldDifference]:
    """Fields that differ with what they were and are, in order of path; paths are as `changed_fields` has them."""
    found = {each.path: each for each in _differences(old, new, "")}
    return [found[path] for path in sorted(found)]


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Dotted paths that differ, sorted; items of a list are named by their id: `key_results[KR-1].weight`."""
    return [each.path for each in differences(old, new)]


def bump_of(kind: Kind, fields: Sequence[str]) -> Bump:
    """The gravest bump that the changed fields ask for."""
    generic = [_INDEX.sub("", field) for field in fields]
    if any(_is_under(field, prefix) for field in generic for prefix in _MAJOR[kind]):
        return "major"
    if any(_is_under(field, prefix) for field in generic for prefix in _MINOR[kind]):
        return "minor"
    return "minor" if any(field in _MINOR_ITEMS for field in generic) else "patch"


def first_version(content: Mapping[str, Any]) -> str:
    """The version of a new document: `governance.version` where that is a semantic version, else 1.0.0."""
    return str(_declared(content) or Version(1, 0, 0))


def next_version(version: str, bump: Bump, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The version after a change; a greater `governance.version` that came with the change wins."""
    bumped = Version.parse(version).next_version(bump)
    declared = _declared(new)
    if declared is not None and declared != _declared(old):
        return str(max(bumped, declared))
    return str(bumped)


def _declared(content: Mapping[str, Any]) -> Version | None:
    governance = content.get("governance")
    declared = governance.get("version") if isinstance(governance, Mapping) else None
    return Version.parse(declared) if isinstance(declared, str) and Version.is_valid(declared) else None


def _is_under(field: str, prefix: str) -> bool:
    return field == prefix or field.startswith(f"{prefix}.")


def _differences(old: Any, new: Any, path: str) -> Iterator[FieldDifference]:
    if old == new:
        return
    if _are_mappings(old, new):
        before, after = old or {}, new or {}
        for key in (*before, *(key for key in after if key not in before)):
            yield from _differences(before.get(key), after.get(key), f"{path}.{key}" if path else key)
        return
    ids = _item_ids(old, new)
    if ids is None:
        yield FieldDifference(path, old, new)
        return
    before, after = ({item[ids]: item for item in items} for items in (old or [], new or []))
    for key in (*before, *(key for key in after if key not in before)):
        place = f"{path}[{key}]"
        if key in before and key in after:
            yield from _differences(before[key], after[key], place)
        else:
            yield FieldDifference(place, before.get(key), after.get(key))
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield FieldDifference(path, old, new)


def _are_mappings(old: Any, new: Any) -> bool:
    """Both are mappings, or one is and the other is absent; two empty ones have no fields to name."""
    sides = [side for side in (old, new) if side is not None]
    return all(isinstance(side, Mapping) for side in sides) and any(sides)


def _item_ids(old: Any, new: Any) -> str | None:
    """The field by which the items of both lists can be told apart."""
    lists = [side for side in (old, new) if side is not None]
    if not all(isinstance(side, list) and side for side in lists):
        return None
    for name in _ITEM_IDS:
        if all(_is_told_by(name, items) for items in lists):
            return name
    return None


def _is_told_by(name: str, items: list[Any]) -> bool:
    if not all(isinstance(item, Mapping) and isinstance(item.get(name), str) for item in items):
        return False
    return len({item[name] for item in items}) == len(items)
