"""The requests of the examples in the API's document, in an order in which each finds what it needs: see record.py."""

import sys
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestTimeout, ServiceUnavailable, TooManyRequests
from werkzeug.test import TestResponse

from core.bounds import TooMuchWorkError
from core.errors import DatabaseAwayError
from reports.errors import (
    DamagedFileError,
    NoLongerKeptError,
    NothingPublishedError,
    ReplacedScoresError,
    RestrictedError,
    TooManyRowsError,
)
from schemas.identity.errors import PasswordDueError, RegistrationOffError
from schemas.identity.idempotency import RequestUnderWayError
from webapi.request.problem_types import PROBLEMS

if TYPE_CHECKING:
    from docs.record import Recorder

_METRIC = "FLT-ON-TIME-ARRIVALS"
_OBJECTIVE = "OBJ-PUNCTUAL-YEAR"
_DOMAIN = "DOM-PUNCTUALITY"
_PASSWORD = "correct horse battery staple"  # noqa: S105  of the sample
# a document of each kind that is not in the sample: it is created, replaced, changed and deleted
_NEW: dict[str, dict[str, Any]] = {
    "domain": {"domain_id": "DOM-CARGO", "name": "Cargo", "owner_team": "cargo"},
    "objective": {
        "objective_id": "OBJ-CARGO",
        "name": "Fly more cargo",
        "business_domain": _DOMAIN,
        "timeframe": {"start": "2013-10-01", "end": "2013-12-31"},
        "key_results": [
            {
                "kr_id": "KR-CARGO-1",
                "name": "400 departures a day",
                "target_value": 400,
                "metric_ids": ["FLT-DEPARTURES"],
            }
        ],
    },
    "metric": {
        "metric_id": "FLT-FAR-DEPARTURES",
        "name": "Departures to places far away",
        "business_domain": "DOM-NETWORK",
        "definition": {
            "formula": "SUM(CASE WHEN flight.distance_mi > 2000 THEN 1 ELSE 0 END)",
            "unit": "flights",
        },
        "data": {"time_grain": ["day", "month"], "primary_sources": ["flights"]},
    },
    "report": {
        "report_id": "daily-network",
        "name": "The network of a day",
        "grain": "day",
        "formats": ["html"],
    },
}
_FILE = "/api/v1/reports/archive/1/files/weekly-scorecard-week-2013-10-07.pdf"
# what can only be met where something is broken, slow, or set otherwise: where, and what the code raises there
_RARE: list[tuple[str, str, Exception]] = [
    (
        "GET",
        "/api/v1/metrics/FLT-DEPARTURES/values",
        TooManyRowsError(
            "the answer has more than 50,000 rows; ask for a shorter time, a coarser grain or fewer slices"
        ),
    ),
    (
        "GET",
        "/api/v1/metrics",
        PasswordDueError("first choose a password of your own: POST /api/auth/password"),
    ),
    ("POST", "/api/auth/register", RegistrationOffError("ask an administrator for a user")),
    (
        "GET",
        "/api/v1/metrics/FLT-DEPARTURES/values",
        RestrictedError("FLT-DEPARTURES is confidential; ask network-planning, who owns it"),
    ),
    (
        "GET",
        "/api/v1/scorecard",
        NothingPublishedError("nothing has been published yet; `mdl run` publishes"),
    ),
    (
        "POST",
        "/api/v1/import",
        RequestTimeout("30 seconds after the head, 4,096 bytes of the body had arrived"),
    ),
    (
        "GET",
        "/api/v1/scorecard",
        ReplacedScoresError(
            "the scores of publication 3 are gone: publication 4 replaced them; ask for publication 4"
        ),
    ),
    (
        "POST",
        "/api/v1/silences",
        RequestUnderWayError("the first request with this Idempotency-Key is still under way"),
    ),
    ("GET", _FILE, NoLongerKeptError("files and contents of run 1 are no longer kept")),
    ("GET", _FILE, DamagedFileError("the file of run 1 is damaged: its bytes are not those of its hash")),
    ("POST", "/api/v1/import", TooMuchWorkError("it takes longer than a request may")),
    ("GET", "/api/v1/metrics", TooManyRequests("more than 1000 requests a minute; try again in 12 s")),
    ("GET", "/api/v1/metrics", ZeroDivisionError()),
    (
        "POST",
        "/api/v1/import",
        ServiceUnavailable("too many bodies arrive at once, and this one was the slowest: ask again"),
    ),
    ("GET", "/api/v1/metrics", DatabaseAwayError("PostgreSQL does not answer; try again in a moment")),
]


def record(ask: "Recorder") -> None:
    """Ask them all."""
    for part in (_health, _numbers, _catalog, _operations, _incidents, _archive, _identities, _problems):
        part(ask)


def _health(ask: "Recorder") -> None:
    for name in ("live", "health", "ready", "get_index", "get_prometheus_metrics"):
        ask(name)


