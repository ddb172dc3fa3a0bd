from typing import Literal

IncidentLabelType3Type1 = Literal["anomaly", "expected", "false_alarm"]

INCIDENT_LABEL_TYPE_3_TYPE_1_VALUES: set[IncidentLabelType3Type1] = {
    "anomaly",
    "expected",
    "false_alarm",
}


def check_incident_label_type_3_type_1(value: str) -> IncidentLabelType3Type1:
    if value in INCIDENT_LABEL_TYPE_3_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_LABEL_TYPE_3_TYPE_1_VALUES!r}")
