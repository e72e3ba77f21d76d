"""The same for programs: amounts are decimal strings, and nothing is cut short."""

from typing import Any

from console.differing.amounts import Measure, plain
from console.differing.episodes import Episode
from console.differing.report import Report, Sum, Sums


def as_json(report: Report) -> dict[str, Any]:
    """The whole report."""
    return {
        "a": report.a,
        "b": report.b,
        "equal": report.equal,
        "verdict": report.verdict(),
        "notes": report.notes,
        "records": report.records,
        "triggers": None if report.pairs is None else _triggers(report),
        "figures": {
            "contributions": report.figures.compared,
            "differing": report.figures.differing,
            "cells": [
                {
                    "cell": list(each.cell),
                    "measure": each.measure,
                    "a": plain(each.a, Measure.of(each.measure).decimals),
                    "b": plain(each.b, Measure.of(each.measure).decimals),
                }
                for each in report.figures.cells()
            ],
        },
    }


def _triggers(report: Report) -> dict[str, Any]:
    return {
        "compared": "standing" if report.standing else "constituted",
        "total": _sums(report.total()),
        "stand": _sums(report.stand()),
        "by_month": [
            {"rule": rule, "month": month} | _sums(sums)
            for (rule, month), sums in report.by_month().items()
        ],
        "by_difference": {change.value: _sums(sums) for change, sums in report.by_change().items()},
        "differing": [
            {"difference": pair.change.value}
            | pair.matter._asdict()
            | {"a": _episode(pair.a), "b": _episode(pair.b)}
            for pair in report.changed
        ],
    }


def _sums(sums: Sums) -> dict[str, Any]:
    return {"a": _sum(sums.a), "b": _sum(sums.b)}


def _sum(of: Sum) -> dict[str, Any]:
    return {"count": of.triggers, "exposed_mad": plain(of.exposed)}


def _episode(episode: Episode | None) -> dict[str, Any] | None:
    if episode is None:
        return None
    return {
        "constituted_on": episode.constituted_on.isoformat(),
        "exposed_mad": plain(episode.exposed),
        "rule_version": episode.rule_version,
        "ended_on": episode.ended_on and episode.ended_on.isoformat(),
        "ended": episode.ended or None,
    }
