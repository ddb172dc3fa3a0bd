"""Build the image, start the stack from it, and use it as people and Prometheus do.

Parts of the stack that are not ours come from Debian: PostgreSQL, Redis, Prometheus, Alertmanager. Everything happens
in namespaces of this test's own, where the ports of the Compose file are free and its names mean this machine.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from tests.image.build import ROOT, buildah, built, insist_on_tools, mounted
from tests.image.services import Stack, composed, mount
from tests.integration.pipelines.alerting.receivers import Receiver, receiving

_NAMES = ("api", "code", "webserver", "daemon", "postgres", "redis", "prometheus", "alertmanager")
_API, _PROMETHEUS = "http://127.0.0.1:8000", "http://127.0.0.1:9090"
_SAMPLE = {
    "MDL_TIMEZONE": "America/New_York",
    "MDL_AS_OF": "2013-10-15T00:00:00-04:00",
    "MDL_HISTORY_START": "2013-01-01",
}
_PASSWORD = "correct horse battery staple"  # noqa: S105
_RULE = {"alert": "MdlAnswers", "expr": 'up{job="mdl"} == 1', "labels": {"severity": "critical"}}
_SAYS = time.monotonic()


def say(what: str) -> None:
    print(f"{time.monotonic() - _SAYS:6.0f} s  {what}", flush=True)  # noqa: T201


def main() -> None:
    """Build in the machine's own namespaces, the rest in ours."""
    if "--inside" in sys.argv:
        return _try()
    insist_on_tools()
    began = time.monotonic()
    built()
    say(f"the image is built, in {time.monotonic() - began:.0f} s")
    container, folder = mounted()
    try:
        inside = [sys.executable, "-m", "tests.image", "--inside", str(folder)]
        subprocess.run(
            ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", *inside], cwd=ROOT, check=True
        )
    finally:
        buildah("rm", container)
    return None


def _try() -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    mount("-t", "proc", "proc", "/proc")
    # what went wrong can be read there afterwards
    _try_in(Path(tempfile.mkdtemp(prefix="mdl-image-", dir="/var/tmp")), Path(sys.argv[-1]))


def _try_in(work: Path, root: Path) -> None:
    work.chmod(0o755)
    (work / "hosts").write_text(f"127.0.0.1 localhost {' '.join(_NAMES)}\n")
    mount("--bind", work / "hosts", "/etc/hosts")
    with receiving() as told:
        stack = Stack(root, work, composed(_own_settings(work, told)))
        others = [_postgres(stack), _redis(work)]
        say("PostgreSQL and Redis run")
        stack.lay_out("api")
        _start(stack)
        token = _sign_in(stack)
        _run_the_sample(stack, token)
        others += _watch(work, told)
        _see_targets_and_alerts(stack, told)
        _stop_in_order(stack)
        for process in reversed(others):
            process.terminate()
            process.wait(30)
    shutil.rmtree(work)
    say("everything ended in order: 1 passed, 0 failed")


