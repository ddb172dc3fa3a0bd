from typing import Literal

IncidentDetailLabelType2Type1 = Literal["anomaly", "expected", "false_alarm"]

INCIDENT_DETAIL_LABEL_TYPE_2_TYPE_1_VALUES: set[IncidentDetailLabelType2Type1] = {
    "anomaly",
    "expected",
    "false_alarm",
}


def check_incident_detail_label_type_2_type_1(value: str) -> IncidentDetailLabelType2Type1:
    if value in INCIDENT_DETAIL_LABEL_TYPE_2_TYPE_1_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {INCIDENT_DETAIL_LABEL_TYPE_2_TYPE_1_VALUES!r}"
    )
