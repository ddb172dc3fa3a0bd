"""What a stranger, or a careless program, can make the API spend or say: bounded, and refused in words."""

import csv
import io
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, update

from cli.main import cli
from schemas.tables import published_metrics
from tests.integration.webapi.conftest import Asked

REVENUE = "/api/v1/metrics/revenue"


def metrics(count: int) -> dict[str, Any]:
    return {
        "metrics": [
            {"metric_id": f"m{number}", "name": f"M {number}", "definition": {"formula": "SUM(order.value)"}}
            for number in range(count)
        ]
    }


def errors(answer: Any) -> str:
    return str(answer.get_json().get("errors", answer.get_json()["detail"]))


# ---- imports ---------------------------------------------------------------------------------------------


def test_an_import_of_too_many_documents_is_refused_before_it_is_judged(
    ask_of: Callable[..., Asked], own_url: str
) -> None:
    asked = ask_of(own_url, import_documents=20)
    asked.token("editor")
    assert asked("POST", "/api/v1/import", "editor", json=metrics(20)).status_code == 200
    begun = time.monotonic()
    answer = asked("POST", "/api/v1/import", "editor", json=metrics(20_000))
    assert (answer.status_code, answer.get_json()["type"]) == (413, "urn:mdl:problem:too-large")
    assert time.monotonic() - begun < 8
    for words in ("20,000 documents", "the 20 of one import", "several parts", "mdl catalog apply"):
        assert words in answer.get_json()["detail"]


def test_an_import_that_takes_too_long_ends_within_the_time_of_a_request(
    ask_of: Callable[..., Asked], own_url: str
) -> None:
    # long enough to read the body on a busy machine, a fraction of what judging it takes
    asked = ask_of(own_url, request_timeout=5, import_documents=100_000)
    asked.token("editor")
    begun = time.monotonic()
    answer = asked("POST", "/api/v1/import", "editor", json=metrics(20_000))
    assert answer.status_code == 413, answer.text
    assert "takes longer than a request may" in answer.get_json()["detail"]
    assert time.monotonic() - begun < 15


# ---- addresses and headers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "metrics?search={}",
        "metrics?tag={}",
        "incidents?search={}",
        "incidents?subject_id={}",
        "silences?{}=1",
    ],
)
def test_filters_of_lists_are_bounded_so_that_link_is(ask: Asked, path: str) -> None:
    answer = ask.get("/api/v1/" + path.format("x" * 3_000))
    assert answer.status_code == 422
    assert "1,000 are taken at most" in errors(answer) or "known are" in errors(answer)
    if "search" in path:
        answer = ask.get("/api/v1/" + path.format("é" * 100))
        assert (answer.status_code, len(answer.headers["Link"]) < 4_500) == (200, True)


def test_addresses_have_a_longest_length(ask: Asked) -> None:
    assert ask.get(f"{REVENUE}/values?slice={'x' * 100_000}").status_code == 414
    assert ask.get(f"/api/v1/metrics/{'x' * 3_000}").status_code == 414


def test_an_encoded_question_mark_is_part_of_the_id(ask: Asked) -> None:
    first = ask.get(f"{REVENUE}?zz?")
    assert first.status_code in (200, 422)
    for path in ("%3Fzz", "%3Fzz%3F", "%3F", "%23", "%253F", ";", "%20", "%C2%A0"):
        answer = ask.get(REVENUE + path)
        assert answer.status_code == 404, (path, answer.text)
    ask.get(f"{REVENUE}?zz")
    assert ask.get(f"{REVENUE}%3Fzz").status_code == 404


def test_invented_methods_share_one_label(ask: Asked) -> None:
    for number in range(50):
        ask(f"INVENTED{number}", "/api/v1/metrics", None)
    text = ask.get("/metrics", None).text
    assert 'method="other"' in text
    assert "INVENTED" not in text


