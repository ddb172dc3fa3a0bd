"""Operations whose routes are not made by our blueprints."""

from typing import Any

_EXPOSITION = "text/plain"


def add(paths: dict[str, Any]) -> None:
    """Describe `/metrics`, which Prometheus' own exporter answers."""
    paths["/metrics"] = {
        "get": {
            "operationId": "get_prometheus_metrics",
            "summary": "Read what Prometheus scrapes.",
            "description": "Counters and gauges of the API and of the installation; no number of a metric. It asks\n"
            "for no sign-in, so let only Prometheus reach it;\n"
            "what comes through a proxy of `MDL_PROXIES` is 404. `Accept` chooses among Prometheus' formats.",
            "tags": ["health"],
            "responses": {
                "200": {"description": "OK", "content": {_EXPOSITION: {"schema": {"type": "string"}}}},
                "404": {"$ref": "#/components/responses/not-found"},
                "500": {"$ref": "#/components/responses/internal"},
            },
        }
    }
