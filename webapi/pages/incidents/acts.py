"""What people do to incidents, as forms: the same acts under the same names as over the API."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, redirect, request

from reports.alerting.incidents import seen_incident
from schemas.alerting import incidents, silences
from schemas.alerting.errors import IncidentStateError, SilenceError
from schemas.alerting.silences import silence_end
from schemas.identity.roles import Role
from webapi.pages.incidents.blueprint import blueprint
from webapi.pages.incidents.detail import LONGEST_NOTE, ONE, incident
from webapi.request.context import app_parts, principal, reader
from webapi.views.audited_writes import Action, write


@blueprint.page(f"{ONE}/acknowledge", role=Role.EDITOR, methods=("POST",))
def send_acknowledgement(incident_id: int) -> Response:
    """Somebody looks after it; nobody is reminded again."""
    return _noted("acknowledge", incident_id, incidents.acknowledge, _given("note"))


@blueprint.page(f"{ONE}/unacknowledge", role=Role.EDITOR, methods=("POST",))
def send_release(incident_id: int) -> Response:
    """The acknowledgement is taken back."""
    return _done("unacknowledge", incident_id, incidents.unacknowledge, *_who_and_when())


@blueprint.page(f"{ONE}/resolve", role=Role.EDITOR, methods=("POST",))
def send_resolution(incident_id: int) -> Response:
    """It is over, whatever the numbers say."""
    return _noted("resolve", incident_id, incidents.resolve, _given("reason"))


@blueprint.page(f"{ONE}/label", role=Role.EDITOR, methods=("POST",))
def send_label(incident_id: int) -> Response:
    """What people say that it was."""
    label = _given("label")
    if label not in (None, *incidents.LABELS):
        return incident(incident_id, f"A label is one of {', '.join(incidents.LABELS)}, or none.")
    return _done("label", incident_id, incidents.label, label, *_who_and_when())


@blueprint.page(f"{ONE}/silence", role=Role.EDITOR, methods=("POST",))
def send_silence(incident_id: int) -> Response:
    """Nobody is told of it until the silence ends."""
    now = app_parts().clock()
    try:
        ends_at = silence_end(now, _moment("ends_at"), _given("duration"))
    except (SilenceError, ValueError) as error:
        return incident(incident_id, str(error))
    wanted = (_given("reason") or "", ends_at, principal().actor, now)
    return _done("silence", incident_id, silences.silence_incident, *wanted)


@blueprint.page(
    f"{ONE}/silences/<int(max=9223372036854775807):silence_id>/end", role=Role.EDITOR, methods=("POST",)
)
def send_end_of_silence(incident_id: int, silence_id: int) -> Response:
    """The end of a silence before its time."""
    write(Action("silence.end", f"silence:{silence_id}"), silences.end_silence, silence_id, *_who_and_when())
    return _to(incident_id)


def _noted(verb: str, incident_id: int, function: Callable[..., Any], note: str | None) -> Response:
    if note is not None and len(note) > LONGEST_NOTE:
        return incident(incident_id, f"A note has at most {LONGEST_NOTE:,} characters.")
    return _done(verb, incident_id, function, *_who_and_when(), note)


def _done(verb: str, incident_id: int, function: Callable[..., Any], *args: Any) -> Response:
    """Do it where the reader may see the incident, then show it; or show it with what was wrong."""
    who = reader()

    def done(connection: Any) -> None:
        seen_incident(connection, incident_id, who)
        function(connection, incident_id, *args)

    try:
        write(Action(f"incident.{verb}", f"incident:{incident_id}"), done)
    except (IncidentStateError, SilenceError) as error:
        return incident(incident_id, str(error))
    return _to(incident_id)


def _moment(name: str) -> datetime | None:
    """A moment by the clock of the reporting zone.

    Raises:
        ValueError: it is none.
    """
    text = _given(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"expected a moment such as 2026-11-28T10:00, got {text!r}") from error
    return found if found.tzinfo else found.replace(tzinfo=app_parts().settings.zone)


def _given(name: str) -> str | None:
    return request.form.get(name, "").strip() or None


def _who_and_when() -> tuple[str, datetime]:
    return principal().actor, app_parts().clock()


def _to(incident_id: int) -> Response:
    return redirect(f"/incidents/{incident_id}", 303)  # type: ignore[return-value]  # werkzeug's is Flask's
