"""Whether documents fit each other and themselves: names that lead somewhere, sources that can be read."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from core.bounds import insist_on_time
from core.suggestions import near
from schemas.alerting.rule import rule_ids
from schemas.alerting.rules import rule_problems
from schemas.catalog.source_checks import source_problems
from schemas.documents.belonging import domains_of, folded
from schemas.documents.documents import Catalog, Direction, Domain, Metric, Objective, Report
from schemas.documents.durations import retention_days
from schemas.documents.export import content
from schemas.documents.key_results import key_result_problems
from schemas.documents.kinds import MODELS
from schemas.documents.problems import Problem, problem_at
from schemas.documents.report_checks import report_problems
from schemas.identity.readers import MetricAccess, Reader, may_read
from schemas.identity.roles import Role

_MAX_SUGGESTIONS = 50


def check_references(catalog: Catalog, also_known: Collection[tuple[str, str]] = ()) -> list[Problem]:
    """Every problem between documents; `also_known` are (kind, id) that exist outside `catalog`.

    Names that lead nowhere are warnings, for documents come and go one by one; what cannot be computed or
    read is an error.
    """
    names = _Names(catalog, also_known)
    found = {
        "source": [each for source in catalog.sources.values() for each in source_problems(source)],
        "domain": [each for domain in catalog.domains.values() for each in _domain(domain, names)],
        "objective": [each for one in catalog.objectives.values() for each in _objective(one, names)],
        "metric": [each for metric in _in_time(catalog.metrics) for each in _metric(metric, names)],
        "report": [each for report in catalog.reports.values() for each in _report(report, names)],
    }
    found["metric"] += _short_names(catalog)
    found["domain"] += _domain_names(catalog)
    return [replace(problem, kind=kind) for kind, problems in found.items() for problem in problems]


def _in_time(metrics: Mapping[str, Metric]) -> Iterator[Metric]:
    for metric in metrics.values():
        insist_on_time()
        yield metric


class _Names:
    """What can be referred to, with a bounded number of suggestions for what cannot."""

    def __init__(self, catalog: Catalog, also_known: Collection[tuple[str, str]]) -> None:
        other: dict[str, set[str]] = {kind: set() for kind in MODELS}
        for kind, document_id in also_known:
            other[kind].add(document_id)
        self.documents = catalog.metrics
        self.metrics = {*catalog.metrics, *other["metric"]}
        self.objectives = {*catalog.objectives, *other["objective"]}
        self.domain_ids = {*catalog.domains, *other["domain"]}
        self._ids_by_name = {folded(each.name): each.domain_id for each in catalog.domains.values()}
        self.domains = {*self.domain_ids, *(each.name for each in catalog.domains.values())}
        self.folded_domains = {folded(name) for name in self.domains}
        self.okrs = {*self.objectives} | {
            result.kr_id for objective in catalog.objectives.values() for result in objective.key_results
        }
        self._suggestions_left = _MAX_SUGGESTIONS

    def unknown(
        self, kind: str, known: set[str], ids: Iterable[str], document_id: str, path: str
    ) -> Iterator[Problem]:
        """A warning for each id that leads nowhere; `path` may hold `{}` for the index."""
        for index, name in enumerate(ids):
            if name not in known:
                message = f"no {kind} is called {name!r}{self._suggestion(name, known)}"
                yield Problem(message, "warning", document_id=document_id, path=path.format(index))

    def _suggestion(self, name: str, known: set[str]) -> str:
        if self._suggestions_left <= 0:
            return ""
        self._suggestions_left -= 1
        close = near(name, known, 1)
        if known is self.domain_ids and folded(name) in self._ids_by_name:
            close = [self._ids_by_name[folded(name)]]
        return f"; did you mean {close[0]!r}?" if close else ""


def _domain(domain: Domain, names: _Names) -> Iterator[Problem]:
    yield from names.unknown(
        "objective", names.objectives, domain.objectives, domain.domain_id, "objectives[{}]"
    )
    yield from names.unknown("metric", names.metrics, domain.key_metrics, domain.domain_id, "key_metrics[{}]")


def _objective(objective: Objective, names: _Names) -> Iterator[Problem]:
    name = objective.objective_id
    yield from names.unknown("metric", names.metrics, objective.metric_ids, name, "metric_ids[{}]")
    yield from _business_domain(objective, name, names)
    timeframe = objective.timeframe
    if timeframe.start and timeframe.end and timeframe.end < timeframe.start:
        message = f"the timeframe ends on {timeframe.end}, before it starts on {timeframe.start}"
        yield problem_at(name, "error", "timeframe.end", message)
    if objective.key_results and not sum(result.weight for result in objective.key_results):
        message = "the weights of the key results add up to 0; at least one must be greater"
        yield problem_at(name, "error", "key_results", message)
    for kr_id in _repeated(result.kr_id for result in objective.key_results):
        yield problem_at(name, "error", "key_results", f"two key results are called {kr_id!r}")
    for index, result in enumerate(objective.key_results):
        path = f"key_results[{index}]"
        yield from names.unknown("metric", names.metrics, result.metric_ids, name, f"{path}.metric_ids[{{}}]")
        yield from key_result_problems(result, names.documents, name, path)
    for rule_id in _repeated(rule_ids(objective.alert_rules)):
        yield problem_at(name, "error", "alert_rules", f"two alert rules are called {rule_id!r}")
    yield from rule_problems(objective)


def _metric(metric: Metric, names: _Names) -> Iterator[Problem]:
    name = metric.metric_id
    yield from _business_domain(metric, name, names)
    yield from _dimensions(metric)
    yield from _thresholds(metric)
    yield from _retention(metric)
    alignment, relations = metric.alignment, metric.relationships
    references = (
        ("objective", names.objectives, alignment.primary_objective_ids, "alignment.primary_objective_ids"),
        ("objective or key result", names.okrs, alignment.related_okr_ids, "alignment.related_okr_ids"),
        ("metric", names.metrics, relations.upstream_metric_ids, "relationships.upstream_metric_ids"),
        ("metric", names.metrics, relations.downstream_metric_ids, "relationships.downstream_metric_ids"),
    )
    for kind, known, ids, path in references:
        yield from names.unknown(kind, known, ids, name, f"{path}[{{}}]")
    for rule_id in _repeated(rule_ids(metric.targets_and_alerts.alert_rules)):
        message = f"two alert rules are called {rule_id!r}"
        yield problem_at(name, "error", "targets_and_alerts.alert_rules", message)
    yield from rule_problems(metric)


def _report(report: Report, names: _Names) -> Iterator[Problem]:
    scope, name = report.scope, report.report_id
    yield from report_problems(report)
    for kind, known, ids in (
        ("domain", names.domain_ids, scope.domains),
        ("objective", names.objectives, scope.objectives),
        ("metric", names.metrics, scope.metrics),
    ):
        yield from names.unknown(kind, known, ids, name, f"scope.{kind}s[{{}}]")
        for repeated in _repeated(ids):
            yield problem_at(name, "warning", f"scope.{kind}s", f"the {kind} {repeated!r} is named twice")
    audience = Reader("", report.audience.team, Role(report.audience.role))
    for index, metric in enumerate(scope.metrics):
        document = names.documents.get(metric)
        access = MetricAccess.of(content(document.governance)) if document else MetricAccess()
        if not may_read(audience, access):
            message = (
                f"its audience may not read {metric}, which stands there without numbers: {access.reason}"
            )
            yield problem_at(name, "warning", f"scope.metrics[{index}]", message)


def _dimensions(metric: Metric) -> Iterator[Problem]:
    declared = [dimension.name for dimension in metric.dimensions]
    for repeated in _repeated(declared):
        yield problem_at(
            metric.metric_id, "error", "dimensions", f"the dimension {repeated!r} is declared twice"
        )
    for index, names in enumerate(metric.breakdowns):
        path = f"breakdowns[{index}]"
        for repeated in _repeated(names):
            yield problem_at(metric.metric_id, "error", path, f"the breakdown names {repeated!r} twice")
        for name in dict.fromkeys(names):
            if name not in declared:
                message = f"the breakdown names {name!r}, which `dimensions` does not declare"
                yield problem_at(metric.metric_id, "error", path, message)


def _thresholds(metric: Metric) -> Iterator[Problem]:
    """Where better is up, critical lies below warning; mirrored where better is down."""
    targets, direction = metric.targets_and_alerts, metric.definition.expected_direction
    warning, critical = targets.warning_threshold, targets.critical_threshold
    if warning is None or critical is None:
        return
    side = {Direction.INCREASE: critical > warning, Direction.DECREASE: critical < warning}
    if direction is not None and side.get(direction, False):
        message = (
            f"with direction {direction} the critical threshold {critical:g} is reached before the warning"
        )
        yield problem_at(
            metric.metric_id, "warning", "targets_and_alerts.critical_threshold", f"{message} {warning:g}"
        )


def _retention(metric: Metric) -> Iterator[Problem]:
    """Free text such as "as the law says" is legal; who wrote it is told that nothing follows from it."""
    declared = metric.data.data_retention
    if declared and declared.strip() and retention_days(declared) is None:
        message = f"{declared!r} is no number of days, weeks, months, quarters or years such as `24 months`"
        yield problem_at(
            metric.metric_id, "warning", "data.data_retention", f"{message}; read as: kept for ever"
        )


def _business_domain(document: Objective | Metric, document_id: str, names: _Names) -> Iterator[Problem]:
    said = document.business_domain
    if said is not None and folded(said) not in names.folded_domains:
        yield from names.unknown("domain", names.domains, [said], document_id, "business_domain")


def _short_names(catalog: Catalog) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for metric in catalog.metrics.values():
        if metric.short_name is None:
            continue
        other = owners.setdefault(metric.short_name, metric.metric_id)
        if other != metric.metric_id:
            message = f"the short name {metric.short_name!r} is taken by {other} already"
            yield problem_at(metric.metric_id, "error", "short_name", message)
        elif metric.short_name in catalog.metrics and metric.short_name != metric.metric_id:
            message = f"the short name {metric.short_name!r} is the id of another metric"
            yield problem_at(metric.metric_id, "error", "short_name", message)


def _domain_names(catalog: Catalog) -> Iterator[Problem]:
    """Ids and names of domains that other domains have too, with case folded; a text can mean one of them only."""
    owners: dict[str, list[str]] = {}
    for domain in catalog.domains.values():
        for text in dict.fromkeys(map(folded, (domain.domain_id, domain.name))):
            owners.setdefault(text, []).append(domain.domain_id)
    domains = domains_of(catalog)
    for text, ids in owners.items():
        if len(ids) == 1:
            continue
        last = catalog.domains[ids[-1]]
        path, said = ("name", last.name) if folded(last.name) == text else ("domain_id", last.domain_id)
        message = f"the {path.removeprefix('domain_')} {said!r} is also that of {', '.join(ids[:-1])}"
        meant = f"refer to these domains by id, {said!r} means {domains.named(said)}"
        yield problem_at(last.domain_id, "warning", path, f"{message}; {meant}")


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
