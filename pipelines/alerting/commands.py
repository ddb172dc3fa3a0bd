"""`mdl alerts`: try rules before they alarm anybody."""

import click


@click.group()
def alerts() -> None:
    """Alerts: try rules before they alarm anybody."""
