"""Values that wait for their publication, which may happen in another process: what they are, and where they lie."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from core.errors import DataError
from pipelines.publish.state import last_publication
from pipelines.versioned_catalog import Versioned
from reports.publications import HELD_BACK

if TYPE_CHECKING:  # a run with nothing new never needs the engine
    from pipelines.engine.compute import Computed

_NAME = "waiting.pickle"


@dataclass(frozen=True)
class WaitingValues:
    """Computed values on disk, what they stand on, and what the checks said of them; picklable.

    The catalog goes along: one that was edited since must not be published as if it had been computed.
    """

    current: Versioned
    computed: "Computed"
    as_of: datetime
    lake_version: int | None
    events_until: datetime | None
    unseen: Mapping[str, str] = field(default_factory=dict)
    """Metrics that wait for events which never came, with what to say of each."""
    base_publication_id: int | None = None
    """The publication that the values were compared with."""
    held_before: frozenset[str] = frozenset()
    """Metrics that this publication left out and that nobody asked to be computed in full since."""
    is_approved: bool = False
    objections: tuple[str, ...] = ()
    """Checks that stand against everything."""
    held_back: Mapping[str, str] = field(default_factory=dict)
    """Metrics to be left out, with the reason."""


def held_before(connection: Connection) -> frozenset[str]:
    """Metrics that the newest publication left out."""
    publication = last_publication(connection)
    return frozenset() if publication is None else frozenset(publication.scope.get(HELD_BACK, ()))


def told(held_back: Mapping[str, str]) -> str:
    """Which metrics were held back and why, as a line."""
    return "; ".join(f"{metric_id} ({reason})" for metric_id, reason in sorted(held_back.items()))


def waiting(engine: Engine, workdir: Path) -> WaitingValues | None:
    """What was computed and is not published yet; None where there is nothing.

    Raises:
        DataError: something else was published since, so the values no longer say what changed.
    """
    found = load(workdir)
    if found is None:
        return None
    with engine.connect() as connection:
        newest = newest_publication_id(connection)
    if found.base_publication_id != newest:
        raise DataError(
            "the computed values were compared with an older publication; materialize computed_values again"
        )
    return found


def keep(values: WaitingValues, workdir: Path) -> None:
    """Let values wait in the place of those that waited before."""
    draft = workdir / f"{_NAME}.new"
    draft.write_bytes(pickle.dumps(values))
    draft.replace(workdir / _NAME)


def load(workdir: Path) -> WaitingValues | None:
    """What waits, whatever was published since; None where nothing does."""
    path = workdir / _NAME
    if not path.exists():
        return None
    found: WaitingValues = pickle.loads(path.read_bytes())  # noqa: S301  written by `keep` into our own home
    return found


def clear(workdir: Path) -> None:
    """Forget what waits: it is published, or about to be computed anew."""
    (workdir / _NAME).unlink(missing_ok=True)


def newest_publication_id(connection: Connection) -> int | None:
    """Id of the publication that stands, None before the first."""
    publication = last_publication(connection)
    return None if publication is None else int(publication.publication_id)
