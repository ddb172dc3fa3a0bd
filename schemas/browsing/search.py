"""Finding whatever has a name: the nearest to what was typed first."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.suggestions import near
from schemas.documents.documents import AlertRule, Catalog, Objective, OkrAlertRule

MOST = 50
_WORD = re.compile(r"[\w%]+")
# how near a hit is, from exactly what was typed to a description that holds it
_EXACT, _PREFIX, _WORDS, _HELD, _LABEL, _TEXT, _NEAR = range(7)


@dataclass(frozen=True)
class Entry:
    """One thing that can be found.

    kind: that of a document, `key_result` as `<objective>/<key result>`, `alert_rule` as `<kind>:<document>/<rule>`,
        or of what somebody else adds, such as pages.
    labels: tags and owners. text: a description.
    """

    kind: str
    entry_id: str
    name: str
    labels: tuple[str, ...] = ()
    text: str = ""

    @cached_property
    def _folded(self) -> tuple[str, ...]:
        return tuple(each.casefold() for each in (self.entry_id, self.name) if each)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return tuple(word for each in self._folded for word in _WORD.findall(each.replace("_", " ")))

    @cached_property
    def _labels(self) -> str:
        return "\n".join(self.labels).casefold()

    @cached_property
    def _text(self) -> str:
        return self.text.casefold()

    def nearness(self, typed: str, words: Sequence[str]) -> int | None:
        """How near it is to what was typed, both with case folded; None where it has a word less."""
        if typed in self._folded:
            return _EXACT
        if any(each.startswith(typed) for each in self._folded):
            return _PREFIX
        if all(any(mine.startswith(word) for mine in self._words) for word in words):
            return _WORDS
        if all(any(word in each for each in self._folded) for word in words):
            return _HELD
        everything = (*self._folded, self._labels)
        if all(any(word in each for each in everything) for word in words):
            return _LABEL
        return _TEXT if all(word in self._text or word in "\n".join(everything) for word in words) else None


def search(entries: Sequence[Entry], typed: str, most: int = MOST) -> list[Entry]:
    """What fits what was typed, the nearest first; where nothing does, what is spelled like it.

    Args:
        entries: all there is.
        typed: every word of it must be found somewhere in an entry; any character stands for itself.
        most: as many at most.
    """
    folded = " ".join(typed.casefold().split())
    words = folded.split()
    if not words:
        return []
    ranked = [(each.nearness(folded, words), each) for each in entries]
    found = [(rank, each) for rank, each in ranked if rank is not None]
    if not found:
        found = [(_NEAR, each) for each in _like(entries, typed)]
    found.sort(key=lambda hit: (hit[0], len(hit[1].name), hit[1].name))
    return [each for _, each in found[:most]]


def entries_of(catalog: Catalog) -> Iterator[Entry]:
    """Whatever of a catalog can be found: documents, key results and the alert rules that documents declare."""
    for metric in catalog.metrics.values():
        owned = metric.governance
        people = (owned.owner_team, owned.technical_owner, owned.business_owner, metric.business_domain)
        labels = tuple(filter(None, (*metric.tags, metric.short_name, *people)))
        yield Entry("metric", metric.metric_id, metric.name, labels, metric.description or "")
        yield from _rules("metric", metric.metric_id, metric.targets_and_alerts.alert_rules)
    for objective in catalog.objectives.values():
        yield from _of_objective(objective)
    for domain in catalog.domains.values():
        labels = tuple(filter(None, (domain.owner_team, domain.contact_email)))
        yield Entry("domain", domain.domain_id, domain.name, labels, domain.description or "")
    for source in catalog.sources.values():
        labels = tuple(filter(None, (source.event, source.owner_team, source.format)))
        yield Entry("source", source.source_id, source.source_id, labels, source.path or "")
    for report in catalog.reports.values():
        labels = tuple(filter(None, (report.owner_team, report.audience.team)))
        yield Entry("report", report.report_id, report.name, labels, report.description or "")


def _of_objective(objective: Objective) -> Iterator[Entry]:
    labels = tuple(filter(None, (objective.owner_team, objective.business_domain)))
    yield Entry("objective", objective.objective_id, objective.name, labels, objective.description or "")
    for result in objective.key_results:
        key = f"{objective.objective_id}/{result.kr_id}"
        yield Entry("key_result", key, result.name, (objective.name,), result.description or "")
    yield from _rules("objective", objective.objective_id, objective.alert_rules)


def _rules(kind: str, document_id: str, rules: Iterable[AlertRule | OkrAlertRule]) -> Iterator[Entry]:
    for place, rule in enumerate(rules):
        name = rule.description or rule.condition
        rule_id = rule.rule_id or str(place + 1)
        yield Entry("alert_rule", f"{kind}:{document_id}/{rule_id}", name, (document_id,), rule.condition)


def _like(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """Entries whose id or name is spelled like what was typed."""
    names: dict[str, list[Entry]] = {}
    for each in entries:
        for name in dict.fromkeys((each.entry_id, each.name)):
            names.setdefault(name, []).append(each)
    found = (each for name in near(typed.strip(), names, 5) for each in names[name])
    return list(dict.fromkeys(found))
