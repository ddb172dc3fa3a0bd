import json
import tomllib

from clients.python.hatch_build import DOCUMENT, HERE


def test_the_clients_have_the_version_of_the_api_that_they_are_made_of() -> None:
    version = json.loads(DOCUMENT.read_text())["info"]["version"]
    python = tomllib.loads((HERE / "pyproject.toml").read_text())
    typescript = json.loads((HERE.parent / "typescript" / "package.json").read_text())
    assert python["project"]["version"] == typescript["version"] == version
