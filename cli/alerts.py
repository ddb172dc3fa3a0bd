"""`mdl alerts`: try rules before they alarm anybody."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from core.console import OutputFormat, format_option, print_rows
from core.settings import Settings, load_settings
from schemas.alerting.rule import Rule
from schemas.documents.documents import Catalog, Metric

if TYPE_CHECKING:
    from pipelines.alerting.judging.replay import History, Replayed

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_AD_HOC = "ad-hoc"


@click.group()
def alerts() -> None:
    """Alerts: try rules before they alarm anybody."""


@alerts.command("evaluate")
def evaluate_now() -> None:
    """Judge the rules on what is published and tell who is to be told, as the sensors of `mdl up` do all the time.

    For installations where something else than Dagster's daemon starts `mdl run`.
    """
    from core.clock import wall_now  # noqa: PLC0415  --help needs none of them
    from pipelines.alerting.steps import evaluate_and_queue, queue_and_deliver  # noqa: PLC0415
    from pipelines.workspace import Workspace  # noqa: PLC0415

    with closing(Workspace.open(load_settings())) as workspace:
        for step in (evaluate_and_queue, queue_and_deliver):
            click.echo(step(workspace, wall_now()))


@alerts.command("test")
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
def test(
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
    from core.database import connect  # noqa: PLC0415  --help needs no database
    from pipelines.alerting.judging.replay import replay  # noqa: PLC0415

    settings = load_settings()
    metric, rules = _chosen(_catalog(settings), metric_id, rule_id, ad_hoc)
    engine = connect(settings)
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    days = [day.date() if day else None for day in (start, end)]
    with closing(engine.connect()) as connection:
        for rule in rules:
            histories = replay(connection, rule, metric, settings.zone, *days)
            rows += [_row(each, one.usual, settings) for one in histories for each in one.incidents]
            lines.append(_line(rule, histories))
    engine.dispose()
    print_rows(rows, output_format, f"{metric.name}: incidents", _COLUMNS)
    if output_format == "table":
        for line in lines:
            click.echo(line)


def _catalog(settings: Settings) -> Catalog:
    from schemas.catalog.validate import load_valid  # noqa: PLC0415

    return load_valid(settings.catalog).catalog


def _chosen(
    catalog: Catalog, metric_id: str, rule_id: str | None, ad_hoc: dict[str, Any]
) -> tuple[Metric, list[Rule]]:
    from schemas.alerting.rules import rules_of  # noqa: PLC0415

    metric = catalog.metrics.get(metric_id)
    if metric is None:
        raise click.UsageError(f"the catalog has no metric {metric_id!r}")
    given = {name: value for name, value in ad_hoc.items() if value not in (None, ())}
    if given and "condition" not in given:
        raise click.UsageError("--window, --slices, --min-effect and --for-periods go with --condition")
    if given:
        metric = _with_rule(metric, given)
    found = rules_of(Catalog(metrics={metric_id: metric}))
    if found.problems and (given or not found.rules):
        raise click.UsageError("; ".join(problem.message for problem in found.problems))
    rules = [rule for rule in found.rules if rule_id in (None, rule.rule_id)]
    if not rules:
        known = ", ".join(rule.rule_id for rule in found.rules) or "none; try one with --condition"
        raise click.UsageError(f"{metric_id} has no rule {rule_id or ''}; its rules: {known}")
    return metric, rules


def _with_rule(metric: Metric, given: dict[str, Any]) -> Metric:
    from schemas.documents.documents import AlertRule  # noqa: PLC0415

    rule = AlertRule(
        rule_id=_AD_HOC,
        condition=given["condition"],
        evaluation_window=given.get("window"),
        slices=[
            one if one == "total" else {"by": one.removeprefix("by:").strip()}
            for one in given.get("slices", ())
        ],
        min_effect=given.get("min_effect"),
        for_periods=given.get("for_periods", 1),
    )
    targets = metric.targets_and_alerts.model_copy(update={"alert_rules": [rule]})
    return metric.model_copy(update={"targets_and_alerts": targets})


_COLUMNS = (
    *(
        "rule",
        "slice",
        "first",
        "last",
        "periods",
        "fired",
        "severity",
        "gravest",
        "value",
        "expected",
        "z_score",
    ),
    "ended",
)


def _row(incident: "Replayed", usual: float | None, settings: Settings) -> dict[str, Any]:
    gravest = incident.gravest(usual)
    hourly = gravest.row.get("period_end", gravest.start) - gravest.start < timedelta(days=1)

    def shown(instant: datetime | None) -> str | None:
        shape = "%Y-%m-%d %H:%M" if hourly else "%Y-%m-%d"
        return instant.astimezone(settings.zone).strftime(shape) if instant else None

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
