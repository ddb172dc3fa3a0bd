"""Grafana's dashboards are those that are drawn, and what Grafana reads."""

import json
import subprocess
import sys

import pytest
import yaml

from tests.unit.docker.rules import ROOT

GRAFANA = ROOT / "docker" / "grafana"
BOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))


def test_the_dashboards_are_as_drawn() -> None:
    done = subprocess.run([sys.executable, GRAFANA / "draw.py", "--check"], check=False)
    assert done.returncode == 0, "python docker/grafana/draw.py draws them anew"
    assert [path.stem for path in BOARDS] == ["api", "business", "database", "pipeline"]


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_panels_have_numbers_of_their_own_a_source_that_is_provided_and_do_not_lie_on_each_other(
    path,
) -> None:
    board = json.loads(path.read_text())
    (source,) = yaml.safe_load((GRAFANA / "provisioning/datasources/mdl.yaml").read_text())["datasources"]
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
    for panel in panels:
        assert panel["type"] in ("timeseries", "stat")
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        refs = [target["refId"] for target in panel["targets"]]
        assert refs
        assert len(set(refs)) == len(refs)
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {source["uid"]}
