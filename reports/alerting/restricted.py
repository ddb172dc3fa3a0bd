"""What incidents, rules and silences lose before a reader sees them who may not read the numbers behind them."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, not_, or_, true

from reports.alerting.rules_in_force import RuleInForce
from reports.errors import RestrictedError
from schemas.alerting.silences import Silence
from schemas.identity.readers import Reader
from schemas.tables import incidents

_Incident = TypeVar("_Incident", bound=Any)
# their verdicts quote values, of whichever metrics
_CHECKS_OF_VALUES = "computed_values."


def insist_on_seen(reader: Reader, kind: str, subject_id: str) -> None:
    """Insist that the numbers of a subject may be shown.

    Raises:
        RestrictedError: they may not.
    """
    if not reader.sees_subject(kind, subject_id):
        raise RestrictedError(reader.why_not_subject(kind, subject_id))


def incident_for(reader: Reader, found: _Incident, sources: Collection[str] | None) -> _Incident:
    """An incident as the reader may see it; `sources` are those whose rows may be shown, None is all."""
    if found.subject_kind == "source" and sources is not None and found.subject_id not in sources:
        return replace(found, evidence=_without_reasons(found.evidence))
    is_of_values = found.subject_kind == "check" and found.subject_id.startswith(_CHECKS_OF_VALUES)
    if reader.sees_subject(found.subject_kind, found.subject_id) and (reader.sees_all or not is_of_values):
        return found
    return replace(found, title=f"{found.subject_id}: restricted", slice="", evidence={}, restricted=True)


def rule_for(reader: Reader, found: RuleInForce) -> RuleInForce:
    """A rule as the reader may see it: its definition always, what became of it perhaps not."""
    if reader.sees_subject(found.subject_kind, found.subject_id):
        return found
    return replace(found, outcomes={}, outcome=None, reason=None, evaluated_at=None, restricted=True)


def silence_for(reader: Reader, found: Silence) -> Silence:
    """A silence as the reader may see it: slices are values of the data."""
    if found.subject_kind is None or found.subject_id is None:
        is_seen = found.slice is None or reader.sees_all
    else:
        is_seen = reader.sees_subject(found.subject_kind, found.subject_id)
    return found if is_seen else replace(found, slice=None, reason="", restricted=True)


def is_seen(reader: Reader) -> ColumnElement[bool]:
    """As SQL, of incidents: whether `incident_for` leaves title and slice as they are."""
    kind, subject = incidents.c.subject_kind, incidents.c.subject_id
    hidden = {
        "metric": reader.hidden,
        "key_result": reader.hidden_key_results,
        "objective": reader.hidden_objectives,
    }
    if reader.sees_all:
        return true()
    of_values = and_(kind == "check", subject.startswith(_CHECKS_OF_VALUES))
    return not_(or_(of_values, *(and_(kind == name, subject.in_(ids)) for name, ids in hidden.items())))


def _without_reasons(evidence: Any) -> Any:
    """Reasons of refused files may quote their rows."""
    files = [{"path": each.get("path")} for each in evidence.get("files", [])]
    return {**evidence, **({"files": files} if files else {})}
