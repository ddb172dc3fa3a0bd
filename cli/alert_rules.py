"""`mdl alerts rules`: the alert rules in force and what became of them."""

import click

from cli.incidents import columns_of, plain
from core.console import OutputFormat, format_option, print_rows
from core.database import connect
from core.settings import load_settings
from reports.alerting.rules import OUTCOMES, RuleBook, RuleQuery, rule_page
from reports.alerting.rules_in_force import RuleInForce
from reports.publications import reading

_MOST_LISTED = 100_000


@click.command("rules")
@click.argument("metric", required=False)
@click.option(
    "--problem/--no-problem", "has_problem", default=None, help="Only those that can never be evaluated."
)
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Only those with a slice of this outcome now.")
@format_option
def rules(
    metric: str | None, *, has_problem: bool | None, outcome: str | None, output_format: OutputFormat
) -> None:
    """List the alert rules in force, of METRIC or of all, with their outcomes."""
    query = RuleQuery(metric_id=metric, has_problem=has_problem, outcome=outcome, limit=_MOST_LISTED)
    engine = connect(load_settings())
    try:
        with reading(engine) as connection:
            found, _ = rule_page(connection, RuleBook(), query)
    finally:
        engine.dispose()
    rows = [_row(rule) if output_format == "table" else plain(rule) for rule in found]
    print_rows(rows, output_format, "Alert rules", columns_of(RuleInForce))


def _row(rule: RuleInForce) -> dict[str, object]:
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
