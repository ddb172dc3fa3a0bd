"""Whether documents fit each other and themselves: names that lead somewhere, sources that can be read."""

import codecs
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from core.bounds import insist_on_time
from core.suggestions import near
from schemas.alerting.rules import rule_ids, rule_problems
from schemas.documents.belonging import domains_of, folded
from schemas.documents.documents import Catalog, Direction, Domain, Metric, Objective, Source
from schemas.documents.key_results import key_result_problems
from schemas.documents.problems import Problem, Severity

_MAX_SUGGESTIONS = 50


def check_references(catalog: Catalog, also_known: Collection[tuple[str, str]] = ()) -> list[Problem]:
    """Every problem between documents; `also_known` are (kind, id) that exist outside `catalog`.

    Names that lead nowhere are warnings, for documents come and go one by one; what cannot be computed or
    read is an error.
    """
    names = _Names(catalog, also_known)
    found = {
        "source": [each for source in catalog.sources.values() for each in _source(source)],
        "domain": [each for domain in catalog.domains.values() for each in _domain(domain, names)],
        "objective": [each for one in catalog.objectives.values() for each in _objective(one, names)],
        "metric": [each for metric in _in_time(catalog.metrics) for each in _metric(metric, names)],
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
        other: dict[str, set[str]] = {kind: set() for kind in ("source", "domain", "objective", "metric")}
        for kind, document_id in also_known:
            other[kind].add(document_id)
        self.documents = catalog.metrics
        self.metrics = {*catalog.metrics, *other["metric"]}
        self.objectives = {*catalog.objectives, *other["objective"]}
        self.domains = {*catalog.domains, *other["domain"], *(each.name for each in catalog.domains.values())}
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
        return f"; did you mean {close[0]!r}?" if close else ""


def _source(source: Source) -> Iterator[Problem]:
    wrong = partial(_problem, source.source_id, "error")
    if source.event is None and source.event_column is None:
        yield wrong("event", "expected `event`, or `event_column` where a column names the event")
    if source.event is not None and source.event_column is not None:
        yield wrong("event_column", "`event` and `event_column` are both given; keep one")
    yield from _origin_of_rows(source)
    if not _is_zone(source.timestamp.timezone):
        message = f"{source.timestamp.timezone!r} is not an IANA time zone such as America/New_York"
        yield wrong("timestamp.timezone", message)
    yield from _reading(source)
    for name in source.ranges:
        if name not in source.fields:
            yield wrong(f"ranges.{name}", f"the range is for {name!r}, which `fields` does not map")
    bounds = {"expected_rows": source.expected_rows}
    bounds |= {f"ranges.{name}": each for name, each in source.ranges.items()}
    for path, each in bounds.items():
        if each.min is not None and each.max is not None and each.min > each.max:
            yield wrong(path, "`min` is greater than `max`")


def _origin_of_rows(source: Source) -> Iterator[Problem]:
    wrong = partial(_problem, source.source_id, "error")
    if source.format != "sql":
        if source.path is None:
            yield wrong("path", f"a source of format {source.format} needs a path, such as 'logins/*.csv'")
        return
    for name in ("connection", "query"):
        if getattr(source, name) is None:
            yield wrong(name, f"a source of format sql needs a {name}")
    if source.query is not None and ":cursor" in source.query and source.cursor is None:
        yield wrong("cursor", "the query uses :cursor, so `cursor` must name the column it comes from")


_MARKS = {
    "delimiter",
    "quote",
    "decimal",
    "thousands",
    "skip_rows",
    "skip_footer",
    "encoding",
    "records",
    "sheet",
}
_READ_BY: dict[str, set[str]] = {
    "csv": _MARKS - {"records", "sheet"},
    # their numbers are numbers, and have a mark of their own
    "jsonl": {"encoding", "records"},
    "json": {"encoding", "records"},
    "xlsx": {"sheet", "skip_rows", "skip_footer"},
    "sql": set(),
    "parquet": {"decimal", "thousands"},
}


def _reading(source: Source) -> Iterator[Problem]:
    """Whether what the source says of its files can be meant."""
    wrong = partial(_problem, source.source_id, "error")
    for name in sorted(_MARKS - _READ_BY[source.format]):
        if getattr(source, name) != Source.model_fields[name].default:
            yield wrong(name, f"a source of format {source.format} has no use for `{name}`")
    if source.encoding is not None and not _is_encoding(source.encoding):
        yield wrong("encoding", f"{source.encoding!r} is no text encoding such as utf-8, utf-16 or cp1252")
    if source.thousands == source.decimal:
        yield wrong("thousands", f"`decimal` is {source.decimal!r} too; one of them must be another")
    if source.thousands is not None and (source.thousands.isalnum() or source.thousands in "+-"):
        yield wrong("thousands", f"{source.thousands!r} cannot stand between digits, as . , ' or a space can")
    marks = [mark for mark in (source.delimiter, source.quote) if mark is not None]
    if len(set(marks)) < len(marks) or set(marks) & {"\n", "\r"}:
        yield wrong("delimiter", "`delimiter` and `quote` must be two characters, and no line ends")
    if isinstance(source.null_values, dict):
        mapped = {source.timestamp.column, source.event_column, *source.unique_key}
        mapped |= {*source.dimensions.values(), *source.fields.values()}
        for column in source.null_values:
            if column not in mapped:
                yield wrong(f"null_values.{column}", f"no part of the source reads a column {column!r}")


def _is_encoding(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)._is_text_encoding)  # noqa: SLF001  # what str.encode itself asks
    except (LookupError, ValueError):
        return False


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


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
        yield _problem(name, "error", "timeframe.end", message)
    if objective.key_results and not sum(result.weight for result in objective.key_results):
        message = "the weights of the key results add up to 0; at least one must be greater"
        yield _problem(name, "error", "key_results", message)
    for kr_id in _repeated(result.kr_id for result in objective.key_results):
        yield _problem(name, "error", "key_results", f"two key results are called {kr_id!r}")
    for index, result in enumerate(objective.key_results):
        path = f"key_results[{index}]"
        yield from names.unknown("metric", names.metrics, result.metric_ids, name, f"{path}.metric_ids[{{}}]")
        yield from key_result_problems(result, names.documents, name, path)
    for rule_id in _repeated(rule_ids(objective.alert_rules)):
        yield _problem(name, "error", "alert_rules", f"two alert rules are called {rule_id!r}")
    yield from rule_problems(objective)


