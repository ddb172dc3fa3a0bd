import dagster as dg
import psycopg
import pytest
import sqlalchemy.exc

from core.errors import CatalogError, ConfigurationError, DataError, TransientError
from pipelines.orchestration.failures import MAX_RETRIES, translated

PERMANENT = [DataError("bad file"), CatalogError("bad catalog"), ConfigurationError("bad setting")]
TRANSIENT = [
    TransientError("locked"),
    psycopg.OperationalError("gone"),
    sqlalchemy.exc.OperationalError("select 1", {}, Exception("gone")),
    ConnectionResetError("reset"),
]


def attempts_of(error: Exception, monkeypatch: pytest.MonkeyPatch) -> tuple[int, Exception]:
    """How often Dagster tries an asset that raises the error, and what it gives up with."""
    monkeypatch.setattr("pipelines.orchestration.failures.FIRST_WAIT_SECONDS", 0)
    attempts = 0

    @dg.asset
    def failing(context: dg.AssetExecutionContext) -> None:
        nonlocal attempts
        attempts += 1
        with translated(context):
            raise error

    with pytest.raises(Exception) as caught:
        dg.materialize([failing])
    return attempts, caught.value


@pytest.mark.parametrize("error", PERMANENT, ids=lambda error: type(error).__name__)
def test_what_fails_again_is_tried_once_and_says_why(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts, failure = attempts_of(error, monkeypatch)
    assert attempts == 1
    assert isinstance(failure, dg.Failure)
    assert failure.description == str(error)
    assert failure.__cause__ is error


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda error: type(error).__name__)
def test_what_may_pass_is_tried_again(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts, _ = attempts_of(error, monkeypatch)
    assert attempts == 1 + MAX_RETRIES


def test_a_bug_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts, failure = attempts_of(ZeroDivisionError("bug"), monkeypatch)
    assert (attempts, type(failure)) == (1, ZeroDivisionError)
