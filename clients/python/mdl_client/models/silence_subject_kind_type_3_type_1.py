from typing import Literal

SilenceSubjectKindType3Type1 = Literal[
    "check", "job", "key_result", "metric", "objective", "sensor", "source"
]

SILENCE_SUBJECT_KIND_TYPE_3_TYPE_1_VALUES: set[SilenceSubjectKindType3Type1] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_silence_subject_kind_type_3_type_1(value: str) -> SilenceSubjectKindType3Type1:
    if value in SILENCE_SUBJECT_KIND_TYPE_3_TYPE_1_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SILENCE_SUBJECT_KIND_TYPE_3_TYPE_1_VALUES!r}"
    )