# ---- parameters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["metrics", "domains", "sources", "incidents", "silences", "alert-rules"])
def test_an_unknown_parameter_is_told_which_there_are(ask: Asked, path: str) -> None:
    answer = ask.get(f"/api/v1/{path}?colour=red")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "query.colour"
    assert "known are" in errors(answer)
    assert "limit, page" in errors(answer) or "limit" in errors(answer)


def test_no_operation_takes_a_parameter_that_its_document_does_not_name(ask: Asked) -> None:
    """Walks over the document, so that a route made later is tried too."""
    paths = ask.get("/api/v1/openapi.json", None).get_json()["paths"]
    operations = [
        (method.upper(), path, operation)
        for path, methods in paths.items()
        if path.startswith("/api/")
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete") and not operation.get("deprecated")
    ]
    assert len(operations) > 60
    for method, path, operation in operations:
        filled = re.sub(r"\{(\w+)\}", lambda found: "1" if found[1].endswith("_id") else "x", path)
        named = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        answer = ask(method, f"{filled}?no_such_thing=1", "admin")
        assert answer.status_code == 422, (method, path, answer.text)
        [error] = [each for each in answer.get_json()["errors"] if each["field"] == "query.no_such_thing"]
        known = f"known are {', '.join(sorted(named))}" if named else "none are known here"
        assert error["message"] == f"Unknown parameter; {known}.", (method, path)
        assert "422" in operation["responses"], (method, path)


@pytest.mark.parametrize("given", ["country", "country=US,kind", ",country"])
def test_a_slice_without_a_value_is_told_how_to_say_it(ask: Asked, given: str) -> None:
    answer = ask.get(f"{REVENUE}/values?slice={given}")
    assert answer.status_code == 422
    name = given.rsplit(",", maxsplit=1)[-1]
    assert f"slice={name}=AA" in errors(answer)
    assert f"by={name}" in errors(answer)


# ---- tags ------------------------------------------------------------------------------------------------


def test_if_none_match_takes_a_star_lists_and_weak_tags(ask: Asked) -> None:
    for encoding in ("identity", "gzip", "br", "zstd"):
        headers = {"Accept-Encoding": encoding}
        tag = ask.get(REVENUE, headers=headers).headers["ETag"]
        for given in ("*", tag, f"W/{tag}", f'"other", W/{tag}', f'"a","b" , {tag}'):
            answer = ask.get(REVENUE, headers={**headers, "If-None-Match": given})
            assert (answer.status_code, answer.data) == (304, b""), given
        for given in ('"other"', f'"x{tag[1:]}', f'{tag[:-1]}x"'):
            assert ask.get(REVENUE, headers={**headers, "If-None-Match": given}).status_code == 200, given


def test_if_match_takes_a_tag_that_a_proxy_made_weak_or_longer(ask_own: Asked) -> None:
    for make in ("W/{}".format, lambda tag: f'{tag[:-1]}-gzip"', lambda tag: f'"other", W/{tag}'):
        tag = ask_own.get(REVENUE).headers["ETag"]
        tier = {"tier": ask_own.get(REVENUE).get_json()["data"]["content"].get("tier", 0) + 1}
        answer = ask_own("PATCH", REVENUE, "editor", headers={"If-Match": make(tag)}, json=tier)
        assert answer.status_code == 200, answer.text
        stale = ask_own("PATCH", REVENUE, "editor", headers={"If-Match": make(tag)}, json={"tier": 9})
        assert stale.status_code == 412


@pytest.mark.parametrize("tag", ["2-4d7412592c75", "W/2-4d7412592c75", '"a" "b"', '"a', ""])
def test_if_match_says_that_tags_are_quoted(ask_own: Asked, tag: str) -> None:
    answer = ask_own("PATCH", REVENUE, "editor", headers={"If-Match": tag}, json={"tier": 2})
    assert (answer.status_code, "quoted" in answer.get_json()["detail"]) == (400, True)


# ---- sources, and numbers beside definitions -------------------------------------------------------------


