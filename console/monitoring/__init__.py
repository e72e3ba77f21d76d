"""The Grafana dashboards, generated: `python -m console.monitoring [--check]`.

A metric is named by its object in contracts.metrics, so that a dashboard cannot name one that there
is not. The JSON is written by small helpers: the maker's own library is in alpha, and its version
numbers sort the oldest Grafana last.
"""
