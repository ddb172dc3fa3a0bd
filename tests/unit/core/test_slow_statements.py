import pytest

from core.connections.slow_statements import without_values


@pytest.mark.parametrize(
    ("statement", "logged"),
    [
        ("select 'it''s secret', 1", "select '…', 1"),
        (r"select E'it\'s secret', 1", "select '…', 1"),
        ("select $$it's secret$$, $a1$ $$ secret $a1$, %(name)s", "select '…', '…', %(name)s"),
        ("select 'secret", "select '…'"),
        ("select $$secret", "select '…'"),
        ("select $1, $2 from t\nwhere type' secret'", "select $1, $2 from t where type'…'"),
    ],
)
def test_no_form_of_a_literal_is_logged(statement: str, logged: str) -> None:
    assert without_values(statement) == logged
