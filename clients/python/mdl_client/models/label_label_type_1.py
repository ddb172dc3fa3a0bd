from typing import Literal

LabelLabelType1 = Literal["anomaly", "expected", "false_alarm"]

LABEL_LABEL_TYPE_1_VALUES: set[LabelLabelType1] = {
    "anomaly",
    "expected",
    "false_alarm",
}


def check_label_label_type_1(value: str) -> LabelLabelType1:
    if value in LABEL_LABEL_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LABEL_LABEL_TYPE_1_VALUES!r}")
