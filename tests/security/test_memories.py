"""What strangers and editors may choose is not remembered without bound."""

from core.zones import is_zone
from schemas.documents.documents import Metric
from schemas.documents.model_fields import canonical


def test_names_that_senders_choose_do_not_fill_the_memory() -> None:
    for number in range(20_000):
        assert canonical(Metric, f"unknown-{number}") is None
        assert not is_zone(f"Nowhere/{number}")
    assert canonical.cache_info().currsize < 10_000
    assert is_zone.cache_info().currsize < 10_000
