from typing import Literal

SilenceSubjectKindType2Type1 = Literal[
    "check", "job", "key_result", "metric", "objective", "sensor", "source"
]

SILENCE_SUBJECT_KIND_TYPE_2_TYPE_1_VALUES: set[SilenceSubjectKindType2Type1] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_silence_subject_kind_type_2_type_1(value: str) -> SilenceSubjectKindType2Type1:
    if value in SILENCE_SUBJECT_KIND_TYPE_2_TYPE_1_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SILENCE_SUBJECT_KIND_TYPE_2_TYPE_1_VALUES!r}"
    )
