"""The national picture for Prometheus: worked out when it is scraped, and not too often.

Nothing is shown before the picture is whole, as half of it would look like a fall. Values are
floats, as Prometheus has no others; exact figures are those of the API.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from chassis.clock import start_of
from contracts import metrics
from contracts.metrics import Metric
from services.export_metrics.picture.figures import NationalFigures
from services.export_metrics.picture.national import NationalPicture
from services.export_metrics.picture.triggers import RiskTriggers

YEARS = 3
PARTNERS = 10
PRODUCT_GROUPS = 20
OTHER = "other"
LEAST_PAUSE_SECONDS = 5.0
LEAST_PAUSE_BY_COST = 20
"""The pause lasts so many times as long as the work, which then takes 5 % of the time at most."""

NotReady = Callable[[], list[str]]
Values = dict[tuple[str, str], int]
"""By year and name, in centimes."""


def bounded(values: Mapping[tuple[str, str], int], names: int) -> Values:
    """The latest YEARS, and in each the same `names` largest of them all; the rest is OTHER."""
    years = sorted({year for year, _ in values})[-YEARS:]
    shown = {key: value for key, value in values.items() if key[0] in years}
    totals: Counter[str] = Counter()
    for (_, name), value in shown.items():
        totals[name] += value
    largest = set(sorted(totals, key=lambda name: (-totals[name], name))[:names])
    result: Values = {}
    for (year, name), value in sorted(shown.items()):
        key = (year, name if name in largest else OTHER)
        result[key] = result.get(key, 0) + value
    return result


class PictureCollector(Collector):
    """Gives what is known nationally; while that is not whole, no samples."""

    def __init__(
        self,
        figures: NationalFigures,
        triggers: RiskTriggers,
        nation: NationalPicture,
        figures_not_ready: NotReady,
        triggers_not_ready: NotReady,
        nation_not_ready: NotReady,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._figures = figures
        self._triggers = triggers
        self._nation = nation
        self._figures_not_ready = figures_not_ready
        self._triggers_not_ready = triggers_not_ready
        self._nation_not_ready = nation_not_ready
        self._monotonic = monotonic
        self._families: list[GaugeMetricFamily] = []
        self._next = monotonic()

    def describe(self) -> list[GaugeMetricFamily]:
        """The names, for the registry to find out whether another collector has them."""
        shown = (
            metrics.EXPORTS_FOB,
            metrics.EXPORTS_FOB_PARTNER,
            metrics.EXPORTS_CLOSED,
            metrics.NATIONAL_CLOSED,
            metrics.RISK_TRIGGERS,
        )
        return [_family(metric) for metric in shown]

    def collect(self) -> list[GaugeMetricFamily]:
        started = self._monotonic()
        if started >= self._next:
            self._families = [*self._of_figures(), *self._of_triggers(), *self._of_nation()]
            done = self._monotonic()
            self._next = done + max(LEAST_PAUSE_SECONDS, LEAST_PAUSE_BY_COST * (done - started))
        return self._families

    def _of_figures(self) -> Iterator[GaugeMetricFamily]:
        if self._figures_not_ready():
            return
        yield self._fob(metrics.EXPORTS_FOB, "product_group", PRODUCT_GROUPS)
        yield self._fob(metrics.EXPORTS_FOB_PARTNER, "partner", PARTNERS)
        if (through := self._figures.closings.through()) is not None:
            closed = _family(metrics.EXPORTS_CLOSED)
            closed.add_metric((), _end_of(through))
            yield closed

    def _fob(self, metric: Metric, dimension: str, names: int) -> GaugeMetricFamily:
        by_year: Counter[tuple[str, str]] = Counter()
        for (month, name), sums in self._figures.ask(("month", dimension), {}).groups:
            by_year[str(month)[:4], str(name)] += sums.fob
        family = _family(metric)
        for key, centimes in bounded(by_year, names).items():
            family.add_metric(key, centimes / 100)
        return family

    def _of_triggers(self) -> Iterator[GaugeMetricFamily]:
        if self._triggers_not_ready():
            return
        family = _family(metrics.RISK_TRIGGERS)
        counts = Counter((t.rule, str(t.state)) for t in self._triggers.select("all"))
        for (rule, state), number in sorted(counts.items()):
            family.add_metric((rule, state), number)
        yield family

    def _of_nation(self) -> Iterator[GaugeMetricFamily]:
        if self._nation_not_ready():
            return
        family = _family(metrics.NATIONAL_CLOSED)
        for subject, through in sorted(self._nation.decided().items()):
            family.add_metric((subject,), _end_of(through))
        yield family


@contextmanager
def exposed(collector: PictureCollector) -> Iterator[None]:
    """Inside the block the collector is asked at each scrape."""
    REGISTRY.register(collector)
    try:
        yield
    finally:
        REGISTRY.unregister(collector)


def _end_of(day: date) -> float:
    return start_of(day + timedelta(days=1)).timestamp()


def _family(metric: Metric) -> GaugeMetricFamily:
    return GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
