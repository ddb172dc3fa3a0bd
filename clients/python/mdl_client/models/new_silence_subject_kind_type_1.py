from typing import Literal

NewSilenceSubjectKindType1 = Literal["check", "job", "key_result", "metric", "objective", "sensor", "source"]

NEW_SILENCE_SUBJECT_KIND_TYPE_1_VALUES: set[NewSilenceSubjectKindType1] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_new_silence_subject_kind_type_1(value: str) -> NewSilenceSubjectKindType1:
    if value in NEW_SILENCE_SUBJECT_KIND_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_SILENCE_SUBJECT_KIND_TYPE_1_VALUES!r}")
