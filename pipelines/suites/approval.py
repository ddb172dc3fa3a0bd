"""What the verdicts on computed values lead to: what may be published, and which metrics are held back."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipelines.suites import SuiteVerdict
from pipelines.waiting_values import keep, load


def approve(workdir: Path, verdicts: Mapping[str, SuiteVerdict]) -> None:
    """Say what may be published, by the verdict of every check; without that nothing is, however a run is put together.

    A check that is wrong about some metrics holds these back, and those that are made of them; so does a formula that
    the engine could not compute.
    """
    found = load(workdir)
    if found is None:
        return
    broken = {name: verdict for name, verdict in verdicts.items() if verdict.broken}
    objections = tuple(name for name, verdict in broken.items() if not verdict.metrics)
    held = dict(found.computed.failed)
    for name, verdict in broken.items():
        for metric_id in verdict.metrics:
            held.setdefault(metric_id, name)
    compilation = found.current.compilation
    for metric_id in compilation.order:
        wrong = [other for other in compilation.metrics[metric_id].metric_refs if other in held]
        if wrong:
            held.setdefault(metric_id, f"made of {', '.join(wrong)}")
    keep(replace(found, is_approved=not objections, objections=objections, held_back=held), workdir)
