"""Dagster's webserver has no sign-in: other machines reach it only through a proxy that somebody vouches for."""

from pathlib import Path

import pytest
import yaml

from core.settings import load_settings
from pipelines.orchestration.supervisor import host_of_dagster


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mdl.example.com"])  # noqa: S104
def test_it_listens_on_this_machine_alone_unless_a_proxy_guards_it(host: str) -> None:
    assert host_of_dagster(load_settings(), host) == "127.0.0.1"
    assert host_of_dagster(load_settings(dagster_proxy=True), host) == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_an_address_of_this_machine_is_taken_as_given(host: str) -> None:
    assert host_of_dagster(load_settings(), host) == host


def test_the_compose_file_publishes_no_port_of_dagster_and_vouches_for_no_proxy() -> None:
    services = yaml.safe_load((Path(__file__).parents[4] / "docker" / "compose.yaml").read_text())["services"]
    for service in services.values():
        assert "MDL_DAGSTER_PROXY" not in service.get("environment", {})
        assert all(str(port).endswith(":8000") for port in service.get("ports", ()))
