"""The commands that become a process of Dagster, or ask one."""

import click

from cli.help import examples
from cli.installation import Installation, on_installation

_PORT = click.IntRange(1, 65_535)
_code = click.option(
    "--code", default="127.0.0.1:4000", show_default=True, help="HOST:PORT of the code server."
)


@click.command("code-server", epilog=examples("mdl dagster code-server --host 0.0.0.0"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=4000, show_default=True, type=_PORT)
@on_installation
def code_server(installation: Installation, host: str, port: int) -> None:
    """Serve MDL's definitions over gRPC and execute runs.

    It has no sign-in: let none but the webserver and the daemon reach it.
    """
    from pipelines.orchestration.serving.containers import run_code_server  # noqa: PLC0415  --help needs no Dagster

    run_code_server(installation.settings, host, port)


@click.command("webserver", epilog=examples("mdl dagster webserver --code code:4000 --path-prefix /dagster"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=3000, show_default=True, type=_PORT)
@click.option("--path-prefix", default="", metavar="/PATH", help="Where a proxy shows it.")
@_code
@on_installation
def webserver(installation: Installation, host: str, port: int, path_prefix: str, code: str) -> None:
    """Serve Dagster's UI.

    It has no sign-in: on other machines it can be reached only if MDL_DAGSTER_PROXY says that a proxy guards it.
    """
    from pipelines.orchestration.serving.containers import run_webserver  # noqa: PLC0415

    run_webserver(installation.settings, host, port, code, path_prefix)


@click.command("daemon", epilog=examples("mdl dagster daemon --code code:4000"))
@_code
@on_installation
def daemon(installation: Installation, code: str) -> None:
    """Run schedules, sensors and the queue of runs."""
    from pipelines.orchestration.serving.containers import run_daemon  # noqa: PLC0415

    run_daemon(installation.settings, code)


@click.command("is-alive", epilog=examples("mdl dagster is-alive"))
@on_installation
def is_alive(installation: Installation) -> None:
    """End with 0 while the daemon's parts beat, with 1 where one does not."""
    from pipelines.orchestration.serving.containers import ask_daemon  # noqa: PLC0415

    ask_daemon(installation.settings)
