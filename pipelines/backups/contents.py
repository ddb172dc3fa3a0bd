"""What stands in a database and in a lake, as counts and hashes that can be compared with those of a copy."""

from collections import Counter

from sqlalchemy import Connection, text

from pipelines.backups.manifest import TableContent
from pipelines.duck import connect, path_list
from pipelines.lake import Lake

_TABLES = """
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
    order by 1
"""
# what text a value has must not hang on the session
_SESSION = (
    "set local timezone to 'UTC'",
    "set local datestyle to 'ISO, YMD'",
    "set local intervalstyle to 'postgres'",
    "set local bytea_output to 'hex'",
    "set local extra_float_digits to 1",
)
# a sum, so that the order of rows counts nothing: of 60 bits each, of sha256
_CONTENT = """
    select count(*), coalesce(sum(('x' || left(encode(hash, 'hex'), 15))::bit(60)::bigint), 0)
    from (select sha256(convert_to(t::text, 'UTF8')) as hash from {table} t) hashed
"""


def table_contents(connection: Connection) -> dict[str, TableContent]:
    """Rows and hash of every table of the database, as the transaction of `connection` sees it."""
    for statement in _SESSION:
        connection.execute(text(statement))
    found = {}
    for table in connection.scalars(text(_TABLES)).all():
        rows, digest = connection.exec_driver_sql(_CONTENT.format(table=table)).one()
        found[table] = TableContent(rows=rows, digest=str(digest))
    return found


def tables_with_rows(connection: Connection) -> list[str]:
    """Tables that are not empty, but for the one that says which schema it is."""
    tables = [
        name for name in connection.scalars(text(_TABLES)).all() if not name.endswith(".alembic_version")
    ]
    return [
        name for name in tables if connection.exec_driver_sql(f"select exists (select from {name})").scalar()
    ]


def lake_rows(lake: Lake) -> dict[str, int]:
    """Rows of the lake by event, superseded ones too, as its log says."""
    counted: Counter[str] = Counter()
    for file in lake.files():
        counted[file.event] += file.row_count
    return dict(sorted(counted.items()))


def rows_read(lake: Lake) -> dict[str, int]:
    """The same, counted in the Parquet files themselves."""
    with connect(None) as connection:
        return {
            event: int(
                connection.execute(
                    f"select count(*) from read_parquet({path_list(lake.absolute(files))}, "
                    "union_by_name=true, hive_partitioning=false)"
                ).fetchall()[0][0]
            )
            for event in lake.events()
            if (files := [file for file in lake.files() if file.event == event])
        }
