"""Which domain a text or a list gives a document to."""

import pytest

from schemas.documents.belonging import Domains
from schemas.documents.documents import Domain

DOMAINS = Domains(
    [
        Domain(domain_id="sales", name="Growth", objectives=["o1"], key_metrics=["m1"]),
        Domain(domain_id="growth", name="Sales", objectives=["o1", "o2"], key_metrics=["m1"]),
        Domain(domain_id="OPS", name="Straße", key_metrics=["m2"]),
        Domain(domain_id="ops", name="Field work"),
    ]
)


@pytest.mark.parametrize(
    ("said", "domain_id"),
    [
        ("sales", "sales"),
        ("growth", "growth"),
        # as written a name comes before an id with case folded
        ("Growth", "sales"),
        ("Sales", "growth"),
        ("SALES", "sales"),
        (" growth ", "growth"),
        ("ops", "ops"),
        ("Ops", "OPS"),
        ("STRASSE", "OPS"),
        ("field WORK", "ops"),
        ("nowhere", None),
        ("", None),
        (None, None),
    ],
)
def test_a_text_means_an_id_then_a_name_as_written_then_with_case_folded(
    said: str | None, domain_id: str | None
) -> None:
    assert DOMAINS.named(said) == domain_id


def test_an_objective_is_of_one_domain_and_a_metric_of_all_that_list_it() -> None:
    assert DOMAINS.of_objective("o1", "OPS") == "OPS"
    assert DOMAINS.of_objective("o1", "nowhere") == "growth"
    assert DOMAINS.of_objective("o3", None) is None
    assert DOMAINS.of_metric("m1", "sales") == ["sales", "growth"]
    assert DOMAINS.of_metric("m2", "Field work") == ["ops", "OPS"]
