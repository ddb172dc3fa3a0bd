"""The Compose files: read by the real Compose, and held to what every container of ours must be."""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DOCKER = Path(__file__).parents[3] / "docker"
COMPOSE = Path(sys.executable).with_name("docker-compose")
# the collector's image has no shell that could ask; the migration ends
WITHOUT_HEALTH = {"otel-collector", "migrate"}
OWN_IMAGES = {"mdl", "mdl-proxy"}


def resolved(*files: str, **environment: str) -> dict[str, Any]:
    """The services as Compose would start them."""
    named = [word for file in files for word in ("-f", str(DOCKER / file))]
    done = subprocess.run(
        [COMPOSE, *named, "config", "--format", "json"],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", **environment},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    return resolved("compose.yaml")


@pytest.fixture(scope="module")
def services(stack: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = stack["services"]
    return found


def test_the_stack_has_every_part(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {
        "proxy", "migrate", "api", "code", "daemon", "webserver", "postgres", "redis",
        "prometheus", "alertmanager", "grafana", "otel-collector",
    }  # fmt: skip


def test_only_the_proxy_is_published_and_on_this_machine_unless_told_otherwise(
    services: dict[str, dict[str, Any]],
) -> None:
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    assert {port["host_ip"] for port in services["proxy"]["ports"]} == {"127.0.0.1"}
    opened = resolved("compose.yaml", MDL_LISTEN="0.0.0.0")["services"]["proxy"]["ports"]  # noqa: S104
    assert {port["host_ip"] for port in opened} == {"0.0.0.0"}  # noqa: S104


def test_no_container_is_root_or_may_become_it(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        user = service["user"].split(":")[0]
        assert user.isdecimal(), name
        assert int(user) > 0, name
        assert (service["cap_drop"], service.get("cap_add")) == (["ALL"], None), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name
        assert not {"network_mode", "pid", "ipc"} & set(service), name


def test_every_root_is_read_only_and_no_volume_is_the_hosts_to_write(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert any(place.startswith("/tmp:") for place in service["tmpfs"]), name  # noqa: S108
        for volume in service.get("volumes", ()):
            assert volume["type"] == "volume" or volume.get("read_only") is True, (name, volume)
            assert "docker.sock" not in volume["source"], name


def test_every_container_is_bounded_restarted_and_its_log_rotated(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        assert int(service["mem_limit"]) > 0, name
        assert service["pids_limit"] > 0, name
        assert service["restart"] == ("on-failure:5" if name == "migrate" else "unless-stopped"), name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name


def test_every_container_says_whether_it_is_well(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        test = service.get("healthcheck", {}).get("test")
        assert (test is None) == (name in WITHOUT_HEALTH), name


def test_every_image_is_pinned(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        image, _, tag = service["image"].rpartition(":")
        if image in OWN_IMAGES:
            assert service["build"], name
        else:
            assert tag.lstrip("v")[0].isdigit(), name
            assert "." in tag, f"{name}: {tag} moves"


def test_secrets_are_files_and_in_no_environment(stack: dict[str, Any]) -> None:
    assert {name: set(secret) for name, secret in stack["secrets"].items()} == {
        "postgres_password": {"name", "file"},
        "jwt_secret": {"name", "file"},
    }
    for name, service in stack["services"].items():
        for variable, value in service.get("environment", {}).items():
            is_named = any(word in variable for word in ("PASSWORD", "SECRET", "TOKEN"))
            assert not is_named or variable.endswith("_FILE") or value in ("true", "false"), (name, variable)
            assert not re.search(r"://[^/]*:[^/]*@", value), (name, variable)


def test_all_that_use_the_database_wait_for_the_migration(services: dict[str, dict[str, Any]]) -> None:
    for name in ("api", "code", "daemon", "webserver"):
        waits = services[name]["depends_on"]["migrate"]["condition"]
        assert waits == "service_completed_successfully", name


def test_inner_networks_lead_nowhere_and_each_container_is_in_few(stack: dict[str, Any]) -> None:
    networks = stack["networks"]
    assert {name for name, network in networks.items() if not network.get("internal")} == {"edge", "outside"}
    of = {name: set(service["networks"]) for name, service in stack["services"].items()}
    assert of["postgres"] == {"data"}
    assert of["redis"] == {"cache"}
    assert {name for name, within in of.items() if "cache" in within} == {"api", "redis"}
    assert {name for name, within in of.items() if "edge" in within} == {
        "proxy",
        "api",
        "webserver",
        "grafana",
    }
    assert of["proxy"] == {"edge"}


def test_the_override_for_work_publishes_on_this_machine_alone() -> None:
    services = resolved("compose.yaml", "compose.dev.yaml")["services"]
    for name, service in services.items():
        assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", ())), name
    assert services["api"]["environment"]["MDL_ENV"] == "development"


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        (test_no_container_is_root_or_may_become_it, {"user": "0:0"}),
        (test_no_container_is_root_or_may_become_it, {"cap_drop": []}),
        (test_no_container_is_root_or_may_become_it, {"cap_add": ["NET_ADMIN"]}),
        (test_no_container_is_root_or_may_become_it, {"security_opt": []}),
        (test_no_container_is_root_or_may_become_it, {"privileged": True}),
        (test_every_root_is_read_only_and_no_volume_is_the_hosts_to_write, {"read_only": False}),
        (
            test_every_root_is_read_only_and_no_volume_is_the_hosts_to_write,
            {"volumes": [{"type": "bind", "source": "/var/run/docker.sock", "read_only": True}]},
        ),
        (test_every_container_is_bounded_restarted_and_its_log_rotated, {"mem_limit": "0"}),
        (test_every_container_is_bounded_restarted_and_its_log_rotated, {"logging": {"options": {}}}),
        (test_every_container_says_whether_it_is_well, {"healthcheck": {}}),
        (test_every_image_is_pinned, {"image": "redis:latest"}),
        (test_every_image_is_pinned, {"image": "redis:7"}),
        (test_only_the_proxy_is_published_and_on_this_machine_unless_told_otherwise, {"ports": [{}]}),
    ],
)
def test_what_is_planted_is_found(
    check: Callable[..., None], changes: dict[str, Any], services: dict[str, dict[str, Any]]
) -> None:
    spoilt = copy.deepcopy(services)
    spoilt["redis"].update(changes)
    with pytest.raises(AssertionError):
        check(spoilt)


def test_a_planted_secret_is_found(stack: dict[str, Any]) -> None:
    for planted in ({"REDIS_PASSWORD": "x"}, {"URL": "redis://:x@redis/0"}):
        spoilt = copy.deepcopy(stack)
        spoilt["services"]["redis"]["environment"] = planted
        with pytest.raises(AssertionError):
            test_secrets_are_files_and_in_no_environment(spoilt)
