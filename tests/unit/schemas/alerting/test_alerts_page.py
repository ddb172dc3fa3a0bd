"""docs/alerts.md tells of every name and field, and its example is a catalog's."""

import re
from pathlib import Path

import yaml

from schemas.alerting.conditions import METRIC_NAMES, OKR_NAMES
from schemas.alerting.rules import rules_of
from schemas.documents.documents import AlertRule, Catalog, Metric, Targets

PAGE = (Path(__file__).parents[4] / "docs" / "alerts.md").read_text()


def test_the_page_names_everything_that_a_rule_may_read_or_say() -> None:
    said = set(re.findall(r"`(\w+)`", PAGE)) | set(re.findall(r"^ +(?:- )?(\w+):", PAGE, flags=re.MULTILINE))
    said |= {"on_backfill"} if "`on_backfill: true`" in PAGE else set()
    assert {*METRIC_NAMES, *OKR_NAMES, *AlertRule.model_fields} - {"extra"} <= said


def test_the_example_is_read_as_three_rules() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    targets = Targets.model_validate(yaml.safe_load(example)["targets_and_alerts"])
    metric = Metric.model_validate(
        {
            "metric_id": "m",
            "name": "On time",
            "dimensions": [{"name": "carrier"}],
            "targets_and_alerts": targets,
        }
    )
    found = rules_of(Catalog(metrics={"m": metric}))
    assert found.problems == ()
    assert [(rule.rule_id, rule.grain, rule.slice_sets) for rule in found.rules] == [
        ("low", "day", ((),)),
        ("carrier-low", "week", (("carrier",),)),
        ("odd", "day", ((),)),
    ]
