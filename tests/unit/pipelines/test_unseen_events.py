"""Metrics that wait for events of which no row has come."""

from pipelines.unseen_events import unseen_events
from tests.unit.schemas.formula.build import any_event, catalog, compile_all, metric, source


def test_an_event_that_only_an_event_column_could_deliver_and_never_did_is_told_with_what_was_meant() -> None:
    metrics = (
        metric("good", "COUNT(login)"),
        metric("slip", "COUNT(logn) / COUNT(login)"),
        metric("reader", "METRIC('slip') * 2"),
        metric("survey", "asked by phone"),
        metric("named", "COUNT(visit)"),
    )
    sources = (any_event("value"), source("visit"))
    compilation = compile_all(*metrics, sources=sources)
    assert compilation.observed == {"survey"}

    said = unseen_events(compilation, catalog(*metrics, sources=sources), ["login", "order"])

    reason = "no row of the event 'logn' has come yet; did you mean 'login'?"
    assert said == {"slip": reason, "reader": reason}


def test_before_the_first_row_there_is_nothing_to_suggest() -> None:
    metrics, sources = (metric("a", "COUNT(login)"),), (any_event(),)
    said = unseen_events(compile_all(*metrics, sources=sources), catalog(*metrics, sources=sources), [])
    assert said == {"a": "no row of the event 'login' has come yet; there are none"}
