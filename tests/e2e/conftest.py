"""What end-to-end tests share: a workspace in which `mdl` runs as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine

from tests.browsers import CHROMIUM, NO_BROWSER, browser_at

MDL = [sys.executable, "-c", "import mdl; mdl.main()"]


@dataclass
class Workspace:
    """A folder with catalog/, landing/ and a home of its own, on a database of its own."""

    root: Path
    database_url: str
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start `mdl …` and return the process."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MDL_")}
        environment |= {
            "MDL_HOME": str(self.root / "home"),
            "MDL_CATALOG": str(self.root / "catalog"),
            "MDL_LANDING": str(self.root / "landing"),
            "MDL_DATABASE_URL": self.database_url,
            **self.environment,
        }
        return subprocess.Popen(
            [*MDL, *arguments],
            cwd=self.root,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def mdl(self, *arguments: str, exit_code: int = 0) -> str:
        """Run `mdl …` to its end, check the exit code, return what it printed on standard output."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=280)
        assert process.returncode == exit_code, f"mdl {' '.join(arguments)}\n{output}\n{errors}"
        return output

    def write(self, name: str, text: str) -> Path:
        """Write a file below the workspace's root."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def query(self, sql: str) -> pd.DataFrame:
        """Rows of the workspace's own database."""
        engine = create_engine(self.database_url, connect_args={"options": "-c timezone=UTC"})
        with engine.connect() as connection:
            frame = pd.read_sql(sql, connection)
        engine.dispose()
        return frame


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; it ends with the module: while Playwright runs, nothing else in the process may use asyncio."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with browser_at(CHROMIUM) as found:
        yield found


@pytest.fixture
def new_workspace(tmp_path: Path, new_database: Callable[[], str]) -> Callable[[str], Workspace]:
    """Makes empty workspaces, each with a name, a folder and a database of its own."""

    def create(name: str) -> Workspace:
        for folder in ("catalog", "landing", "home"):
            (tmp_path / name / folder).mkdir(parents=True)
        return Workspace(tmp_path / name, new_database())

    return create


@pytest.fixture
def workspace(new_workspace: Callable[[str], Workspace]) -> Workspace:
    """An empty workspace."""
    return new_workspace("workspace")
