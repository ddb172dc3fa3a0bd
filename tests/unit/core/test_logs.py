"""Lines have one shape and a level, files are moved aside and not erased."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from core import logs
from core.settings import load_settings


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for handler in [each for each in logging.getLogger().handlers if getattr(each, "is_of_mdl", False)]:
        logging.getLogger().removeHandler(handler)
        handler.close()
    structlog.reset_defaults()


def lines(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "logs" / "mdl.log").read_text().splitlines()]


def test_both_kinds_of_loggers_write_one_shape_with_the_run_and_without_secrets(home: Path) -> None:
    logs.configure(load_settings(home=home), to_output=False, to_file=True)
    with structlog.contextvars.bound_contextvars(run_id="r", stage="events"):
        structlog.get_logger("pipelines").warning("refused", file="a.csv", api_key="k")
        logging.getLogger("pipelines.lake").info("joined %d files", 3)
    first, second = lines(home)
    assert first | {"timestamp": ""} == {
        "event": "refused", "file": "a.csv", "api_key": "***", "run_id": "r", "stage": "events",
        "level": "warning", "timestamp": "",
    }  # fmt: skip
    assert (second["event"], second["level"], second["run_id"]) == ("joined 3 files", "info", "r")


@pytest.mark.parametrize(("level", "number"), [("debug", 3), ("info", 2), ("warning", 1), ("error", 0)])
def test_what_is_less_than_the_level_is_not_written(home: Path, level: str, number: int) -> None:
    logs.configure(load_settings(home=home, log_level=level), to_output=False, to_file=True)
    for log in (structlog.get_logger("pipelines"), logging.getLogger("pipelines")):
        log.debug("a")
        log.info("b")
        log.warning("c")
    logging.getLogger("somebody.else").info("never")
    written = (home / "logs" / "mdl.log").exists() and len(lines(home))
    assert (written or 0) == 2 * number


def test_an_exception_is_data(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load_settings(home=home), to_output=True, to_file=False)
    structlog.get_logger("webapi").error("unforeseen", exc_info=ValueError("no"))
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["level"]) == ("unforeseen", "error")
    assert "ValueError: no" in line["exception"]


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path, home: Path) -> None:
    logs.configure(load_settings(home=tmp_path / "none"), to_output=False, to_file=True)
    structlog.get_logger("pipelines").warning("x")
    assert not (tmp_path / "none").exists()


def test_a_full_file_is_moved_aside_and_five_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    for number in range(8):
        path.write_text(str(number))
        logs.rotate(path, 1)
    assert [path.with_name(f"a.log.{n}").read_text() for n in range(1, 6)] == ["7", "6", "5", "4", "3"]
    assert not path.exists()
    assert not path.with_name("a.log.6").exists()


def test_a_file_that_somebody_appends_to_is_copied_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    with path.open("ab", buffering=0) as held:
        held.write(b"before")
        logs.shorten(path, 1)
        held.write(b"after")
    assert (path.with_name("a.log.1").read_text(), path.read_text()) == ("before", "after")
    logs.shorten(path, 100)
    assert path.read_text() == "after"
