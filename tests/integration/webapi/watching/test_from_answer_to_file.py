"""From an answer to the run, the stage and the file that was refused: by one trace, and by one look into the log."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.integration.webapi.conftest import AS_OF, CATALOG, ORDERS, PASSWORD, Asked, shop_database


@contextmanager
def receiver() -> Iterator[tuple[str, list[Span]]]:
    """A server that takes traces by OTLP over HTTP: its address, and the spans that came."""
    spans: list[Span] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                spans.extend(span for scope in resource.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", spans
        finally:
            server.shutdown()
            serving.join()


def run(root: Path, url: str, collector: str) -> None:
    """`mdl run` on one good file and one that no reader takes, tracing to the collector."""
    orders = root / "landing" / "orders"
    orders.mkdir(parents=True)
    (orders / "1.csv").write_text(ORDERS)
    (orders / "bad.csv").write_text("nothing,here\n1,2\n")
    (root / "catalog.yaml").write_text(CATALOG)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MDL_")} | {
        "MDL_HOME": str(root / "home"),
        "MDL_CATALOG": str(root / "catalog.yaml"),
        "MDL_LANDING": str(root / "landing"),
        "MDL_DATABASE_URL": url,
        "MDL_AS_OF": AS_OF,
        "ENABLE_TRACING": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
    }
    command = [sys.executable, "-c", "import mdl; mdl.main()", "run"]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_one_trace_and_one_look_into_the_log_lead_from_an_answer_to_the_file(
    postgres_url: str, tmp_path: Path, ask_of: Callable[..., Asked]
) -> None:
    with shop_database(postgres_url) as url, receiver() as (collector, spans):
        run(tmp_path, url, collector)
        ask = ask_of(url)
        with ask.app.extensions["mdl"].database.primary.begin() as connection:
            create_user(connection, "viewer", PASSWORD, Role.VIEWER, wall_now())
        answer = ask.get("/api/v1/metrics/revenue/values?grain=day")
        number = answer.get_json()["meta"]["publication_id"]
        told = ask.get("/api/v1/publications").get_json()
        ask.app.extensions["mdl"].database.close()
    run_id = next(one["run_id"] for one in told["data"] if one["publication_id"] == number)
    # the trace's id is that of the run
    found = {span.name: span for span in spans if span.trace_id.hex() == run_id.replace("-", "")}
    assert {"stage staged_files", "stage events", "stage computed_values", "stage publication"} <= set(found)
    (refused,) = [
        {each.key: each.value.string_value for each in event.attributes}
        for name in ("stage staged_files", "stage events")
        for event in found[name].events
        if event.name == "refused"
    ]
    assert refused["file"].endswith("bad.csv")
    (published,) = [event for event in found["stage publication"].events if event.name == "published"]
    assert {each.key: each.value.int_value for each in published.attributes}["publication_id"] == number
    lines = map(json.loads, (tmp_path / "home" / "logs" / "mdl.log").read_text().splitlines())
    of_run = [line for line in lines if line.get("run_id") == run_id]
    (line,) = [line for line in of_run if line["event"] == "refused"]
    assert (line["file"], line["level"]) == (refused["file"], "warning")
    assert line["stage"] in ("staged_files", "events")
    assert {line["stage"] for line in of_run if line["event"] == "stage ended"} >= {"publication", "events"}
