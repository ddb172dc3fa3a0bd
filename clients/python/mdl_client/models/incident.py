from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.incident_label_type_1 import (
    IncidentLabelType1,
    check_incident_label_type_1,
)
from ..models.incident_label_type_2_type_1 import (
    IncidentLabelType2Type1,
    check_incident_label_type_2_type_1,
)
from ..models.incident_label_type_3_type_1 import (
    IncidentLabelType3Type1,
    check_incident_label_type_3_type_1,
)
from ..models.incident_severity import IncidentSeverity, check_incident_severity
from ..models.incident_state import IncidentState, check_incident_state
from ..models.incident_subject_kind import (
    IncidentSubjectKind,
    check_incident_subject_kind,
)

if TYPE_CHECKING:
    from ..models.incident_evidence import IncidentEvidence
    from ..models.incident_links import IncidentLinks


T = TypeVar("T", bound="Incident")


@_attrs_define
class Incident:
    """
    Attributes:
        incident_id (int):
        subject_kind (IncidentSubjectKind):
        subject_id (str): of a key result <objective>/<key result>
        rule_id (str):
        slice_ (str): empty is the total
        state (IncidentState):
        severity (IncidentSeverity): the gravest it had
        title (str): plain text
        grain (None | str):
        first_period_start (datetime.datetime | None):
        last_period_start (datetime.datetime | None):
        opened_at (datetime.datetime):
        fired_at (datetime.datetime | None):
        acknowledged_at (datetime.datetime | None):
        acknowledged_by (None | str):
        resolved_at (datetime.datetime | None):
        resolved_by (None | str): who ended it by hand; null: evaluation
        silenced_until (datetime.datetime | None): null where somebody would be told of it now
        publication_id (int | None): whose numbers opened it
        evidence (IncidentEvidence): the numbers that explain it: value, threshold, baseline, change, contributions
        channels (list[str]): whom to tell, by name
        playbooks (list[str]): as the catalog names them
        renotify_seconds (int | None): null where it is told once
        label (IncidentLabelType1 | IncidentLabelType2Type1 | IncidentLabelType3Type1 | None): what people say that it
            was
        links (IncidentLinks): self, history, and where there are such: metric, values, objective, source …
    """

    incident_id: int
    subject_kind: IncidentSubjectKind
    subject_id: str
    rule_id: str
    slice_: str
    state: IncidentState
    severity: IncidentSeverity
    title: str
    grain: None | str
    first_period_start: datetime.datetime | None
    last_period_start: datetime.datetime | None
    opened_at: datetime.datetime
    fired_at: datetime.datetime | None
    acknowledged_at: datetime.datetime | None
    acknowledged_by: None | str
    resolved_at: datetime.datetime | None
    resolved_by: None | str
    silenced_until: datetime.datetime | None
    publication_id: int | None
    evidence: IncidentEvidence
    channels: list[str]
    playbooks: list[str]
    renotify_seconds: int | None
    label: IncidentLabelType1 | IncidentLabelType2Type1 | IncidentLabelType3Type1 | None
    links: IncidentLinks

    def to_dict(self) -> dict[str, Any]:
        incident_id = self.incident_id

        subject_kind: str = self.subject_kind

        subject_id = self.subject_id

        rule_id = self.rule_id

        slice_ = self.slice_

        state: str = self.state

        severity: str = self.severity

        title = self.title

        grain: None | str
        grain = self.grain

        first_period_start: None | str
        if isinstance(self.first_period_start, datetime.datetime):
            first_period_start = self.first_period_start.isoformat()
        else:
            first_period_start = self.first_period_start

        last_period_start: None | str
        if isinstance(self.last_period_start, datetime.datetime):
            last_period_start = self.last_period_start.isoformat()
        else:
            last_period_start = self.last_period_start

        opened_at = self.opened_at.isoformat()

        fired_at: None | str
        if isinstance(self.fired_at, datetime.datetime):
            fired_at = self.fired_at.isoformat()
        else:
            fired_at = self.fired_at

        acknowledged_at: None | str
        if isinstance(self.acknowledged_at, datetime.datetime):
            acknowledged_at = self.acknowledged_at.isoformat()
        else:
            acknowledged_at = self.acknowledged_at

        acknowledged_by: None | str
        acknowledged_by = self.acknowledged_by

        resolved_at: None | str
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        resolved_by: None | str
        resolved_by = self.resolved_by

        silenced_until: None | str
        if isinstance(self.silenced_until, datetime.datetime):
            silenced_until = self.silenced_until.isoformat()
        else:
            silenced_until = self.silenced_until

        publication_id: int | None
        publication_id = self.publication_id

        evidence = self.evidence.to_dict()

        channels = self.channels

        playbooks = self.playbooks

        renotify_seconds: int | None
        renotify_seconds = self.renotify_seconds

        label: None | str
        if isinstance(self.label, str):
            label = self.label
        elif isinstance(self.label, str):
            label = self.label
        elif isinstance(self.label, str):
            label = self.label
        else:
            label = self.label

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "incident_id": incident_id,
                "subject_kind": subject_kind,
                "subject_id": subject_id,
                "rule_id": rule_id,
                "slice": slice_,
                "state": state,
                "severity": severity,
                "title": title,
                "grain": grain,
                "first_period_start": first_period_start,
                "last_period_start": last_period_start,
                "opened_at": opened_at,
                "fired_at": fired_at,
                "acknowledged_at": acknowledged_at,
                "acknowledged_by": acknowledged_by,
                "resolved_at": resolved_at,
                "resolved_by": resolved_by,
                "silenced_until": silenced_until,
                "publication_id": publication_id,
                "evidence": evidence,
                "channels": channels,
                "playbooks": playbooks,
                "renotify_seconds": renotify_seconds,
                "label": label,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.incident_evidence import IncidentEvidence  # noqa: PLC0415
        from ..models.incident_links import IncidentLinks  # noqa: PLC0415

        d = dict(src_dict)
        incident_id = d.pop("incident_id")

        subject_kind = check_incident_subject_kind(d.pop("subject_kind"))

        subject_id = d.pop("subject_id")

        rule_id = d.pop("rule_id")

        slice_ = d.pop("slice")

        state = check_incident_state(d.pop("state"))

        severity = check_incident_severity(d.pop("severity"))

        title = d.pop("title")

        def _parse_grain(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        grain = _parse_grain(d.pop("grain"))

        def _parse_first_period_start(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_period_start_type_0 = datetime.datetime.fromisoformat(data)

                return first_period_start_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        first_period_start = _parse_first_period_start(d.pop("first_period_start"))

        def _parse_last_period_start(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_period_start_type_0 = datetime.datetime.fromisoformat(data)

                return last_period_start_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_period_start = _parse_last_period_start(d.pop("last_period_start"))

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_fired_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                fired_at_type_0 = datetime.datetime.fromisoformat(data)

                return fired_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        fired_at = _parse_fired_at(d.pop("fired_at"))

        def _parse_acknowledged_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                acknowledged_at_type_0 = datetime.datetime.fromisoformat(data)

                return acknowledged_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        acknowledged_at = _parse_acknowledged_at(d.pop("acknowledged_at"))

        def _parse_acknowledged_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acknowledged_by = _parse_acknowledged_by(d.pop("acknowledged_by"))

        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        def _parse_resolved_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resolved_by = _parse_resolved_by(d.pop("resolved_by"))

        def _parse_silenced_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                silenced_until_type_0 = datetime.datetime.fromisoformat(data)

                return silenced_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        silenced_until = _parse_silenced_until(d.pop("silenced_until"))

        def _parse_publication_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        publication_id = _parse_publication_id(d.pop("publication_id"))

        evidence = IncidentEvidence.from_dict(d.pop("evidence"))

        channels = cast(list[str], d.pop("channels"))

        playbooks = cast(list[str], d.pop("playbooks"))

        def _parse_renotify_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        renotify_seconds = _parse_renotify_seconds(d.pop("renotify_seconds"))

        def _parse_label(
            data: object,
        ) -> IncidentLabelType1 | IncidentLabelType2Type1 | IncidentLabelType3Type1 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                label_type_1 = check_incident_label_type_1(data)

                return label_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                label_type_2_type_1 = check_incident_label_type_2_type_1(data)

                return label_type_2_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                label_type_3_type_1 = check_incident_label_type_3_type_1(data)

                return label_type_3_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IncidentLabelType1 | IncidentLabelType2Type1 | IncidentLabelType3Type1 | None, data)

        label = _parse_label(d.pop("label"))

        links = IncidentLinks.from_dict(d.pop("links"))

        incident = cls(
            incident_id=incident_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            rule_id=rule_id,
            slice_=slice_,
            state=state,
            severity=severity,
            title=title,
            grain=grain,
            first_period_start=first_period_start,
            last_period_start=last_period_start,
            opened_at=opened_at,
            fired_at=fired_at,
            acknowledged_at=acknowledged_at,
            acknowledged_by=acknowledged_by,
            resolved_at=resolved_at,
            resolved_by=resolved_by,
            silenced_until=silenced_until,
            publication_id=publication_id,
            evidence=evidence,
            channels=channels,
            playbooks=playbooks,
            renotify_seconds=renotify_seconds,
            label=label,
            links=links,
        )

        return incident
