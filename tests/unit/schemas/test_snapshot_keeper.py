import fcntl
import os
from pathlib import Path

import pytest

from schemas.disk_snapshot.keeper import _alone


def test_who_waited_for_a_snapshot_and_is_wanted_no_more_does_not_touch_it(tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()
    with (tmp_path / "snapshot" / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(SystemExit), _alone(tmp_path, parent=os.getppid() + 1):
            pytest.fail("another keeps it")
