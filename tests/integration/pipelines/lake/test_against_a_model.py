"""Random deliveries, corrections and repeats, against a model of a few lines of Python."""

import shutil
from collections import defaultdict
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.lake import Lake
from tests.integration.pipelines.lake.builders import Event, changed_quarters, give, live

# few minutes over two days, few keys, few values: collisions are what is looked for
rows = st.builds(
    Event,
    minute=st.sampled_from([0, 1, 14, 15, 1439, 1440, 1500]),
    value=st.sampled_from([1.0, 2.0]),
    key=st.sampled_from(["A", "B", "C"]),
)
deliveries = st.lists(
    st.tuples(st.sampled_from(["f", "g", "h"]), st.lists(rows, max_size=5)), min_size=1, max_size=6
)


class Model:
    """What the lake must hold: the latest content of every path, of each key the row delivered last."""

    def __init__(self, *, keyed: bool) -> None:
        self.keyed = keyed
        self.contents: dict[str, tuple[int, list[Event]]] = {}

    def live(self) -> list[tuple[str, Event]]:
        """Live rows as (file, row), in the order that ties are told by."""
        ordered = [
            (number, position, file, row)
            for file, (number, rows) in self.contents.items()
            for position, row in enumerate(rows)
        ]
        latest = {
            row.key: (number, position) for number, position, _, row in sorted(ordered, key=lambda r: r[:2])
        }
        return [
            (file, row)
            for number, position, file, row in sorted(ordered, key=lambda r: (r[2], r[1]))
            if not self.keyed or latest[row.key] == (number, position)
        ]

    def readings(self) -> dict[int, list[tuple[object, ...]]]:
        """Per minute what a reader can tell apart: the values in order, and their files where there are several."""
        minutes = defaultdict(list)
        for file, row in self.live():
            minutes[row.minute].append((row.value, file))
        return {
            minute: [pair if len(pairs) > 1 else pair[:1] for pair in pairs]
            for minute, pairs in minutes.items()
        }


@settings(max_examples=10)
@given(deliveries, st.booleans())
def test_the_lake_equals_the_model_and_changes_name_exactly_what_differs(
    sequence: list[tuple[str, list[Event]]],
    keyed: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    folder = Path(mkdtemp())
    try:
        lake, model = Lake(folder / "events"), Model(keyed=keyed)
        for number, (file, content) in enumerate(sequence, 1):
            since, before = lake.version(), model.readings()
            model.contents[file] = (number, content)
            give(lake, number, {file: content}, keyed=keyed)
            after = model.readings()
            assert live(lake) == sorted((row.minute, row.value) for _, row in model.live())
            differing = {m // 15 for m in before.keys() | after.keys() if before.get(m) != after.get(m)}
            assert changed_quarters(lake, since or 0) == differing
    finally:
        shutil.rmtree(folder)
