"""Makes `mdl_client` while its wheel or sdist is built: of the API's document, and of what is written by hand.

What is generated is kept nowhere; `handwritten` is copied over it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "openapi.json"
HANDWRITTEN = HERE / "handwritten"
PACKAGE = "mdl_client"


class Generated(BuildHookInterface[BuilderConfig]):
    """Adds the package to what is built; an sdist holds it already, and no document."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Write the package into a folder that lives as long as the build."""
        self._folder = TemporaryDirectory()
        if DOCUMENT.exists():
            package = Path(self._folder.name, PACKAGE)
            _generate(package)
            shutil.copytree(
                HANDWRITTEN, package, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
            )
            build_data["force_include"][str(package)] = PACKAGE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the folder."""
        self._folder.cleanup()


def _generate(into: Path) -> None:
    document = into.with_suffix(".json")
    document.write_text(json.dumps(_used(json.loads(DOCUMENT.read_text()))))
    generator = [sys.executable, "-m", "openapi_python_client", "generate"]
    options = ["--config", str(HERE / "generator.yaml"), "--meta", "none", "--fail-on-warning"]
    paths = ["--path", str(document), "--output-path", str(into)]
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it calls ruff
    environment = {**os.environ, "PATH": tools}
    subprocess.run([*generator, *options, *paths], check=True, env=environment)  # noqa: S603  our own words


def _used(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what the client does not use: 304, since it keeps no answers, YAML, what is deprecated."""
    for item in document["paths"].values():
        for name, operation in list(item.items()):
            if isinstance(operation, dict) and operation.get("deprecated"):
                del item[name]
            elif isinstance(operation, dict):
                operation["responses"].pop("304", None)
                for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                    part.get("content", {}).pop("application/yaml", None)
    return document
