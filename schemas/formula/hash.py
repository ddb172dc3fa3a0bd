"""Fingerprints of definitions: equal hashes mean that what was published still stands."""

import hashlib
import json
from collections.abc import Iterable

from schemas.documents.documents import Definition, Metric
from schemas.formula.compiled import Compilation, CompiledMetric

ALGORITHM = 2  # raise it when the same definition comes to mean other numbers


def value_fingerprint(definition: Definition, compiled: CompiledMetric, references: Iterable[str]) -> str:
    """Hash of everything that affects a metric's value; `references` are those of the metrics it reads."""
    return _digest(
        ALGORITHM,
        compiled.expression.sql(),
        [part.sql() if part is not None else None for part in (compiled.numerator, compiled.denominator)],
        sorted(leaf.key for leaf in compiled.leaves),
        definition.window.model_dump(mode="json") if definition.window else None,
        definition.null_policy,
        list(references),
    )


def definition_hash(metric: Metric, compilation: Compilation, timezone: str) -> str:
    """Hash of everything that affects any published column of a metric, as 64 hexadecimal digits.

    Covers the value (formula as resolved, window, null policy, the metrics it reads), grains, slices,
    targets, thresholds, baseline, direction and the reporting time zone. The same in every process.
    """
    compiled = compilation.metrics.get(metric.metric_id)
    targets = metric.targets_and_alerts
    return _digest(
        compiled.fingerprint if compiled else metric.definition.model_dump(mode="json"),
        [grain.value for grain in metric.grains],
        metric.slice_sets,
        [targets.target_value, targets.warning_threshold, targets.critical_threshold],
        targets.comparison_baseline,
        metric.definition.expected_direction,
        timezone,
    )


def _digest(*parts: object) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
