from typing import Literal

NewSilenceSubjectKindType2Type1 = Literal[
    "check", "job", "key_result", "metric", "objective", "sensor", "source"
]

NEW_SILENCE_SUBJECT_KIND_TYPE_2_TYPE_1_VALUES: set[NewSilenceSubjectKindType2Type1] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_new_silence_subject_kind_type_2_type_1(value: str) -> NewSilenceSubjectKindType2Type1:
    if value in NEW_SILENCE_SUBJECT_KIND_TYPE_2_TYPE_1_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NEW_SILENCE_SUBJECT_KIND_TYPE_2_TYPE_1_VALUES!r}"
    )
