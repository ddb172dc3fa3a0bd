"""Who may read MDL_HOME: its owner alone, also where it was open before."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.home import keep_private
from core.secrets import jwt_secret
from core.settings import load_settings


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_others_cannot_list_a_new_home_nor_read_what_is_made_in_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    keep_private(home)
    assert rights(home) & 0o066 == 0
    (home / "of a library" / "deep").mkdir(parents=True)
    (home / "told.json").write_text("{}")
    assert all(rights(path) & 0o077 == 0 for path in home.rglob("*"))


def test_a_home_that_was_open_is_closed_with_its_parts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for part in ("lake", "computed", "data_docs", "logs"):
        (home / part).mkdir(parents=True)
    (home / "not-read.json").write_text("{}")
    (home / "of others").mkdir()
    home.chmod(0o777)
    keep_private(home)
    assert rights(home) & 0o066 == 0
    assert {rights(home / part) for part in ("lake", "computed", "data_docs", "logs")} == {0o700}
    assert rights(home / "not-read.json") == 0o600
    # MDL_HOME may be a folder that holds more than MDL's own
    assert rights(home / "of others") == 0o755


def test_a_folder_that_is_everybodys_on_purpose_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    keep_private(tmp_path)
    assert rights(tmp_path) == 0o1777


def test_secrets_are_their_owners_alone(tmp_path: Path) -> None:
    jwt_secret(load_settings(home=tmp_path / "home"))
    secrets = tmp_path / "home" / "secrets"
    assert (rights(secrets), rights(secrets / "jwt")) == (0o700, 0o600)


def test_a_home_that_cannot_be_made_is_one_message_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"MDL_HOME cannot be used: .*file/home: Not a directory"):
        keep_private(tmp_path / "file" / "home")
    with pytest.raises(ConfigurationError, match="MDL_HOME cannot be used"):
        keep_private(tmp_path / "file")
