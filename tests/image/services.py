"""Services of the Compose file started from the image's files: its commands, environment, user, secrets and volumes.

A chroot stands for the container: its root is mounted read-only, its process has the service's user and no capability,
and can get none. All of it happens in namespaces of mounts and of the network that the test made for itself.
"""

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.image.build import ROOT

_NO_NEW_PRIVILEGES, _DROP_CAPABILITY, _CAPABILITIES = 38, 24, 41
_LIBC = ctypes.CDLL(None, use_errno=True)


def composed(*more: Path) -> dict[str, Any]:
    """The services as Compose would start them."""
    files = [word for path in (ROOT / "docker" / "compose.yaml", *more) for word in ("-f", str(path))]
    compose = Path(sys.executable).with_name("docker-compose")
    done = subprocess.run([compose, *files, "config", "--format", "json"], stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True)


@dataclass
class Stack:
    """What was started, in order."""

    root: Path
    work: Path
    composed: dict[str, Any]
    started: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def lay_out(self, name: str) -> None:
        """Mount what the containers of a service see: once, since those of MDL all see the same."""
        service = self.composed["services"][name]
        # an engine makes what it mounts upon
        for volume in service["volumes"]:
            (self.root / volume["target"].lstrip("/")).mkdir(parents=True, exist_ok=True)
        mount("--bind", self.root, self.root)
        mount("-o", "remount,bind,ro", self.root)
        for kind in ("proc", "dev"):
            mount("--rbind", f"/{kind}", self.root / kind)
        mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.root / "tmp")
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", self.root / "run")
        for volume in service["volumes"]:
            self._mount_volume(volume)
        (self.root / "run/secrets").mkdir()
        for secret in service["secrets"]:
            source = Path(self.composed["secrets"][secret["source"]]["file"])
            target = self.root / "run/secrets" / secret["source"]
            target.write_bytes(source.read_bytes())
            target.chmod(0o444)
        mount("--bind", "/etc/hosts", self.root / "etc/hosts")

    def _mount_volume(self, volume: dict[str, Any]) -> None:
        target = self.root / volume["target"].lstrip("/")
        if volume["type"] == "bind":
            source = Path(volume["source"])
        else:
            source = self.work / "volumes" / volume["source"]
            source.mkdir(parents=True)
            # an engine gives a new volume the owner and mode that its folder has in the image
            os.chown(source, target.stat().st_uid, target.stat().st_gid)
            source.chmod(target.stat().st_mode & 0o777)
        mount("--bind", source, target)

    def start(self, name: str) -> None:
        """Start a service's own command."""
        with self.log(name).open("wb") as log:
            self.started[name] = self._enter(name, self.composed["services"][name]["command"], log)

    def run(self, name: str, command: list[str] | None = None) -> int:
        """Run a command in a service's container to its end: its own, or another."""
        with self.log(name).open("ab") as log:
            return self._enter(name, command or self.composed["services"][name]["command"], log).wait()

    def _enter(self, name: str, command: list[str], log: Any) -> "subprocess.Popen[bytes]":
        service = self.composed["services"][name]
        user, group = map(int, service["user"].split(":"))
        environment = {
            "PATH": "/venv/bin:/usr/local/bin:/usr/bin:/bin", "PYTHONUNBUFFERED": "1", "HOME": "/home/mdl",
            **service["environment"],
        }  # fmt: skip

        def contain() -> None:
            os.chroot(self.root)
            os.chdir("/var/lib/mdl")
            for capability in range(_CAPABILITIES):
                _LIBC.prctl(_DROP_CAPABILITY, capability, 0, 0, 0)
            _LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
            os.setgroups([])
            os.setgid(group)
            os.setuid(user)

        return subprocess.Popen(
            ["/usr/bin/env", *command], env=environment, preexec_fn=contain, stdout=log, stderr=log,  # noqa: PLW1509
            start_new_session=True,
        )  # fmt: skip

    def wait_until_healthy(self, name: str, seconds: float = 300) -> float:
        """Ask as the service's health check asks; how long it took."""
        command = self.composed["services"][name]["healthcheck"]["test"][1:]
        began = time.monotonic()
        self.wait(lambda: self.run(name, command) == 0, f"{name} is not healthy", seconds)
        return time.monotonic() - began

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = 300) -> None:
        """Wait for something; what ended meanwhile is told with its last words."""
        deadline = time.monotonic() + seconds
        while not condition():
            for name, process in self.started.items():
                if process.poll() is not None:
                    raise SystemExit(
                        f"{name} ended with {process.returncode}:\n{self.log(name).read_text()[-3000:]}"
                    )
            if time.monotonic() > deadline:
                raise SystemExit(f"{what}, after {seconds:g} s; logs are in {self.work}")
            time.sleep(1)

    def stop(self, name: str) -> tuple[int, float]:
        """End a service as Compose does: exit code and seconds, which its grace must suffice for."""
        service, process = self.composed["services"][name], self.started.pop(name)
        began, grace = time.monotonic(), float(service["stop_grace_period"].rstrip("s").replace("1m", "60"))
        process.terminate()
        return process.wait(timeout=grace or 60), time.monotonic() - began

    def log(self, name: str) -> Path:
        return self.work / f"{name}.log"
