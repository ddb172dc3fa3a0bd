from core.suggestions import near


def test_of_names_that_differ_in_case_alone_the_one_that_is_written_alike_is_nearest() -> None:
    assert near("LOGIN", ["LOGINS", "logins", "other"]) == ["LOGINS", "logins"]
    assert near("login", ["LOGINS", "logins", "other"], 1) == ["logins"]


def test_a_name_is_found_whatever_its_case() -> None:
    assert near("Revenues", ["REVENUE", "COSTS"]) == ["REVENUE"]
