from sqlalchemy import Engine, text

from schemas.locks import Lock, hold_one, is_taken_sql, session, taken_pair, try_hold_one, try_take


def test_a_named_lock_keeps_out_its_own_name_and_no_other(database: Engine) -> None:
    with database.begin() as one, database.begin() as other:
        assert try_hold_one(one, Lock.ANSWERS, "alice\nkey")
        assert not try_hold_one(other, Lock.ANSWERS, "alice\nkey")
        assert try_hold_one(other, Lock.ANSWERS, "bob\nkey")
        hold_one(one, Lock.TARGETS, "mail:a")
        hold_one(other, Lock.TARGETS, "mail:b")
    with database.begin() as later:
        assert try_hold_one(later, Lock.ANSWERS, "alice\nkey")


def test_a_pair_is_seen_by_others_for_as_long_as_its_block_runs(database: Engine) -> None:
    def taken(number: int) -> bool:
        with database.connect() as connection:
            return bool(connection.scalar(text(f"select {is_taken_sql(Lock.SENDERS, str(number))}")))

    with taken_pair(database, Lock.SENDERS, 2**31 - 1):
        assert taken(2**31 - 1)
        assert not taken(2**31 - 2)
    assert not taken(2**31 - 1)


def test_a_lock_of_a_session_outlives_its_transactions_and_not_the_session(database: Engine) -> None:
    with session(database) as mine, session(database) as other:
        assert try_take(mine, Lock.WRITER)
        mine.execute(text("select 1"))
        assert not try_take(other, Lock.WRITER)
