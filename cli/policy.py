"""`mdl policy`: what the catalog says of who may see what, as Rego."""

import click

from cli.help import examples
from cli.installation import Installation, on_installation
from reports.policies import metric_policy, policies


@click.command(epilog=examples("mdl policy > policies.rego", "mdl policy FLT-DEPARTURES"))
@click.argument("metric", required=False)
@on_installation
def policy(installation: Installation, metric: str | None) -> None:
    """Print the policy of METRIC, or of all metrics, for Open Policy Agent (Rego v1)."""
    with installation.reading() as connection:
        found = metric_policy(connection, metric) if metric else policies(connection)
    click.echo(found.policy, nl=False)
