"""Which words of a PromQL expression are no metric or label of the contract."""

import re
from collections.abc import Iterator

from contracts.metrics import METRICS, Kind

TARGET_LABELS = frozenset({"instance", "job"})
"""What Prometheus adds to whatever it scrapes."""
OTHERS = {"up": TARGET_LABELS, "ALERTS": frozenset({"alertname", "alertstate", "severity"})}
"""Metrics of Prometheus itself, with the labels of theirs that are used."""

_TEXT = re.compile(r'"[^"]*"')
_SELECTOR = re.compile(r"\b([a-zA-Z_]\w*)\{([^}]*)\}")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_NAME = re.compile(r"\b(zarbia_\w+|up|ALERTS)\b")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")


def _known() -> dict[str, frozenset[str]]:
    """The labels of every series by its name, as they stand in the contract."""
    known = dict(OTHERS)
    for metric in METRICS:
        labels = TARGET_LABELS.union(metric.labels)
        if metric.kind is Kind.HISTOGRAM:
            known[f"{metric.name}_bucket"] = labels | {"le"}
            known[f"{metric.name}_count"] = known[f"{metric.name}_sum"] = labels
        else:
            known[metric.name] = labels
    return known


KNOWN = _known()


def metrics_of(expr: str) -> set[str]:
    """The names of the series that an expression asks for."""
    return set(_NAME.findall(_TEXT.sub('""', expr)))


def unknown_words(expr: str, *shown: str) -> list[str]:
    """The names and labels that no metric has; `shown` are labels that a legend or text uses."""
    return list(_unknown(_TEXT.sub('""', expr), shown))


def _unknown(expr: str, shown: tuple[str, ...]) -> Iterator[str]:
    names = set(_NAME.findall(expr))
    yield from sorted(names - KNOWN.keys())
    for name, matchers in _SELECTOR.findall(expr):
        for label in _MATCHER.findall(matchers):
            if label not in KNOWN.get(name, ()):
                yield f"{name}{{{label}}}"
    labels = frozenset[str]().union(*(KNOWN.get(name, frozenset()) for name in names))
    groupings = [label for group in _GROUPING.findall(expr) for label in re.findall(r"\w+", group)]
    for label in (*groupings, *shown):
        if label not in labels:
            yield label
