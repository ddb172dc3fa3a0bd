from typing import Literal

NewSilenceSubjectKindType3Type1 = Literal[
    "check", "job", "key_result", "metric", "objective", "sensor", "source"
]

NEW_SILENCE_SUBJECT_KIND_TYPE_3_TYPE_1_VALUES: set[NewSilenceSubjectKindType3Type1] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_new_silence_subject_kind_type_3_type_1(value: str) -> NewSilenceSubjectKindType3Type1:
    if value in NEW_SILENCE_SUBJECT_KIND_TYPE_3_TYPE_1_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NEW_SILENCE_SUBJECT_KIND_TYPE_3_TYPE_1_VALUES!r}"
    )
