"""Gauges that are read with each scrape, and so the same of every worker."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


class Family(NamedTuple):
    """A gauge with its numbers by the values of its labels."""

    name: str
    text: str
    labels: tuple[str, ...]
    numbers: Mapping[tuple[str, ...], float]

    def made(self) -> GaugeMetricFamily:
        """As Prometheus' library knows it."""
        family = GaugeMetricFamily(self.name, self.text, labels=self.labels)
        for values, number in self.numbers.items():
            family.add_metric(values, number)
        return family


class Scraped(Collector):
    """Families of what was found last; none before anything was."""

    def __init__(self, families: Callable[[], Iterable[Family]]) -> None:
        self._families = families

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics that docs/operations.md names."""
        for family in self._families():
            yield family.made()


def single(numbers: Mapping[str, float]) -> Mapping[tuple[str, ...], float]:
    """Numbers by the value of a family's only label."""
    return {(name,): number for name, number in numbers.items()}


def plain(name: str, text: str, number: float) -> Family:
    """A family of one number without labels."""
    return Family(name, text, (), {(): number})
