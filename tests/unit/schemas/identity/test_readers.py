"""Who may read which metric; expectations are those of the agreement, written out by hand."""

import pytest

from schemas.identity.readers import OPERATOR, CatalogAccess, MetricAccess, Reader, may_read
from schemas.identity.roles import Role


def governed(word: str | None = None, *, pii: bool | None = None, **owners: str) -> MetricAccess:
    return MetricAccess.of({"data_classification": word, "pii_involved": pii, **owners})


def reader(role: str, team: str | None = None, name: str = "zoe") -> Reader:
    return Reader(name, team, Role(role), CATALOG)


PUBLIC, SALARIES, DEALS = (
    governed("public"),
    governed("restricted", owner_team="hr"),
    governed("confidential"),
)
CATALOG = CatalogAccess(
    metrics={"public": PUBLIC, "salaries": SALARIES, "deals": DEALS},
    key_results={"PAY/FAIR": ["salaries", "public"], "PAY/OPEN": ["public"], "PAY/TYPED": []},
    objectives={"PAY": ["salaries", "public"], "SELL": ["public"]},
)


@pytest.mark.parametrize(
    ("metric", "roles"),
    [
        (governed(None), "viewer editor admin"),
        (governed(""), "viewer editor admin"),
        (governed("public"), "viewer editor admin"),
        (governed(" Internal "), "viewer editor admin"),
        (governed("CONFIDENTIAL"), "editor admin"),
        (governed("restricted"), "admin"),
        (governed("secret squirrel"), "admin"),
        (governed(" "), "admin"),
        (governed("public", pii=True), "admin"),
        (governed(None, pii=True), "admin"),
        (governed("internal", pii=False), "viewer editor admin"),
    ],
)
def test_roles_read_by_classification(metric: MetricAccess, roles: str) -> None:
    assert [role for role in Role if may_read(reader(role), metric)] == roles.split()


@pytest.mark.parametrize("field", ["owner_team", "technical_owner", "business_owner"])
def test_a_team_that_the_catalog_calls_owner_reads(field: str) -> None:
    owned = governed("restricted", pii=True, **{field: "sales"})
    assert may_read(reader("viewer", "sales"), owned)
    assert not may_read(reader("editor", "Sales"), owned)
    assert not may_read(reader("editor", ""), owned)


def test_a_user_is_an_owner_by_name_only_where_people_are_named() -> None:
    owned = governed("restricted", owner_team="sales", technical_owner="ann")
    assert may_read(reader("viewer", name="ann"), owned)
    # who may choose a name at registration could choose that of a team
    assert not may_read(reader("viewer", name="sales"), owned)


def test_nobody_owns_what_names_no_owner() -> None:
    assert not may_read(reader("editor", None), governed("restricted"))
    assert not may_read(reader("editor", ""), governed("restricted", owner_team=""))


def test_without_the_catalog_only_administrators_see() -> None:
    assert not Reader("zoe", "hr", Role.EDITOR).sees("public")
    assert not Reader("zoe", "hr", Role.EDITOR).sees_all
    assert OPERATOR.sees("anything")
    assert OPERATOR.sees_all
    assert OPERATOR.sees_subject("key_result", "A/B")


def test_what_the_catalog_never_knew_is_read_by_those_who_read_all_it_knows() -> None:
    assert not reader("viewer").sees("gone")
    assert not reader("viewer").sees_subject("key_result", "GONE/KR")
    assert not reader("viewer").sees_objective("GONE")
    everything = Reader("zoe", None, Role.VIEWER, CatalogAccess({"public": PUBLIC}))
    assert everything.sees("gone")
    assert everything.sees_subject("objective", "GONE")


def test_key_results_and_objectives_are_as_restricted_as_what_they_are_made_of() -> None:
    viewer, owner = reader("viewer"), reader("viewer", "hr")
    assert not viewer.sees_key_result("PAY", "FAIR")
    assert viewer.sees_key_result("PAY", "OPEN")
    assert viewer.sees_key_result("PAY", "TYPED")
    assert not viewer.sees_key_result("PAY", "OPEN", "salaries")  # scored by what it was linked to then
    assert not viewer.sees_objective("PAY")
    assert viewer.sees_objective("SELL")
    assert owner.sees_key_result("PAY", "FAIR")
    assert owner.sees_objective("PAY")
    assert viewer.sees_subject("source", "orders")


def test_a_refusal_names_the_classification_and_whom_to_ask() -> None:
    viewer = reader("viewer")
    assert viewer.why_not("salaries") == (
        "salaries is classified as restricted: its owners and administrators may read its numbers; ask hr"
    )
    assert viewer.why_not("deals").endswith(
        "editors, its owners and administrators may read its numbers; ask an administrator"
    )
    assert "salaries is classified" in viewer.why_not_subject("objective", "PAY")
    assert "personal data" in governed("public", pii=True).reason


def test_readers_share_a_class_exactly_if_the_same_is_hidden_from_them() -> None:
    ann, bob, owner = reader("viewer", name="ann"), reader("viewer", "shop"), reader("viewer", "hr")
    assert ann.access_class == bob.access_class != owner.access_class
    assert reader("editor").access_class != ann.access_class
    assert reader("admin", "hr").access_class == reader("admin").access_class == "admin"


def test_where_nothing_is_restricted_the_class_is_the_role() -> None:
    catalog = CatalogAccess({"public": PUBLIC}, {"A/B": ["public"]}, {"A": ["public"]})
    classes = {
        Reader(name, team, role, catalog).access_class for name in "ab" for team in "xy" for role in Role
    }
    assert classes == {"viewer", "editor", "admin"}