def _numbers(ask: "Recorder") -> None:
    period = {"from": "2013-09-01", "to": "2013-09-30"}
    ask("get_values", {"metric_id": _METRIC, "grain": "month", "by": ["carrier"], **period})
    ask("get_summary", {"metric_id": _METRIC})
    ask("get_chart", {"metric_id": _METRIC, "grain": "month"})
    ask("get_lineage", {"metric_id": _METRIC})
    ask("get_policy", {"metric_id": _METRIC})
    ask("get_policies")
    ask("query_metrics", None, {"metric_ids": [_METRIC, "FLT-DEPARTURES"], "grain": "month", **period})
    ask("get_progress", {"objective_id": _OBJECTIVE})
    ask("get_domain_scorecard", {"domain_id": _DOMAIN})
    ask("get_scorecard")


def _catalog(ask: "Recorder") -> None:
    ids = {
        "domain": _DOMAIN,
        "objective": _OBJECTIVE,
        "metric": _METRIC,
        "report": "monthly-punctuality",
        "source": "flights",
    }
    source = {
        "source_id": "airports",
        "format": "csv",
        "path": "airports/*.csv",
        "event": "airport",
        "timestamp": {"column": "at"},
    }
    ask("import_documents", {"Idempotency-Key": "import-airports", "dry_run": False}, {"sources": [source]})
    for kind, known in ids.items():
        ask(f"list_{kind}s", {"limit": 2, **({"search": "arrival"} if kind == "metric" else {})})
        ask(f"get_{kind}", {f"{kind}_id": known})
        ask(f"get_{kind}_history", {f"{kind}_id": known})
    for kind, new in _NEW.items():
        _written(ask, kind, new)
    tag = _tag(ask("get_source", {"source_id": "airports"}))
    ask("delete_source", {"source_id": "airports", "If-Match": tag})
    ask("get_source", {"source_id": "flights"})
    ask("export_documents")
    ask("list_key_results", {"objective_id": _OBJECTIVE})
    given = {"kr_id": "KR-PY-1", "objective": _OBJECTIVE}
    ask(
        "create_check_in",
        {**given, "Idempotency-Key": "check-in-kr-py-1"},
        {"value": 78.5, "note": "As the airport counts."},
    )
    ask("list_check_ins", given)


def _written(ask: "Recorder", kind: str, new: dict[str, Any]) -> None:
    one = {f"{kind}_id": new[f"{kind}_id"]}
    tag = _tag(ask(f"create_{kind}", {"Idempotency-Key": f"new-{kind}"}, new))
    replaced = new | {"name": f"{new['name']}, replaced"}
    tag = _tag(ask(f"replace_{kind}", {**one, "If-Match": tag}, replaced))
    tag = _tag(ask(f"change_{kind}", {**one, "If-Match": tag}, {"description": "What it is about."}))
    ask(f"delete_{kind}", {**one, "If-Match": tag})


def _tag(answer: TestResponse) -> str:
    return answer.headers["ETag"]


def _operations(ask: "Recorder") -> None:
    ask("get_stats")
    ask("list_publications", {"limit": 1})
    ask("get_publication", {"publication_id": 1})
    ask("get_data_quality")
    ask("list_settings")
    name = {"name": "cache_ttl"}
    ask("get_setting", name)
    ask("change_setting", name, {"value": 600})
    ask("reset_setting", name)
    ask("clear_cache")


def _incidents(ask: "Recorder") -> None:
    first = ask("list_incidents", {"state": "open", "limit": 2}).get_json()["data"][0]
    one = {"incident_id": first["incident_id"]}
    ask(
        "acknowledge_incident",
        {**one, "Idempotency-Key": "acknowledge-1"},
        {"note": "The radar is being mended."},
    )
    ask("unacknowledge_incident", one)
    ask("label_incident", one, {"label": "expected"})
    ask(
        "silence_incident",
        {**one, "Idempotency-Key": "silence-1"},
        {"duration": "4h", "reason": "The radar is being mended."},
    )
    silence = {
        "subject_kind": "metric",
        "subject_id": "FLT-CANCELLED",
        "duration": "2 days",
        "reason": "A strike that was announced.",
    }
    made = ask("create_silence", {"Idempotency-Key": "silence-strike"}, silence).get_json()["data"]
    ask("list_silences", {"with_ended": True})
    ask("end_silence", {"silence_id": made["silence_id"]})
    ask("get_incident", one)
    ask("get_incident_history", one)
    ask("resolve_incident", {**one, "Idempotency-Key": "resolve-1"}, {"reason": "The radar is mended."})
    ask("list_alert_rules", {"limit": 2})
    rule = {
        "subject_kind": first["subject_kind"],
        "subject_id": first["subject_id"],
        "rule_id": first["rule_id"],
    }
    ask("list_alert_outcomes", rule)


