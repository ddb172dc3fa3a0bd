from typing import Literal

IncidentDetailLabelType3Type1 = Literal["anomaly", "expected", "false_alarm"]

INCIDENT_DETAIL_LABEL_TYPE_3_TYPE_1_VALUES: set[IncidentDetailLabelType3Type1] = {
    "anomaly",
    "expected",
    "false_alarm",
}


def check_incident_detail_label_type_3_type_1(value: str) -> IncidentDetailLabelType3Type1:
    if value in INCIDENT_DETAIL_LABEL_TYPE_3_TYPE_1_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {INCIDENT_DETAIL_LABEL_TYPE_3_TYPE_1_VALUES!r}"
    )
