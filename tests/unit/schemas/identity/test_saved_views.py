"""Where saved views may lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identity.errors import IdentityError
from schemas.identity.saved_views import checked_address


@pytest.mark.parametrize(
    "address", ["/explore", "/explore?metric=a&metric=b", "/metrics", "/metrics/a%2Fb?grain=day"]
)
def test_pages_of_metrics_can_be_saved(address: str) -> None:
    assert checked_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "/explorer",
        "/metrics/../admin",
        "//host/metrics",
        "http:/metrics",
        "/\\host",
        "/metrics\n",
        "/metrics?" + "a" * 2_000,
    ],
)
def test_other_addresses_cannot(address: str) -> None:
    with pytest.raises(IdentityError):
        checked_address(address)


@given(st.text(max_size=40))
def test_what_is_let_through_begins_with_a_page_of_metrics(address: str) -> None:
    try:
        found = checked_address(address)
    except IdentityError:
        return
    assert found.startswith(("/metrics", "/explore"))
