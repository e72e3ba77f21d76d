"""Records for a person: a line each, in columns, coloured by type."""

import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from chassis.clock import CASABLANCA
from console.tail.choice import scalar_text
from console.tail.entry import Entry
from console.tail.names import short_type
from contracts.catalogue import EVENTS
from contracts.topic import Topic
from contracts.topics import TOPICS

PALETTE = ("cyan", "green", "yellow", "magenta", "bright_blue", "bright_cyan", "bright_green")
QUIET = {"DayClosed", "PartitionClosed", "Cursor"}
"""Types that mark progress and say nothing of the programme."""

_TIME = len("2025-03-14 10:00:00")
_PLACE = len("offset@p")
_SUBJECT = 8
_ORDINAL = 3
_MARGIN = "  "
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PipeConsole(Console):
    """A console that says that its reader has gone, and leaves it to its owner what to do."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class TableView:
    """Writes entries of a topic to a console: cut at its width, or `whole` over several lines."""

    def __init__(self, console: Console, topic: Topic, *, whole: bool) -> None:
        self._console = console
        self._whole = whole or not console.is_terminal
        events = topic.events or EVENTS
        self._type = max(len(short_type(event.event_type())) for event in events)

    def head(self) -> None:
        """The names of the columns."""
        columns = self._aligned("recorded", "offset@p", "type", "subject", "no.")
        self._print(Text(_MARGIN.join([*columns, "data"]), style="bold"))

    def show(self, entry: Entry) -> None:
        """One entry: its line, and a line below for what is wrong with it."""
        time, place, type_name, subject, ordinal = self._aligned(
            f"{entry.recorded.astimezone(CASABLANCA):%Y-%m-%d %H:%M:%S}",
            f"{entry.offset}@{entry.partition}",
            clean(short_type(entry.type)) or "unreadable",
            _shortened(clean(entry.subject)),
            clean(entry.ordinal),
        )
        cells = [
            Text(f"{time}{_MARGIN}{place}", style="dim"),
            Text(type_name, style=_style(entry)),
            Text(subject),
            Text(ordinal, style="bold"),
            _data(entry),
        ]
        self._print(Text(_MARGIN).join(cells))
        if entry.problems or entry.error:
            reason = Text(f"    └ {clean(_reason(entry))}", style="red")
            self._console.print(reason, soft_wrap=True)

    def _aligned(
        self, time: str, place: str, type_name: str, subject: str, ordinal: str
    ) -> list[str]:
        return [
            time.ljust(_TIME),
            place.rjust(_PLACE),
            type_name.ljust(self._type),
            subject.ljust(_SUBJECT),
            ordinal.rjust(_ORDINAL),
        ]

    def _print(self, line: Text) -> None:
        if self._whole:
            self._console.print(line, soft_wrap=True)
        else:
            self._console.print(line, no_wrap=True, overflow="ellipsis")


def clean(text: str) -> str:
    """Text of strangers, so that it can neither move the cursor nor turn the line around."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def compact(data: Any, name: str = "") -> Text:
    """JSON in one line without its quotes: ``goods{partner=US lines[{price=4} {price=2}]}``."""
    match data:
        case dict():
            parts = [compact(value, str(key)) for key, value in data.items()]
            return _enclosed(name, "{", parts, "}")
        case list():
            return _enclosed(name, "[", [compact(value) for value in data], "]")
        case _:
            label = f"{clean(name)}=" if name else ""
            return Text.assemble((label, "dim"), clean(scalar_text(data)))


def _enclosed(name: str, opening: str, parts: list[Text], closing: str) -> Text:
    inside = Text(" ").join(parts)
    return Text.assemble((clean(name) + opening, "dim"), inside, (closing, "dim"))


def _data(entry: Entry) -> Text:
    if isinstance(entry.data, dict):
        return Text(" ").join(compact(value, name) for name, value in entry.data.items())
    if entry.has_data:
        return compact(entry.data)
    if entry.value is None:
        return Text("no value", style="red")
    return Text(clean(entry.value[:2_000].decode(errors="backslashreplace")), style="red")


def _reason(entry: Entry) -> str:
    """What a quarantine notes of the record, else what our readers have against it."""
    if entry.error:
        note = entry.error.get
        place = f"{note('topic')} {note('offset')}@{note('partition')}, stage {note('stage')}"
        return f"{_each_once(note('reason', '').split(','))}  {note('message')}  (was {place})"
    messages = "; ".join(map(str, entry.problems))
    return f"{_each_once(problem.code for problem in entry.problems)}  {messages}"


def _each_once(codes: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(codes))


def _style(entry: Entry) -> str:
    if not entry.type or (entry.problems and not entry.error):
        return "bold red"
    return _STYLES.get(entry.type, "bold red")


def _shortened(subject: str) -> str:
    """The first group of a UUID, which is enough for `--subject`; else the beginning."""
    if len(subject) <= _SUBJECT or _UUID.fullmatch(subject):
        return subject[:_SUBJECT]
    return f"{subject[: _SUBJECT - 1]}…"


_STYLES = {
    event.event_type(): "dim"
    if short_type(event.event_type()) in QUIET
    else PALETTE[number % len(PALETTE)]
    for topic in TOPICS
    for number, event in enumerate(topic.events)
}
