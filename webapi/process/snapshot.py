"""What every request must know without asking the database: the versions that answers depend on, and identities."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.database import Database
from core.errors import DatabaseAwayError, TransientError
from reports.versions import Versions, read_versions
from schemas.catalog.access import read_versioned_access
from schemas.identity.readers import CatalogAccess, Reader
from schemas.identity.roles import Role
from schemas.identity.snapshot import Snapshot, read_snapshot

# a publication, an edit or a revocation is known to every process after at most this long
MAX_AGE_SECONDS = 0.25
# what is not read from a replica
_OF_PRIMARY = ("identity_version", "settings_version", "cache_version")
# reads on behalf of those who would be refused: so many a second, and as many at once after a quiet second
_ANEW_PER_SECOND = 40


@dataclass
class _Readers:
    """What a version of the catalog says of who may read its metrics, and the readers who were asked for by then."""

    version: int
    access: CatalogAccess
    _found: dict[tuple[str, str | None, Role], Reader] = field(default_factory=dict)

    def reader(self, name: str, team: str | None, role: Role) -> Reader:
        who = (name, team, role)
        found = self._found.get(who)
        if found is None:
            found = self._found[who] = Reader(*who, self.access)
        return found


@dataclass
class ProcessSnapshot:
    """Versions and identities, at most a quarter of a second old; while PostgreSQL is away, the last known ones.

    Where there is a snapshot on disk, versions are its own meanwhile, and `disk_moment` is its moment; identities are
    those of it only if nothing newer is known.

    `follow` is called with the versions before and now, and where to read what belongs to them, before anybody sees
    these.

    Raises:
        DatabaseAwayError: PostgreSQL is away and nothing is known yet.
    """

    database: Database
    clock: Callable[[], datetime]
    follow: Callable[[Versions | None, Versions, Database], None]
    is_away: bool = False
    disk_moment: datetime | None = None
    _versions: Versions | None = None
    _newest: Versions | None = None
    _identities: Snapshot | None = None
    _known: _Readers | None = None
    _read_at: float = 0
    _forgotten: int = 0
    _anew_due_at: float = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def versions(self) -> Versions:
        """The versions; a reader that takes them before the data never files old data under a new version."""
        self._refresh()
        if self._versions is None:
            raise DatabaseAwayError("PostgreSQL does not answer; try again in a moment")
        return self._versions

    def identities(self) -> Snapshot:
        """Who may do what."""
        self._refresh()
        if self._identities is None:
            raise DatabaseAwayError("PostgreSQL does not answer; try again in a moment")
        return self._identities

    def newest_identities(self) -> Snapshot:
        """Who may do what, read after the call began: what allows somebody may be newer than what refuses him.

        A flood of those to refuse makes 40 reads a second at most; what goes beyond is refused on the last of these.
        While PostgreSQL is away, the last known one.
        """
        asked = time.monotonic()
        with self._lock:
            if self._read_at < asked and not self.is_away and self._may_read_anew(asked):
                self._read()
        return self.identities()

    def reader(self, name: str, team: str | None, role: Role) -> Reader:
        """A reader, as the catalog says; the same object again until it says something else.

        It is read once per version of the catalog: one request reads it, the others go on with what was known, as all
        do if it cannot be read.
        """
        version, known = self.versions().catalog_version, self._known
        is_newer = known is not None and known.version > version and self.is_away
        if known is None or (known.version != version and not is_newer):
            known = self._read_access(version)
        return known.reader(name, team, role)

    @property
    def is_known(self) -> bool:
        """Whether anything was ever read."""
        return self._versions is not None

    @property
    def is_behind(self) -> bool:
        """Whether the primary has a publication or an edit that the replica has not yet."""
        if self._newest is None or self._versions is None:
            return False
        return replace(self._newest, alert_version=self._versions.alert_version) != self._versions

    def forget(self) -> None:
        """Read anew with the next request, so that who changed something sees the change."""
        self._forgotten += 1
        self._read_at = 0

    def _may_read_anew(self, now: float) -> bool:
        due_at = max(self._anew_due_at, now - 1)
        if due_at > now:
            return False
        self._anew_due_at = due_at + 1 / _ANEW_PER_SECOND
        return True

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at < MAX_AGE_SECONDS:
            return
        # one request reads, the others go on with what is known; only the first of all must wait
        if not self._lock.acquire(blocking=self._identities is None or self._read_at == 0):
            return
        try:
            if time.monotonic() - self._read_at >= MAX_AGE_SECONDS:
                self._read()
        finally:
            self._lock.release()

    def _is_not_behind(self, found: Versions) -> bool:
        """Whether a replica has all that was answered from already: numbers never go back."""
        known = self._versions
        return known is None or (
            found.publication_id >= known.publication_id and found.catalog_version >= known.catalog_version
        )

    def _read(self) -> None:
        forgotten, begun = self._forgotten, time.monotonic()
        moments: list[datetime | None] = []
        database = self.database.telling(moments.append)
        try:
            database.rejoin(read_versions, self._is_not_behind)
            versions = newest = database.read(read_versions)
            moment = moments[0]
            if database.has_replica:
                newest = database.read_primary(read_versions)
                versions = replace(versions, **{name: getattr(newest, name) for name in _OF_PRIMARY})
            if moment:
                versions = self._not_forgetting(versions)
            # PostgreSQL may go away in between: what is older than its version would count until that changes again
            source = database if moment else database.without_snapshot
            # after an outage it may be another history under the same numbers
            is_back = self.is_away and moment is None
            known = self._versions
            if known is None or is_back or versions.identity_version != known.identity_version:
                self._identities = source.read_primary(read_snapshot, self.clock())
            self._known = None if is_back else self._known
            self.follow(known, versions, source)
        except TransientError:
            self.is_away = True
            begun = time.monotonic()
        else:
            self._versions, self._newest, self.disk_moment, self.is_away = (
                versions,
                newest,
                moment,
                moment is not None,
            )
        # what was changed while it was read may not be in it
        self._read_at = begun if forgotten == self._forgotten else 0

    def _not_forgetting(self, versions: Versions) -> Versions:
        """Versions of the snapshot on disk, but what is known of identities and settings, which it may not have yet."""
        known = self._versions
        if known is None:
            return versions
        return replace(
            versions, **{name: max(getattr(versions, name), getattr(known, name)) for name in _OF_PRIMARY}
        )

    def _read_access(self, version: int) -> _Readers:
        before = self._known
        if not self._reading.acquire(blocking=before is None):
            assert before is not None, "who waits for nothing gets it"  # noqa: S101
            return before
        try:
            if self._known is None or self._known.version != version:
                self._known = _Readers(*self.database.telling(lambda _: None).read(read_versioned_access))
        except TransientError:
            if self._known is None:
                raise
        finally:
            self._reading.release()
        return self._known
