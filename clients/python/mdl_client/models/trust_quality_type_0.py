from typing import Literal

TrustQualityType0 = Literal["critical", "ok", "warning"]

TRUST_QUALITY_TYPE_0_VALUES: set[TrustQualityType0] = {
    "critical",
    "ok",
    "warning",
}


def check_trust_quality_type_0(value: str) -> TrustQualityType0:
    if value in TRUST_QUALITY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRUST_QUALITY_TYPE_0_VALUES!r}")
