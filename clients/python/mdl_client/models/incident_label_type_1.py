from typing import Literal

IncidentLabelType1 = Literal["anomaly", "expected", "false_alarm"]

INCIDENT_LABEL_TYPE_1_VALUES: set[IncidentLabelType1] = {
    "anomaly",
    "expected",
    "false_alarm",
}


def check_incident_label_type_1(value: str) -> IncidentLabelType1:
    if value in INCIDENT_LABEL_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_LABEL_TYPE_1_VALUES!r}")
