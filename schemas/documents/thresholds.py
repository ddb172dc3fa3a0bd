"""When a value is worth a warning: a metric's thresholds and the side on which they are breached."""

from dataclasses import dataclass

from schemas.documents.documents import Direction, Metric, Targets
from schemas.rounding import less


@dataclass(frozen=True)
class Thresholds:
    """Bounds of the status; `sign` is 1 where lower is worse and -1 where higher is."""

    sign: int = 1
    warning: float | None = None
    critical: float | None = None

    def status(self, value: float | None) -> str:
        """Judge a value, equal within rounding being equal: ok, warning, critical, or no_data where there is none."""
        if value is None:
            return "no_data"
        if self.critical is not None and less(self.sign * value, self.sign * self.critical):
            return "critical"
        if self.warning is not None and less(self.sign * value, self.sign * self.warning):
            return "warning"
        return "ok"


def thresholds_of(metric: Metric) -> Thresholds:
    """Thresholds with their side; without a declared direction the thresholds and the target tell it."""
    targets = metric.targets_and_alerts
    direction = metric.definition.expected_direction
    if direction is Direction.INCREASE:
        sign = 1
    elif direction is Direction.DECREASE:
        sign = -1
    else:
        sign = _implied_sign(targets)
    return Thresholds(sign, targets.warning_threshold, targets.critical_threshold)


def _implied_sign(targets: Targets) -> int:
    """-1 where the numbers descend from critical over warning to target, which means that higher is worse."""
    named = (targets.critical_threshold, targets.warning_threshold, targets.target_value)
    ladder = [bound for bound in named if bound is not None]
    return -1 if len(ladder) > 1 and ladder[0] > ladder[-1] else 1