def _own_settings(work: Path, told: Receiver) -> Path:
    """What an operator would set: two secrets, the sample's catalog and data, one channel."""
    folder = work / "secrets"
    folder.mkdir()
    for name in ("postgres_password", "jwt_secret"):
        (folder / name).write_text(secrets.token_urlsafe(48))
    shutil.copytree(ROOT / "examples/flights/catalog", work / "catalog")
    for path in (work / "catalog").rglob("*.yaml"):
        path.write_text(re.sub(r'"(slack|email):[^"]+"', '"webhook:operators"', path.read_text()))
    os.environ |= {
        "MDL_SECRETS": str(folder),
        "MDL_CATALOG": str(work / "catalog"),
        "MDL_LANDING": str(work / "landing"),
    }
    subprocess.run(
        [sys.executable, ROOT / "examples/flights/prepare.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    channels = {
        "MDL_CHANNELS": json.dumps({"webhook": told.webhook}).replace("$", "$$"),
        "MDL_ALERT_CHANNELS": "webhook:operators",
    }
    services = {
        name: {"environment": {**_SAMPLE, **channels, "ENABLE_TRACING": "false"}}
        for name in ("migrate", "api", "code", "daemon", "webserver")
    }
    (work / "own.yaml").write_text(yaml.safe_dump({"services": services}))
    return work / "own.yaml"


def _postgres(stack: Stack) -> "subprocess.Popen[bytes]":
    service = stack.composed["services"]["postgres"]["environment"]
    folder = stack.work / "postgres"
    tools = max(Path("/usr/lib/postgresql").iterdir()) / "bin"
    password = stack.work / "secrets" / Path(service["POSTGRES_PASSWORD_FILE"]).name
    as_postgres = ["runuser", "-u", "postgres", "--"]
    folder.mkdir()
    shutil.chown(folder, "postgres")
    shutil.chown(password, "postgres")
    (stack.work / "secrets").chmod(0o755)
    own = ["--username", service["POSTGRES_USER"], "--pwfile", str(password), "--auth", "scram-sha-256"]
    subprocess.run(
        [*as_postgres, tools / "initdb", "-D", folder, *own], check=True, stdout=subprocess.DEVNULL
    )
    with (stack.work / "postgres.log").open("wb") as log:
        process = subprocess.Popen(
            [*as_postgres, tools / "postgres", "-D", folder, "-k", folder], stderr=log, stdout=log
        )
    environment = os.environ | {"PGPASSWORD": password.read_text()}
    made = ["createdb", "-h", "127.0.0.1", "-U", service["POSTGRES_USER"], service["POSTGRES_DB"]]
    stack.wait(
        lambda: subprocess.run([tools / "pg_isready", "-q", "-h", "127.0.0.1"], check=False).returncode == 0,
        "PostgreSQL does not answer", 60,
    )  # fmt: skip
    subprocess.run([tools / made[0], *made[1:]], env=environment, check=False, stderr=subprocess.DEVNULL)
    return process


def _redis(work: Path) -> "subprocess.Popen[bytes]":
    with (work / "redis.log").open("wb") as log:
        return subprocess.Popen(["redis-server", "--save", "", "--appendonly", "no"], cwd=work, stdout=log)


def _start(stack: Stack) -> None:
    """As the file's dependencies say: the migration, then all that wait for it."""
    if (code := stack.run("migrate")) != 0:
        raise SystemExit(f"migrate ended with {code}:\n{stack.log('migrate').read_text()}")
    say("the migration ended well")
    for name in ("code", "api"):
        stack.start(name)
    for name in ("api", "code"):
        say(f"{name} is healthy after {stack.wait_until_healthy(name):.0f} s")
    for name in ("webserver", "daemon"):
        stack.start(name)
        say(f"{name} is healthy after {stack.wait_until_healthy(name):.0f} s")


def _ask(path: str, body: Any = None, token: str = "") -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(path if "://" in path else _API + path, data, headers)  # noqa: S310  our own
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        text = answer.read()
    return json.loads(text) if text else None


def _sign_in(stack: Stack) -> str:
    """With the password that the migration printed, replaced by one's own."""
    found = re.search(r"admin, password (\S+)", stack.log("migrate").read_text())
    if found is None:
        raise SystemExit("the migration printed no password of a first user")
    first = _ask("/api/auth/login", {"username": "admin", "password": found[1]})["access_token"]
    _ask("/api/auth/password", {"old_password": found[1], "new_password": _PASSWORD}, first)
    token: str = _ask("/api/auth/login", {"username": "admin", "password": _PASSWORD})["access_token"]
    say("signed in, with a password of one's own")
    return token


def _run_the_sample(stack: Stack, token: str) -> None:
    """The sensor of files requests the run; Dagster executes it in the code server's container."""

    def scores() -> Any:
        with suppress(urllib.error.URLError):
            return _ask("/api/v1/scorecard", token=token)
        return None

    stack.wait(lambda: bool(scores()), "nothing was published", 900)
    say(f"the sample is published; its scorecard has {len(json.dumps(scores()))} bytes")


def _watch(work: Path, told: Receiver) -> list["subprocess.Popen[bytes]"]:
    """Prometheus with the scrape targets of the repository as far as they run here, and Alertmanager."""
    rules = {"groups": [{"name": "image-test", "rules": [_RULE]}]}
    (work / "rules.yml").write_text(yaml.safe_dump(rules))
    targets = {"mdl": "api:8000", "prometheus": "localhost:9090", "alertmanager": "alertmanager:9093"}
    config = {
        "global": {"scrape_interval": "5s", "evaluation_interval": "5s"},
        "rule_files": [str(work / "rules.yml")],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": ["alertmanager:9093"]}]}]},
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": [target]}]} for job, target in targets.items()
        ],
    }
    (work / "prometheus.yml").write_text(yaml.safe_dump(config))
    receivers = [{"name": "desk", "webhook_configs": [{"url": f"{told.url}/alertmanager"}]}]
    route = {"receiver": "desk", "group_wait": "1s"}
    (work / "alertmanager.yml").write_text(yaml.safe_dump({"route": route, "receivers": receivers}))
    commands = (
        ["prometheus", f"--config.file={work}/prometheus.yml", f"--storage.tsdb.path={work}/tsdb"],
        ["prometheus-alertmanager", f"--config.file={work}/alertmanager.yml", f"--storage.path={work}/am",
         "--cluster.listen-address="],
    )  # fmt: skip
    started = []
    for command in commands:
        with (work / f"{command[0]}.log").open("wb") as log:
            started.append(subprocess.Popen(command, stdout=log, stderr=log))
    return started


def _see_targets_and_alerts(stack: Stack, told: Receiver) -> None:
    def up() -> list[str]:
        with suppress(urllib.error.URLError):
            active = _ask(f"{_PROMETHEUS}/api/v1/targets")["data"]["activeTargets"]
            return [each["health"] for each in active]
        return []

    stack.wait(lambda: up() == ["up"] * 3, "not all targets are up", 120)
    say("all 3 targets of Prometheus are up")
    stack.wait(
        lambda: any(each.path == "/alertmanager" for each in told.got), "Alertmanager told nobody", 120
    )
    say("an alert came by way of Prometheus and Alertmanager")
    stack.wait(lambda: any(each.path == "/hook" for each in told.got), "MDL told nobody", 300)
    body = next(each for each in told.got if each.path == "/hook").json
    say(f"an alert of MDL's own rules came: {body['type']}, {len(body['incidents'])} incidents")


def _stop_in_order(stack: Stack) -> None:
    """What depends on others ends first, each within its grace and by itself."""
    for name in ("daemon", "webserver", "api", "code"):
        code, seconds = stack.stop(name)
        say(f"{name} ended with {code} after {seconds:.1f} s")


if __name__ == "__main__":
    main()
