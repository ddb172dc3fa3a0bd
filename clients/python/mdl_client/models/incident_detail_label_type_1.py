from typing import Literal

IncidentDetailLabelType1 = Literal["anomaly", "expected", "false_alarm"]

INCIDENT_DETAIL_LABEL_TYPE_1_VALUES: set[IncidentDetailLabelType1] = {
    "anomaly",
    "expected",
    "false_alarm",
}


def check_incident_detail_label_type_1(value: str) -> IncidentDetailLabelType1:
    if value in INCIDENT_DETAIL_LABEL_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_DETAIL_LABEL_TYPE_1_VALUES!r}")
