from typing import Literal

LabelLabelType2Type1 = Literal["anomaly", "expected", "false_alarm"]

LABEL_LABEL_TYPE_2_TYPE_1_VALUES: set[LabelLabelType2Type1] = {
    "anomaly",
    "expected",
    "false_alarm",
}


def check_label_label_type_2_type_1(value: str) -> LabelLabelType2Type1:
    if value in LABEL_LABEL_TYPE_2_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LABEL_LABEL_TYPE_2_TYPE_1_VALUES!r}")
