"""What answers depend on, as numbers that are cheap to read."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from schemas.tables import catalog_state, identity_state, incident_events, publications, server_state


@dataclass(frozen=True, order=True)
class Versions:
    """Newest publication, the catalog's own version and that of identities, newest step of any incident.

    Then how often an administrator changed settings, and asked that kept answers be forgotten. 0 where there is none.
    """

    publication_id: int
    catalog_version: int
    identity_version: int
    alert_version: int = 0
    settings_version: int = 0
    cache_version: int = 0


def read_versions(connection: Connection) -> Versions:
    """Read all at once, in one statement."""
    parts = (
        select(func.max(publications.c.publication_id)).scalar_subquery(),
        select(catalog_state.c.version).scalar_subquery(),
        select(identity_state.c.version).scalar_subquery(),
        select(func.max(incident_events.c.event_id)).scalar_subquery(),
        select(server_state.c.settings_version).scalar_subquery(),
        select(server_state.c.cache_version).scalar_subquery(),
    )
    row = connection.execute(select(*(func.coalesce(part, 0) for part in parts))).one()
    return Versions(*map(int, row))
