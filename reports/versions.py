"""What answers depend on, as three numbers that are cheap to read."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from schemas.tables import catalog_state, identity_state, publications


@dataclass(frozen=True, order=True)
class Versions:
    """Newest publication, the catalog's own version and that of identities; 0 where there is none yet."""

    publication_id: int
    catalog_version: int
    identity_version: int


def read_versions(connection: Connection) -> Versions:
    """Read all three at once, in one statement."""
    parts = (
        select(func.max(publications.c.publication_id)).scalar_subquery(),
        select(catalog_state.c.version).scalar_subquery(),
        select(identity_state.c.version).scalar_subquery(),
    )
    row = connection.execute(select(*(func.coalesce(part, 0) for part in parts))).one()
    return Versions(*map(int, row))
