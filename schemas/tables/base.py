"""What all tables share: their metadata with its naming convention, the schemas of PostgreSQL, columns of instants."""

from sqlalchemy import Column, DateTime, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
SCHEMAS = ("catalog", "marts", "ops", "identity")


def instant(name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[object]:
    """A column of instants, which PostgreSQL keeps in UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable, primary_key=primary_key)
