import pytest

from schemas.identity.errors import IdentityError
from schemas.identity.roles import Role
from schemas.identity.users import (
    NOBODY_HASH,
    broken_rules,
    hash_password,
    is_name,
    is_password,
    one_time_password,
)


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("eleven char", ["needs at least 12 characters"]),
        ("aaaaaaaabbbb", ["needs at least 5 different characters"]),
        ("Now HANNAH is in it", ["must not hold the user name"]),
        ("x", ["needs at least 12 characters", "needs at least 5 different characters"]),
        ("abcde" * 300, ["may have at most 1024 characters"]),
        ("correct horse battery", []),
    ],
)
def test_the_rules_of_passwords(password: str, broken: list[str]) -> None:
    assert broken_rules("hannah", password) == broken


def test_short_names_may_stand_in_a_password_by_chance() -> None:
    assert broken_rules("al", "personal computer") == []


def test_a_hash_is_argon2id_and_proves_only_its_own_password() -> None:
    hashed = hash_password("hannah", "correct horse battery")
    assert hashed.startswith("$argon2id$")
    assert is_password(hashed, "correct horse battery")
    assert not is_password(hashed, "correct horse batteries")
    assert not is_password("no hash at all", "correct horse battery")


def test_nobodys_hash_costs_what_anybodys_does() -> None:
    own = hash_password("hannah", "correct horse battery")
    assert own.split("$")[:4] == NOBODY_HASH.split("$")[:4]
    assert [len(part) for part in own.split("$")] == [len(part) for part in NOBODY_HASH.split("$")]
    assert not is_password(NOBODY_HASH, "")


def test_a_broken_rule_is_told_in_words() -> None:
    with pytest.raises(IdentityError, match="a password needs at least 12 characters, and needs at least 5"):
        hash_password("hannah", "x")


def test_one_time_passwords_meet_the_rules_and_differ() -> None:
    made = {one_time_password("hannah") for _ in range(100)}
    assert len(made) == 100
    assert not any(broken_rules("hannah", password) for password in made)


@pytest.mark.parametrize("name", ["a", "-ann", "Ann", "a\0", "ann lee", "a" * 65])
def test_names_beyond_the_rules(name: str) -> None:
    assert not is_name(name)


def test_names_may_be_addresses() -> None:
    assert is_name("ann.lee+mdl@example.com")


def test_each_role_covers_those_before_it() -> None:
    assert [[role.covers(needed) for needed in Role] for role in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
