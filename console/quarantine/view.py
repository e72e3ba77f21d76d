"""What a person sees of a quarantine: the list, one record, and what an owner refuses."""

import json
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chassis.clock import CASABLANCA
from console.quarantine.holds import Holds
from console.quarantine.record import Quarantined
from console.tail.names import short_type
from console.tail.view import clean
from contracts.problem import Problem

WIDE = 150
"""From this width on a record is one line of the list."""

WIDE_COLUMNS = ("stood in", "event", "subject", "reasons")

_BYTES_OF_A_LINE = 16
_MOST_BYTES = 2_048


def listing(reader: str, records: Sequence[Quarantined], holds: Holds, width: int) -> Table:
    """The records of one reader: a line each on a wide terminal, several on a narrow one."""
    wide = width >= WIDE
    table = _table("offset", "when", "held", *(WIDE_COLUMNS if wide else ["record"]))
    table.title, table.title_justify, table.title_style = reader, "left", "bold"
    table.columns[0].justify = "right"
    for column in table.columns[:3]:
        column.no_wrap = True
    for record in records:
        recorded = record.entry.recorded.astimezone(CASABLANCA)
        when = f"{recorded:%Y-%m-%d %H:%M}" if wide else f"{recorded:%Y-%m-%d\n%H:%M}"
        cells = _in_columns(record)
        shown = cells if wide else [Text("\n").join(cells)]
        table.add_row(str(record.offset), when, _held(holds.holds(record)), *shown)
    return table


def details(record: Quarantined) -> RenderableType:
    """All of a record: where it was met, why it is here, its headers and its value."""
    entry = record.entry
    about = _pairs()
    about.add_row("quarantine of", f"{record.reader}, offset {record.offset}")
    about.add_row("since", f"{entry.recorded.astimezone(CASABLANCA):%Y-%m-%d %H:%M:%S}")
    about.add_row("stood in", Text(f"{clean(record.stood_in)} {clean(record.stood_at)}"))
    about.add_row("key", Text(_key(entry.key)))
    about.add_row("stage", Text(clean(entry.error.get("stage", ""))))
    for number, (code, message) in enumerate(_reasons(record)):
        about.add_row("" if number else "reasons", Text.assemble((code, "red"), "  ", message))
    if record.unplaced:
        about.add_row("no release", Text("; ".join(record.unplaced)))
    headers = _pairs()
    for name, raw in record.headers:
        headers.add_row(Text(clean(name)), Text(clean(raw.decode(errors="backslashreplace"))))
    return Group(about, _heading("headers"), headers, _heading("value"), _value(record))


def refusal(problems: Sequence[Problem]) -> Table:
    """What an owner has against a release, a line for each field."""
    table = _table("field", "problem")
    table.columns[0].no_wrap = True
    for problem in problems:
        table.add_row(Text(clean(problem.field)), Text(clean(problem.message)))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _in_columns(record: Quarantined) -> list[Text]:
    """A cell for each of WIDE_COLUMNS."""
    entry = record.entry
    event = f"{short_type(entry.type)} no. {entry.ordinal or '-'}" if entry.type else "no event"
    cells = (f"{record.stood_in} {record.stood_at}", event, entry.subject)
    reasons = Text("\n".join(map(clean, record.codes)), style="red")
    return [*(Text(clean(cell) or "-") for cell in cells), reasons]


def _held(held: bool | None) -> Text:
    if held is None:
        return Text("?", style="yellow")
    return Text("yes", style="bold red") if held else Text("no")


def _reasons(record: Quarantined) -> Iterator[tuple[str, str]]:
    """Each code with its message, where the reader noted as many; else each by itself."""
    codes = record.entry.error.get("reason", "").split(",")
    messages = record.entry.error.get("message", "").split("; ")
    if len(codes) == len(messages):
        yield from zip(map(clean, codes), map(clean, messages), strict=True)
    else:
        yield ", ".join(map(clean, codes)), clean("; ".join(messages))


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _pairs() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _key(key: bytes | None) -> str:
    return "none" if key is None else clean(key.decode(errors="backslashreplace"))


def _value(record: Quarantined) -> Text:
    """JSON set out, other text as it is, anything else as hexadecimal bytes."""
    entry = record.entry
    if entry.value is None:
        return Text("none: a tombstone", style="dim")
    if entry.has_data:
        lines = json.dumps(entry.data, ensure_ascii=False, indent=2).split("\n")
        return Text("\n".join(map(clean, lines)))
    try:
        text = entry.value.decode()
    except UnicodeDecodeError:
        return Text("\n".join(_hex_lines(entry.value)))
    return Text("\n".join(map(clean, text.split("\n"))))


def _hex_lines(value: bytes) -> Iterator[str]:
    for start in range(0, min(len(value), _MOST_BYTES), _BYTES_OF_A_LINE):
        part = value[start : start + _BYTES_OF_A_LINE]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        yield f"{start:06x}  {part.hex(' '):<{3 * _BYTES_OF_A_LINE - 1}}  {letters}"
    if len(value) > _MOST_BYTES:
        yield f"… and {len(value) - _MOST_BYTES:,} bytes more"
