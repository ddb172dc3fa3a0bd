"""Computed values between the step that computes and the step that publishes, which may run in another process."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from core.errors import DataError
from pipelines.publish.state import last_publication
from pipelines.suites import Verdict
from pipelines.versioned import Versioned
from reports.publications import HELD_BACK

if TYPE_CHECKING:
    from pipelines.aggregate import Computation

_NAME = "computation.pickle"


@dataclass(frozen=True)
class HandOver:
    """What was computed, by which catalog, and the publication that it was compared with.

    The catalog goes along: one that was edited since must not be published as if it had been computed. `held_before`
    are metrics that the publication left out and that nobody asked to be computed in full since. `objections` name
    the checks that stand against everything; `held_back` says, per metric to be left out, why.
    """

    current: Versioned
    computation: "Computation"
    base_publication_id: int | None
    held_before: frozenset[str] = frozenset()
    is_approved: bool = False
    objections: tuple[str, ...] = ()
    held_back: Mapping[str, str] = field(default_factory=dict)


def hand_over(
    current: Versioned, computation: "Computation", engine: Engine, workdir: Path, *, is_full: bool = False
) -> None:
    """Keep what was computed, in full if somebody asked for that, until it is published."""
    with engine.connect() as connection:
        publication = last_publication(connection)
        held = frozenset() if is_full else held_before(connection)
    newest = None if publication is None else int(publication.publication_id)
    _keep(HandOver(current, computation, newest, held), workdir)


def held_before(connection: Connection) -> frozenset[str]:
    """Metrics that the newest publication left out."""
    publication = last_publication(connection)
    return frozenset() if publication is None else frozenset(publication.scope.get(HELD_BACK, ()))


def judge(workdir: Path, verdicts: Mapping[str, Verdict]) -> None:
    """Say what may be published, by the verdict of every check; without that nothing is, however a run is put together.

    A check that is wrong about some metrics holds these back, and those that are made of them; so does a formula that
    the engine could not compute.
    """
    path = workdir / _NAME
    if not path.exists():
        return
    found = _load(path)
    broken = {name: verdict for name, verdict in verdicts.items() if verdict.broken}
    objections = tuple(name for name, verdict in broken.items() if not verdict.metrics)
    held = dict(found.computation.computed.failed)
    for name, verdict in broken.items():
        for metric_id in verdict.metrics:
            held.setdefault(metric_id, name)
    compilation = found.current.compilation
    for metric_id in compilation.order:
        wrong = [other for other in compilation.metrics[metric_id].metric_refs if other in held]
        if wrong:
            held.setdefault(metric_id, f"made of {', '.join(wrong)}")
    _keep(replace(found, is_approved=not objections, objections=objections, held_back=held), workdir)


def told(held_back: Mapping[str, str]) -> str:
    """Which metrics were held back and why, as a line."""
    return "; ".join(f"{metric_id} ({reason})" for metric_id, reason in sorted(held_back.items()))


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
