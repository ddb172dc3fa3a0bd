from typing import Literal

TrustQualityType2Type0 = Literal["critical", "ok", "warning"]

TRUST_QUALITY_TYPE_2_TYPE_0_VALUES: set[TrustQualityType2Type0] = {
    "critical",
    "ok",
    "warning",
}


def check_trust_quality_type_2_type_0(value: str) -> TrustQualityType2Type0:
    if value in TRUST_QUALITY_TYPE_2_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRUST_QUALITY_TYPE_2_TYPE_0_VALUES!r}")
