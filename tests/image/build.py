"""Builds the image with buildah on a base that debootstrap makes, and lays it out in a folder."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASE, IMAGE = "localhost/mdl-test-base:bookworm", "localhost/mdl:image-test"
_TOOLS = ("buildah", "debootstrap", "prometheus", "prometheus-alertmanager", "redis-server")
_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
# no engine and no namespaces of users: files are copied, steps run in a chroot
_ENVIRONMENT = {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}


def insist_on_tools() -> None:
    """Say what is to be installed.

    Raises:
        SystemExit: something is missing, or we are not root.
    """
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        raise SystemExit(
            f"image-test runs as root and needs Debian's {', '.join(missing or _TOOLS)}, postgresql-15"
        )


def buildah(*arguments: str | Path) -> str:
    """What a command of buildah printed."""
    done = subprocess.run(
        ["buildah", *arguments],
        env=os.environ | _ENVIRONMENT,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def built() -> None:
    """Build the image of docker/Dockerfile, as Docker would, with the authorities that this machine trusts."""
    base = os.environ.get("IMAGE_TEST_BASE") or _base()
    trusted = f"{_AUTHORITIES}:{_AUTHORITIES}:ro"
    named = ("--build-arg", f"BASE={base}", "--file", "docker/Dockerfile", "--tag", IMAGE)
    buildah("bud", "--quiet", "--layers", "--volume", trusted, *named, ".")


def mounted() -> tuple[str, Path]:
    """A container of the image and the folder of its files; `buildah rm` takes both away."""
    container = buildah("from", "--pull-never", IMAGE)
    return container, Path(buildah("mount", container))


def _base() -> str:
    """Debian with its Python, for the image of Python that no registry gives us; made once."""
    if BASE not in buildah("images", "--format", "{{.Name}}:{{.Tag}}").split():
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            packages = "--include=python3,python3-venv,ca-certificates"
            subprocess.run(
                ["debootstrap", "--variant=minbase", packages, "bookworm", folder],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            (Path(folder) / "usr/bin/python").symlink_to("python3")
            container = buildah("from", "scratch")
            buildah("copy", "--quiet", container, folder, "/")
            buildah("commit", "--quiet", container, BASE)
            buildah("rm", container)
    return BASE
