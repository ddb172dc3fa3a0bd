import os
from pathlib import Path

import fsspec
import pytest

from pipelines.orchestration.landing_sensor import Seen, landing_state, next_step


def run_keys(states: list[str], seen: Seen | None = None) -> list[str | None]:
    """What a sensor requests at successive ticks; one letter is one state of the landing zone."""
    seen, keys = seen or Seen(), []
    for state in states:
        seen, key = next_step(seen, state)
        keys.append(key)
    return keys


def test_a_state_is_acted_on_when_it_is_the_same_at_two_ticks_and_then_never_again() -> None:
    assert run_keys(["a", "a", "a", "a"]) == [None, "1-a", None, None]


def test_a_file_that_is_still_growing_is_left_alone() -> None:
    assert run_keys(["a", "b", "c", "c"]) == [None, None, None, "1-c"]


def test_files_that_come_back_are_a_new_run_though_their_state_was_seen_before() -> None:
    assert run_keys(["a", "a", "b", "b", "a", "a"]) == [None, "1-a", None, "2-b", None, "3-a"]


def test_a_change_that_is_taken_back_before_it_settled_is_no_run() -> None:
    assert run_keys(["a", "a", "b", "a", "a"]) == [None, "1-a", None, None, None]


def test_a_tick_that_is_repeated_after_a_crash_has_the_same_key() -> None:
    seen, _ = next_step(Seen(), "a")
    assert next_step(seen, "a")[1] == next_step(seen, "a")[1] == "1-a"


def test_the_state_changes_with_a_files_name_size_and_time(tmp_path: Path) -> None:
    states = [landing_state(str(tmp_path / "landing"))]
    file = tmp_path / "landing" / "orders" / "one.csv"
    file.parent.mkdir(parents=True)
    for change in (
        lambda: file.write_text("a"),
        lambda: file.write_text("ab"),
        lambda: os.utime(file, ns=(0, 1)),
        lambda: file.rename(file.with_name("two.csv")),
        lambda: file.with_name("three.csv").write_text(""),
    ):
        change()
        states.append(landing_state(str(tmp_path / "landing")))
    assert len(set(states)) == len(states)
    assert landing_state(str(tmp_path / "landing")) == states[-1]


@pytest.mark.parametrize(
    "name", [".orders.csv.partial", "_orders.csv", "~$orders.csv", "orders.csv.part", ".git/x"]
)
def test_hidden_and_unfinished_files_are_no_deliveries(tmp_path: Path, name: str) -> None:
    before = landing_state(str(tmp_path))
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("half")
    assert landing_state(str(tmp_path)) == before


def test_links_that_lead_nowhere_or_in_a_circle_and_names_in_any_bytes_stop_no_tick(tmp_path: Path) -> None:
    (tmp_path / "gone.csv").symlink_to("nowhere")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "up").symlink_to(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xe4rz.csv")).write_text("a")
    assert landing_state(str(tmp_path)) == landing_state(str(tmp_path))


def test_a_landing_zone_behind_a_url_is_watched_too() -> None:
    store = fsspec.filesystem("memory")
    store.pipe("/zone/one.csv", b"a")
    before = landing_state("memory://zone")
    store.pipe("/zone/one.csv", b"ab")
    assert landing_state("memory://zone") != before


def test_thousands_of_files_are_looked_at_within_a_tick(tmp_path: Path) -> None:
    for number in range(3_000):
        (tmp_path / f"{number}.csv").touch()
    opened: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.open", lambda *arguments, **_: opened.append(arguments[0]))
        landing_state(str(tmp_path))
    assert opened == [], "files are told apart without reading them"
