"""The generated clients against a running server, as their READMEs use them."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mdl_client.models import Problem, Values

from tests.e2e.conftest import Workspace
from tests.e2e.served import Served, serving
from tests.integration.webapi.conftest import PASSWORD

CLIENTS = Path(__file__).parents[3] / "clients"


@pytest.fixture
def served(own_url: str, tmp_path: Path) -> Iterator[Served]:
    with serving(Workspace(tmp_path, own_url), workers=1) as found:
        yield found


def code(language: str, short: str, served: Served) -> str:
    """All code of a README in one piece, with the running server's address and the administrator's password."""
    text = (CLIENTS / language / "README.md").read_text()
    blocks = re.findall(rf"^```{short}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join(blocks).replace("http://127.0.0.1:8000", served.base).replace("…", PASSWORD)


def test_the_python_client_does_what_its_readme_shows(served: Served) -> None:
    shown: dict[str, object] = {}
    exec(compile(code("python", "python", served), "README.md", "exec"), shown)  # noqa: S102  our own page
    for client in (shown["client"], shown["by_key"]):
        client.get_httpx_client().close()

    for values in (shown["values"], shown["answer"]):
        assert isinstance(values, Values)
        assert (values.data[0].period_start.date().isoformat(), values.data[0].value) == ("2026-03-01", 30)
    # on two pages, in order of their ids
    assert shown["names"] == ["Average order", "Happiness", "Revenue"]
    assert shown["changed"].data.content.description == "Paid orders, without tax."
    stale, missing = shown["stale"], shown["missing"]
    assert isinstance(stale, Problem)
    assert (stale.status, stale.type_) == (412, "urn:mdl:problem:stale")
    assert isinstance(missing, Problem)
    assert (missing.status, missing.type_) == (404, "urn:mdl:problem:not-found")


@pytest.mark.node
def test_the_typescript_client_does_what_its_readme_and_its_tests_show(served: Served) -> None:
    folder = CLIENTS / "typescript"
    (folder / "test" / "readme.ts").write_text(code("typescript", "ts", served))
    environment = {**os.environ, "MDL_URL": served.base, "MDL_PASSWORD": PASSWORD}
    done = subprocess.run(
        ["npm", "test"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
