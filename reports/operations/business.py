"""How much there is: counts for those who watch the installation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, and_, distinct, func, select

from schemas.tables import catalog_documents, publications, sessions, users


@dataclass(frozen=True)
class Business:
    """Documents by kind, users, and the age of the newest publication (NaN where there is none)."""

    metrics: int
    domains: int
    objectives: int
    reports: int
    publication_age_seconds: float
    users: int
    users_active: int


def business(connection: Connection, now: datetime) -> Business:
    """Count in one statement."""
    documents = catalog_documents

    def of_kind(kind: str) -> ScalarSelect[int]:
        wanted = and_(documents.c.kind == kind, documents.c.is_deleted.is_(False))
        return select(func.count()).select_from(documents).where(wanted).scalar_subquery()

    active = and_(sessions.c.revoked_at.is_(None), sessions.c.expires_at > now)
    row = connection.execute(
        select(
            of_kind("metric"),
            of_kind("domain"),
            of_kind("objective"),
            of_kind("report"),
            select(func.max(publications.c.created_at)).scalar_subquery(),
            select(func.count()).select_from(users).where(users.c.is_active).scalar_subquery(),
            select(func.count(distinct(sessions.c.user_id))).where(active).scalar_subquery(),
        )
    ).one()
    age = float("nan") if row[4] is None else (now - row[4]).total_seconds()
    return Business(row[0], row[1], row[2], row[3], age, row[5], row[6])
