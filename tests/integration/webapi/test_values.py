from typing import Any

from tests.integration.webapi.conftest import Asked


def of(answer: Any, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in answer.get_json()["data"]]


def test_values_come_with_what_they_rest_on(ask: Asked) -> None:
    answer = ask.get("/api/v1/metrics/revenue/values?grain=day")
    assert answer.status_code == 200
    assert of(answer, "period_start", "value") == [
        ("2026-03-01T00:00:00+00:00", 30.0),
        ("2026-03-02T00:00:00+00:00", 30.0),
        ("2026-03-03T00:00:00+00:00", None),
    ]
    meta = answer.get_json()["meta"]
    assert (meta["publication_id"], meta["timezone"], meta["is_complete"]) == (1, "UTC", True)
    assert meta["definition_version"] == "1.0.0"


def test_an_answer_is_kept_until_the_publication_changes(ask: Asked) -> None:
    path = "/api/v1/metrics/revenue/values?grain=month&by=country"
    first = ask.get(path, headers={"Accept-Encoding": "gzip"})
    again = ask.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (first.headers["X-Cache"], again.headers["X-Cache"], again.status_code) == ("MISS", "HIT", 304)
    plain = ask.get(path)
    assert of(plain, "slice", "value") == [("country=DE", 20.0), ("country=US", 40.0)]


def test_a_list_with_commas_may_be_sent_as_several_parameters(ask: Asked) -> None:
    path = "/api/v1/metrics/revenue/values?grain=month&by=country"
    several = ask.get(f"{path}&by=carrier")
    assert several.status_code == 422
    assert several.get_json()["detail"] == ask.get(f"{path},carrier").get_json()["detail"]
