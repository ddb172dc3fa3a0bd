"""`mdl incidents …`: what is open, how it came to be, and what people do about it."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from cli.help import examples
from cli.installation import Installation, login_name, on_installation
from cli.printing import OutputFormat, columns_of, format_option, plain, print_rows
from core.clock import wall_now
from core.settings import Settings
from reports.alerting.incident_query import STATES, IncidentQuery
from reports.alerting.incidents import (
    Incident,
    IncidentDetail,
    Moment,
    incident_page,
    read_incident,
    silence_page,
)
from schemas.alerting import incidents as acts
from schemas.alerting import silences
from schemas.alerting.incidents import LABELS
from schemas.alerting.vocabulary import SEVERITIES, SubjectKind
from schemas.documents.durations import parse_duration
from schemas.identity.audit import Doer, record
from schemas.identity.readers import OPERATOR

_SHOWN = ("incident_id", "state", "severity", "title", "slice", "opened_at", "silenced_until", "label")
_STEP = ("happened_at", "event", "actor", "detail")
_DELIVERY = ("created_at", "event", "target", "state", "attempts", "last_error")
_SILENCE = ("silence_id", "ends_at", "created_by", "reason")
_DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
_incident_id = click.argument("incident_id", type=int)


@click.group(
    invoke_without_command=True,
    epilog=examples(
        "mdl incidents --state open --severity critical",
        "mdl incidents --domain Punctuality --since 2013-02-01",
        "mdl incidents acknowledge 12",
    ),
)
@click.option("--state", type=click.Choice(STATES), help="By default what is open or ever fired.")
@click.option("--severity", type=click.Choice(SEVERITIES))
@click.option("--kind", "subject_kind", type=click.Choice(get_args(SubjectKind)), help="Of the subject.")
@click.option("--subject", "subject_id", help="Such as a metric's id.")
@click.option("--rule", "rule_id")
@click.option("--slice", help="Such as carrier=UA; '' is the total.")
@click.option("--domain", help="Id or name; incidents of its metrics, objectives and key results.")
@click.option("--since", type=click.DateTime(_DATES), help="Opened then or later, in the reporting zone.")
@click.option("--until", type=click.DateTime(_DATES), help="Opened before then.")
@click.option("--search", default="", help="Part of title, subject, rule or slice.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1_000), help="Newest incidents."
)
@format_option
@click.pass_context
@on_installation
def incidents(
    installation: Installation, context: click.Context, /, output_format: OutputFormat, **asked: Any
) -> None:
    """List incidents, newest first, or do something about one."""
    if context.invoked_subcommand is not None:
        return
    moment = _moment(installation.settings)
    for name in ("since", "until"):
        asked[name] = asked[name] and asked[name].replace(tzinfo=moment.zone)
    found, _ = installation.database.read(incident_page, IncidentQuery(**asked), moment, OPERATOR)
    if output_format == "table":
        print_rows([_short_row(each, _SHOWN, moment.zone) for each in found], "table", "Incidents")
    else:
        print_rows([plain(each) for each in found], output_format, columns=columns_of(Incident))


@incidents.command("show", epilog=examples("mdl incidents show 12", "mdl incidents show 12 --format json"))
@_incident_id
@format_option
@on_installation
def show(installation: Installation, incident_id: int, output_format: OutputFormat) -> None:
    """Print one incident: its numbers, its history, who was told."""
    moment = _moment(installation.settings)
    found: IncidentDetail = installation.database.read(read_incident, incident_id, moment, OPERATOR)
    if output_format == "table":
        _print_detail(found, moment.zone)
    else:
        print_rows([plain(found)], output_format)


@incidents.command(
    "acknowledge", epilog=examples('mdl incidents acknowledge 12 --note "calling the airline"')
)
@_incident_id
@click.option("--note", help="For those who see it.")
@on_installation
def acknowledge(installation: Installation, incident_id: int, note: str | None) -> None:
    """Say that somebody looks after an incident: nobody is reminded of it."""
    _write(
        installation,
        "incident.acknowledge",
        f"incident:{incident_id}",
        acts.acknowledge,
        incident_id,
        note=note,
    )
    click.echo(f"incident {incident_id} is acknowledged")


@incidents.command("unacknowledge", epilog=examples("mdl incidents unacknowledge 12"))
@_incident_id
@on_installation
def unacknowledge(installation: Installation, incident_id: int) -> None:
    """Take an acknowledgement back."""
    _write(installation, "incident.unacknowledge", f"incident:{incident_id}", acts.unacknowledge, incident_id)
    click.echo(f"incident {incident_id} fires")


@incidents.command("resolve", epilog=examples('mdl incidents resolve 12 --reason "the feed was off"'))
@_incident_id
@click.option("--reason", help="For those who wonder why it is over.")
@on_installation
def resolve(installation: Installation, incident_id: int, reason: str | None) -> None:
    """Say that an incident is over: it opens anew only by a breach in a later period."""
    _write(
        installation, "incident.resolve", f"incident:{incident_id}", acts.resolve, incident_id, reason=reason
    )
    click.echo(f"incident {incident_id} is resolved")


@incidents.command("label", epilog=examples("mdl incidents label 12 anomaly"))
@_incident_id
@click.argument("label", type=click.Choice([*LABELS, "none"]))
@on_installation
def label_command(installation: Installation, incident_id: int, label: str) -> None:
    """Say what an incident was; later periods are not compared with those of an `anomaly`."""
    wanted = None if label == "none" else label
    _write(installation, "incident.label", f"incident:{incident_id}", acts.label, incident_id, wanted)
    click.echo(f"incident {incident_id}: {label}")


@incidents.command("silence", epilog=examples('mdl incidents silence 12 --for 4h --reason "runway closed"'))
@_incident_id
@click.option("--for", "lasting", help="Such as 4h or '2 days'.")
@click.option("--until", type=click.DateTime(_DATES), help="A moment in the reporting zone.")
@click.option("--reason", required=True, help="For those who wonder why nobody was told.")
@on_installation
def silence(
    installation: Installation, incident_id: int, lasting: str | None, until: datetime | None, reason: str
) -> None:
    """Tell nobody of an incident, nor of later ones of its rule, subject and slice, for a while."""
    if (lasting is None) == (until is None):
        raise click.UsageError("say either --for or --until")
    if lasting is not None and parse_duration(lasting) is None:
        raise click.BadParameter("expected a length of time such as 4h or '2 days'", param_hint="--for")
    zone = installation.settings.zone
    ends_at = silences.silence_end(wall_now(), until and until.replace(tzinfo=zone), lasting)
    target = f"incident:{incident_id}"
    made = _write(
        installation, "incident.silence", target, silences.silence_incident, incident_id, reason, ends_at
    )
    click.echo(f"silence {made.silence_id} until {_short(made.ends_at, zone)}")


@incidents.command("silences", epilog=examples("mdl incidents silences --with-ended"))
@click.option("--with-ended", is_flag=True, help="Also those that are over.")
@format_option
@on_installation
def silences_command(installation: Installation, *, with_ended: bool, output_format: OutputFormat) -> None:
    """List silences, newest first."""
    moment = _moment(installation.settings)
    found, _ = installation.database.read(silence_page, 1, 1_000, moment.now, OPERATOR, with_ended=with_ended)
    if output_format == "table":
        print_rows([_short_row(each, list(vars(each)), moment.zone) for each in found], "table", "Silences")
    else:
        print_rows([plain(each) for each in found], output_format, columns=columns_of(silences.Silence))


@incidents.command("end-silence", epilog=examples("mdl incidents end-silence 3"))
@click.argument("silence_id", type=int)
@on_installation
def end_silence(installation: Installation, silence_id: int) -> None:
    """End a silence before its time."""
    _write(installation, "silence.end", f"silence:{silence_id}", silences.end_silence, silence_id)
    click.echo(f"silence {silence_id} is over")


def _write(
    installation: Installation,
    action: str,
    target: str,
    function: Callable[..., Any],
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Do it in one transaction with its entry in the audit log, as the user of the operating system."""
    doer, now = Doer(f"cli:{login_name()}"), wall_now()

    def done(connection: Connection) -> Any:
        answer = function(connection, *args, actor=doer.actor, now=now, **kwargs)
        record(connection, doer, action, target, "done", {}, now)
        return answer

    return installation.database.write(done)


def _moment(settings: Settings) -> Moment:
    return Moment(wall_now(), settings.zone)


def _print_detail(found: IncidentDetail, zone: ZoneInfo) -> None:
    lists = {"events": _STEP, "deliveries": _DELIVERY, "silences": _SILENCE}
    told = {name: value for name, value in vars(found).items() if name not in (*lists, "evidence")}
    facts = told | {f"evidence: {name}": value for name, value in found.evidence.items()}
    rows = [
        {"what": name, "value": _short(value, zone)}
        for name, value in facts.items()
        if value not in (None, "", ())
    ]
    print_rows(rows, "table", f"Incident {found.incident_id}")
    for name, columns in lists.items():
        print_rows([_short_row(each, columns, zone) for each in getattr(found, name)], "table", name.title())


def _short_row(record: Any, columns: Sequence[str], zone: ZoneInfo) -> dict[str, object]:
    return {name: _short(getattr(record, name), zone) for name in columns}


def _short(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value
