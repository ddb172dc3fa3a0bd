"""Use the wheel of `make dist`, installed into build/environment, in a folder that knows nothing of the checkout."""

import json
import os
import subprocess
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "build" / "environment" / "bin"
PACKAGES = ("core", "schemas", "reports", "pipelines", "webapi", "cli", "dagster_home")
CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    unique_key: [id]
    fields: {value: amount}
domains: [{domain_id: shop, name: Shop}]
metrics:
  - metric_id: revenue
    name: Revenue
    business_domain: shop
    definition: {formula: SUM(order.value)}
    data: {time_grain: [day]}
    targets_and_alerts: {target_value: 10, warning_threshold: 5, critical_threshold: 1}
reports:
  - {report_id: daily, name: Daily, grain: day, formats: [html, pdf, xlsx]}
"""


def main() -> None:
    """Print what was tried.

    Raises:
        SystemExit: there is no wheel, or something of it does not work.
    """
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    wheels = list((ROOT / "dist").glob(f"*-{version}-py3-none-any.whl"))
    if not wheels or not (PROGRAMS / "mdl").exists():
        raise SystemExit("there is no wheel of this version: make dist builds and installs it")
    _holds_every_file(wheels[0])
    with tempfile.TemporaryDirectory(prefix="mdl-wheel-") as folder:
        _works(Path(folder), version)


def _say(what: str) -> None:
    print(what, flush=True)  # noqa: T201


def _holds_every_file(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    missing = set(tracked.stdout.split()) - set(zipfile.ZipFile(wheel).namelist())
    if missing:
        raise SystemExit(f"the wheel lacks {sorted(missing)}")
    _say(f"{wheel.name} holds all {len(tracked.stdout.split())} files of its packages")


def _works(folder: Path, version: str) -> None:
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    environment |= {"HOME": str(folder), "MDL_HOME": str(folder / "home"), "MDL_AS_OF": "2026-03-03"}

    def mdl(*arguments: str) -> str:
        done = subprocess.run(
            [PROGRAMS / "mdl", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    if version not in mdl("--version") or "Definitions:" not in mdl("--help"):
        raise SystemExit("mdl --help does not say what it is")
    (folder / "catalog").mkdir()
    (folder / "catalog" / "shop.yaml").write_text(CATALOG)
    (folder / "landing" / "orders").mkdir(parents=True)
    (folder / "landing" / "orders" / "1.csv").write_text("id,at,amount\n1,2026-03-01,10\n2,2026-03-02,20\n")
    mdl("db", "migrate")
    mdl("run")
    rows = json.loads(mdl("values", "revenue", "--grain", "day", "--format", "json"))["data"]
    if {row["period_start"][:10]: row["value"] for row in rows} != {"2026-03-01": 10.0, "2026-03-02": 20.0}:
        raise SystemExit(f"the values are wrong: {rows}")
    _say("migrated, ran, and the values are right")
    mdl("report", "render", "daily", "--out", "reports")
    kinds = {path.suffix for path in (folder / "reports").iterdir() if path.stat().st_size}
    if not {".html", ".pdf", ".xlsx"} <= kinds:
        raise SystemExit(f"not every format of the report came: {kinds}")
    _say("made the report as HTML, PDF and XLSX")
    port = free_port()
    served = subprocess.Popen(
        [PROGRAMS / "mdl", "serve", "--port", str(port), "--workers", "1"], cwd=folder, env=environment
    )
    try:
        _serves(f"http://127.0.0.1:{port}")
    finally:
        served.terminate()
        served.wait(60)


def _serves(base: str) -> None:
    until = time.monotonic() + 120
    while _get(f"{base}/health/ready") is None:
        if time.monotonic() > until:
            raise SystemExit("mdl serve is not ready after two minutes")
        time.sleep(0.2)
    page = _get(f"{base}/sign-in") or ""
    styles = [part.split('"')[0] for part in page.split('href="') if ".css" in part.split('"')[0]]
    if "<form" not in page or not styles:
        raise SystemExit("the page of sign-in is not whole")
    for path in (*styles, "/api/v1/openapi.json", "/metrics"):
        if not _get(path if "://" in path else base + path):
            raise SystemExit(f"{path} is not served")
    _say("served a page, its styles, the OpenAPI document and metrics: 1 passed, 0 failed")


def _get(address: str) -> str | None:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  our own address
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError):
        return None


if __name__ == "__main__":
    main()