def test_an_administrator_deletes_a_source(ask_own: Asked) -> None:
    path = "/api/v1/sources/orders"
    tag = ask_own.get(path).headers["ETag"]
    assert ask_own("DELETE", path, "editor", headers={"If-Match": tag}).status_code == 403
    assert ask_own("DELETE", path, "admin").status_code == 428
    assert ask_own("DELETE", path, "admin", headers={"If-Match": '"1-other"'}).status_code == 412
    answer = ask_own("DELETE", path, "admin", headers={"If-Match": tag})
    assert answer.status_code == 204, answer.text
    assert ask_own.get(path).status_code == 404


def test_a_list_of_metrics_can_carry_where_each_stands(ask_twice: Asked) -> None:
    plain = ask_twice.get("/api/v1/metrics").get_json()
    assert "meta" not in plain
    assert all("current" not in row for row in plain["data"])
    body = ask_twice.get("/api/v1/metrics?include=current").get_json()
    current = {row["id"]: row["current"] for row in body["data"]}
    assert current["happiness"] is None
    for metric_id in ("revenue", "refunds", "orders"):
        latest = ask_twice.get(f"/api/v1/metrics/{metric_id}/summary").get_json()["data"]["latest"]
        names = ("value", "status", "change_pct", "period_start", "period_end")
        expected = latest and {name: latest[name] for name in names}
        found = current[metric_id]
        assert (found and {name: found[name] for name in names}) == expected
    assert current["revenue"]["value"] is not None
    assert body["meta"]["publication_id"] == 2
    assert ask_twice.get("/api/v1/metrics?include=numbers").status_code == 422


def test_a_metric_whose_events_never_came_says_so(ask_own: Asked, own_url: str) -> None:
    reason = "no row of the event 'ordr' has come yet; did you mean 'order'?"
    engine = create_engine(own_url)
    with engine.begin() as connection:
        connection.execute(
            update(published_metrics).where(published_metrics.c.metric_id == "revenue").values(reason=reason)
        )
    engine.dispose()

    def told() -> tuple[Any, Any]:
        nodes = ask_own.get(f"{REVENUE}/lineage").get_json()["data"]["nodes"]
        [node] = [each for each in nodes if each["id"] == "metric:revenue"]
        return node["reason"], ask_own.get(f"{REVENUE}/summary").get_json()["data"]["reason"]

    assert told() == (reason, reason)
    star = {"If-Match": "*"}
    assert ask_own("PATCH", REVENUE, "editor", headers=star, json={"tier": 2}).status_code == 200
    time.sleep(1)
    # it was said of a definition that is no longer that of the catalog, but still of the published numbers
    assert told() == (None, reason)


# ---- one CSV ---------------------------------------------------------------------------------------------


def test_the_command_line_and_the_api_write_the_same_csv(
    ask: Asked, published_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MDL_DATABASE_URL", published_url)
    query = "grain=day&by=country&from=2026-03-01"
    served = ask.get(f"{REVENUE}/values?{query}", headers={"Accept": "text/csv"}).text
    command = ["values", "revenue", "--grain", "day", "--by", "country", "--from", "2026-03-01"]
    printed = CliRunner().invoke(cli, [*command, "--format", "csv"])
    assert printed.stdout_bytes.decode() == served
    rows = list(csv.DictReader(io.StringIO(served)))
    assert {row["is_complete"] for row in rows} <= {"true", "false"}
    nothing = ["values", "revenue", "--grain", "day", "--from", "2031-01-01", "--format", "csv"]
    assert CliRunner().invoke(cli, nothing).stdout_bytes.decode() == served.splitlines()[0] + "\r\n"


def test_links_of_a_list_lead_back_to_it_whatever_its_path_holds(ask: Asked) -> None:
    for path in ("/api/v1/reports/a%0Ab%3Fc%25/archive", "/api/v1/reports/%C3%BC%3E%22%3B/archive"):
        answer = ask.get(path)
        assert answer.status_code == 200, answer.text
        [first] = [each for each in answer.headers["Link"].split(", ") if each.endswith('rel="first"')]
        address = first[1:].partition(">")[0]
        assert address.partition("?")[0] == path
        assert ask.get(address).get_json() == answer.get_json()
