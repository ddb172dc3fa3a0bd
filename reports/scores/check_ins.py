"""Values typed in by hand for key results, for those who may read what the key result measures."""

from sqlalchemy import Connection

from reports.alerting.restricted import insist_on_seen
from schemas.catalog.check_ins import CheckIn, KeyResultName, objective_of, read_check_ins
from schemas.identity.readers import Reader


def check_in_page(
    connection: Connection, name: KeyResultName, page: int, limit: int, reader: Reader
) -> tuple[list[CheckIn], int]:
    """One page of check-ins, newest first, and how many there are. Three statements.

    Raises:
        UnknownDocumentError: there is no such key result.
        AmbiguousKeyResultError: several objectives have one, and none was named.
        RestrictedError: the reader may not see its numbers.
    """
    objective_id = objective_of(connection, name)
    insist_on_seen(reader, "key_result", f"{objective_id}/{name.kr_id}")
    return read_check_ins(connection, objective_id, name.kr_id, page, limit)
