"""Who may read MDL_HOME: its owner alone, also where it was open before."""

import os
import stat
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.home import keep_private
from core.secrets import jwt_secret
from core.settings import load_settings


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_others_cannot_list_a_new_home_nor_enter_its_parts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    keep_private(home)
    assert rights(home) & 0o066 == 0
    if os.geteuid() == 0:
        assert all(rights(home / part) == 0o700 for part in ("lake", "staging", "dagster", "secrets"))
    else:
        assert rights(home) == 0o700


def test_a_home_that_was_open_is_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "lake").mkdir(parents=True)
    home.chmod(0o777)
    keep_private(home)
    assert rights(home) & 0o066 == 0


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
