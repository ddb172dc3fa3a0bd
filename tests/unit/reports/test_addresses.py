import pytest

from reports.alerting.redaction import without_addresses


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("slack:#sales", "slack:#sales"),
        ("email:ann@example.com", "email:ann@example.com"),
        ("https://hooks.example.com/services/T0/B0/secret", "https://…"),
        ("no answer from HTTPS://user:pw@host/x?token=y after 5 s", "no answer from HTTPS://… after 5 s"),
        (
            "Max retries exceeded with url: /services/T0/B0/secret (timeout)",
            "Max retries exceeded with url: … (timeout)",
        ),
    ],
)
def test_what_stands_behind_a_scheme_is_not_shown(text: str, shown: str) -> None:
    assert without_addresses(text) == shown
