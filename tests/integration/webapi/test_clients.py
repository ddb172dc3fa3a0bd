"""The clients as they are built, against a running server, as their READMEs use them."""

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clients.python.hatch_build import DOCUMENT
from tests.e2e.conftest import Workspace
from tests.e2e.served import Served, serving
from tests.integration.webapi.conftest import PASSWORD

CLIENTS = Path(__file__).parents[3] / "clients"
# frames are not looked into: reading their types takes ten seconds
MYPY = """[mypy]
strict = True
follow_imports = silent
[mypy-pandas.*,polars.*,pyarrow.*]
follow_imports = skip
ignore_missing_imports = True
"""


@pytest.fixture
def served(own_url: str, tmp_path: Path) -> Iterator[Served]:
    with serving(Workspace(tmp_path, own_url), workers=1) as found:
        yield found


def shown_code(language: str, short: str) -> str:
    """All code of a README in one piece."""
    text = (CLIENTS / language / "README.md").read_text()
    return "\n".join(re.findall(rf"^```{short}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL))


def code(language: str, short: str, served: Served) -> str:
    """The same with the running server's address and the password of its users."""
    return shown_code(language, short).replace("http://127.0.0.1:8000", served.base).replace("…", PASSWORD)


def built(kind: str, project: Path, into: Path) -> Path:
    build = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", into]
    done = subprocess.run(build, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(into.iterdir())


def new_key(served: Served) -> str:
    """An API key of the viewer."""
    _, signed_in = served.ask("/api/auth/login", {"username": "viewer", "password": PASSWORD})
    bearer = f"Bearer {json.loads(signed_in)['access_token']}"
    _, made = served.ask("/api/auth/api-keys", {"name": "README"}, Authorization=bearer)
    key: str = json.loads(made)["key"]
    return key


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python client, made of the committed document: two seconds of a processor."""
    return built("wheel", CLIENTS / "python", tmp_path_factory.mktemp("wheel"))


def members(wheel: Path) -> dict[str, bytes]:
    """What is in a wheel but for the list of it."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/RECORD")}


def test_the_wheel_holds_a_module_for_each_operation_and_nothing_but_the_package(wheel: Path) -> None:
    paths = json.loads(DOCUMENT.read_text())["paths"]
    operations = [each for item in paths.values() for each in item.values() if "operationId" in each]
    wanted = {f"mdl_client/api/{each['tags'][0]}/{each['operationId']}.py" for each in operations}
    names = members(wheel)
    assert {name for name in names if re.fullmatch(r"mdl_client/api/\w+/[a-z]\w+.py", name)} == wanted
    about = f"{wheel.name.removesuffix('-py3-none-any.whl')}.dist-info"
    assert {name.split("/")[0] for name in names} == {"mdl_client", about}


def test_a_wheel_made_of_the_source_distribution_is_the_same(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(built("sdist", CLIENTS / "python", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    project = next(tmp_path.glob("mdl_client-*"))
    assert members(built("wheel", project, tmp_path / "wheel")) == members(wheel)


def test_the_python_client_does_what_its_readme_shows(
    served: Served, wheel: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(wheel)
    monkeypatch.setenv("MDL_API_KEY", new_key(served))
    shown: dict[str, Any] = {}
    exec(compile(code("python", "python", served), "README.md", "exec"), shown)  # noqa: S102  our own page
    for client in (shown["client"], shown["by_key"]):
        client.get_httpx_client().close()

    assert shown["frame"]["value"].tolist()[:2] == [30, 30]
    assert shown["by_country"].to_pandas()["value"].dropna().tolist() == [20, 10, 30]
    assert [len(shown[name]) for name in ("one", "newest")] == [3, 3]
    assert shown["total"] == 60
    assert shown["aligned"].columns[-3:].tolist() == ["revenue", "average-order", "share"]
    assert shown["health"].keys() == {"SHOP"}
    assert shown["revenue"].id == "revenue"
    assert re.search(r"404 urn:mdl:problem:not-found .*did you mean.*revenue", capsys.readouterr().out)

    for values in (shown["values"], shown["answer"]):
        assert isinstance(values, shown["Values"])
        assert (values.data[0].period_start.date().isoformat(), values.data[0].value) == ("2026-03-01", 30)
    # on two pages, in order of their ids
    assert shown["names"] == ["Average order", "Happiness", "Revenue"]
    assert shown["changed"].data.content.description == "Paid orders, without tax."
    stale, missing = shown["stale"], shown["missing"]
    assert isinstance(stale, shown["Problem"])
    assert (stale.status, stale.type_) == (412, "urn:mdl:problem:stale")
    assert isinstance(missing, shown["Problem"])
    assert (missing.status, missing.type_) == (404, "urn:mdl:problem:not-found")


@pytest.mark.slow
def test_what_is_written_by_hand_and_what_the_readme_shows_are_strictly_typed(
    wheel: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)  # noqa: S202  our own wheel
    assert (tmp_path / "mdl_client" / "py.typed").exists()
    (tmp_path / "shown.py").write_text(shown_code("python", "python"))
    (tmp_path / "mypy.ini").write_text(MYPY)
    by_hand = sorted(path.name for path in (CLIENTS / "python" / "handwritten").glob("*.py"))
    files = ["shown.py", *(f"mdl_client/{name}" for name in by_hand)]
    mypy = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", *files]
    done = subprocess.run(mypy, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.node
def test_the_typescript_client_does_what_its_readme_and_its_tests_show(served: Served) -> None:
    folder = CLIENTS / "typescript"
    (folder / "test" / "readme.ts").write_text(code("typescript", "ts", served))
    environment = {**os.environ, "MDL_URL": served.base, "MDL_PASSWORD": PASSWORD}
    done = subprocess.run(
        ["npm", "test"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
