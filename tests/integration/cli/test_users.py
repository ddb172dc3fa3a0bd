import json

from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from cli.main import cli
from core.clock import wall_now
from core.settings import Settings
from schemas.identity.sessions import sign_in

NEW = "quite a long phrase"


def run(settings: Settings, *arguments: str, typed: str | None = None) -> Result:
    assert settings.database_url is not None
    environment = {
        "MDL_HOME": str(settings.home),
        "MDL_DATABASE_URL": settings.database_url.get_secret_value(),
    }
    return CliRunner().invoke(cli, ["users", *arguments], env=environment, input=typed)


def test_a_created_user_signs_in_with_the_printed_password_and_must_change_it(
    settings: Settings, database: Engine
) -> None:
    done = run(settings, "create", "Ann", "--role", "editor")
    assert done.exit_code == 0, done.output
    password = done.output.split("one-time password: ")[1].strip()
    with database.begin() as connection:
        session = sign_in(connection, "ann", password, wall_now())
        logged = connection.scalar(text("select actor || ' ' || target from identity.audit_log limit 1"))
    assert session is not None
    assert session.must_change_password
    assert logged == "command line user:ann"


def test_a_password_can_be_typed_instead(settings: Settings, database: Engine) -> None:
    done = run(settings, "create", "ann", "--prompt", typed=f"{NEW}\n{NEW}\n")
    assert done.exit_code == 0, done.output
    assert NEW not in done.output
    with database.begin() as connection:
        session = sign_in(connection, "ann", NEW, wall_now())
    assert session is not None
    assert not session.must_change_password


def test_a_name_that_is_taken_is_refused_in_words(settings: Settings) -> None:
    run(settings, "create", "ann")
    again = run(settings, "create", "ANN")
    assert str(again.exception) == "there is already a user ann"


def test_a_reset_password_is_printed_once_and_replaces_the_old_one(
    settings: Settings, database: Engine
) -> None:
    run(settings, "create", "ann", "--prompt", typed=f"{NEW}\n{NEW}\n")
    done = run(settings, "reset-password", "Ann")
    assert done.exit_code == 0, done.output
    password = done.output.split("one-time password: ")[1].strip()
    with database.begin() as connection:
        assert sign_in(connection, "ann", NEW, wall_now()) is None
        session = sign_in(connection, "ann", password, wall_now())
    assert session is not None
    assert session.must_change_password
    assert str(run(settings, "reset-password", "bob").exception) == "there is no user bob"


def test_users_are_listed(settings: Settings) -> None:
    run(settings, "create", "bob", "--role", "admin")
    run(settings, "create", "ann")
    listed = json.loads(run(settings, "list", "--format", "json").output)
    assert [(row["username"], row["role"], row["is_active"]) for row in listed] == [
        ("ann", "viewer", True),
        ("bob", "admin", True),
    ]


def test_team_and_address_are_given_changed_and_taken_away(settings: Settings, database: Engine) -> None:
    assert run(settings, "create", "ann", "--team", "sales", "--email", "ann@example.com").exit_code == 0
    changed = run(settings, "change", "Ann", "--team", "hr", "--email", "", "--role", "editor")
    assert (changed.exit_code, changed.output) == (0, "changed ann\n")
    (listed,) = json.loads(run(settings, "list", "--format", "json").output)
    assert (listed["team"], listed["email"], listed["role"]) == ("hr", None, "editor")
    with database.connect() as connection:
        logged = connection.execute(
            text("select action, detail->>'team' from identity.audit_log order by entry_id")
        )
        assert [tuple(row) for row in logged] == [("user.create", "sales"), ("user.change", "hr")]


def test_a_change_of_users_says_what_it_lacks(settings: Settings) -> None:
    run(settings, "create", "ann")
    assert run(settings, "change", "ann").exit_code == 2
    assert "without spaces around" in str(run(settings, "change", "ann", "--team", " hr").exception)
    assert "no mail address" in str(run(settings, "change", "ann", "--email", "ann").exception)
    assert "no user bob" in str(run(settings, "change", "bob", "--team", "hr").exception)
