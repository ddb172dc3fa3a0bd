"""What `mdl up` refuses before anything is made."""

from pathlib import Path

import pytest

from core.errors import PermanentError
from core.settings import load_settings
from pipelines.orchestration.serving.supervisor import serve


def test_an_as_of_time_in_the_future_is_refused_in_one_line_before_anything_is_made(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home", as_of="2999-01-01T00:00:00Z")
    with pytest.raises(
        PermanentError, match=r"MDL_AS_OF, 2999-01-01 00:00 UTC, lies in the future"
    ) as refused:
        serve(settings, "127.0.0.1", 0, 0)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "home").exists()