def _archive(ask: "Recorder") -> None:
    run = ask("list_report_runs").get_json()["data"][0]
    ask("list_runs_of_report", {"report_id": run["report_id"]})
    found = ask("get_report_run", {"run_id": run["run_id"]}).get_json()["data"]
    name = next(file["name"] for file in found["files"] if file["name"].endswith(".pdf"))
    ask("download_report_file", {"run_id": run["run_id"], "name": name})


def _identities(ask: "Recorder") -> None:
    ask("get_me")
    ask("register", None, {"username": "bea", "password": _PASSWORD})
    made = ask(
        "create_user", None, {"username": "ann", "role": "editor", "team": "operations-control"}
    ).get_json()["data"]
    one = {"user_id": made["user_id"]}
    ask("list_users", {"limit": 2})
    ask("change_user", one, {"role": "viewer"})
    ask("reset_user_password", one)
    key = ask("create_api_key", None, {"name": "dashboard", "expires_in_days": 90}).get_json()["data"]
    ask("list_api_keys")
    ask("revoke_api_key", {"key_id": key["key_id"]})
    ask("list_audit_entries", {"action": "user.change", "limit": 1})
    tokens = ask("login", None, {"username": "admin", "password": _PASSWORD}).get_json()
    ask("refresh_tokens", None, {"refresh_token": tokens["refresh_token"]})
    ask("set_password", None, {"old_password": _PASSWORD, "new_password": "six lazy dogs sleep well"})
    ask("logout")


def _problems(ask: "Recorder") -> None:
    ask.sign_in("six lazy dogs sleep well")
    values, metric = f"/api/v1/metrics/{_METRIC}/values", f"/api/v1/metrics/{_METRIC}"
    ask.problem("GET", values, signed_in=False)
    ask.problem("POST", "/api/auth/login", json={"username": "admin", "password": "wrong"})
    ask.problem("POST", "/api/auth/password", json={"old_password": "wrong", "new_password": _PASSWORD})
    ask.problem("GET", "/api/v1/metrics/FLT-ON-TIME-ARIVALS/values")
    ask.problem("POST", values)
    ask.problem("GET", values, headers={"Accept": "image/png"})
    ask.problem("GET", f"{values}?garin=day")
    ask.problem("GET", f"{values}?grain=minute")
    ask.problem("GET", "/api/v1/metrics/PAX-SATISFACTION/values")
    ask.problem("POST", "/api/v1/query", data="{", content_type="application/json")
    ask.problem("POST", "/api/v1/domains", json={"domain_id": _DOMAIN, "name": "Punctuality"})
    ask.problem("POST", "/api/v1/metrics", json={"metric_id": "FLT-FAR", "tier": 9})
    ask.problem("POST", "/api/v1/import", data="…", content_type="text/plain")
    ask.problem("PATCH", metric, json={"tier": 2}, content_type="application/merge-patch+json")
    stale = {"If-Match": '"0-000000000000"'}
    ask.problem("PATCH", metric, json={"tier": 2}, content_type="application/merge-patch+json", headers=stale)
    ask.problem("DELETE", f"/api/v1/domains/{_DOMAIN}", headers={"If-Match": "*"})
    ask.problem("PATCH", "/api/auth/users/1", json={"role": "viewer"})
    ask.problem("POST", "/api/v1/import", data=b" " * 6_000_000, content_type="application/json")
    ask.problem("GET", "/api/v1/metrics?search=" + "x" * 20_000)
    ask.problem("GET", "/api-docs/assets/swagger-ui.css", headers={"Range": "bytes=9999999-"})
    open_ended = {"subject_kind": "metric", "subject_id": _METRIC, "reason": "x"}
    ask.problem("POST", "/api/v1/silences", json=open_ended)
    ask.problem(
        "POST",
        "/api/v1/silences",
        json=open_ended | {"duration": "1h"},
        headers={"Idempotency-Key": "silence-strike"},
    )
    ask.problem("POST", "/api/auth/users", json={"username": "not a name", "role": "viewer"})
    ask.problem("POST", f"/api/v1/incidents/{_resolved(ask)}/acknowledge")
    ask.problem("POST", "/api/auth/api-keys", json={"name": "x", "role": "viewer"}, headers=_key(ask))
    for method, path, error in _RARE:
        ask.problem(method, path, error=error)
    if unmet := set(PROBLEMS) - set(ask.problems):
        sys.exit(f"met none of {', '.join(sorted(unmet))}")


def _resolved(ask: "Recorder") -> int:
    found: int = ask.told["resolve_incident"]["parameters"]["incident_id"]
    return found


def _key(ask: "Recorder") -> dict[str, str]:
    made = ask.client.post("/api/auth/api-keys", json={"name": "y"}, headers=ask.proof).get_json()
    return {"X-API-Key": made["key"], "Authorization": ""}
