"""Dagster's webserver has no sign-in: other machines reach it only through a proxy that somebody vouches for."""

from pathlib import Path

import pytest
import yaml

from core.errors import ConfigurationError
from core.settings import load_settings
from pipelines.orchestration.serving.containers import run_daemon, run_webserver
from pipelines.orchestration.serving.supervisor import host_of_dagster


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mdl.example.com"])  # noqa: S104
def test_it_listens_on_this_machine_alone_unless_a_proxy_guards_it(host: str) -> None:
    assert host_of_dagster(load_settings(), host) == "127.0.0.1"
    assert host_of_dagster(load_settings(dagster_proxy=True), host) == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_an_address_of_this_machine_is_taken_as_given(host: str) -> None:
    assert host_of_dagster(load_settings(), host) == host


def test_the_compose_file_vouches_for_a_proxy_and_publishes_nothing_else() -> None:
    services = yaml.safe_load((Path(__file__).parents[4] / "docker" / "compose.yaml").read_text())["services"]
    assert services["webserver"]["environment"]["MDL_DAGSTER_PROXY"] == "true"
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])  # noqa: S104
def test_a_webserver_by_itself_is_refused_where_no_proxy_guards_it(host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"no sign-in.*MDL_DAGSTER_PROXY=true"):
        run_webserver(load_settings(), host, 3000, "code:4000", "")


def test_processes_on_several_machines_need_a_database_that_all_reach() -> None:
    for start in (run_daemon, run_webserver):
        with pytest.raises(ConfigurationError, match="MDL_DATABASE_URL is not set"):
            start(
                load_settings(),
                *(("code:4000",) if start is run_daemon else ("127.0.0.1", 3000, "code:4000", "")),
            )


@pytest.mark.parametrize("code", ["code", ":4000", "code:many", ""])
def test_the_code_server_has_a_host_and_a_port(code: str) -> None:
    with pytest.raises(ConfigurationError, match="no address of a code server such as code:4000"):
        run_daemon(load_settings(database_url="postgresql://nowhere.invalid/mdl"), code)
