"""Computed values between the step that computes and the step that publishes, which may run in another process."""

import pickle
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from core.errors import DataError
from pipelines.publish.state import last_publication
from pipelines.versioned import Versioned

if TYPE_CHECKING:
    from pipelines.aggregate import Computation

_NAME = "computation.pickle"


@dataclass(frozen=True)
class HandOver:
    """What was computed, by which catalog, and the publication that it was compared with.

    The catalog goes along: one that was edited since must not be published as if it had been computed.
    """

    current: Versioned
    computation: "Computation"
    base_publication_id: int | None
    is_approved: bool = False


def hand_over(current: Versioned, computation: "Computation", engine: Engine, workdir: Path) -> None:
    """Keep what was computed until it is published."""
    _keep(HandOver(current, computation, newest_publication_id(engine)), workdir)


def approve(workdir: Path) -> None:
    """Say that every blocking check passed; without it nothing is published, whichever way a run is put together."""
    path = workdir / _NAME
    if path.exists():
        _keep(replace(_load(path), is_approved=True), workdir)


def take_over(engine: Engine, workdir: Path) -> HandOver | None:
    """What was computed and is not published yet; None where there is nothing.

    Raises:
        DataError: something else was published since, so the values no longer say what changed.
    """
    path = workdir / _NAME
    if not path.exists():
        return None
    found = _load(path)
    if found.base_publication_id != newest_publication_id(engine):
        raise DataError(
            "the computed values were compared with an older publication; materialize computed_values again"
        )
    return found


def clear(workdir: Path) -> None:
    """Forget what was handed over: it is published, or about to be computed anew."""
    (workdir / _NAME).unlink(missing_ok=True)


def _keep(found: HandOver, workdir: Path) -> None:
    draft = workdir / f"{_NAME}.new"
    draft.write_bytes(pickle.dumps(found))
    draft.replace(workdir / _NAME)


def _load(path: Path) -> HandOver:
    found: HandOver = pickle.loads(path.read_bytes())  # noqa: S301  written by `_keep` into our own home
    return found


def newest_publication_id(engine: Engine) -> int | None:
    """Id of the publication that stands, None before the first."""
    with engine.connect() as connection:
        publication = last_publication(connection)
    return None if publication is None else int(publication.publication_id)
