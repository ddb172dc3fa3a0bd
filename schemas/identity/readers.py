"""Who may read which numbers: one table of rules, for the API, pages, messages, and the policies made of the catalog.

Definitions are readable for everyone; this is about values, and about what is made of them.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from schemas.identity.roles import Role


class Readership(StrEnum):
    """Who may read a metric; its owners and administrators always may."""

    EVERYONE = "everyone"
    EDITORS = "editors"
    OWNERS = "owners"


READERSHIPS: Mapping[str | None, Readership] = {
    None: Readership.EVERYONE,
    "public": Readership.EVERYONE,
    "internal": Readership.EVERYONE,
    "confidential": Readership.EDITORS,
}
"""By data_classification in lower case; every other word, and personal data under any word, is for owners."""

LEAST_ROLES: Mapping[Readership, Role] = {Readership.EVERYONE: Role.VIEWER, Readership.EDITORS: Role.EDITOR}
"""The least role of a reader who owns nothing; of what only owners read there is none."""


@dataclass(frozen=True)
class MetricAccess:
    """What the catalog says of a metric that decides who may read it.

    owners: whatever it calls owner; a team of that name owns the metric. people: the technical and the business owner;
    a user of that name owns it as well. The owning team is not among them: users may be allowed to choose their name.
    """

    classification: str | None = None
    is_personal: bool = False
    owners: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @classmethod
    def of(cls, governance: Mapping[str, object]) -> "MetricAccess":
        """What the governance of a metric's document says."""
        declared = governance.get("data_classification")
        people = _named(governance.get("technical_owner"), governance.get("business_owner"))
        return cls(
            classification=str(declared) if declared else None,
            is_personal=bool(governance.get("pii_involved")),
            owners=people | _named(governance.get("owner_team")),
            people=people,
        )

    @property
    def readership(self) -> Readership:
        """Who may read it, as the table says."""
        word = self.classification.strip().lower() if self.classification else None
        return Readership.OWNERS if self.is_personal else READERSHIPS.get(word, Readership.OWNERS)

    @property
    def reason(self) -> str:
        """Why not everyone may read it, and whom to ask."""
        what = "personal data" if self.is_personal else f"classified as {self.classification}"
        who = ("editors, " if self.readership is Readership.EDITORS else "") + "its owners and administrators"
        asked = ", ".join(sorted(self.owners)) or "an administrator"
        return f"{what}: {who} may read its numbers; ask {asked}"


@dataclass(frozen=True)
class CatalogAccess:
    """What the stored catalog says of all its metrics, those that were deleted included.

    key_results: the metrics behind each, by `<objective>/<key result>`. objectives: those behind all their key results.
    """

    metrics: Mapping[str, MetricAccess]
    key_results: Mapping[str, Collection[str]] = field(default_factory=dict)
    objectives: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """Who reads, and what the catalog says of its metrics; every read model that returns numbers takes one.

    Without `catalog`, only an administrator sees anything. What the catalog never knew is read by those who may read
    all that it knows.
    """

    name: str
    team: str | None
    role: Role
    catalog: CatalogAccess | None = field(default=None, repr=False, compare=False)

    def sees(self, metric_id: str) -> bool:
        """Whether the metric's numbers may be shown."""
        if self.catalog is None:
            return self.role is Role.ADMIN
        return metric_id not in self.hidden and (metric_id in self.catalog.metrics or self.sees_all)

    def sees_key_result(self, objective_id: str, kr_id: str, metric_id: str | None = None) -> bool:
        """Whether a key result's numbers may be shown: those of all its metrics, and of the one it was scored by."""
        known = self.catalog.key_results.get(f"{objective_id}/{kr_id}") if self.catalog else None
        scored_by = [metric_id] if metric_id else None
        return self._sees_each(scored_by if known is None else [*known, *(scored_by or ())])

    def sees_objective(self, objective_id: str) -> bool:
        """Whether an objective's numbers may be shown: they are made of those of its key results."""
        return self._sees_each(self.catalog.objectives.get(objective_id) if self.catalog else None)

    def sees_subject(self, kind: str, subject_id: str) -> bool:
        """Whether the numbers of what an incident or a rule is about may be shown; those of no metric always may."""
        if kind == "metric":
            return self.sees(subject_id)
        if kind == "objective":
            return self.sees_objective(subject_id)
        objective_id, _, kr_id = subject_id.partition("/")
        return kind != "key_result" or self.sees_key_result(objective_id, kr_id)

    def why_not(self, metric_id: str) -> str:
        """Why the metric's numbers may not be shown, and whom to ask."""
        known = self.catalog.metrics.get(metric_id) if self.catalog else None
        return f"{metric_id} is {known.reason if known else 'not in the catalog; ask an administrator'}"

    def why_not_subject(self, kind: str, subject_id: str) -> str:
        """As `why_not`, of what is not to be seen by `sees_subject`."""
        if kind == "metric" or self.catalog is None:
            return self.why_not(subject_id)
        made = self.catalog.objectives if kind == "objective" else self.catalog.key_results
        linked = made.get(subject_id, ())
        reasons = (self.why_not(each) for each in sorted(linked) if not self.sees(each))
        return f"{kind.replace('_', ' ')} {subject_id} is made of what not everyone may read: {'; '.join(reasons)}"

    @property
    def owns_by_name(self) -> bool:
        """Whether the catalog calls an owner as this reader is called."""
        return any(
            self.name in each.people for each in (self.catalog.metrics if self.catalog else {}).values()
        )

    @property
    def sees_all(self) -> bool:
        """Whether nothing is kept from this reader."""
        return self.role is Role.ADMIN or (self.catalog is not None and not self.hidden)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Metrics of the catalog whose numbers may not be shown."""
        metrics = self.catalog.metrics if self.catalog else {}
        return frozenset(name for name, metric in metrics.items() if not may_read(self, metric))

    @cached_property
    def hidden_key_results(self) -> frozenset[str]:
        """Key results, as `<objective>/<key result>`, that are made of such metrics."""
        return self._made_of_hidden(self.catalog.key_results if self.catalog else {})

    @cached_property
    def hidden_objectives(self) -> frozenset[str]:
        """Objectives that are made of such metrics."""
        return self._made_of_hidden(self.catalog.objectives if self.catalog else {})

    @cached_property
    def access_class(self) -> str:
        """Of readers who may be given the same answers: the role, and what may not be shown."""
        if not self.hidden:
            return self.role.value
        told = "\n".join([*sorted(self.hidden), "", *sorted(self.hidden_key_results)])
        return f"{self.role.value}.{hashlib.blake2b(told.encode(), digest_size=12).hexdigest()}"

    def _made_of_hidden(self, made: Mapping[str, Collection[str]]) -> frozenset[str]:
        return frozenset(name for name, metrics in made.items() if not self.hidden.isdisjoint(metrics))

    def _sees_each(self, metric_ids: Collection[str] | None) -> bool:
        return self.sees_all or (metric_ids is not None and all(self.sees(each) for each in metric_ids))


OPERATOR = Reader("operator", None, Role.ADMIN)
"""The command line, and what runs on its own: sees all."""


def may_read(reader: Reader, metric: MetricAccess) -> bool:
    """Whether the reader may be shown numbers of the metric."""
    if reader.role is Role.ADMIN or reader.team in metric.owners or reader.name in metric.people:
        return True
    least = LEAST_ROLES.get(metric.readership)
    return least is not None and reader.role.covers(least)


def _named(*owners: object) -> frozenset[str]:
    return frozenset(str(owner) for owner in owners if owner)
