"""The page of a list: how a statement is cut to it, everywhere the same."""

from typing import Any

from sqlalchemy import Select


def page_of(statement: Select[Any], page: int, limit: int) -> Select[Any]:
    """The statement, cut to a page; it orders its rows, else pages overlap.

    Args:
        statement: every row of the list.
        page: which, from 1.
        limit: rows of a page.
    """
    return statement.limit(limit).offset((page - 1) * limit)
