"""Alertmanager's routes, and the collector's configuration; inhibition is tried with a real server elsewhere."""

import re
import shutil
import subprocess

import pytest
import yaml

from tests.unit.docker.rules import ROOT, rules

ALERTMANAGER = ROOT / "docker" / "alertmanager" / "alertmanager.yml"
AMTOOL = shutil.which("amtool")
needs_amtool = pytest.mark.skipif(
    AMTOOL is None, reason="no amtool here; apt-get install prometheus-alertmanager brings one"
)


@needs_amtool
def test_amtool_accepts_the_configuration() -> None:
    done = subprocess.run([AMTOOL, "check-config", ALERTMANAGER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@needs_amtool
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["alertname=MdlIsDown", "severity=critical", "team=platform"], "urgent"),
        (["alertname=MdlRestartsOften", "severity=warning", "team=platform"], "platform"),
        (["alertname=MdlRunFailed", "severity=warning", "team=data"], "data"),
        (["alertname=too-many", "severity=critical", "incident=mdl-1-0"], "data"),
        (["alertname=Watchdog"], "platform"),
    ],
)
def test_an_alert_goes_to_those_whose_it_is(labels: list[str], receiver: str) -> None:
    command = [AMTOOL, "config", "routes", "test", f"--config.file={ALERTMANAGER}", *labels]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == receiver


def test_inhibition_names_rules_that_there_are() -> None:
    known = {rule["alert"] for rule in rules()}
    for rule in yaml.safe_load(ALERTMANAGER.read_text())["inhibit_rules"]:
        for matcher in [*rule["source_matchers"], *rule["target_matchers"]]:
            pattern = matcher.partition('"')[2].rstrip('"')
            prefix, _, rest = pattern.partition("(")
            for each in rest.rstrip(")").split("|") if rest else [""]:
                assert any(re.fullmatch(prefix + each, name) for name in known), each


def test_what_the_collector_uses_is_configured_and_what_is_configured_is_used() -> None:
    """The collector cannot be run here: the parts that are used, by their names and the fields that each requires."""
    found = yaml.safe_load((ROOT / "docker" / "otel" / "collector.yaml").read_text())
    required = {
        "receivers": {"otlp": {"protocols"}},
        "processors": {"memory_limiter": {"check_interval", "limit_mib"}, "batch": set()},
        "exporters": {"file": {"path"}},
        "extensions": {"health_check": {"endpoint"}},
    }
    assert set(found) == {*required, "service"}
    pipelines = found["service"]["pipelines"]
    assert set(pipelines) == {"traces"}
    for kind, parts in required.items():
        used = found["service"]["extensions"] if kind == "extensions" else pipelines["traces"][kind]
        assert set(used) == set(found[kind]) == set(parts)
        for name, fields in parts.items():
            assert fields <= set(found[kind][name]), name
    assert pipelines["traces"]["processors"][0] == "memory_limiter"
