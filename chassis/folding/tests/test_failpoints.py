"""The failpoints: each is in the code once, and none does anything unless it is armed."""

import ast
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.folding import failpoints
from chassis.folding.failpoints import NAMES, NATIONAL_NAMES, Failpoint

ROOT = Path(failpoints.__file__).parents[2]
PACKAGES = ("chassis", "services")


def passed() -> Iterator[str]:
    """The name at each call in the code of the engine, and of the services that fold."""
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        code = path.read_text()
        if "tests" in path.parts or "failpoint" not in code:
            continue
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "failpoint":
                yield ast.literal_eval(node.args[0])


def test_each_name_stands_at_one_place_and_none_is_forgotten() -> None:
    assert Counter(passed()) == Counter(NAMES + NATIONAL_NAMES)


class DiedError(Exception):
    """What ends the process ends these passings."""


def passings(monkeypatch: pytest.MonkeyPatch, armed: Failpoint | None, *names: str) -> int:
    """How many of these passings were survived."""

    def die(code: int) -> None:
        raise DiedError(code)

    monkeypatch.setattr(failpoints, "_armed", armed)
    monkeypatch.setattr(os, "_exit", die)
    for survived, name in enumerate(names):
        try:
            failpoints.failpoint(name)
        except DiedError:
            return survived
    return len(names)


def test_it_ends_the_process_at_the_passing_that_was_named_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    way = ("after-lock", "after-mark-published", "after-lock", "after-lock")

    assert passings(monkeypatch, Failpoint("after-lock:1"), *way) == 0
    assert passings(monkeypatch, Failpoint("after-lock:2"), *way) == 2
    assert passings(monkeypatch, Failpoint("after-lock:4"), *way) == 4
    assert passings(monkeypatch, None, *way) == 4


@pytest.mark.parametrize("setting", ["after-lunch:1", "after-lock", "after-lock:0", "after-lock:x"])
def test_a_setting_that_names_none_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="must be name:nth"):
        Failpoint(setting)
