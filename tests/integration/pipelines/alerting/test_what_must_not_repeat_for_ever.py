"""Documents and findings that nobody expects: whatever else there is must be judged and told all the same."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, text

from core.settings import Settings
from pipelines.alerting.delivery.outbox import enqueue
from pipelines.alerting.watching.findings import Finding
from pipelines.alerting.watching.operations import Observed, observe
from schemas.catalog.references import check_references
from schemas.documents.documents import AlertRule, Catalog
from tests.build_marts import daily
from tests.integration.pipelines.alerting.world import FIRST, NOW, World, rule, ruled

NewWorld = Callable[..., World]


@pytest.mark.parametrize(
    "odd",
    [
        {"for_periods": 1_000_000},
        {"recover_periods": 1_000_000},
        {"evaluation_delay": "9999 years"},
        {"renotify_every": "9999 years"},
    ],
)
def test_a_rule_of_absurd_lengths_is_an_error_of_its_own(
    new_world: NewWorld, settings: Settings, odd: dict[str, object]
) -> None:
    world = new_world(ruled(rule(rule_id="odd", **odd), rule()))
    assert world.day([4, 12]).outcomes == {"error": 1, "met": 1}
    with world.engine.begin() as connection:
        assert enqueue(connection, settings, NOW) == 1


def test_numbers_that_json_does_not_know_are_unknown(new_world: NewWorld) -> None:
    world = new_world(ruled(rule()))
    world.publish(daily(FIRST, [1e-307, 1e9]))  # a change of 1e318 percent
    world.evaluate()
    assert world.states() == ["firing"]
    assert world.evidence()["change_pct"] is None


def test_text_that_postgresql_cannot_hold_is_told_without_what_it_cannot(database: Engine) -> None:
    found = {
        "refresh": Finding("failed", "broken \0 \udc80", "critical", {"error": "a\0b", "n": float("nan")})
    }
    with database.begin() as connection:
        observe(connection, "job", found, NOW, rule_ids=["failed"])
        again = observe(connection, "job", found, NOW, rule_ids=["failed"])
        title = connection.execute(text("select title from ops.incidents")).scalar_one()
    assert again == Observed(frozenset(), frozenset(), frozenset())
    assert title == "broken \ufffd \ufffd"


def test_a_rule_may_not_be_called_as_one_without_a_name_is() -> None:
    metric = ruled(rule(rule_id="rule-2"), {"condition": "value > 5"})
    found = check_references(Catalog(metrics={metric.metric_id: metric}))
    assert "two alert rules are called 'rule-2'" in [one.message for one in found]


@pytest.mark.parametrize("odd", [{"rule_id": "x" * 3_000}, {"notify_channels": ["email:" + "x" * 3_000]}])
def test_names_are_not_longer_than_an_index_holds(odd: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="at most"):
        AlertRule.model_validate(rule(**odd))