def _metric(metric: Metric, names: _Names) -> Iterator[Problem]:
    name = metric.metric_id
    yield from _business_domain(metric, name, names)
    yield from _dimensions(metric)
    yield from _thresholds(metric)
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
        yield _problem(name, "error", "targets_and_alerts.alert_rules", message)
    yield from rule_problems(metric)


def _dimensions(metric: Metric) -> Iterator[Problem]:
    declared = [dimension.name for dimension in metric.dimensions]
    for repeated in _repeated(declared):
        yield _problem(
            metric.metric_id, "error", "dimensions", f"the dimension {repeated!r} is declared twice"
        )
    for index, names in enumerate(metric.breakdowns):
        path = f"breakdowns[{index}]"
        for repeated in _repeated(names):
            yield _problem(metric.metric_id, "error", path, f"the breakdown names {repeated!r} twice")
        for name in dict.fromkeys(names):
            if name not in declared:
                message = f"the breakdown names {name!r}, which `dimensions` does not declare"
                yield _problem(metric.metric_id, "error", path, message)


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
        yield _problem(
            metric.metric_id, "warning", "targets_and_alerts.critical_threshold", f"{message} {warning:g}"
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
            yield _problem(metric.metric_id, "error", "short_name", message)
        elif metric.short_name in catalog.metrics and metric.short_name != metric.metric_id:
            message = f"the short name {metric.short_name!r} is the id of another metric"
            yield _problem(metric.metric_id, "error", "short_name", message)


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
        yield _problem(last.domain_id, "warning", path, f"{message}; {meant}")


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _problem(document_id: str, severity: Severity, path: str, message: str) -> Problem:
    return Problem(message, severity, document_id=document_id, path=path)
