"""Which records to show: `--type`, `--not-type`, `--subject`, `--key`, `--where`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from console.tail.entry import Entry
from console.tail.errors import TailError


@dataclass(frozen=True, slots=True)
class Condition:
    """A path into the data and the text of the value that must stand there."""

    path: tuple[str, ...]
    value: str

    def holds(self, data: Any) -> bool:
        """Whether any value at the path is it; a list is looked through unless the path counts."""
        return any(scalar_text(found) == self.value for found in _at(data, self.path))


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown: of these types, not of those, subject and key that begin so, all conditions.

    What is empty asks for nothing.
    """

    types: Collection[str] = ()
    without: Collection[str] = ()
    subject: str = ""
    key: str = ""
    conditions: tuple[Condition, ...] = ()

    def takes(self, entry: Entry) -> bool:
        key = (entry.key or b"").decode(errors="backslashreplace")
        return (
            (not self.types or entry.type in self.types)
            and entry.type not in self.without
            and entry.subject.startswith(self.subject)
            and key.startswith(self.key)
            and all(condition.holds(entry.data) for condition in self.conditions)
        )


def parse_condition(text: str) -> Condition:
    """Read `goods.partner=US`, or the same with `data.` in front.

    Raises TailError for another form.
    """
    path, equals, value = text.partition("=")
    names = tuple(path.removeprefix("data.").split("."))
    if not equals or not all(names):
        raise TailError(f"{text} is not of the form data.path=value", "--where")
    return Condition(names, value)


def _at(data: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(data, list):
        if path and path[0].isdecimal():
            yield from _at_each(data[int(path[0]) : int(path[0]) + 1], path[1:])
        else:
            yield from _at_each(data, path)
    elif not path:
        yield data
    elif isinstance(data, dict) and path[0] in data:
        yield from _at(data[path[0]], path[1:])


def _at_each(items: list[Any], path: tuple[str, ...]) -> Iterator[Any]:
    for item in items:
        yield from _at(item, path)


def scalar_text(value: Any) -> str:
    """As it stands in JSON, a string without its quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)
