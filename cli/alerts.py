"""`mdl alerts …`: try rules before they alarm anybody, judge and tell now, see the rules and who was told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from cli.printing import OutputFormat, columns_of, format_option, plain, print_rows
from core.clock import wall_now
from core.errors import DataError, PermanentError
from reports.alerting.rules import OUTCOMES, RuleBook, RuleQuery, rule_page
from reports.alerting.rules_in_force import RuleInForce
from schemas.alerting.ad_hoc import with_ad_hoc_rule
from schemas.alerting.rule import Rule
from schemas.alerting.rules import rules_of
from schemas.documents.documents import Catalog, Metric
from schemas.identity.readers import OPERATOR

if TYPE_CHECKING:
    from pipelines.alerting.judging.replay import History, Replayed

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_MOST_LISTED = 100_000


@click.group(
    epilog=examples(
        "mdl alerts test FLT-CANCELLATION-RATE", "mdl alerts rules --problem", "mdl alerts deliveries --dead"
    )
)
def alerts() -> None:
    """Alerts: try rules before they alarm anybody."""


@alerts.command("evaluate", epilog=examples("mdl alerts evaluate"))
@on_installation
def evaluate_now(installation: Installation) -> None:
    """Judge the rules on what is published and tell who is to be told, as the sensors of `mdl up` do all the time.

    For installations where something else than Dagster's daemon starts `mdl run`.
    """
    from pipelines.alerting.steps import evaluate_and_queue, queue_and_deliver  # noqa: PLC0415  --help needs none

    for step in (evaluate_and_queue, queue_and_deliver):
        click.echo(step(installation.workspace, wall_now()))


@alerts.command(
    "test",
    epilog=examples(
        "mdl alerts test FLT-CANCELLATION-RATE cancellation-anomaly --to 2013-02-28",
        "mdl alerts test FLT-DEPARTURES --condition 'z_score > 4' --slices carrier --window weekly",
    ),
)
@click.argument("metric_id", metavar="METRIC")
@click.argument("rule_id", required=False)
@click.option("--condition", help="Try this condition instead of the rules of the catalog.")
@click.option("--window", help="Evaluation window of that condition, such as hourly; by default daily.")
@click.option(
    "--slices", multiple=True, help="Where to judge it: total, or dimensions such as carrier. Repeatable."
)
@click.option(
    "--min-effect", type=float, help="Least distance from the usual value that z_score counts from."
)
@click.option("--for-periods", type=click.IntRange(1, 100), help="How many periods in a row must meet it.")
@click.option("--from", "start", type=_DAY, help="First day; by default everything published.")
@click.option("--to", "end", type=_DAY, help="Last day.")
@format_option
@on_installation
def test(
    installation: Installation,
    /,
    metric_id: str,
    rule_id: str | None,
    start: datetime | None,
    end: datetime | None,
    output_format: OutputFormat,
    **ad_hoc: Any,
) -> None:
    """Print the incidents that the rules of METRIC, or RULE_ID alone, would have made of what is published.

    Rules are those of the catalog's files as they are now, whether applied or not; nothing is written or sent.
    """
    from pipelines.alerting.judging.replay import replay  # noqa: PLC0415  --help needs no database
    from schemas.catalog.validate import load_valid  # noqa: PLC0415

    settings = installation.settings
    metric, rules = _chosen(load_valid(settings.catalog).catalog, metric_id, rule_id, ad_hoc)
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    days = [day.date() if day else None for day in (start, end)]
    with installation.reading() as connection:
        for rule in rules:
            histories = replay(connection, rule, metric, settings.zone, *days)
            rows += [_row(each, one.usual, settings.zone) for one in histories for each in one.incidents]
            lines.append(_line(rule, histories))
    print_rows(rows, output_format, f"{metric.name}: incidents", _COLUMNS)
    if output_format == "table":
        for line in lines:
            click.echo(line)


def _chosen(
    catalog: Catalog, metric_id: str, rule_id: str | None, ad_hoc: dict[str, Any]
) -> tuple[Metric, list[Rule]]:
    metric = catalog.metrics.get(metric_id)
    if metric is None:
        raise click.UsageError(f"the catalog has no metric {metric_id!r}")
    given = {name: value for name, value in ad_hoc.items() if value not in (None, ())}
    if given and "condition" not in given:
        raise click.UsageError("--window, --slices, --min-effect and --for-periods go with --condition")
    if given:
        metric = with_ad_hoc_rule(metric, **given)
    found = rules_of(Catalog(metrics={metric_id: metric}))
    if found.problems and (given or not found.rules):
        raise click.UsageError("; ".join(problem.message for problem in found.problems))
    rules = [rule for rule in found.rules if rule_id in (None, rule.rule_id)]
    if not rules:
        known = ", ".join(rule.rule_id for rule in found.rules) or "none; try one with --condition"
        raise click.UsageError(f"{metric_id} has no rule {rule_id or ''}; its rules: {known}")
    return metric, rules


_COLUMNS = (
    *("rule", "slice", "first", "last", "periods", "fired", "severity"),
    *("gravest", "value", "expected", "z_score", "ended"),
)


def _row(incident: "Replayed", usual: float | None, zone: ZoneInfo) -> dict[str, Any]:
    gravest = incident.gravest(usual)
    hourly = gravest.row.get("period_end", gravest.start) - gravest.start < timedelta(days=1)

    def shown(instant: datetime | None) -> str | None:
        shape = "%Y-%m-%d %H:%M" if hourly else "%Y-%m-%d"
        return instant.astimezone(zone).strftime(shape) if instant else None

    return {
        "rule": incident.rule_id,
        "slice": incident.slice or "(total)",
        "first": shown(incident.first),
        "last": shown(incident.last),
        "periods": len(incident.breaches),
        "fired": shown(incident.fired),
        "severity": incident.severity,
        "gravest": shown(gravest.start),
        "value": gravest.row.get("value"),
        "expected": gravest.row.get("expected_value"),
        "z_score": gravest.row.get("z_score"),
        "ended": incident.is_over,
    }


def _line(rule: Rule, histories: "Sequence[History]") -> str:
    incidents = [incident for history in histories for incident in history.incidents]
    fired = sum(incident.fired is not None for incident in incidents)
    periods, known = (sum(getattr(one, name) for one in histories) for name in ("periods", "known"))
    return (
        f"{rule.rule_id}: {fired} would have fired, {len(incidents) - fired} pending only, in {periods:,} periods of "
        f"{len(histories)} slices, {periods - known:,} without a verdict · {rule.condition.text}"
    )


@alerts.command("rules", epilog=examples("mdl alerts rules FLT-DEPARTURES", "mdl alerts rules --outcome met"))
@click.argument("metric", required=False)
@click.option(
    "--problem/--no-problem", "has_problem", default=None, help="Only those that can never be evaluated."
)
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Only those with a slice of this outcome now.")
@format_option
@on_installation
def rules(
    installation: Installation,
    metric: str | None,
    *,
    has_problem: bool | None,
    outcome: str | None,
    output_format: OutputFormat,
) -> None:
    """List the alert rules in force, of METRIC or of all, with their outcomes."""
    query = RuleQuery(metric_id=metric, has_problem=has_problem, outcome=outcome, limit=_MOST_LISTED)
    with installation.reading() as connection:
        found, _ = rule_page(connection, RuleBook(), query, OPERATOR)
    rows = [_rule_row(rule) if output_format == "table" else plain(rule) for rule in found]
    print_rows(rows, output_format, "Alert rules", columns_of(RuleInForce))


def _rule_row(rule: RuleInForce) -> dict[str, object]:
    counted = ", ".join(f"{count} {name}" for name, count in sorted(rule.outcomes.items()))
    return {
        "subject": f"{rule.subject_kind} {rule.subject_id}",
        "rule": rule.rule_id,
        "condition": rule.condition,
        "severity": rule.severity,
        "grain": rule.grain,
        "channels": ", ".join(rule.channels),
        "outcomes": rule.problem or counted or "not evaluated yet",
        "reason": rule.reason,
    }


@alerts.command("send-test", epilog=examples("mdl alerts send-test 'slack:#ops'"))
@click.argument("channel")
@on_installation
def send_test(installation: Installation, channel: str) -> None:
    """Send a harmless message to a channel such as slack:#ops, as alerts are sent; exit code 1 where it fails."""
    from pipelines.alerting.delivery.trial import send_trial  # noqa: PLC0415  clients of every kind of channel

    failure = send_trial(installation.settings, channel, wall_now())
    if failure is not None:
        after = "; alerts would be tried again" if not failure.is_permanent else ""
        raise PermanentError(f"{channel}: {failure.reason}{after}")
    click.echo(f"{channel}: the receiver took it; look for a message that begins with TEST")


@alerts.command(epilog=examples("mdl alerts deliveries --dead", "mdl alerts deliveries --retry 7"))
@click.option("--dead", "only_dead", is_flag=True, help="Only what was given up.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many."
)
@click.option(
    "--retry", "retried", type=int, metavar="ID", help="Send a dead one again, at the next delivery."
)
@format_option
@on_installation
def deliveries(
    installation: Installation,
    *,
    only_dead: bool,
    limit: int,
    retried: int | None,
    output_format: OutputFormat,
) -> None:
    """List who was told of what, newest first, and what could not be delivered."""
    from pipelines.alerting.delivery import outbox  # noqa: PLC0415

    with installation.writing() as connection:
        if retried is None:
            found = outbox.deliveries(connection, only_dead=only_dead, limit=limit)
            print_rows(found, output_format, "Deliveries", outbox.COLUMNS)
        elif outbox.retry_dead(connection, retried, wall_now()):
            click.echo(f"delivery {retried} is sent again at the next delivery, within a minute under mdl up")
        else:
            raise DataError(f"there is no dead delivery {retried}; mdl alerts deliveries --dead lists them")
