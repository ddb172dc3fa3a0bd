from typing import Literal

IncidentLabelType2Type1 = Literal["anomaly", "expected", "false_alarm"]

INCIDENT_LABEL_TYPE_2_TYPE_1_VALUES: set[IncidentLabelType2Type1] = {
    "anomaly",
    "expected",
    "false_alarm",
}


def check_incident_label_type_2_type_1(value: str) -> IncidentLabelType2Type1:
    if value in INCIDENT_LABEL_TYPE_2_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_LABEL_TYPE_2_TYPE_1_VALUES!r}")
