from typing import Literal

SilenceSubjectKindType1 = Literal["check", "job", "key_result", "metric", "objective", "sensor", "source"]

SILENCE_SUBJECT_KIND_TYPE_1_VALUES: set[SilenceSubjectKindType1] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_silence_subject_kind_type_1(value: str) -> SilenceSubjectKindType1:
    if value in SILENCE_SUBJECT_KIND_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SILENCE_SUBJECT_KIND_TYPE_1_VALUES!r}")
